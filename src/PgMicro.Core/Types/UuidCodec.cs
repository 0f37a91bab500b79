using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>uuid: BLOB of 16 bytes, in the order they are written.</summary>
public sealed class UuidCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Uuid;

    /// <inheritdoc/>
    public override string Name => "uuid";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Blob;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var bytes = new byte[16];
        return TryParse(text, bytes) ? PgDatum.FromBlob(bytes) : throw PgErrors.InvalidTextRepresentation("uuid", Ascii.Text(text));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var bytes = value.Bytes;
        var text = writer.GetSpan(36);
        var at = 0;
        for (var i = 0; i < 16; i++)
        {
            if (i is 4 or 6 or 8 or 10)
            {
                text[at++] = (byte)'-';
            }

            text[at++] = "0123456789abcdef"u8[bytes[i] >> 4];
            text[at++] = "0123456789abcdef"u8[bytes[i] & 15];
        }

        writer.Advance(36);
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var bytes = reader.Bytes(16).ToArray();
        reader.End();
        return PgDatum.FromBlob(bytes);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <summary>Parses any of PostgreSQL's forms: braces, and hyphens after any group of four digits, are optional.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        var braces = text.Length > 0 && text[0] == '{';
        var at = braces ? 1 : 0;
        for (var i = 0; i < 16; i++)
        {
            if (at + 2 > text.Length || Ascii.HexValue(text[at]) is not (>= 0 and var high) || Ascii.HexValue(text[at + 1]) is not (>= 0 and var low))
            {
                return false;
            }

            bytes[i] = (byte)((high << 4) | low);
            at += 2;
            if (i % 2 == 1 && i < 15 && at < text.Length && text[at] == '-')
            {
                at++;
            }
        }

        if (braces)
        {
            if (at >= text.Length || text[at] != '}')
            {
                return false;
            }

            at++;
        }

        return at == text.Length;
    }
}
