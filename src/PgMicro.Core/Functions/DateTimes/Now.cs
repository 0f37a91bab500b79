namespace PgMicro.Core.Functions.DateTimes;

/// <summary>The clocks: of the transaction, of the statement, of the wall.</summary>
internal static class Now
{
    [PgFunction("now()")]
    [PgFunction("transaction_timestamp()")]
    public static long Transaction(FunctionContext context) => context.TransactionTimestamp;

    [PgFunction("statement_timestamp()")]
    public static long Statement(FunctionContext context) => context.StatementTimestamp;

    [PgFunction("clock_timestamp()")]
    public static long Clock() => (global::System.DateTime.UtcNow - global::System.DateTime.UnixEpoch).Ticks / 10;
}
