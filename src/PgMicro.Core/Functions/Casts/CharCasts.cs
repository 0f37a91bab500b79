using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Casts;

/// <summary>Casts of "char".</summary>
internal static class CharCasts
{
    [PgFunction("int4(\"char\")")]
    public static int ToInteger(ReadOnlySpan<byte> value) => unchecked((sbyte)CharCodec.ToByte(value));

    [PgFunction("char(integer)")]
    public static PgDatum OfInteger(int value) => value is < sbyte.MinValue or > sbyte.MaxValue
        ? throw PgErrors.OutOfRange("\"char\"")
        : CharCodec.FromByte(unchecked((byte)value));

    [PgFunction("char(text)")]
    public static PgDatum OfText(FunctionContext context, ReadOnlySpan<byte> text) => context.Types.GetCodec(TypeOid.Char).Input(text, -1, context);

    [PgFunction("nameconcatoid(name,oid)")]
    public static string NameWithOid(string name, uint oid)
    {
        var suffix = "_" + oid.ToString(global::System.Globalization.CultureInfo.InvariantCulture);
        while (Encoding.UTF8.GetByteCount(name) + suffix.Length > 63)
        {
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        }

        return name + suffix;
    }
}
