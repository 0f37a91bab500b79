using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>character varying(n): TEXT. Lengths count code points.</summary>
public sealed class VarcharCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Varchar;

    /// <inheritdoc/>
    public override string Name => "character varying";

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromText(text[..Fit(text, typmod, isExplicit: false)].ToArray());

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context)
    {
        var length = Fit(value.Bytes, typmod, isExplicit);
        return length == value.Bytes.Length ? value : PgDatum.FromText(value.Memory[..length]);
    }

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => LengthTypmodIn(arguments, "varchar");

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => typmod < 4 ? "" : $"({typmod - 4})";

    private static int Fit(ReadOnlySpan<byte> text, int typmod, bool isExplicit)
    {
        var max = typmod - 4;
        if (max < 0 || text.Length <= max)
        {
            return text.Length;
        }

        var length = ByteLength(text, max);
        return isExplicit || OnlyBlanks(text[length..])
            ? length
            : throw new PgException(SqlState.StringDataRightTruncation, $"value too long for type character varying({max})");
    }
}
