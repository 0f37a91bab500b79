using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Comparison of numeric: SQLite's under the collation pg_numeric, which lowering adds.</summary>
internal static class NumericComparison
{
    [PgFunction("numeric_eq(numeric,numeric)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) == 0;

    [PgFunction("numeric_ne(numeric,numeric)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) != 0;

    [PgFunction("numeric_lt(numeric,numeric)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) < 0;

    [PgFunction("numeric_le(numeric,numeric)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) <= 0;

    [PgFunction("numeric_gt(numeric,numeric)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) > 0;

    [PgFunction("numeric_ge(numeric,numeric)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => PgNumeric.CompareText(left, right) >= 0;

    [PgFunction("numeric_cmp(numeric,numeric)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(PgNumeric.CompareText(left, right));

    [PgFunction("numeric_larger(numeric,numeric)")]
    public static PgNumeric Larger(PgNumeric left, PgNumeric right) => left > right ? left : right;

    [PgFunction("numeric_smaller(numeric,numeric)")]
    public static PgNumeric Smaller(PgNumeric left, PgNumeric right) => left < right ? left : right;
}
