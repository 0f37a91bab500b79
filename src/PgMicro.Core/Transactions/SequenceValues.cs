namespace PgMicro.Core.Transactions;

/// <summary>Values of a sequence that a session has taken at once (CACHE of CREATE SEQUENCE).</summary>
/// <param name="Current">The value to give out, or that was given out last.</param>
/// <param name="Last">The last one.</param>
/// <param name="Increment">Their distance.</param>
/// <param name="Generation">Of the sequence's state that they were taken from.</param>
internal readonly record struct SequenceValues(long Current, long Last, long Increment, int Generation);
