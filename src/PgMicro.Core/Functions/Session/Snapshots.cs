using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Parts of a snapshot.</summary>
internal static class Snapshots
{
    [PgFunction("pg_snapshot_xmin(pg_snapshot)")]
    [PgFunction("txid_snapshot_xmin(txid_snapshot)")]
    public static long Xmin(ReadOnlySpan<byte> snapshot) => (long)PgSnapshot.FromStorage(snapshot).Xmin;

    [PgFunction("pg_snapshot_xmax(pg_snapshot)")]
    [PgFunction("txid_snapshot_xmax(txid_snapshot)")]
    public static long Xmax(ReadOnlySpan<byte> snapshot) => (long)PgSnapshot.FromStorage(snapshot).Xmax;

    [PgSetFunction("pg_snapshot_xip(pg_snapshot)")]
    [PgSetFunction("txid_snapshot_xip(txid_snapshot)")]
    public static IEnumerable<PgDatum> Running(byte[] snapshot) => PgSnapshot.FromStorage(snapshot).Running.Select(static xid => PgDatum.FromInt64((long)xid));

    [PgFunction("pg_visible_in_snapshot(xid8,pg_snapshot)")]
    [PgFunction("txid_visible_in_snapshot(bigint,txid_snapshot)")]
    public static bool IsVisible(long xid, ReadOnlySpan<byte> snapshot)
    {
        var value = PgSnapshot.FromStorage(snapshot);
        return (ulong)xid < value.Xmin || ((ulong)xid < value.Xmax && !value.Running.Contains((ulong)xid));
    }
}
