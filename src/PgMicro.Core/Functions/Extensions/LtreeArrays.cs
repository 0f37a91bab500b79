using System.Text;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types.Extensions;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>Patterns and searches over ltree and arrays of it.</summary>
internal static class LtreeArrays
{
    [PgFunction("ltq_regex(ltree,lquery)")]
    public static bool Matches(ReadOnlySpan<byte> tree, string query) => Lquery.Parse(query).Matches(LtreeCodec.Labels(tree));

    [PgFunction("ltq_rregex(lquery,ltree)")]
    public static bool MatchedBy(string query, ReadOnlySpan<byte> tree) => Matches(tree, query);

    [PgFunction("lt_q_regex(ltree,lquery[])")]
    public static bool MatchesAny(FunctionContext context, ReadOnlySpan<byte> tree, ReadOnlySpan<byte> queries)
    {
        var labels = LtreeCodec.Labels(tree);
        return ReadQueries(context, queries).Exists(query => query.Matches(labels));
    }

    [PgFunction("lt_q_rregex(lquery[],ltree)")]
    public static bool AnyMatches(FunctionContext context, ReadOnlySpan<byte> queries, ReadOnlySpan<byte> tree) => MatchesAny(context, tree, queries);

    [PgFunction("ltxtq_exec(ltree,ltxtquery)")]
    public static bool Contains(ReadOnlySpan<byte> tree, string query) => Ltxtquery.Parse(query).Matches(LtreeCodec.Labels(tree));

    [PgFunction("ltxtq_rexec(ltxtquery,ltree)")]
    public static bool ContainedIn(string query, ReadOnlySpan<byte> tree) => Contains(tree, query);

    [PgFunction("_ltree_isparent(ltree[],ltree)")]
    public static bool AnyIsParent(FunctionContext context, ReadOnlySpan<byte> trees, ReadOnlySpan<byte> tree) => FirstParent(context, trees, tree) is not null;

    [PgFunction("_ltree_r_isparent(ltree,ltree[])")]
    public static bool AnyIsParentReversed(FunctionContext context, ReadOnlySpan<byte> tree, ReadOnlySpan<byte> trees) => FirstParent(context, trees, tree) is not null;

    [PgFunction("_ltree_risparent(ltree[],ltree)")]
    public static bool AnyIsChild(FunctionContext context, ReadOnlySpan<byte> trees, ReadOnlySpan<byte> tree) => FirstChild(context, trees, tree) is not null;

    [PgFunction("_ltree_r_risparent(ltree,ltree[])")]
    public static bool AnyIsChildReversed(FunctionContext context, ReadOnlySpan<byte> tree, ReadOnlySpan<byte> trees) => FirstChild(context, trees, tree) is not null;

    [PgFunction("_ltree_extract_isparent(ltree[],ltree)")]
    public static string? FirstParent(FunctionContext context, ReadOnlySpan<byte> trees, ReadOnlySpan<byte> tree)
    {
        foreach (var candidate in Read(context, trees))
        {
            if (LtreeFunctions.IsParent(Encoding.UTF8.GetBytes(candidate), tree))
            {
                return candidate;
            }
        }

        return null;
    }

    [PgFunction("_ltree_extract_risparent(ltree[],ltree)")]
    public static string? FirstChild(FunctionContext context, ReadOnlySpan<byte> trees, ReadOnlySpan<byte> tree)
    {
        foreach (var candidate in Read(context, trees))
        {
            if (LtreeFunctions.IsParent(tree, Encoding.UTF8.GetBytes(candidate)))
            {
                return candidate;
            }
        }

        return null;
    }

    [PgFunction("_ltq_regex(ltree[],lquery)")]
    public static bool AnyTreeMatches(FunctionContext context, ReadOnlySpan<byte> trees, string query) => FirstMatch(context, trees, query) is not null;

    [PgFunction("_ltq_rregex(lquery,ltree[])")]
    public static bool AnyTreeMatchesReversed(FunctionContext context, string query, ReadOnlySpan<byte> trees) => FirstMatch(context, trees, query) is not null;

    [PgFunction("_ltq_extract_regex(ltree[],lquery)")]
    public static string? FirstMatch(FunctionContext context, ReadOnlySpan<byte> trees, string query)
    {
        var parsed = Lquery.Parse(query);
        return Read(context, trees).Find(tree => parsed.Matches(Labels(tree)));
    }

    [PgFunction("_lt_q_regex(ltree[],lquery[])")]
    public static bool AnyTreeMatchesAny(FunctionContext context, ReadOnlySpan<byte> trees, ReadOnlySpan<byte> queries)
    {
        var parsed = ReadQueries(context, queries);
        return Read(context, trees).Exists(tree => parsed.Exists(query => query.Matches(Labels(tree))));
    }

    [PgFunction("_lt_q_rregex(lquery[],ltree[])")]
    public static bool AnyTreeMatchesAnyReversed(FunctionContext context, ReadOnlySpan<byte> queries, ReadOnlySpan<byte> trees) =>
        AnyTreeMatchesAny(context, trees, queries);

    [PgFunction("_ltxtq_exec(ltree[],ltxtquery)")]
    public static bool AnyTreeContains(FunctionContext context, ReadOnlySpan<byte> trees, string query) => FirstContaining(context, trees, query) is not null;

    [PgFunction("_ltxtq_rexec(ltxtquery,ltree[])")]
    public static bool AnyTreeContainsReversed(FunctionContext context, string query, ReadOnlySpan<byte> trees) => FirstContaining(context, trees, query) is not null;

    [PgFunction("_ltxtq_extract_exec(ltree[],ltxtquery)")]
    public static string? FirstContaining(FunctionContext context, ReadOnlySpan<byte> trees, string query)
    {
        var parsed = Ltxtquery.Parse(query);
        return Read(context, trees).Find(tree => parsed.Matches(Labels(tree)));
    }

    /// <summary>The trees of an array.</summary>
    internal static List<string> Read(FunctionContext context, ReadOnlySpan<byte> array) => Strings(context, ExtensionTypeOid.Ltree, array);

    private static List<Lquery> ReadQueries(FunctionContext context, ReadOnlySpan<byte> array) =>
        Strings(context, ExtensionTypeOid.Lquery, array).ConvertAll(Lquery.Parse);

    private static List<string> Strings(FunctionContext context, uint type, ReadOnlySpan<byte> storage)
    {
        var array = ArrayOperations.Parse(context, type, storage);
        if (array.Dimensions.Length > 1)
        {
            throw new Errors.PgException(Errors.SqlState.ArraySubscriptError, "array must be one-dimensional");
        }

        return [.. array.Elements.Select(static e => e.IsNull
            ? throw new Errors.PgException(Errors.SqlState.NullValueNotAllowed, "array must not contain nulls") : e.GetString())];
    }

    private static string[] Labels(string tree) => tree.Length == 0 ? [] : tree.Split('.');
}
