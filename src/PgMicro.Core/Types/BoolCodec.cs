using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>boolean: INTEGER 0 or 1.</summary>
public sealed class BoolCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Bool;

    /// <inheritdoc/>
    public override string Name => "boolean";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <summary>Reads a unique prefix of true, false, yes, no, on, off, or 1 or 0, without regard to case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out bool value)
    {
        value = false;
        var word = Ascii.Trim(text);
        if (word.Length == 0)
        {
            return false;
        }

        if (Prefix(word, "true"u8, 1) || Prefix(word, "yes"u8, 1) || Prefix(word, "on"u8, 2) || word.SequenceEqual("1"u8))
        {
            value = true;
            return true;
        }

        return Prefix(word, "false"u8, 1) || Prefix(word, "no"u8, 1) || Prefix(word, "off"u8, 2) || word.SequenceEqual("0"u8);
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        TryParse(text, out var value) ? PgDatum.FromBoolean(value) : throw PgErrors.InvalidTextRepresentation("boolean", Ascii.Text(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Append(value.Boolean ? 't' : 'f');

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Byte() != 0;
        reader.End();
        return PgDatum.FromBoolean(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteByte(value.Boolean ? (byte)1 : (byte)0);

    private static bool Prefix(ReadOnlySpan<byte> word, ReadOnlySpan<byte> full, int atLeast) =>
        word.Length >= atLeast && word.Length <= full.Length && System.Text.Ascii.EqualsIgnoreCase(word, full[..word.Length]);
}
