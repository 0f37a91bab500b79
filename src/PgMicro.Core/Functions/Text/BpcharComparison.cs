namespace PgMicro.Core.Functions.Text;

/// <summary>Comparison of character(n): trailing spaces do not count, as under SQLite's RTRIM.</summary>
internal static class BpcharComparison
{
    [PgFunction("bpchareq(character,character)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) == 0;

    [PgFunction("bpcharne(character,character)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) != 0;

    [PgFunction("bpcharlt(character,character)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) < 0;

    [PgFunction("bpcharle(character,character)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) <= 0;

    [PgFunction("bpchargt(character,character)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) > 0;

    [PgFunction("bpcharge(character,character)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) >= 0;

    [PgFunction("bpcharcmp(character,character)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Math.Sign(left.TrimEnd((byte)' ').SequenceCompareTo(right.TrimEnd((byte)' ')));

    [PgFunction("bpchar_larger(character,character)")]
    public static ReadOnlySpan<byte> Larger(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) >= 0 ? left : right;

    [PgFunction("bpchar_smaller(character,character)")]
    public static ReadOnlySpan<byte> Smaller(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) <= 0 ? left : right;
}
