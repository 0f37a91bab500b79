using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>Where connections to the database's file come from.</summary>
internal interface IConnectionSource
{
    /// <summary>A connection that nobody uses.</summary>
    SqliteConnectionHandle Rent();

    /// <summary>Takes it back, in no transaction.</summary>
    void Return(SqliteConnectionHandle connection);
}
