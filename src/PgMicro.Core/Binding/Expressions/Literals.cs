using System.Globalization;
using System.Numerics;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Literals: the type that each has before anything else decides it.</summary>
internal static class Literals
{
    public static BoundConst Transform(ParseState pstate, Pg.A_Const node)
    {
        if (node.Isnull)
        {
            return Constants.Null(TypeOid.Unknown, location: node.Location);
        }

        switch (node.ValCase)
        {
            case Pg.A_Const.ValOneofCase.Fval:
                return Number(pstate, node.Fval.Fval, node.Location);
            case Pg.A_Const.ValOneofCase.Boolval:
                return Constants.Bool(node.Boolval.Boolval, node.Location);
            case Pg.A_Const.ValOneofCase.Sval:
                return Constants.Unknown(node.Sval.Sval, node.Location);
            case Pg.A_Const.ValOneofCase.Bsval:
                return Typed(pstate, node.Bsval.Bsval, TypeOid.Bit, node.Location);
            default:
                // Protobuf leaves out an integer of 0.
                return Constants.Int4(node.Ival?.Ival ?? 0, node.Location);
        }
    }

    private static BoundConst Number(ParseState pstate, string text, int location)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (TryInteger(digits, out var integer))
        {
            if (integer >= long.MinValue && integer <= long.MaxValue)
            {
                var value = (long)integer;
                return new BoundConst
                {
                    Type = value is >= int.MinValue and <= int.MaxValue ? TypeOid.Int4 : TypeOid.Int8,
                    Value = PgDatum.FromInt64(value),
                    Location = location,
                };
            }

            digits = integer.ToString(CultureInfo.InvariantCulture);
        }

        return Typed(pstate, digits, TypeOid.Numeric, location);
    }

    private static bool TryInteger(string digits, out BigInteger value)
    {
        if (digits.StartsWith('-'))
        {
            // The grammar negates constants that it reads after a minus sign.
            var read = TryInteger(digits[1..], out var positive);
            value = -positive;
            return read;
        }

        value = 0;
        if (digits.Length > 2 && digits[0] == '0' && char.ToLowerInvariant(digits[1]) is var mark and ('x' or 'o' or 'b'))
        {
            var radix = mark switch { 'x' => 16, 'o' => 8, _ => 2 };
            foreach (var c in digits.AsSpan(2))
            {
                value = (value * radix) + (c <= '9' ? c - '0' : char.ToLowerInvariant(c) - 'a' + 10);
            }

            return true;
        }

        return BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static BoundConst Typed(ParseState pstate, string text, uint type, int location) => new()
    {
        Type = type,
        Value = Coercion.Input(pstate, System.Text.Encoding.UTF8.GetBytes(text), type, -1, location),
        Location = location,
    };
}
