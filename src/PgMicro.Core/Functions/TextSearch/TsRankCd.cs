using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>ts_rank_cd: the density of the shortest extents ("covers") that satisfy a query.</summary>
internal static class TsRankCd
{
    [PgFunction("ts_rank_cd(tsvector,tsquery)")]
    public static float Rank(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query) => Rank(TsRank.Default, vector, query, 0);

    [PgFunction("ts_rank_cd(tsvector,tsquery,integer)")]
    public static float Rank(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method) => Rank(TsRank.Default, vector, query, method);

    [PgFunction("ts_rank_cd(real[],tsvector,tsquery)")]
    public static float Rank(FunctionContext context, ReadOnlySpan<byte> weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query) =>
        Rank(TsRank.Weights(context, weights), vector, query, 0);

    [PgFunction("ts_rank_cd(real[],tsvector,tsquery,integer)")]
    public static float Rank(FunctionContext context, ReadOnlySpan<byte> weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method) =>
        Rank(TsRank.Weights(context, weights), vector, query, method);

    private static float Rank(float[] weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method)
    {
        var document = PgTsVector.Parse(vector);
        if (PgTsQuery.FromStorage(query) is not { } node || Words(document, node) is not { Count: > 0 } words)
        {
            return 0;
        }

        var (rank, distances, previous, extents) = (0.0, 0.0, 0.0, 0);
        for (var start = 0; Cover(words, node, ref start) is var (first, last) && first >= 0;)
        {
            var inverse = 0.0;
            for (var i = first; i <= last; i++)
            {
                inverse += 1.0 / weights[TsLexeme.Weight(words[i].Entry)];
            }

            int from = TsLexeme.Position(words[first].Entry), to = TsLexeme.Position(words[last].Entry);
            var noise = to - from - (last - first);
            noise = noise < 0 ? (last - first) / 2 : noise;
            rank += (last - first + 1) / inverse / (1 + noise);
            var middle = (from + to) / 2.0;
            if (extents > 0 && middle > previous)
            {
                distances += 1.0 / (middle - previous);
            }

            previous = middle;
            extents++;
        }

        if ((method & 1) != 0)
        {
            rank /= Math.Log(TsRank.DocumentLength(document) + 1);
        }

        if ((method & 2) != 0)
        {
            rank /= TsRank.DocumentLength(document);
        }

        if ((method & 4) != 0 && extents > 0 && distances > 0)
        {
            rank /= extents / distances;
        }

        if ((method & 8) != 0)
        {
            rank /= document.Lexemes.Length;
        }

        if ((method & 16) != 0)
        {
            rank /= Math.Log(document.Lexemes.Length + 1) / Math.Log(2.0);
        }

        return (float)((method & 32) != 0 ? rank / (rank + 1) : rank);
    }

    // The next cover: the earliest end that satisfies the query, then the latest start before it.
    private static (int First, int Last) Cover(List<(ushort Entry, List<TsValue> Values)> words, TsNode node, ref int start)
    {
        while (start < words.Count)
        {
            var matcher = new Window();
            var last = start;
            for (; last < words.Count; last++)
            {
                matcher.Add(words[last]);
                if (matcher.Matches(node))
                {
                    break;
                }
            }

            if (last == words.Count)
            {
                return (-1, -1);
            }

            matcher = new Window();
            for (var first = last; first >= start; first--)
            {
                matcher.Add(words[first]);
                if (matcher.Matches(node))
                {
                    start = first + 1;
                    return (first, last);
                }
            }

            start++;
        }

        return (-1, -1);
    }

    private static List<(ushort Entry, List<TsValue> Values)> Words(PgTsVector document, TsNode node)
    {
        var words = new List<(ushort Entry, int Lexeme, TsValue Value)>();
        foreach (var value in TsOperators.Values(node))
        {
            var (offset, length) = document.Matching(value.Text, value.IsPrefix).GetOffsetAndLength(document.Lexemes.Length);
            for (var i = offset; i < offset + length; i++)
            {
                foreach (var entry in document.Lexemes[i].Positions)
                {
                    if (value.Weights == 0 || (value.Weights & (1 << TsLexeme.Weight(entry))) != 0)
                    {
                        words.Add((entry, i, value));
                    }
                }
            }
        }

        return [.. words.OrderBy(static w => TsLexeme.Position(w.Entry)).ThenBy(static w => TsLexeme.Weight(w.Entry)).ThenBy(static w => w.Lexeme)
            .GroupBy(static w => (w.Entry, w.Lexeme)).Select(static g => (g.Key.Entry, g.Select(static w => w.Value).ToList()))];
    }

    // The words of an extent.
    private sealed class Window : TsMatcher
    {
        private readonly Dictionary<TsValue, List<int>> _found = new(ReferenceEqualityComparer.Instance);

        internal void Add((ushort Entry, List<TsValue> Values) word)
        {
            foreach (var value in word.Values)
            {
                if (!_found.TryGetValue(value, out var positions))
                {
                    _found[value] = positions = [];
                }

                positions.Add(TsLexeme.Position(word.Entry));
            }
        }

        protected override TsAnswer Find(TsValue value, TsPlaces? places)
        {
            if (!_found.TryGetValue(value, out var positions))
            {
                return TsAnswer.No;
            }

            if (places is not null)
            {
                places.Positions = [.. positions.Distinct().Order()];
            }

            return TsAnswer.Yes;
        }
    }
}
