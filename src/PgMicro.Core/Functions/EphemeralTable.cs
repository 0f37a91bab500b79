namespace PgMicro.Core.Functions;

/// <summary>A table that queries can read for the time of one call: a transition table of a trigger.</summary>
/// <param name="Name">Its name, which stands before those of the search path.</param>
/// <param name="Relation">The table whose columns it has.</param>
/// <param name="StoredIn">Where its rows are, in columns c1, c2 ….</param>
public sealed record EphemeralTable(string Name, uint Relation, string StoredIn);
