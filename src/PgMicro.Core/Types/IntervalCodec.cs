using System.Buffers;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>interval: TEXT in IntervalStyle postgres; ordered by length, a month taken as 30 days.</summary>
public sealed class IntervalCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Interval;

    /// <inheritdoc/>
    public override string Name => "interval";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_interval";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        PgInterval.TryReadStorage(a, out var x) && PgInterval.TryReadStorage(b, out var y) ? x.CompareTo(y) : a.SequenceCompareTo(b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        IntervalTypmod.Apply(IntervalDecoder.Decode(text, IntervalTypmod.Range(typmod), context), typmod).ToDatum();

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (context.IntervalStyle == IntervalStyle.Postgres)
        {
            writer.Write(value.Bytes);
        }
        else
        {
            IntervalText.Write(PgInterval.FromStorage(value.Bytes), context.IntervalStyle, writer);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var time = reader.Int64();
        var days = reader.Int32();
        var months = reader.Int32();
        reader.End();
        return IntervalTypmod.Apply(new PgInterval(months, days, time), typmod).ToDatum();
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var interval = PgInterval.FromStorage(value.Bytes);
        writer.WriteInt64(interval.Microseconds);
        writer.WriteInt32(interval.Days);
        writer.WriteInt32(interval.Months);
    }

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => IntervalTypmod.In(arguments);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => IntervalTypmod.Out(typmod);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        typmod < 0 ? value : IntervalTypmod.Apply(PgInterval.FromStorage(value.Bytes), typmod).ToDatum();
}
