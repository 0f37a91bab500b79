using System.Globalization;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution;

/// <content>What is left to do when a commit has been written.</content>
public sealed partial class PgSession
{
    private bool _waitsForDisk = true;

    /// <summary>Waits for the disk as synchronous_commit says, and keeps the log short.</summary>
    /// <exception cref="Errors.PgException">58030, 53100: the commit is there, but may not be after a crash.</exception>
    private void FinishCommit(Transaction transaction, bool waits)
    {
        if (transaction.LogPosition == 0)
        {
            return;
        }

        var transactions = Database.Transactions;
        if (transactions.Maintenance?.TakeNotice() is { } notice)
        {
            Notice(notice);
        }

        if (transactions.Log is not { } log)
        {
            return;
        }

        if (waits)
        {
            log.Wait(transaction.LogPosition, _connection);
        }
        else
        {
            log.ThrowIfFailed();
            transactions.Maintenance!.FlushWithin(int.Parse(Settings.Get("wal_writer_delay")!, CultureInfo.InvariantCulture));
        }
    }
}
