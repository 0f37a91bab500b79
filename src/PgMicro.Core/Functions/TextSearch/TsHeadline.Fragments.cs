using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <content>MaxFragments: several extracts, each around words of the query.</content>
internal static partial class TsHeadline
{
    private static List<(int First, int Last)> Fragments(List<Word> words, TsNode? query, Options options)
    {
        var candidates = new List<Fragment>();
        foreach (var (first, last) in Covers(words, query))
        {
            for (var start = first; start <= last;)
            {
                var fragment = Cut(words, start, last, options.MaxWords);
                candidates.Add(fragment);
                start = fragment.Last + 1;
            }
        }

        var taken = new bool[words.Count];
        var chosen = new List<(int First, int Last)>();
        while (chosen.Count < options.MaxFragments && MostTelling(candidates) is { } best)
        {
            best.IsDone = true;
            Stretch(words, taken, best, options);
            taken.AsSpan(best.First, best.Last - best.First + 1).Fill(true);
            chosen.Add((best.First, best.Last));
            foreach (var other in candidates)
            {
                other.IsDone |= other.First <= best.Last && other.Last >= best.First;
            }
        }

        chosen.Sort();
        return chosen;
    }

    // At most so many words of a cover, from a word of the query to one.
    private static Fragment Cut(List<Word> words, int first, int last, int maxWords)
    {
        while (first < last && !words[first].IsMatch)
        {
            first++;
        }

        var (length, matches, i) = (0, 0, first);
        for (; i <= last && length < maxWords; i++)
        {
            length += words[i].IsWord ? 1 : 0;
            matches += words[i].IsMatch ? 1 : 0;
        }

        if (last > i)
        {
            for (last = i; last > first && !words[last].IsMatch; last--)
            {
                length -= words[last].IsWord ? 1 : 0;
            }
        }

        return new Fragment { First = first, Last = last, Length = length, Matches = matches };
    }

    private static Fragment? MostTelling(List<Fragment> candidates)
    {
        Fragment? best = null;
        foreach (var candidate in candidates)
        {
            if (!candidate.IsDone && (best is null
                ? candidate.Matches > 0
                : candidate.Matches > best.Matches || (candidate.Matches == best.Matches && candidate.Length < best.Length)))
            {
                best = candidate;
            }
        }

        return best;
    }

    // Up to half of the words that there is room for before it, the others after it; no end at a short word.
    private static void Stretch(List<Word> words, bool[] taken, Fragment fragment, Options options)
    {
        if (fragment.Length >= options.MaxWords)
        {
            return;
        }

        var (length, most, stretch) = (fragment.Length, (options.MaxWords - fragment.Length) / 2, 0);
        var first = fragment.First;
        for (var i = first - 1; i >= 0 && stretch < most && !taken[i]; i--)
        {
            stretch += words[i].IsWord ? 1 : 0;
            first = i;
        }

        length += stretch;
        for (; first < fragment.First && IsBadEnd(words[first], options); first++)
        {
            length -= words[first].IsWord ? 1 : 0;
        }

        var last = fragment.Last;
        for (var i = last + 1; i < words.Count && length < options.MaxWords && !taken[i]; i++)
        {
            length += words[i].IsWord ? 1 : 0;
            last = i;
        }

        while (last > fragment.Last && IsBadEnd(words[last], options))
        {
            last--;
        }

        (fragment.First, fragment.Last) = (first, last);
    }

    private sealed class Fragment
    {
        internal int First { get; set; }

        internal int Last { get; set; }

        internal int Length { get; init; }

        internal int Matches { get; init; }

        internal bool IsDone { get; set; }
    }
}
