using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Variables;

/// <summary>A variable as it is declared. Its value is the call's: <see cref="PlCell"/> of its number.</summary>
internal abstract class PlDatum
{
    internal required string Name { get; init; }

    /// <summary>Its place among the cells of a call.</summary>
    internal required int Number { get; init; }

    /// <summary>The line of its declaration; 0 for what PL/pgSQL declares itself.</summary>
    internal int Line { get; init; }

    internal bool IsConstant { get; set; }

    internal bool IsNotNull { get; init; }

    /// <summary>What it is given each time that its block is entered.</summary>
    internal PlExpression? Default { get; init; }
}

/// <summary>A variable of one value.</summary>
internal sealed class PlVariable : PlDatum
{
    /// <summary>pg_type.oid; that of a CASE's tested value is what the value was last.</summary>
    internal required uint Type { get; set; }

    internal int Typmod { get; set; } = -1;

    /// <summary>pg_collation.oid, or 0.</summary>
    internal uint Collation { get; set; }

    /// <summary>The query of a bound cursor.</summary>
    internal PlExpression? CursorQuery { get; init; }

    /// <summary>The parameters of a bound cursor; null when it has none.</summary>
    internal IReadOnlyList<PlVariable>? CursorParameters { get; init; }

    /// <summary>SCROLL or NO SCROLL of a bound cursor; null for neither.</summary>
    internal bool? CursorScrolls { get; init; }

    internal bool IsRefcursor => Type == TypeOid.Refcursor;
}

/// <summary>A record, or a variable of a composite type.</summary>
internal sealed class PlRecord : PlDatum
{
    /// <summary>The declared type; null for record, whose fields the last assignment gives.</summary>
    internal PlRowType? RowType { get; init; }

    /// <summary>pg_type.oid as declared: a composite type, a domain over one, or record.</summary>
    internal uint DeclaredType { get; init; } = TypeOid.Record;
}

/// <summary>The value of a variable in a call.</summary>
internal struct PlCell
{
    /// <summary>Of a <see cref="PlVariable"/>.</summary>
    internal PgDatum Value;

    /// <summary>Of a <see cref="PlRecord"/>; null for one that is NULL, or that has not been assigned.</summary>
    internal PlRow? Row;
}
