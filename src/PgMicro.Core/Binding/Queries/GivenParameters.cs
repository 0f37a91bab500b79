namespace PgMicro.Core.Binding.Queries;

/// <summary>The parameters that a statement is given, and whether it may have others.</summary>
/// <param name="Types">pg_type OIDs of $1, $2 …; 0 for one that is to be inferred.</param>
/// <param name="Infers">Whether a number beyond them is a parameter too, whose type the statement's text decides (Parse, PREPARE).</param>
public readonly record struct GivenParameters(uint[] Types, bool Infers)
{
    /// <summary>Names that stand for parameters too (PL/pgSQL's variables); null when there are none.</summary>
    internal INamedParameters? Named { get; init; }

    /// <summary>No parameters: a simple query, the text of a command.</summary>
    public static GivenParameters None { get; } = new([], false);

    /// <summary>All that the text has, none of them known.</summary>
    public static GivenParameters Inferred { get; } = new([], true);

    /// <summary>Types known at the start, the others inferred.</summary>
    public static implicit operator GivenParameters(uint[] types) => new(types, true);
}
