namespace PgMicro.Core.Functions.Text;

/// <summary>The operators of the pattern operator classes: comparison byte by byte.</summary>
internal static class PatternComparison
{
    [PgFunction("text_pattern_lt(text,text)", Sqlite = "({0} < {1})")]
    public static bool Less(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) < 0;

    [PgFunction("text_pattern_le(text,text)", Sqlite = "({0} <= {1})")]
    public static bool LessOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) <= 0;

    [PgFunction("text_pattern_gt(text,text)", Sqlite = "({0} > {1})")]
    public static bool Greater(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) > 0;

    [PgFunction("text_pattern_ge(text,text)", Sqlite = "({0} >= {1})")]
    public static bool GreaterOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) >= 0;

    [PgFunction("bpchar_pattern_lt(character,character)")]
    public static bool BpcharLess(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) < 0;

    [PgFunction("bpchar_pattern_le(character,character)")]
    public static bool BpcharLessOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) <= 0;

    [PgFunction("bpchar_pattern_gt(character,character)")]
    public static bool BpcharGreater(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) > 0;

    [PgFunction("bpchar_pattern_ge(character,character)")]
    public static bool BpcharGreaterOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) >= 0;

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.TrimEnd((byte)' ').SequenceCompareTo(right.TrimEnd((byte)' '));
}
