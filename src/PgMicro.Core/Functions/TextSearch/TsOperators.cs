using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Match, composition and comparison of tsquery and tsvector.</summary>
internal static class TsOperators
{
    private static readonly TsQueryCodec Queries = new();

    [PgFunction("ts_match_vq(tsvector,tsquery)")]
    public static bool Match(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query) =>
        PgTsQuery.FromStorage(query) is { } node && new TsVectorMatcher(PgTsVector.Parse(vector)).Matches(node);

    [PgFunction("ts_match_qv(tsquery,tsvector)")]
    public static bool MatchReversed(ReadOnlySpan<byte> query, ReadOnlySpan<byte> vector) => Match(vector, query);

    [PgFunction("ts_match_tq(text,tsquery)")]
    public static bool MatchText(FunctionContext context, string text, ReadOnlySpan<byte> query) => Match(ToTsVector.Text(context, text), query);

    [PgFunction("ts_match_tt(text,text)")]
    public static bool MatchTexts(FunctionContext context, string text, string query) =>
        ToTsQuery.PlainNode(context, TsConfig.Current(context), query) is { } node
        && new TsVectorMatcher(PgTsVector.Parse(ToTsVector.Text(context, text))).Matches(node);

    [PgFunction("tsquery_and(tsquery,tsquery)")]
    public static byte[] And(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Join(TsOperator.And, left, right, 0);

    [PgFunction("tsquery_or(tsquery,tsquery)")]
    public static byte[] Or(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Join(TsOperator.Or, left, right, 0);

    [PgFunction("tsquery_phrase(tsquery,tsquery)")]
    public static byte[] Phrase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Join(TsOperator.Phrase, left, right, 1);

    [PgFunction("tsquery_phrase(tsquery,tsquery,integer)")]
    public static byte[] Phrase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int distance) => distance is < 0 or > PgTsQuery.MaxDistance
        ? throw new PgException(SqlState.InvalidParameterValue, $"distance in phrase operator must be an integer value between zero and {PgTsQuery.MaxDistance} inclusive")
        : Join(TsOperator.Phrase, left, right, distance);

    [PgFunction("tsquery_not(tsquery)")]
    public static byte[] Not(ReadOnlySpan<byte> query) => PgTsQuery.FromStorage(query) is { } node ? PgTsQuery.ToStorage(new TsNot(node)) : [];

    [PgFunction("tsquery_eq(tsquery,tsquery)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) == 0;

    [PgFunction("tsquery_ne(tsquery,tsquery)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) != 0;

    [PgFunction("tsquery_lt(tsquery,tsquery)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) < 0;

    [PgFunction("tsquery_le(tsquery,tsquery)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) <= 0;

    [PgFunction("tsquery_gt(tsquery,tsquery)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) > 0;

    [PgFunction("tsquery_ge(tsquery,tsquery)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Queries.Compare(left, right) >= 0;

    [PgFunction("tsquery_cmp(tsquery,tsquery)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(Queries.Compare(left, right));

    [PgFunction("tsvector_cmp(tsvector,tsvector)")]
    public static int CompareVectors(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(PgTsVector.Compare(PgTsVector.Parse(left), PgTsVector.Parse(right)));

    [PgFunction("tsq_mcontains(tsquery,tsquery)")]
    public static bool Contains(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var words = Words(left);
        return Words(right).IsSubsetOf(words);
    }

    [PgFunction("tsq_mcontained(tsquery,tsquery)")]
    public static bool IsContained(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Contains(right, left);

    [PgFunction("numnode(tsquery)")]
    public static int Count(ReadOnlySpan<byte> query) => PgTsQuery.FromStorage(query)?.Count ?? 0;

    [PgFunction("querytree(tsquery)")]
    public static byte[] Tree(ReadOnlySpan<byte> query)
    {
        if (PgTsQuery.FromStorage(query) is not { } node)
        {
            return [];
        }

        var (indexable, drop) = RemoveNots(node);
        return drop || indexable is null ? "T"u8.ToArray() : PgTsQuery.ToStorage(indexable);
    }

    [PgFunction("ts_rewrite(tsquery,tsquery,tsquery)")]
    public static byte[] Rewrite(ReadOnlySpan<byte> query, ReadOnlySpan<byte> target, ReadOnlySpan<byte> substitute)
    {
        var node = PgTsQuery.FromStorage(query);
        return node is null || PgTsQuery.FromStorage(target) is not { } wanted ? query.ToArray()
            : PgTsQuery.ToStorage(TsRewrite.Apply(node, wanted, PgTsQuery.FromStorage(substitute)));
    }

    /// <summary>Every operand of a query.</summary>
    internal static IEnumerable<TsValue> Values(TsNode node) => node switch
    {
        TsValue value => [value],
        TsNot not => Values(not.Operand),
        TsBinary binary => Values(binary.Left).Concat(Values(binary.Right)),
        _ => [],
    };

    private static HashSet<string> Words(ReadOnlySpan<byte> query) =>
        PgTsQuery.FromStorage(query) is { } node ? [.. Values(node).Select(static v => Encoding.UTF8.GetString(v.Text))] : [];

    private static byte[] Join(TsOperator op, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int distance) =>
        (PgTsQuery.FromStorage(left), PgTsQuery.FromStorage(right)) switch
        {
            (null, _) => right.ToArray(),
            (_, null) => left.ToArray(),
            var (a, b) => PgTsQuery.ToStorage(new TsBinary(op, a!, b!, distance)),
        };

    // What an index can look for: nothing of a NOT; null where everything would have to be read.
    private static (TsNode? Node, bool Drop) RemoveNots(TsNode node)
    {
        switch (node)
        {
            case TsNot:
                return (null, true);
            case TsBinary { Operator: TsOperator.Or } or:
                var (a, b) = (RemoveNots(or.Left), RemoveNots(or.Right));
                return a.Node is null || b.Node is null ? (null, true) : (or with { Left = a.Node, Right = b.Node }, false);
            case TsBinary and:
                var (x, y) = (RemoveNots(and.Left), RemoveNots(and.Right));
                return x.Node is null ? y : y.Node is null ? x : (and with { Left = x.Node, Right = y.Node }, false);
            default:
                return (node, false);
        }
    }
}

/// <summary>ts_rewrite: puts one query in the place of another within a third.</summary>
internal static class TsRewrite
{
    internal static TsNode? Apply(TsNode node, TsNode target, TsNode? substitute)
    {
        var sorted = Sort(Flatten(node));
        var wanted = Sort(Flatten(target));
        return Unflatten(Replace(sorted, wanted, substitute is null ? null : new Tree(0, substitute, [], 0)));
    }

    // AND and OR of any number of operands, so that order and grouping make no difference.
    private sealed record Tree(TsOperator Operator, TsNode? Leaf, List<Tree> Children, int Distance);

    private static Tree Flatten(TsNode node)
    {
        switch (node)
        {
            case TsNot not:
                return new Tree(TsOperator.Not, null, [Flatten(not.Operand)], 0);
            case TsBinary binary:
                var (left, right) = (Flatten(binary.Left), Flatten(binary.Right));
                if (binary.Operator == TsOperator.Phrase)
                {
                    return new Tree(TsOperator.Phrase, null, [left, right], binary.Distance);
                }

                List<Tree> children = [.. left.Operator == binary.Operator && left.Leaf is null ? left.Children : [left],
                    .. right.Operator == binary.Operator && right.Leaf is null ? right.Children : [right]];
                return new Tree(binary.Operator, null, children, 0);
            default:
                return new Tree(0, node, [], 0);
        }
    }

    private static Tree Sort(Tree tree)
    {
        var children = tree.Children.ConvertAll(Sort);
        if (tree.Operator is TsOperator.And or TsOperator.Or)
        {
            children.Sort(Compare);
        }

        return tree with { Children = children };
    }

    private static int Compare(Tree a, Tree b)
    {
        if (a.Leaf is not null || b.Leaf is not null)
        {
            return a.Leaf is null ? -1 : b.Leaf is null ? 1 : TsNode.Compare(a.Leaf, b.Leaf);
        }

        if (a.Operator != b.Operator)
        {
            return a.Operator > b.Operator ? -1 : 1;
        }

        if (a.Children.Count != b.Children.Count)
        {
            return a.Children.Count > b.Children.Count ? -1 : 1;
        }

        for (var i = 0; i < a.Children.Count; i++)
        {
            if (Compare(a.Children[i], b.Children[i]) is var order and not 0)
            {
                return order;
            }
        }

        return a.Distance == b.Distance ? 0 : a.Distance > b.Distance ? -1 : 1;
    }

    // Null is what has been taken away.
    private static Tree? Replace(Tree tree, Tree target, Tree? substitute)
    {
        if (Compare(tree, target) == 0)
        {
            return substitute;
        }

        var children = tree.Children;
        if (tree.Operator is TsOperator.And or TsOperator.Or && target.Operator == tree.Operator && target.Leaf is null && target.Children.Count < children.Count)
        {
            // Some of the operands may be the target's.
            List<Tree> rest = [.. children];
            var all = target.Children.TrueForAll(wanted =>
            {
                var at = rest.FindIndex(child => Compare(child, wanted) == 0);
                if (at >= 0)
                {
                    rest.RemoveAt(at);
                }

                return at >= 0;
            });
            if (all)
            {
                children = substitute is null ? rest : [.. rest, substitute];
                return Simplify(tree with { Children = children });
            }
        }

        List<Tree> replaced = [];
        foreach (var child in children)
        {
            if (Replace(child, target, substitute) is { } kept)
            {
                replaced.Add(kept);
            }
        }

        return tree.Leaf is not null ? tree : Simplify(tree with { Children = replaced });
    }

    private static Tree? Simplify(Tree tree) => tree.Children.Count == 0 ? null
        : tree.Children.Count == 1 && tree.Operator != TsOperator.Not ? tree.Children[0] : Sort(tree);

    private static TsNode? Unflatten(Tree? tree)
    {
        if (tree is null || tree.Leaf is not null)
        {
            return tree?.Leaf;
        }

        if (tree.Operator == TsOperator.Not)
        {
            return new TsNot(Unflatten(tree.Children[0])!);
        }

        // Sorted operands are read from the right, as PostgreSQL keeps them.
        TsNode? node = null;
        foreach (var child in tree.Operator == TsOperator.Phrase ? tree.Children : Enumerable.Reverse(tree.Children))
        {
            var next = Unflatten(child)!;
            node = node is null ? next : new TsBinary(tree.Operator, node, next, tree.Distance);
        }

        return node;
    }
}
