using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>pg_lsn: TEXT "16/B374D848", a 64-bit place in the write-ahead log.</summary>
public sealed class PgLsnCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.PgLsn;

    /// <inheritdoc/>
    public override string Name => "pg_lsn";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_lsn";

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        var slash = text.IndexOf((byte)'/');
        if (slash is < 1 or > 8 || text.Length - slash - 1 is < 1 or > 8
            || !uint.TryParse(text[..slash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !uint.TryParse(text[(slash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        value = ((ulong)high << 32) | low;
        return true;
    }

    /// <summary>The text form.</summary>
    public static string Format(ulong value) => string.Create(CultureInfo.InvariantCulture, $"{value >> 32:X}/{(uint)value:X}");

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => TryParse(a, out var x) && TryParse(b, out var y) ? x.CompareTo(y) : a.SequenceCompareTo(b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => TryParse(text, out var value)
        ? PgDatum.FromText(Format(value)) : throw PgErrors.InvalidTextRepresentation("pg_lsn", Ascii.Text(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = (ulong)reader.Int64();
        reader.End();
        return PgDatum.FromText(Format(value));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        TryParse(value.Bytes, out var lsn);
        writer.WriteInt64((long)lsn);
    }
}
