using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Extensions;

/// <summary>A pattern over ltree labels.</summary>
internal sealed class Lquery
{
    private const int Most = ushort.MaxValue;

    private readonly List<Level> _levels = [];

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="PgException">42601 where it is malformed.</exception>
    internal static Lquery Parse(string text)
    {
        var query = new Lquery();
        Rune[] runes = [.. text.EnumerateRunes()];
        var at = 0;
        while (true)
        {
            query._levels.Add(ParseLevel(runes, ref at));
            if (at == runes.Length)
            {
                return query;
            }

            // A level ends at a dot only.
            at++;
        }
    }

    internal bool Matches(string[] labels) => Matches(0, labels, 0);

    public override string ToString() => string.Join('.', _levels);

    private static Level ParseLevel(Rune[] runes, ref int at)
    {
        if (at == runes.Length)
        {
            throw Unexpected();
        }

        var level = new Level { IsNot = runes[at].Value == '!' };
        at += level.IsNot ? 1 : 0;
        if (!level.IsNot && runes[at].Value == '*')
        {
            at++;
            (level.IsStar, level.Low, level.High) = (true, 0, Most);
            if (at < runes.Length && runes[at].Value == '{')
            {
                Quantifier(level, runes, ref at);
            }
        }
        else
        {
            while (true)
            {
                level.Variants.Add(ParseVariant(runes, ref at));
                if (at < runes.Length && runes[at].Value == '|')
                {
                    at++;
                    continue;
                }

                break;
            }

            if (at < runes.Length && runes[at].Value == '{')
            {
                level.HasQuantifier = true;
                Quantifier(level, runes, ref at);
            }
        }

        return at == runes.Length || runes[at].Value == '.' ? level : throw At(at);
    }

    private static Variant ParseVariant(Rune[] runes, ref int at)
    {
        var start = at;
        while (at < runes.Length && LtreeCodec.IsLabelRune(runes[at]))
        {
            at++;
        }

        if (at == start)
        {
            throw at == runes.Length ? Unexpected() : At(at);
        }

        if (at - start > LtreeCodec.MaxLabelLength)
        {
            throw new PgException(SqlState.NameTooLong, "label string is too long")
                .WithDetail($"Label length is {at - start}, must be at most {LtreeCodec.MaxLabelLength}, at character {start + 1}.");
        }

        var variant = new Variant(string.Concat(runes[start..at]));
        for (; at < runes.Length && runes[at].Value is '@' or '*' or '%'; at++)
        {
            variant = runes[at].Value switch
            {
                '@' => variant with { IgnoreCase = true },
                '*' => variant with { IsPrefix = true },
                _ => variant with { IsSubword = true },
            };
        }

        return variant;
    }

    private static void Quantifier(Level level, Rune[] runes, ref int at)
    {
        at++;
        var low = Number(runes, ref at);
        var comma = at < runes.Length && runes[at].Value == ',';
        at += comma ? 1 : 0;
        var high = comma ? Number(runes, ref at) : low;
        if (at == runes.Length)
        {
            throw Unexpected();
        }

        if (runes[at].Value != '}' || (low is null && !comma))
        {
            throw At(at);
        }

        at++;
        (level.Low, level.High) = (low ?? 0, high ?? Most);
        if (level.Low > level.High)
        {
            throw new PgException(SqlState.SyntaxError, "lquery syntax error").WithDetail($"Low limit ({level.Low}) is greater than high limit ({level.High}), at character {at - 1}.");
        }
    }

    private static int? Number(Rune[] runes, ref int at)
    {
        int? value = null;
        for (; at < runes.Length && runes[at].Value is >= '0' and <= '9'; at++)
        {
            value = ((value ?? 0) * 10) + runes[at].Value - '0';
            if (value > Most)
            {
                throw new PgException(SqlState.SyntaxError, "lquery syntax error").WithDetail($"Low limit ({value}) exceeds the maximum allowed ({Most}), at character {at}.");
            }
        }

        return value;
    }

    private bool Matches(int level, string[] labels, int at)
    {
        if (level == _levels.Count)
        {
            return at == labels.Length;
        }

        var current = _levels[level];
        var taken = 0;
        while (taken < current.Low)
        {
            if (at + taken >= labels.Length || !current.Matches(labels[at + taken]))
            {
                return false;
            }

            taken++;
        }

        while (true)
        {
            if (Matches(level + 1, labels, at + taken))
            {
                return true;
            }

            if (taken >= current.High || at + taken >= labels.Length || !current.Matches(labels[at + taken]))
            {
                return false;
            }

            taken++;
        }
    }

    private static PgException At(int at) => new(SqlState.SyntaxError, $"lquery syntax error at character {at + 1}");

    private static PgException Unexpected() => new PgException(SqlState.SyntaxError, "lquery syntax error").WithDetail("Unexpected end of input.");

    private readonly record struct Variant(string Name, bool IgnoreCase = false, bool IsPrefix = false, bool IsSubword = false)
    {
        internal bool Matches(string label) => IsSubword ? MatchesWords(label) : MatchesWord(label, Name);

        public override string ToString() => Name + (IsSubword ? "%" : "") + (IgnoreCase ? "@" : "") + (IsPrefix ? "*" : "");

        private bool MatchesWord(string text, string name)
        {
            if (IgnoreCase)
            {
                (text, name) = (text.ToLowerInvariant(), name.ToLowerInvariant());
            }

            return IsPrefix ? text.StartsWith(name, StringComparison.Ordinal) : text == name;
        }

        // Every word of the pattern, in order, among the label's words between underscores.
        private bool MatchesWords(string label)
        {
            var words = label.Split('_', StringSplitOptions.RemoveEmptyEntries);
            var at = 0;
            foreach (var wanted in Name.Split('_', StringSplitOptions.RemoveEmptyEntries))
            {
                while (at < words.Length && !MatchesWord(words[at], wanted))
                {
                    at++;
                }

                if (at++ >= words.Length)
                {
                    return false;
                }
            }

            return true;
        }
    }

    private sealed class Level
    {
        internal bool IsNot { get; init; }

        internal bool IsStar { get; set; }

        internal bool HasQuantifier { get; set; }

        internal int Low { get; set; } = 1;

        internal int High { get; set; } = 1;

        internal List<Variant> Variants { get; } = [];

        internal bool Matches(string label) => IsStar || Variants.Exists(v => v.Matches(label)) != IsNot;

        public override string ToString()
        {
            var text = new StringBuilder();
            text.Append(IsNot ? "!" : "").Append(IsStar ? "*" : "").Append(string.Join('|', Variants));
            if (HasQuantifier || (IsStar && (Low, High) != (0, Most)))
            {
                var (low, high) = (Low.ToString(CultureInfo.InvariantCulture), High.ToString(CultureInfo.InvariantCulture));
                text.Append('{').Append(Low == High ? low : (Low == 0 ? "" : low) + "," + (High == Most ? "" : high)).Append('}');
            }

            return text.ToString();
        }
    }
}

/// <summary>lquery: TEXT in its normal form.</summary>
public sealed class LqueryCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Lquery;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.LqueryArray;

    /// <inheritdoc/>
    public override string Name => "lquery";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromText(Lquery.Parse(Encoding.UTF8.GetString(text)).ToString());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Input(VersionedText.Read(binary, "lquery", context), typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => VersionedText.Write(value.Bytes, context, writer);
}
