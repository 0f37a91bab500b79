using PgMicro.Core.Transactions.Prepared;

namespace PgMicro.Core.Transactions;

/// <content>What a commit supersedes, for tables that keep it.</content>
internal sealed partial class Transaction
{
    /// <summary>Called before the changes of a prepared transaction are made, while the file is locked.</summary>
    private void KeepVersions(PreparedTransaction prepared)
    {
        foreach (var table in prepared.Changes)
        {
            _host.VersionsOf(_manager.Catalog, table.Oid)?.Keep(_connection, _connection, table.Rows.Select(static r => r.Rowid), prepared.Xid, Now());
        }
    }

    /// <summary>Called before COMMIT, while the file is locked.</summary>
    /// <param name="isApplied">Whether the changes already stand in the transaction that is to be committed.</param>
    private void KeepVersions(bool isApplied)
    {
        if (_log.Changed(_host, _manager.Catalog, Catalog) is not { } changed)
        {
            return;
        }

        // Nobody else commits meanwhile: another connection sees what was there before.
        var committed = isApplied ? _manager.RentConnection() : _connection;
        var time = Now();
        try
        {
            foreach (var (versions, rows) in changed)
            {
                versions.Keep(committed, _connection, rows, GetXid(), time);
            }
        }
        finally
        {
            if (isApplied)
            {
                _manager.ReturnConnection(committed);
            }
        }
    }

    private static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
