using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>to_tsquery, plainto_tsquery, phraseto_tsquery and websearch_to_tsquery.</summary>
internal static class ToTsQuery
{
    [PgFunction("to_tsquery(text)")]
    public static byte[] Standard(FunctionContext context, ReadOnlySpan<byte> text) => Standard(context, TsConfig.Current(context), text);

    [PgFunction("to_tsquery(regconfig,text)")]
    public static byte[] Standard(FunctionContext context, uint config, ReadOnlySpan<byte> text) => Standard(context, TsConfig.Get(context, config), text);

    [PgFunction("plainto_tsquery(text)")]
    public static byte[] Plain(FunctionContext context, string text) => Plain(context, TsConfig.Current(context), text);

    [PgFunction("plainto_tsquery(regconfig,text)")]
    public static byte[] Plain(FunctionContext context, uint config, string text) => Plain(context, TsConfig.Get(context, config), text);

    [PgFunction("phraseto_tsquery(text)")]
    public static byte[] Phrase(FunctionContext context, string text) => Phrase(context, TsConfig.Current(context), text);

    [PgFunction("phraseto_tsquery(regconfig,text)")]
    public static byte[] Phrase(FunctionContext context, uint config, string text) => Phrase(context, TsConfig.Get(context, config), text);

    [PgFunction("websearch_to_tsquery(text)")]
    public static byte[] Web(FunctionContext context, ReadOnlySpan<byte> text) => Web(context, TsConfig.Current(context), text);

    [PgFunction("websearch_to_tsquery(regconfig,text)")]
    public static byte[] Web(FunctionContext context, uint config, ReadOnlySpan<byte> text) => Web(context, TsConfig.Get(context, config), text);

    /// <summary>plainto_tsquery as a node.</summary>
    internal static TsNode? PlainNode(FunctionContext context, TsConfig config, string text) =>
        Clean(context, Operand(config, text, 0, false, TsOperator.And));

    private static byte[] Standard(FunctionContext context, TsConfig config, ReadOnlySpan<byte> text)
    {
        var node = PgTsQuery.Parse(text, (word, weights, isPrefix) => Operand(config, Encoding.UTF8.GetString(word), weights, isPrefix, TsOperator.Phrase));
        if (node is null)
        {
            context.Notice(new PgNotice("NOTICE", SqlState.SuccessfulCompletion, $"text-search query doesn't contain lexemes: \"{Encoding.UTF8.GetString(text)}\""));
            return [];
        }

        return PgTsQuery.ToStorage(Clean(context, node));
    }

    private static byte[] Plain(FunctionContext context, TsConfig config, string text) => PgTsQuery.ToStorage(PlainNode(context, config, text));

    private static byte[] Phrase(FunctionContext context, TsConfig config, string text) =>
        PgTsQuery.ToStorage(Clean(context, Operand(config, text, 0, false, TsOperator.Phrase)));

    // Words are joined by AND, quoted ones by FOLLOWED BY; "or" and a minus mean what they say; nothing is an error.
    private static byte[] Web(FunctionContext context, TsConfig config, ReadOnlySpan<byte> text)
    {
        var reader = new TsTokenReader(text, isQuery: true, isWeb: true);
        TsNode? any = null, all = null;
        var not = 0;
        var pendingOr = false;
        void Put(TsNode operand)
        {
            for (; not > 0; not--)
            {
                operand = new TsNot(operand);
            }

            if (pendingOr)
            {
                any = any is null ? all : new TsBinary(TsOperator.Or, any, all!);
                all = null;
                pendingOr = false;
            }

            all = all is null ? operand : new TsBinary(TsOperator.And, all, operand);
        }

        while (true)
        {
            reader.SkipSpace();
            if (reader.AtEnd)
            {
                break;
            }

            if (reader.Current == '-' && (all is null || pendingOr || not > 0 || IsOperandStart(text, reader.At)))
            {
                not++;
                reader.At++;
            }
            else if (reader.Current == '"')
            {
                var rest = text[(reader.At + 1)..];
                var close = rest.IndexOf((byte)'"');
                Put(Operand(config, Encoding.UTF8.GetString(close < 0 ? rest : rest[..close]), 0, false, TsOperator.Phrase));
                reader.At += close < 0 ? rest.Length + 1 : close + 2;
            }
            else if (TsTokenReader.IsOperator(reader.Current))
            {
                reader.At++;
            }
            else if (all is not null && not == 0 && !pendingOr && IsOr(text, reader.At))
            {
                pendingOr = true;
                reader.At += 2;
            }
            else
            {
                Put(Operand(config, Encoding.UTF8.GetString(reader.Word()!), 0, false, TsOperator.Phrase));
            }
        }

        if (not > 0 || pendingOr)
        {
            Put(TsStop.Instance);
        }

        var query = any is null ? all : new TsBinary(TsOperator.Or, any, all!);
        if (query is null)
        {
            context.Notice(new PgNotice("NOTICE", SqlState.SuccessfulCompletion, $"text-search query doesn't contain lexemes: \"{Encoding.UTF8.GetString(text)}\""));
            return [];
        }

        return PgTsQuery.ToStorage(Clean(context, query));
    }

