namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <summary>What a body's grammar depends on besides the body.</summary>
internal sealed record PlHeader
{
    internal required string Name { get; init; }

    internal bool IsProcedure { get; init; }

    internal bool ReturnsSet { get; init; }

    internal bool ReturnsVoid { get; init; }

    internal bool HasOutParameters { get; init; }

    /// <summary>The collation of the call's arguments, or 0.</summary>
    internal uint Collation { get; init; }

    /// <summary>Whether the syntax of SQL in the body is checked now, and not when it is run.</summary>
    internal bool ChecksSyntax { get; init; }
}
