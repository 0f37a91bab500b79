using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Text;

/// <summary>quote_ident, quote_literal, quote_nullable and format.</summary>
internal static class Quote
{
    [PgFunction("quote_ident(text)")]
    public static string Identifier(string name) => CatalogNames.QuoteIdentifier(name);

    [PgFunction("quote_literal(text)")]
    public static string Literal(string text) =>
        (text.Contains('\\') ? "E'" : "'") + text.Replace("'", "''").Replace("\\", "\\\\") + "'";

    [PgFunction("quote_literal(anyelement)")]
    public static string Literal(CallSite site, FunctionContext context, PgDatum value) =>
        Literal(context.Types.GetCodec(site.ArgumentTypes[0]).OutputString(value, context));

    [PgFunction("quote_nullable(text)")]
    public static string Nullable(string? text) => text is null ? "NULL" : Literal(text);

    [PgFunction("quote_nullable(anyelement)")]
    public static string Nullable(CallSite site, FunctionContext context, PgDatum value) => value.IsNull ? "NULL" : Literal(site, context, value);

    [PgFunction("format(text)")]
    public static string? Format(string? format) => format is null ? null : Format(null!, null!, format, default);

    [PgFunction("format(text,\"any\")")]
    public static string? Format(CallSite site, FunctionContext context, string? format, FunctionArguments arguments)
    {
        if (format is null)
        {
            return null;
        }

        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            i++;
            if (i >= format.Length)
            {
                throw Unterminated();
            }

            if (format[i] == '%')
            {
                result.Append('%');
                continue;
            }

            var argument = -1;
            var width = 0;
            var left = false;
            var start = i;
            var number = Number(format, ref i);
            if (number >= 0 && i < format.Length && format[i] == '$')
            {
                argument = number == 0 ? throw new PgException(SqlState.InvalidParameterValue, "format specifies argument 0, but arguments are numbered from 1") : number - 1;
                i++;
                start = i;
                number = -1;
            }
            else if (number >= 0)
            {
                i = start;
            }

            for (; i < format.Length && format[i] == '-'; i++)
            {
                left = true;
            }

            if (i < format.Length && format[i] == '*')
            {
                i++;
                var widthArgument = next;
                var at = i;
                var given = Number(format, ref at);
                if (given >= 0 && at < format.Length && format[at] == '$')
                {
                    widthArgument = given == 0 ? throw new PgException(SqlState.InvalidParameterValue, "format specifies argument 0, but arguments are numbered from 1") : given - 1;
                    i = at + 1;
                    next = widthArgument + 1;
                }
                else
                {
                    next++;
                }

                if (widthArgument >= arguments.Count)
                {
                    throw TooFew();
                }

                width = arguments.IsNull(widthArgument) ? 0 : (int)arguments.Int64(widthArgument);
                if (width < 0)
                {
                    left = true;
                    width = -width;
                }
            }
            else
            {
                width = Math.Max(Number(format, ref i), 0);
            }

            if (i >= format.Length)
            {
                throw Unterminated();
            }

            var kind = format[i];
            if (kind is not ('s' or 'I' or 'L'))
            {
                throw new PgException(SqlState.InvalidParameterValue, $"unrecognized format() type specifier \"{kind}\"")
                    .WithHint("For a single \"%\" use \"%%\".");
            }

            if (argument < 0)
            {
                argument = next;
            }

            next = argument + 1;
            if (argument >= arguments.Count)
            {
                throw TooFew();
            }

            var text = arguments.IsNull(argument)
                ? null
                : context.Types.GetCodec(site.ArgumentTypes[argument + 1]).OutputString(arguments.Datum(argument), context);
            var piece = kind switch
            {
                's' => text ?? "",
                'I' => text is null
                    ? throw new PgException(SqlState.NullValueNotAllowed, "null values cannot be formatted as an SQL identifier")
                    : Identifier(text),
                _ => Nullable(text),
            };
            var missing = width - Utf8Text.Length(Encoding.UTF8.GetBytes(piece));
            result.Append(' ', left ? 0 : Math.Max(missing, 0)).Append(piece).Append(' ', left ? Math.Max(missing, 0) : 0);
        }

        return result.ToString();
    }

    private static int Number(string format, ref int i)
    {
        if (i >= format.Length || !char.IsAsciiDigit(format[i]))
        {
            return -1;
        }

        var value = 0L;
        for (; i < format.Length && char.IsAsciiDigit(format[i]); i++)
        {
            value = (value * 10) + format[i] - '0';
            if (value > int.MaxValue)
            {
                throw new PgException(SqlState.NumericValueOutOfRange, "number is out of range");
            }
        }

        return (int)value;
    }

    private static PgException Unterminated() =>
        new PgException(SqlState.InvalidParameterValue, "unterminated format() type specifier").WithHint("For a single \"%\" use \"%%\".");

    private static PgException TooFew() => new(SqlState.InvalidParameterValue, "too few arguments for format()");
}
