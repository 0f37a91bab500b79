using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>A body compiled for the types of a call (PostgreSQL's PLpgSQL_function). All calls of a session share it.</summary>
internal sealed class PlFunction
{
    /// <summary>pg_proc.oid; 0 for DO.</summary>
    internal uint Oid { get; init; }

    internal required string Name { get; init; }

    /// <summary>The name and argument types, as errors tell them.</summary>
    internal required string Signature { get; init; }

    internal required IReadOnlyList<PlDatum> Datums { get; init; }

    internal required PlBlock Body { get; init; }

    /// <summary>The input parameters.</summary>
    internal IReadOnlyList<PlTarget> Parameters { get; init; } = [];

    /// <summary>The number of FOUND.</summary>
    internal required int Found { get; init; }

    /// <summary>The OUT parameters as what RETURN returns; null when there are none.</summary>
    internal PlTarget? OutTarget { get; init; }

    /// <summary>The row of several OUT parameters.</summary>
    internal PlRowType? OutRow { get; init; }

    internal bool IsProcedure { get; init; }

    /// <summary>Whether it ends without RETURN: it returns nothing, a set, or its OUT parameters.</summary>
    internal bool EndsWithoutReturn { get; init; }

    /// <summary>pg_type.oid of the result in this call; 0 for none.</summary>
    internal uint ResultType { get; init; }

    internal bool ResultIsRow { get; init; }

    /// <summary>Whether it must change nothing: it is not VOLATILE.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>#print_strict_params; null leaves it to the setting.</summary>
    internal bool? PrintsStrictParameters { get; init; }

    /// <summary>The variables of a trigger function.</summary>
    internal TriggerVariables? Trigger { get; init; }

    /// <summary>The variables of an event trigger's function.</summary>
    internal EventTriggerVariables? EventTrigger { get; init; }

    /// <summary>All expressions and statements of the body.</summary>
    internal IReadOnlyList<PlExpression> Expressions { get; init; } = [];

    /// <summary>Whether a statement of it is run from a text that is not known before, or ends a transaction.</summary>
    internal bool RunsUnknown { get; init; }
}

/// <summary>What a body is compiled to be run as.</summary>
internal enum PlFunctionKind
{
    Function,
    Trigger,
    EventTrigger,
}

/// <summary>The variables that PL/pgSQL declares for an event trigger's function.</summary>
internal sealed record EventTriggerVariables(PlVariable Event, PlVariable Tag);

/// <summary>The variables that PL/pgSQL declares for a trigger function.</summary>
internal sealed record TriggerVariables(
    PlRecord New, PlRecord Old, PlVariable Name, PlVariable When, PlVariable Level, PlVariable Operation, PlVariable RelationOid, PlVariable RelationName,
    PlVariable TableName, PlVariable TableSchema, PlVariable Count, PlVariable Arguments);
