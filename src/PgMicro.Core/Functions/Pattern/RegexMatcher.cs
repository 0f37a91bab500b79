namespace PgMicro.Core.Functions.Pattern;

/// <summary>
/// Matches one text: the automaton gives the leftmost start and the preferred end, then the match is dissected from left to right,
/// each part taking its own preferred length that lets the rest match.
/// </summary>
internal sealed class RegexMatcher(Regex regex, int[] text)
{
    private readonly int[] _captures = new int[(regex.Groups + 1) * 2];

    public bool Matches() => Run(regex.Root.Program, 0, text.Length, true, true, null) >= 0;

    public int[]? Find(int from)
    {
        var root = regex.Root;
        if (from > text.Length || Run(root.Program, from, text.Length, true, true, null) < 0)
        {
            return null;
        }

        for (var start = from; start <= text.Length; start++)
        {
            if (!root.HasBackReference)
            {
                var end = Run(root.Program, start, text.Length, false, root.Preference == RegexPreference.Shortest, null);
                if (end >= 0)
                {
                    return Captured(root, start, end);
                }

                continue;
            }

            foreach (var end in Ends(root, start, text.Length))
            {
                if (Captured(root, start, end) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private int[]? Captured(RegexNode root, int start, int end)
    {
        Array.Fill(_captures, -1);
        (_captures[0], _captures[1]) = (start, end);
        return !root.NeedsDissection || Dissect(root, start, end) ? _captures : null;
    }

    /// <summary>Possible ends of a part, the preferred first.</summary>
    private List<int> Ends(RegexNode node, int start, int limit)
    {
        var ends = new List<int>();
        Run(node.Program, start, limit, false, false, ends);
        if (node.Preference != RegexPreference.Shortest)
        {
            ends.Reverse();
        }

        return ends;
    }

    private bool Spans(RegexNode node, int start, int end)
    {
        var ends = new List<int>();
        Run(node.Program, start, end, false, false, ends);
        return ends.Count > 0 && ends[^1] == end;
    }

    private bool Dissect(RegexNode node, int start, int end)
    {
        if (!node.NeedsDissection)
        {
            return Spans(node, start, end);
        }

        switch (node.Kind)
        {
            case RegexNodeKind.Group:
                if (!Dissect(node.Children[0], start, end))
                {
                    return false;
                }

                (_captures[node.Min * 2], _captures[(node.Min * 2) + 1]) = (start, end);
                return true;
            case RegexNodeKind.BackReference:
                return Repeats(node, start, end);
            case RegexNodeKind.Alternation:
                foreach (var branch in node.Children)
                {
                    if (Spans(branch, start, end) && Dissect(branch, start, end))
                    {
                        return true;
                    }

                    Forget(branch);
                }

                return false;
            case RegexNodeKind.Concatenation:
                return DissectSequence(node, 0, start, end, node.HasBackReference ? null : []);
            default:
                return DissectRepetition(node, start, end);
        }
    }

    private bool DissectSequence(RegexNode node, int index, int start, int end, HashSet<(int, int)>? failed)
    {
        var child = node.Children[index];
        if (index == node.Children.Length - 1)
        {
            return Spans(child, start, end) && Dissect(child, start, end);
        }

        if (failed is not null && failed.Contains((index, start)))
        {
            return false;
        }

        foreach (var middle in Ends(child, start, end))
        {
            if (Dissect(child, start, middle) && DissectSequence(node, index + 1, middle, end, failed))
            {
                return true;
            }

            Forget(child);
        }

        failed?.Add((index, start));
        return false;
    }

    private bool DissectRepetition(RegexNode node, int start, int end)
    {
        if (start == end && node.Min == 0)
        {
            return true;
        }

        return Next(0, start, node.HasBackReference ? null : []);

        bool Next(int count, int at, HashSet<(int, int)>? failed)
        {
            var child = node.Children[0];
            var key = (node.Max < 0 ? Math.Min(count, node.Min) : count, at);
            if (failed is not null && failed.Contains(key))
            {
                return false;
            }

            foreach (var stop in Ends(child, at, end))
            {
                var made = count + 1;
                if (stop == at && made >= node.Min && stop != end)
                {
                    continue;
                }

                if (stop == end && made >= node.Min && (node.Max < 0 || made <= node.Max))
                {
                    if (Dissect(child, at, stop))
                    {
                        return true;
                    }
                }
                else if ((node.Max < 0 || made < node.Max) && (stop > at || made < node.Min) && Dissect(child, at, stop))
                {
                    if (Next(made, stop, failed))
                    {
                        return true;
                    }
                }

                Forget(child);
            }

            failed?.Add(key);
            return false;
        }
    }

    private bool Repeats(RegexNode node, int start, int end)
    {
        var from = _captures[node.Min * 2];
        var length = _captures[(node.Min * 2) + 1] - from;
        if (from < 0 || length != end - start)
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            var (a, b) = (text[from + i], text[start + i]);
            if (a != b && !(node.IsNegative && RegexSet.Lower(a) == RegexSet.Lower(b)))
            {
                return false;
            }
        }

        return true;
    }

    private void Forget(RegexNode node)
    {
        if (!node.NeedsDissection)
        {
            return;
        }

        if (node.Kind == RegexNodeKind.Group)
        {
            (_captures[node.Min * 2], _captures[(node.Min * 2) + 1]) = (-1, -1);
        }

        foreach (var child in node.Children)
        {
            Forget(child);
        }
    }

    /// <summary>Runs an automaton from a position; the first end, or the last one, or every one in order. -1 without a match.</summary>
    private int Run(RegexProgram program, int from, int limit, bool floating, bool first, List<int>? ends)
    {
        var table = program.Table;
        var current = new int[table.Length];
        var following = new int[table.Length];
        var seen = new int[table.Length];
        var stack = new int[table.Length + 1];
        var result = -1;
        var count = 0;
        for (var at = from; ; at++)
        {
            if (at == from || floating)
            {
                count = Close(program.Start, current, count, at);
            }

            if (seen[RegexProgram.Accept] == at + 1)
            {
                result = at;
                ends?.Add(at);
                if (first)
                {
                    return at;
                }
            }

            if (at >= limit || (count == 0 && !floating))
            {
                return result;
            }

            var c = text[at];
            var next = 0;
            for (var i = 0; i < count; i++)
            {
                ref readonly var state = ref table[current[i]];
                if (state.Set is { } set && set.Contains(c))
                {
                    next = Close(state.Next, following, next, at + 1);
                }
            }

            (current, following, count) = (following, current, next);
        }

        // Marks hold position + 1, which no earlier position shares, so that they need no clearing.
        int Close(int entry, int[] list, int length, int at)
        {
            var depth = 0;
            stack[depth++] = entry;
            while (depth > 0)
            {
                var index = stack[--depth];
                if (index < 0 || seen[index] == at + 1)
                {
                    continue;
                }

                seen[index] = at + 1;
                ref readonly var state = ref table[index];
                if (state.Set is not null)
                {
                    list[length++] = index;
                }
                else if (index != RegexProgram.Accept && (state.Test is null || Holds(state.Test, at)))
                {
                    if (depth + 2 > stack.Length)
                    {
                        Array.Resize(ref stack, stack.Length * 2);
                    }

                    stack[depth++] = state.Next;
                    if (state.Test is null)
                    {
                        stack[depth++] = state.Other;
                    }
                }
            }

            return length;
        }
    }

    private bool Holds(RegexNode test, int at)
    {
        if (test.Kind == RegexNodeKind.Lookaround)
        {
            var child = test.Children[0];
            bool found;
            if (test.IsBehind)
            {
                var ends = new List<int>();
                Run(child.Program, 0, at, true, false, ends);
                found = ends.Count > 0 && ends[^1] == at;
            }
            else
            {
                found = Run(child.Program, at, text.Length, false, true, null) >= 0;
            }

            return found != test.IsNegative;
        }

        var before = at > 0 && RegexClasses.IsWord(text[at - 1]);
        var after = at < text.Length && RegexClasses.IsWord(text[at]);
        return test.Constraint switch
        {
            RegexConstraint.TextStart => at == 0,
            RegexConstraint.TextEnd => at == text.Length,
            RegexConstraint.LineStart => at == 0 || text[at - 1] == '\n',
            RegexConstraint.LineEnd => at == text.Length || text[at] == '\n',
            RegexConstraint.WordStart => !before && after,
            RegexConstraint.WordEnd => before && !after,
            RegexConstraint.WordEdge => before != after,
            _ => before == after,
        };
    }
}
