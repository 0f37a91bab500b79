using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>time without time zone: INTEGER microseconds since midnight, 24:00 included.</summary>
public sealed class TimeCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Time;

    /// <inheritdoc/>
    public override string Name => "time without time zone";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var tm = DateTimeDecoder.Decode(text, "time", timeOnly: true, needsZone: true, context);
        return PgDatum.FromInt64(Round(tm.TimeMicroseconds, typmod));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => DateTimeText.WriteTime(value.Int64, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var time = reader.Int64();
        reader.End();
        return time is >= 0 and <= TimestampMath.MicrosecondsPerDay
            ? PgDatum.FromInt64(Round(time, typmod))
            : throw new PgException(SqlState.DatetimeFieldOverflow, "time out of range");
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt64(value.Int64);

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => TimePrecision.In(arguments, "TIME", withZone: false);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => TimePrecision.Out(typmod, withZone: false);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        PgDatum.FromInt64(Round(value.Int64, typmod));

    internal static long Round(long time, int typmod) => typmod is < 0 or >= 6 ? time : (long)TimestampMath.RoundMicroseconds(time, typmod);
}
