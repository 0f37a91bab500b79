namespace PgMicro.Core.Transactions;

/// <summary>Which transactions with an id run at a time.</summary>
/// <param name="Upcoming">The id that comes next.</param>
/// <param name="Running">Those that run.</param>
internal sealed record RunningTransactions(long Upcoming, long[] Running);
