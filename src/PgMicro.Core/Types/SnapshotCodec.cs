using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>A snapshot: every transaction before Xmin has ended, none from Xmax on has begun, those listed run.</summary>
internal sealed record PgSnapshot(ulong Xmin, ulong Xmax, IReadOnlyList<ulong> Running)
{
    internal static bool TryParse(ReadOnlySpan<byte> text, out PgSnapshot value)
    {
        value = new PgSnapshot(0, 0, []);
        var parts = global::System.Text.Encoding.UTF8.GetString(text).Split(':');
        if (parts.Length != 3 || !Number(parts[0], out var xmin) || !Number(parts[1], out var xmax) || xmin == 0 || xmax == 0 || xmin > xmax)
        {
            return false;
        }

        var running = new List<ulong>();
        foreach (var part in parts[2].Length == 0 ? [] : parts[2].Split(','))
        {
            if (!Number(part, out var xid) || xid < xmin || xid >= xmax || (running.Count > 0 && xid < running[^1]))
            {
                return false;
            }

            if (running.Count == 0 || xid != running[^1])
            {
                running.Add(xid);
            }
        }

        value = new PgSnapshot(xmin, xmax, running);
        return true;
    }

    internal static PgSnapshot FromStorage(ReadOnlySpan<byte> text) =>
        TryParse(text, out var value) ? value : throw PgErrors.InvalidTextRepresentation("pg_snapshot", Ascii.Text(text));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Xmin}:{Xmax}:{string.Join(',', Running)}");

    private static bool Number(string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= long.MaxValue;
}

/// <summary>pg_snapshot and txid_snapshot: TEXT "xmin:xmax:running,…".</summary>
public sealed class SnapshotCodec(uint oid, string name) : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => oid;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgSnapshot.TryParse(text, out var value)
        ? PgDatum.FromText(value.ToString()) : throw PgErrors.InvalidTextRepresentation("pg_snapshot", Ascii.Text(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        var (xmin, xmax) = ((ulong)reader.Int64(), (ulong)reader.Int64());
        var running = new List<ulong>();
        for (var i = 0; i < count; i++)
        {
            running.Add((ulong)reader.Int64());
        }

        reader.End();
        var text = global::System.Text.Encoding.ASCII.GetBytes(new PgSnapshot(xmin, xmax, running).ToString());
        return PgSnapshot.TryParse(text, out var value) ? PgDatum.FromText(value.ToString())
            : throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid external pg_snapshot data");
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var snapshot = PgSnapshot.FromStorage(value.Bytes);
        writer.WriteInt32(snapshot.Running.Count);
        writer.WriteInt64((long)snapshot.Xmin);
        writer.WriteInt64((long)snapshot.Xmax);
        foreach (var xid in snapshot.Running)
        {
            writer.WriteInt64((long)xid);
        }
    }
}
