using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>date: INTEGER days since 1970-01-01; ±infinity are the int64 ends.</summary>
public sealed class DateCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Date;

    /// <inheritdoc/>
    public override string Name => "date";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var tm = DateTimeDecoder.Decode(text, "date", timeOnly: false, needsZone: false, context);
        switch (tm.Special)
        {
            case SpecialValue.Epoch:
                return PgDatum.FromInt64(0);
            case SpecialValue.Infinity:
                return PgDatum.FromInt64(DateMath.Infinity);
            case SpecialValue.NegativeInfinity:
                return PgDatum.FromInt64(DateMath.NegativeInfinity);
        }

        var days = DateMath.FromCivil(tm.Year, tm.Month, tm.Day);
        return DateMath.IsInRange(days) ? PgDatum.FromInt64(days) : throw PgErrors.DateOutOfRange(Ascii.Text(text));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        DateTimeText.WriteDate(value.Int64, context, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var days = reader.Int32();
        reader.End();
        return days switch
        {
            int.MaxValue => PgDatum.FromInt64(DateMath.Infinity),
            int.MinValue => PgDatum.FromInt64(DateMath.NegativeInfinity),
            _ when DateMath.IsInRange((long)days + DateMath.PostgresEpoch) => PgDatum.FromInt64((long)days + DateMath.PostgresEpoch),
            _ => throw new PgException(SqlState.DatetimeFieldOverflow, "date out of range"),
        };
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt32(value.Int64 switch
    {
        DateMath.Infinity => int.MaxValue,
        DateMath.NegativeInfinity => int.MinValue,
        var days => (int)(days - DateMath.PostgresEpoch),
    });
}
