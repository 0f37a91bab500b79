namespace PgMicro.Core.Transactions;

/// <content>What a commit supersedes, for tables that keep it.</content>
internal sealed partial class Transaction
{
    /// <summary>Called before COMMIT, while the file is locked.</summary>
    /// <param name="isApplied">Whether the changes already stand in the transaction that is to be committed.</param>
    private void KeepVersions(bool isApplied)
    {
        if (_log.Changed(_host, _manager.Catalog) is not { } changed)
        {
            return;
        }

        // Nobody else commits meanwhile: another connection sees what was there before.
        var committed = isApplied ? _manager.RentConnection() : _connection;
        var time = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
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
}
