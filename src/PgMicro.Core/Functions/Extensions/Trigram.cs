using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>pg_trgm: similarity of texts by the groups of three characters that they share.</summary>
internal static class Trigram
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    [PgFunction("show_limit()")]
    public static float ShowLimit(FunctionContext context) => Threshold(context, "pg_trgm.similarity_threshold", 0.3f);

    [PgFunction("set_limit(real)")]
    public static float SetLimit(FunctionContext context, float limit)
    {
        if (limit is not (>= 0 and <= 1))
        {
            throw new PgException(SqlState.InvalidParameterValue, string.Create(CultureInfo.InvariantCulture, $"{limit} is outside the valid range for parameter \"pg_trgm.similarity_threshold\" (0 .. 1)"));
        }

        context.SetSetting("pg_trgm.similarity_threshold", limit.ToString(CultureInfo.InvariantCulture), false);
        return limit;
    }

    [PgFunction("show_trgm(text)")]
    public static PgDatum Show(FunctionContext context, ReadOnlySpan<byte> text) => ArrayOperations.Store(
        context, new PgArray(TypeOid.Text, [.. Unique(text).Select(static t => PgDatum.FromText(Format(t)))]));

    [PgFunction("similarity(text,text)")]
    public static float Similarity(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int[] a = Unique(left), b = Unique(right);
        if (a.Length == 0 || b.Length == 0)
        {
            return 0;
        }

        var (shared, i, j) = (0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            var order = a[i].CompareTo(b[j]);
            shared += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return Share(shared, a.Length, b.Length);
    }

    [PgFunction("similarity_dist(text,text)")]
    public static float Distance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 1 - Similarity(left, right);

    [PgFunction("similarity_op(text,text)")]
    public static bool IsSimilar(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Similarity(left, right) >= ShowLimit(context);

    [PgFunction("word_similarity(text,text)")]
    public static float Word(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => WordSimilarity(left, right, isStrict: false);

    [PgFunction("strict_word_similarity(text,text)")]
    public static float StrictWord(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => WordSimilarity(left, right, isStrict: true);

    [PgFunction("word_similarity_op(text,text)")]
    public static bool IsWordSimilar(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Word(left, right) >= Threshold(context, "pg_trgm.word_similarity_threshold", 0.6f);

    [PgFunction("word_similarity_commutator_op(text,text)")]
    public static bool IsWordSimilarCommuted(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => IsWordSimilar(context, right, left);

    [PgFunction("strict_word_similarity_op(text,text)")]
    public static bool IsStrictWordSimilar(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        StrictWord(left, right) >= Threshold(context, "pg_trgm.strict_word_similarity_threshold", 0.5f);

    [PgFunction("strict_word_similarity_commutator_op(text,text)")]
    public static bool IsStrictWordSimilarCommuted(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        IsStrictWordSimilar(context, right, left);

    [PgFunction("word_similarity_dist_op(text,text)")]
    public static float WordDistance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 1 - Word(left, right);

    [PgFunction("word_similarity_dist_commutator_op(text,text)")]
    public static float WordDistanceCommuted(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 1 - Word(right, left);

    [PgFunction("strict_word_similarity_dist_op(text,text)")]
    public static float StrictWordDistance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 1 - StrictWord(left, right);

    [PgFunction("strict_word_similarity_dist_commutator_op(text,text)")]
    public static float StrictWordDistanceCommuted(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 1 - StrictWord(right, left);

    private static float Threshold(FunctionContext context, string setting, float otherwise) =>
        context.GetSetting(setting, missingOk: true) is { } text && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static float Share(int shared, int left, int right) => (float)shared / (left + right - shared);

    // Three signed bytes in one number, so that numbers compare as PostgreSQL compares trigrams.
    private static int Pack(byte a, byte b, byte c) => ((a ^ 0x80) << 16) | ((b ^ 0x80) << 8) | (c ^ 0x80);

    private static string Format(int trigram)
    {
        Span<byte> bytes = [(byte)((trigram >> 16) ^ 0x80), (byte)((trigram >> 8) ^ 0x80), (byte)(trigram ^ 0x80)];
        foreach (var b in bytes)
        {
            // A trigram of other characters is only their hash.
            if (b != ' ' && !Types.Ascii.IsAlphaNumeric(b))
            {
                return $"0x{bytes[0]:x2}{bytes[1]:x2}{bytes[2]:x2}";
            }
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private static int[] Unique(ReadOnlySpan<byte> text)
    {
        var list = All(text, null);
        list.Sort();
        return [.. list.Distinct()];
    }

    // The trigrams in order of occurrence; bounds tells of each whether a word starts (1) or ends (2) with it.
    private static List<int> All(ReadOnlySpan<byte> text, List<int>? bounds)
    {
        var list = new List<int>();
        var word = new List<Rune>();
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes().Append(new Rune(' ')))
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Add(Rune.ToLowerInvariant(rune));
            }
            else if (word.Count > 0)
            {
                var first = list.Count;
                Rune[] padded = [new(' '), new(' '), .. word, new(' ')];
                for (var i = 0; i + 2 < padded.Length; i++)
                {
                    list.Add(Make(padded.AsSpan(i, 3)));
                    bounds?.Add(0);
                }

                if (bounds is not null)
                {
                    bounds[first] |= 1;
                    bounds[^1] |= 2;
                }

                word.Clear();
            }
        }

        return list;
    }

    private static int Make(ReadOnlySpan<Rune> runes)
    {
        if (runes[0].IsAscii && runes[1].IsAscii && runes[2].IsAscii)
        {
            return Pack((byte)runes[0].Value, (byte)runes[1].Value, (byte)runes[2].Value);
        }

        Span<byte> bytes = stackalloc byte[12];
        var length = 0;
        foreach (var rune in runes)
        {
            length += rune.EncodeToUtf8(bytes[length..]);
        }

        var crc = 0xFFFFFFFF;
        foreach (var b in bytes[..length])
        {
            crc = CrcTable[(byte)((crc >> 24) ^ b)] ^ (crc << 8);
        }

        crc ^= 0xFFFFFFFF;
        return Pack((byte)crc, (byte)(crc >> 8), (byte)(crc >> 16));
    }

    // PostgreSQL's "legacy" CRC-32 runs the reflected polynomial's table through the unreflected loop.
    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }

    // The greatest similarity of the first text's trigrams with an extent of the second; a strict one begins and ends at words.
    private static float WordSimilarity(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool isStrict)
    {
        var bounds = isStrict ? new List<int>() : null;
        var wanted = All(left, null).ToHashSet();
        var text = All(right, bounds);
        var numbers = new Dictionary<int, int>();
        var index = text.ConvertAll(t =>
        {
            if (!numbers.TryGetValue(t, out var number))
            {
                numbers[t] = number = numbers.Count;
            }

            return number;
        });
        var found = new bool[numbers.Count];
        foreach (var (trigram, number) in numbers)
        {
            found[number] = wanted.Contains(trigram);
        }

        var lastPosition = new int[numbers.Count];
        Array.Fill(lastPosition, -1);
        var (lower, distinct, count, best) = (isStrict ? 0 : -1, 0, 0, 0f);
        for (var i = 0; i < index.Count; i++)
        {
            var trigram = index[i];
            if (lower >= 0 || found[trigram])
            {
                if (lastPosition[trigram] < 0)
                {
                    distinct++;
                    count += found[trigram] ? 1 : 0;
                }

                lastPosition[trigram] = i;
            }

            if (isStrict ? (bounds![i] & 2) == 0 : !found[trigram])
            {
                continue;
            }

            if (lower == -1)
            {
                (lower, distinct) = (i, 1);
            }

            var similarity = Share(count, wanted.Count, distinct);
            var (tryCount, tryDistinct, before) = (count, distinct, lower);
            for (var from = before; from <= i; from++)
            {
                if ((!isStrict || (bounds![from] & 1) != 0) && Share(tryCount, wanted.Count, tryDistinct) is var other && other > similarity)
                {
                    (similarity, distinct, lower, count) = (other, tryDistinct, from, tryCount);
                }

                if (lastPosition[index[from]] == from)
                {
                    tryDistinct--;
                    tryCount -= found[index[from]] ? 1 : 0;
                }
            }

            best = Math.Max(best, similarity);
            for (var from = before; from < lower; from++)
            {
                if (lastPosition[index[from]] == from)
                {
                    lastPosition[index[from]] = -1;
                }
            }
        }

        return best;
    }
}