    private static bool IsOperandStart(ReadOnlySpan<byte> text, int at) => at == 0 || text[at - 1] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'"' or (byte)'-'
        || TsTokenReader.IsOperator(text[at - 1]);

    private static bool IsOr(ReadOnlySpan<byte> text, int at)
    {
        if (text.Length < at + 2 || (text[at] | 0x20) != 'o' || (text[at + 1] | 0x20) != 'r')
        {
            return false;
        }

        var rest = text[(at + 2)..];
        if (rest.Length == 0)
        {
            return false;
        }

        Rune.DecodeFromUtf8(rest, out var next, out _);
        if (next.Value is '-' or '_' || Rune.IsLetterOrDigit(next))
        {
            return false;
        }

        // At the end of the text it is a word.
        return rest[1..].TrimStart(" \t\r\n"u8).Length > 0 || !Rune.IsWhiteSpace(next);
    }

    private static TsNode Operand(TsConfig config, string text, int weights, bool isPrefix, TsOperator joiner)
    {
        TsNode? node = null;
        var position = 0;
        var last = 0;
        foreach (var token in DefaultParser.Parse(text))
        {
            if (config.Lexize(token) is not { } lexemes)
            {
                continue;
            }

            position++;
            if (lexemes.Length == 0)
            {
                continue;
            }

            // Stop words between words count as distance.
            for (; last > 0 && last + 1 < position; last++)
            {
                node = Join(node, TsStop.Instance, joiner);
            }

            last = position;
            TsNode? word = null;
            foreach (var lexeme in lexemes)
            {
                var value = new TsValue(Encoding.UTF8.GetBytes(lexeme), weights, isPrefix);
                word = word is null ? value : new TsBinary(TsOperator.And, word, value);
            }

            node = Join(node, word!, joiner);
        }

        return node ?? TsStop.Instance;
    }

    private static TsNode Join(TsNode? left, TsNode right, TsOperator joiner) =>
        left is null ? right : new TsBinary(joiner, left, right, joiner == TsOperator.Phrase ? 1 : 0);

    private static TsNode? Clean(FunctionContext context, TsNode node)
    {
        var (cleaned, _, _) = RemoveStops(node);
        if (cleaned is null)
        {
            context.Notice(new PgNotice(
                "NOTICE", SqlState.SuccessfulCompletion, "text-search query contains only stop words or doesn't contain lexemes, ignored"));
        }

        return cleaned;
    }

    // Takes stop words out; what a phrase loses by that is added to its distances, on the left and on the right of what remains.
    private static (TsNode? Node, int Left, int Right) RemoveStops(TsNode node)
    {
        switch (node)
        {
            case TsStop:
                return (null, 0, 0);
            case TsNot not:
                var (operand, left, right) = RemoveStops(not.Operand);
                return (operand is null ? null : new TsNot(operand), left, right);
            case TsBinary binary:
                var (l, leftLeft, leftRight) = RemoveStops(binary.Left);
                var (r, rightLeft, rightRight) = RemoveStops(binary.Right);
                var isPhrase = binary.Operator == TsOperator.Phrase;
                var distance = isPhrase ? binary.Distance : 0;
                if (l is null && r is null)
                {
                    var gap = isPhrase ? leftLeft + distance + rightLeft : Math.Max(leftLeft, rightLeft);
                    return (null, gap, gap);
                }

                if (l is null)
                {
                    return isPhrase ? (r, leftLeft + distance + rightLeft, rightRight) : (r, rightLeft, rightRight);
                }

                if (r is null)
                {
                    return isPhrase ? (l, leftLeft, leftRight + distance + rightRight) : (l, leftLeft, leftRight);
                }

                return isPhrase
                    ? (binary with { Left = l, Right = r, Distance = distance + leftRight + rightLeft }, leftLeft, rightRight)
                    : (binary with { Left = l, Right = r }, 0, 0);
            default:
                return (node, 0, 0);
        }
    }
}
