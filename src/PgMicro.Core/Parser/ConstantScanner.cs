using System.Globalization;

namespace PgMicro.Core.Parser;

/// <summary>What a constant in an SQL text is.</summary>
internal enum ConstantKind : byte
{
    None,
    Int4,
    Int8,
    Text,
}

/// <summary>A constant in an SQL text: a run of digits or a plain string.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Value">A number's value.</param>
internal readonly record struct Constant(int Start, int Length, ConstantKind Kind, long Value)
{
    /// <summary>A string's content.</summary>
    internal string TextIn(string sql) => sql.Substring(Start + 1, Length - 2).Replace("''", "'", StringComparison.Ordinal);
}

/// <summary>
/// Finds the constants of an SQL text by PostgreSQL's lexical rules, without parsing it. It gives up on what is rare: comments, strings with a prefix, dollar quotes,
/// strings in several pieces. Numbers that are no plain integers, and what is near them, stay a part of the text.
/// </summary>
internal static class ConstantScanner
{
    // Where int4 ends; its negative end is written with a constant that is no int4.
    private const long MaxInt4 = int.MaxValue;
    private const int MaxDigits = 18;

    /// <summary>Scans a text.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="shape">Receives the text with a character for each constant; as long as the text at least.</param>
    /// <param name="constants">Receives the constants.</param>
    /// <param name="length">How much of <paramref name="shape"/> was written.</param>
    /// <param name="count">How many constants there are.</param>
    /// <returns>False when the text is none of those that it can scan, or has too many constants.</returns>
    internal static bool TryScan(ReadOnlySpan<char> sql, Span<char> shape, Span<Constant> constants, out int length, out int count)
    {
        length = 0;
        count = 0;
        var afterString = false;
        for (var i = 0; i < sql.Length;)
        {
            var c = sql[i];
            var start = i;
            switch (c)
            {
                case < '\b':
                    return false;
                case ' ' or '\t' or '\n' or '\r' or '\f' or '\v':
                    shape[length++] = c;
                    i++;
                    continue;
                case '\'':
                    if (afterString || count == constants.Length || (i = EndOfString(sql, i)) < 0)
                    {
                        return false;
                    }

                    constants[count++] = new Constant(start, i - start, ConstantKind.Text, 0);
                    shape[length++] = (char)ConstantKind.Text;
                    afterString = true;
                    continue;
                case '$':
                case '-' when At(sql, i + 1) == '-':
                case '/' when At(sql, i + 1) == '*':
                case '&' when At(sql, i + 1) is '\'' or '"':
                    return false;
                case '"':
                    i = sql[(i + 1)..].IndexOf('"');
                    if (i < 0)
                    {
                        return false;
                    }

                    i += start + 2;
                    break;
                case >= '0' and <= '9':
                    i = EndOfDigits(sql, i);
                    if (IsInteger(sql, start, i, out var constant))
                    {
                        if (count == constants.Length)
                        {
                            return false;
                        }

                        constants[count++] = constant;
                        shape[length++] = (char)constant.Kind;
                        afterString = false;
                        continue;
                    }

                    while (i < sql.Length && (IsInIdentifier(sql[i]) || sql[i] == '.'))
                    {
                        i++;
                    }

                    break;
                case var _ when IsInIdentifier(c):
                    do
                    {
                        i++;
                    }
                    while (i < sql.Length && IsInIdentifier(sql[i]));

                    // A prefix, or a type's name before its value.
                    if (At(sql, i) == '\'')
                    {
                        return false;
                    }

                    break;
                default:
                    i++;
                    break;
            }

            afterString = false;
            sql[start..i].CopyTo(shape[length..]);
            length += i - start;
        }

        return count > 0;
    }

    private static char At(ReadOnlySpan<char> sql, int index) => index < sql.Length ? sql[index] : '\0';

    private static bool IsInIdentifier(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or >= '\u0080';

    // After its closing quote; -1 when there is none.
    private static int EndOfString(ReadOnlySpan<char> sql, int start)
    {
        for (var i = start + 1; ; i += 2)
        {
            var next = sql[i..].IndexOf('\'');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (At(sql, i + 1) != '\'')
            {
                return i + 1;
            }
        }
    }

    private static int EndOfDigits(ReadOnlySpan<char> sql, int start)
    {
        var i = start;
        while (i < sql.Length && char.IsAsciiDigit(sql[i]))
        {
            i++;
        }

        return i;
    }

    private static bool IsInteger(ReadOnlySpan<char> sql, int start, int end, out Constant constant)
    {
        constant = default;
        if (end - start > MaxDigits || IsInIdentifier(At(sql, end)) || At(sql, end) == '.' || (start > 0 && sql[start - 1] == '.'))
        {
            return false;
        }

        var value = long.Parse(sql[start..end], NumberStyles.None, CultureInfo.InvariantCulture);
        if (value == MaxInt4 + 1)
        {
            return false;
        }

        constant = new Constant(start, end - start, value <= MaxInt4 ? ConstantKind.Int4 : ConstantKind.Int8, value);
        return true;
    }
}
