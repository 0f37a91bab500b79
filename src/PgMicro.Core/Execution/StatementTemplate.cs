using System.Globalization;
using System.Text;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution;

/// <summary>A statement with parameters in place of constants, which serves all texts that differ in these only.</summary>
internal sealed class StatementTemplate
{
    private readonly Part[] _parts;

    private StatementTemplate(string sql, Part[] parts)
    {
        Statement = new ClientStatement(sql);
        _parts = parts;
        ParameterTypes = [.. parts.Where(static p => p.Fixed is null).Select(static p => p.Kind switch
        {
            ConstantKind.Int4 => TypeOid.Int4,
            ConstantKind.Int8 => TypeOid.Int8,
            _ => 0u,
        })];
    }

    /// <summary>The statement with its parameters.</summary>
    internal ClientStatement Statement { get; }

    /// <summary>The types of the parameters; 0 for strings, whose types follow from their places as those of constants do.</summary>
    internal uint[] ParameterTypes { get; }

    /// <summary>Whether a text of the same shape has the same values where there are no parameters.</summary>
    internal bool Fits(string sql, ReadOnlySpan<Constant> constants)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i].Fixed is { } value && !sql.AsSpan(constants[i].Start, constants[i].Length).SequenceEqual(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The values of the parameters in a text that fits.</summary>
    /// <exception cref="Errors.PgException">What the type says of a string that is no value of it.</exception>
    internal PgDatum[] Values(string sql, ReadOnlySpan<Constant> constants, IReadOnlyList<uint> types, PgSession session)
    {
        var values = new PgDatum[types.Count];
        var next = 0;
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            if (part.Fixed is null)
            {
                values[next] = part.Kind == ConstantKind.Text
                    ? session.Types.GetCodec(types[next]).Input(Encoding.UTF8.GetBytes(constants[i].TextIn(sql)), -1, session)
                    : PgDatum.FromInt64(part.IsNegative ? -constants[i].Value : constants[i].Value);
                next++;
            }
        }

        return values;
    }

    /// <summary>Where in a text that fits something is that stands at a place of the template; both in code points, from 1.</summary>
    internal int ToPosition(int position, string sql, ReadOnlySpan<Constant> constants)
    {
        var shift = 0;
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            if (part.Fixed is not null)
            {
                continue;
            }

            if (position > part.End)
            {
                shift += CodePoints(sql.AsSpan(constants[i].Start, constants[i].Length)) + part.Sign - part.PlaceholderLength;
            }
            else
            {
                // The parameter itself stands after a space.
                return position + shift - (position > part.End - part.PlaceholderLength + 1 ? 1 : 0);
            }
        }

        return position + shift;
    }

    /// <summary>Makes the template of a statement and the constants in it; null when a parameter can stand for none of them.</summary>
    internal static StatementTemplate? Make(string sql, ReadOnlySpan<Constant> constants, ParsedStatement statement)
    {
        var places = ConstantPlaces.Of(statement.Raw.Stmt);
        if (places.Count == 0)
        {
            return null;
        }

        var parts = new Part[constants.Length];
        var text = new StringBuilder();
        var copied = 0;
        var offset = 0;
        var counted = 0;
        var number = 0;
        for (var i = 0; i < constants.Length; i++)
        {
            var constant = constants[i];
            offset += Encoding.UTF8.GetByteCount(sql.AsSpan(counted, constant.Start - counted));
            counted = constant.Start;
            var sign = SignBefore(sql, constant);
            if (places.TryGetValue(offset, out var positive) && IsValue(positive, constant, sql, false))
            {
                sign = 0;
            }
            else if (sign == 0 || !places.TryGetValue(offset - sign, out var negative) || !IsValue(negative, constant, sql, true))
            {
                parts[i] = new Part(constant.Kind, sql.Substring(constant.Start, constant.Length), false, 0, 0, 0);
                continue;
            }

            var placeholder = string.Create(CultureInfo.InvariantCulture, $" ${++number}");
            text.Append(sql, copied, constant.Start - sign - copied).Append(placeholder);
            copied = constant.Start + constant.Length;
            parts[i] = new Part(constant.Kind, null, sign > 0, sign, CodePoints(text.ToString()), placeholder.Length);
        }

        return number == 0 ? null : new StatementTemplate(text.Append(sql, copied, sql.Length - copied).ToString(), parts);
    }

    private static int CodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    // How far before a number a minus stands; 0 when there is none.
    private static int SignBefore(string sql, in Constant constant)
    {
        if (constant.Kind == ConstantKind.Text)
        {
            return 0;
        }

        var i = constant.Start - 1;
        while (i >= 0 && sql[i] is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
        {
            i--;
        }

        return i >= 0 && sql[i] == '-' ? constant.Start - i : 0;
    }

    private static bool IsValue(Pg.A_Const node, in Constant constant, string sql, bool isNegative) => constant.Kind switch
    {
        ConstantKind.Text => node.ValCase == Pg.A_Const.ValOneofCase.Sval && node.Sval.Sval == constant.TextIn(sql),
        ConstantKind.Int4 => node.ValCase == Pg.A_Const.ValOneofCase.Ival && node.Ival.Ival == (isNegative ? -constant.Value : constant.Value),
        _ => node.ValCase == Pg.A_Const.ValOneofCase.Fval
            && node.Fval.Fval == (isNegative ? "-" : "") + sql.AsSpan(constant.Start, constant.Length).ToString(),
    };

    /// <summary>What is to be done with a constant.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Fixed">How it must be written; null when there is a parameter for it.</param>
    /// <param name="IsNegative">Whether it is the negative of the number.</param>
    /// <param name="Sign">How much of the text before it belongs to it.</param>
    /// <param name="End">Where the parameter ends in the template, in code points.</param>
    /// <param name="PlaceholderLength">What the template has instead.</param>
    private readonly record struct Part(ConstantKind Kind, string? Fixed, bool IsNegative, int Sign, int End, int PlaceholderLength);
}
