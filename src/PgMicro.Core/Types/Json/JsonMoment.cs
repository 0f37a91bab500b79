using System.Buffers;
using System.Text;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types.Json;

/// <summary>A date or time within a jsonpath.</summary>
/// <param name="Type">date, time, timetz, timestamp or timestamptz.</param>
/// <param name="Value">Its storage form; the local time of day for timetz.</param>
/// <param name="Offset">Seconds east of UTC that it was written with.</param>
internal sealed record JsonMoment(uint Type, long Value, int Offset)
{
    /// <summary>The type's name in .type().</summary>
    public string TypeName => Type switch
    {
        TypeOid.Date => "date",
        TypeOid.Time => "time without time zone",
        TypeOid.Timetz => "time with time zone",
        TypeOid.Timestamp => "timestamp without time zone",
        _ => "timestamp with time zone",
    };

    /// <summary>As JSON writes it: ISO 8601 with a T.</summary>
    public override string ToString()
    {
        if (Type is TypeOid.Date or TypeOid.Timestamp or TypeOid.Timestamptz && Value is long.MaxValue or long.MinValue)
        {
            return Value > 0 ? "infinity" : "-infinity";
        }

        var writer = new ArrayBufferWriter<byte>(40);
        var isBc = false;
        if (Type is TypeOid.Date or TypeOid.Timestamp or TypeOid.Timestamptz)
        {
            var local = Type == TypeOid.Timestamptz ? Value + (Offset * 1_000_000L) : Value;
            var (days, time) = Type == TypeOid.Date ? (Value, 0L) : TimestampMath.Split(local);
            var (year, month, day) = DateMath.ToCivil(days);
            isBc = year <= 0;
            writer.AppendPadded(isBc ? 1 - year : year, 4);
            writer.Append('-');
            writer.AppendPadded(month, 2);
            writer.Append('-');
            writer.AppendPadded(day, 2);
            if (Type != TypeOid.Date)
            {
                writer.Append('T');
                DateTimeText.WriteTime(time, writer);
            }
        }
        else
        {
            DateTimeText.WriteTime(Value, writer);
        }

        if (Type is TypeOid.Timetz or TypeOid.Timestamptz)
        {
            DateTimeText.WriteOffset(Offset, writer);
            writer.Append(Offset % 3600 == 0 ? ":00" : "");
        }

        writer.Append(isBc ? " BC" : "");
        return Encoding.ASCII.GetString(writer.WrittenSpan);
    }
}
