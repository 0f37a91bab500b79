using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Text;

/// <summary>parse_ident: a qualified name to its parts.</summary>
internal static class ParseIdent
{
    [PgFunction("parse_ident(text,boolean)")]
    public static PgDatum Parse(FunctionContext context, string name, bool isStrict)
    {
        var parts = new List<PgDatum>();
        var i = SkipSpaces(name, 0);
        for (var afterDot = false; ;)
        {
            if (i < name.Length && name[i] == '"')
            {
                parts.Add(PgDatum.FromText(Quoted(name, ref i)));
            }
            else if (i < name.Length && IsStart(name[i]))
            {
                var start = i;
                while (i < name.Length && (IsStart(name[i]) || char.IsAsciiDigit(name[i]) || name[i] == '$'))
                {
                    i++;
                }

                parts.Add(PgDatum.FromText(Lower(name[start..i])));
            }
            else
            {
                throw Wrong(
                    name,
                    i < name.Length && name[i] == '.' ? "No valid identifier before \".\"." : afterDot ? "No valid identifier after \".\"." : null);
            }

            i = SkipSpaces(name, i);
            if (i < name.Length && name[i] == '.')
            {
                afterDot = true;
                i = SkipSpaces(name, i + 1);
            }
            else if (i < name.Length && isStrict)
            {
                throw Wrong(name, null);
            }
            else
            {
                break;
            }
        }

        return ((ArrayCodec)context.Types.GetCodec(TypeOid.TextArray)).ToStorage(new PgArray(TypeOid.Text, [.. parts]));
    }

    private static string Quoted(string name, ref int i)
    {
        var result = new StringBuilder();
        for (i++; ; i++)
        {
            if (i >= name.Length)
            {
                throw Wrong(name, "String has unclosed double quotes.");
            }

            if (name[i] == '"')
            {
                if (i + 1 >= name.Length || name[i + 1] != '"')
                {
                    break;
                }

                i++;
            }

            result.Append(name[i]);
        }

        i++;
        return result.Length > 0 ? result.ToString() : throw Wrong(name, "Quoted identifier must not be empty.");
    }

    private static PgException Wrong(string name, string? detail) =>
        new PgException(SqlState.InvalidParameterValue, $"string is not a valid identifier: \"{name}\"").WithDetail(detail);

    private static bool IsStart(char c) => c == '_' || char.IsAsciiLetter(c) || c >= 0x80;

    private static int SkipSpaces(string text, int i)
    {
        while (i < text.Length && (text[i] is ' ' or '\t' or '\n' or '\r' or '\f' or '\v'))
        {
            i++;
        }

        return i;
    }

    private static string Lower(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });
}
