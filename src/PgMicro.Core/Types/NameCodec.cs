namespace PgMicro.Core.Types;

/// <summary>name: TEXT of at most 63 bytes; longer input is cut at a character.</summary>
public sealed class NameCodec : TextFamilyCodec
{
    /// <summary>Greatest length in bytes.</summary>
    public const int MaxLength = 63;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Name;

    /// <inheritdoc/>
    public override string Name => "name";

    /// <summary>Cuts a name to 63 bytes at a character boundary.</summary>
    public static ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        var length = MaxLength;
        while (length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return text[..length];
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(Truncate(text).ToArray());
}
