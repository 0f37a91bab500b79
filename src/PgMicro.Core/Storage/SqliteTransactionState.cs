namespace PgMicro.Core.Storage;

/// <summary>What a connection holds of its database.</summary>
internal enum SqliteTransactionState
{
    None = 0,
    Read = 1,
    Write = 2,
}
