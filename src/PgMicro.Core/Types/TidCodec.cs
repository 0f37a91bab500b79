using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>tid: INTEGER, the block number above the 16 bits of the offset, so that a rowid is a tid as it stands.</summary>
public sealed class TidCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Tid;

    /// <inheritdoc/>
    public override string Name => "tid";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var open = text.IndexOf((byte)'(');
        var comma = text.IndexOf((byte)',');
        var close = text.IndexOf((byte)')');
        if (open < 0 || comma < open || close < comma
            || Ascii.Trim(text[..open]).Length != 0
            || !long.TryParse(text[(open + 1)..comma], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var block)
            || block is > uint.MaxValue or < int.MinValue
            || !int.TryParse(text[(comma + 1)..close], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var offset)
            || offset is < 0 or > ushort.MaxValue)
        {
            throw PgErrors.InvalidTextRepresentation("tid", Ascii.Text(text));
        }

        return PgDatum.FromInt64(((long)(uint)block << 16) | (long)offset);
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        writer.Append('(');
        writer.AppendInteger((uint)(value.Int64 >> 16));
        writer.Append(',');
        writer.AppendInteger((ushort)value.Int64);
        writer.Append(')');
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var block = (uint)reader.Int32();
        var offset = (ushort)reader.Int16();
        reader.End();
        return PgDatum.FromInt64(((long)block << 16) | offset);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        writer.WriteInt32((int)(uint)(value.Int64 >> 16));
        writer.WriteInt16((short)(ushort)value.Int64);
    }
}
