using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>character(n): TEXT padded with blanks to n code points; trailing blanks do not count in comparisons.</summary>
public sealed class BpcharCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Bpchar;

    /// <inheritdoc/>
    public override string Name => "character";

    /// <inheritdoc/>
    public override string? Collation => "RTRIM";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.TrimEnd((byte)' ').SequenceCompareTo(b.TrimEnd((byte)' '));

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromText(Fit(text, typmod, isExplicit: false) ?? text.ToArray());

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        Fit(value.Bytes, typmod, isExplicit) is { } fitted ? PgDatum.FromText(fitted) : value;

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => LengthTypmodIn(arguments, "char");

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => typmod < 4 ? "" : $"({typmod - 4})";

    // Null when the text fits as it is.
    private static byte[]? Fit(ReadOnlySpan<byte> text, int typmod, bool isExplicit)
    {
        var max = typmod - 4;
        if (max < 0)
        {
            return null;
        }

        var characters = Characters(text);
        if (characters == max)
        {
            return null;
        }

        if (characters < max)
        {
            var padded = new byte[text.Length + max - characters];
            text.CopyTo(padded);
            padded.AsSpan(text.Length).Fill((byte)' ');
            return padded;
        }

        var length = ByteLength(text, max);
        return isExplicit || OnlyBlanks(text[length..])
            ? text[..length].ToArray()
            : throw new PgException(SqlState.StringDataRightTruncation, $"value too long for type character({max})");
    }
}
