using System.Globalization;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Transactions.Serializable;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>What pg_locks shows, and who keeps whom waiting, in all databases of the cluster.</content>
public sealed partial class PgSession
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> BlockingPids(int pid) =>
        Database.ClusterSessions().FirstOrDefault(s => s.BackendPid == pid) is { } session ? session.Locks.Blockers(pid) : [];

    /// <inheritdoc/>
    public override IReadOnlyList<int> SafeSnapshotBlockingPids(int pid) =>
        Database.ClusterSessions().FirstOrDefault(s => s.BackendPid == pid) is { } session ? session.Database.Transactions.Serializable.SafeSnapshotBlockers(pid) : [];

    // locktype, database, relation, page, tuple, virtualxid, transactionid, classid, objid, objsubid, virtualtransaction, pid, mode, granted,
    // fastpath, waitstart
    private IEnumerable<PgDatum[]> LockRows()
    {
        var rows = new List<PgDatum[]>();
        foreach (var sessions in Database.ClusterSessions().Append(this).GroupBy(static s => s.Database))
        {
            var asked = sessions.First();
            var database = asked.Catalog.Database.oid;
            foreach (var report in sessions.Key.Transactions.Locks.Report())
            {
                rows.Add(LockRow(report, asked, database));
            }

            rows.AddRange(sessions.Key.Transactions.Serializable.Report().Select(r => PredicateRow(r, database)));
        }

        return rows;
    }

    private static PgDatum[] LockRow(in LockReport report, PgSession session, uint database)
    {
        var row = new PgDatum[16];
        Array.Fill(row, PgDatum.Null);
        var (owner, tag) = (report.Owner, report.Tag);
        var virtualXid = PgDatum.FromText((owner.Pid, owner.PreparedBy) is (0, 0)
            ? string.Create(CultureInfo.InvariantCulture, $"-1/{owner.Xid}")
            : string.Create(CultureInfo.InvariantCulture, $"{owner.Pid + owner.PreparedBy}/{owner.LocalXid}"));
        row[0] = PgDatum.FromText(report.Kind switch
        {
            LockReportKind.Relation => "relation",
            LockReportKind.Tuple => "tuple",
            LockReportKind.TransactionId => "transactionid",
            LockReportKind.VirtualXid => "virtualxid",
            _ => "advisory",
        });
        switch (report.Kind)
        {
            case LockReportKind.Relation:
                row[1] = PgDatum.FromInt64(session.Catalog.Class(tag.Object) is { relisshared: true } ? 0 : database);
                row[2] = PgDatum.FromInt64(tag.Object);
                break;
            case LockReportKind.Tuple:
                (row[1], row[2]) = (PgDatum.FromInt64(database), PgDatum.FromInt64(tag.Object));
                (row[3], row[4]) = (PgDatum.FromInt64((int)(tag.Id >> 16)), PgDatum.FromInt64((short)tag.Id));
                break;
            case LockReportKind.TransactionId:
                row[6] = PgDatum.FromInt64(report.Xid);
                break;
            case LockReportKind.VirtualXid:
                row[5] = virtualXid;
                break;
            default:
                (row[1], row[7]) = (PgDatum.FromInt64(database), PgDatum.FromInt64((uint)(tag.Id >> 32)));
                (row[8], row[9]) = (PgDatum.FromInt64((uint)tag.Id), PgDatum.FromInt64(tag.Object));
                break;
        }

        row[10] = virtualXid;
        row[11] = owner.Pid == 0 ? PgDatum.Null : PgDatum.FromInt64(owner.Pid);
        row[12] = PgDatum.FromText(report.Mode);
        row[13] = PgDatum.FromBoolean(report.IsGranted);
        row[14] = PgDatum.FromBoolean(report.IsFastPath);
        row[15] = report.WaitsSince is { } since ? PgDatum.FromInt64((since - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) : PgDatum.Null;
        return row;
    }

    private static PgDatum[] PredicateRow(in PredicateLockReport report, uint database)
    {
        var row = new PgDatum[16];
        Array.Fill(row, PgDatum.Null);
        var (relation, granularity, id) = report.Target;
        row[0] = PgDatum.FromText(granularity switch
        {
            PredicateGranularity.Relation => "relation",
            PredicateGranularity.Tuple => "tuple",
            _ => "page",
        });
        (row[1], row[2]) = (PgDatum.FromInt64(database), PgDatum.FromInt64(relation));
        if (granularity == PredicateGranularity.Tuple)
        {
            (row[3], row[4]) = (PgDatum.FromInt64((int)(id >> 16)), PgDatum.FromInt64((short)id));
        }
        else if (granularity != PredicateGranularity.Relation)
        {
            // The first page of an index is its own.
            row[3] = PgDatum.FromInt64((int)id + (granularity == PredicateGranularity.IndexPage ? 1 : 0));
        }

        row[10] = PgDatum.FromText(string.Create(CultureInfo.InvariantCulture, $"{(report.VirtualPid == 0 ? -1 : report.VirtualPid)}/{report.LocalXid}"));
        row[11] = report.Pid == 0 ? PgDatum.Null : PgDatum.FromInt64(report.Pid);
        row[12] = PgDatum.FromText("SIReadLock");
        row[13] = PgDatum.FromBoolean(true);
        row[14] = PgDatum.FromBoolean(false);
        return row;
    }
}
