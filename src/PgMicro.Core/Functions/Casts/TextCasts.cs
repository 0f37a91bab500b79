using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Casts;

/// <summary>Casts between the character types, and of boolean to them.</summary>
internal static class TextCasts
{
    [PgFunction("text(character)", Sqlite = "rtrim({0})")]
    public static ReadOnlySpan<byte> FromBpchar(ReadOnlySpan<byte> text) => text.TrimEnd((byte)' ');

    [PgFunction("text(name)", Sqlite = "{0}")]
    [PgFunction("varchar(name)", Sqlite = "{0}")]
    [PgFunction("bpchar(name)", Sqlite = "{0}")]
    [PgFunction("text(\"char\")", Sqlite = "{0}")]
    [PgFunction("bpchar(\"char\")", Sqlite = "{0}")]
    public static ReadOnlySpan<byte> Same(ReadOnlySpan<byte> text) => text;

    [PgFunction("text(boolean)")]
    public static ReadOnlySpan<byte> FromBool(bool value) => value ? "true"u8 : "false"u8;

    [PgFunction("name(text)")]
    [PgFunction("name(character varying)")]
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        if (text.Length < 64)
        {
            return text;
        }

        var end = 63;
        while ((text[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return text[..end];
    }

    [PgFunction("name(character)")]
    public static ReadOnlySpan<byte> NameOfBpchar(ReadOnlySpan<byte> text) => Name(text.TrimEnd((byte)' '));

    [PgFunction("varchar(character varying,integer,boolean)")]
    public static PgDatum Varchar(FunctionContext context, PgDatum value, int typmod, bool isExplicit) =>
        context.Types.GetCodec(TypeOid.Varchar).ApplyTypmod(value, typmod, isExplicit, context);

    [PgFunction("bpchar(character,integer,boolean)")]
    public static PgDatum Bpchar(FunctionContext context, PgDatum value, int typmod, bool isExplicit) =>
        context.Types.GetCodec(TypeOid.Bpchar).ApplyTypmod(value, typmod, isExplicit, context);
}
