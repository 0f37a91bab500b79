using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>ltree: comparison, ancestry, parts.</summary>
internal static class LtreeFunctions
{
    private static readonly LtreeCodec Codec = new();

    [PgFunction("ltree_eq(ltree,ltree)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) == 0;

    [PgFunction("ltree_ne(ltree,ltree)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) != 0;

    [PgFunction("ltree_lt(ltree,ltree)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) < 0;

    [PgFunction("ltree_le(ltree,ltree)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) <= 0;

    [PgFunction("ltree_gt(ltree,ltree)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) > 0;

    [PgFunction("ltree_ge(ltree,ltree)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) >= 0;

    [PgFunction("ltree_cmp(ltree,ltree)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(Codec.Compare(left, right));

    /// <summary>Whether the left one is an ancestor of the right one, or the same.</summary>
    [PgFunction("ltree_isparent(ltree,ltree)")]
    public static bool IsParent(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == 0 || (right.StartsWith(left) && (right.Length == left.Length || right[left.Length] == '.'));

    [PgFunction("ltree_risparent(ltree,ltree)")]
    public static bool IsChild(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => IsParent(right, left);

    [PgFunction("nlevel(ltree)")]
    public static int Levels(ReadOnlySpan<byte> value) => value.Length == 0 ? 0 : value.Count((byte)'.') + 1;

    [PgFunction("subltree(ltree,integer,integer)")]
    public static string Subltree(ReadOnlySpan<byte> value, int start, int end) => Part(LtreeCodec.Labels(value), start, end);

    [PgFunction("subpath(ltree,integer,integer)")]
    public static string Subpath(ReadOnlySpan<byte> value, int offset, int length) => Subpath(value, offset, length, hasLength: true);

    [PgFunction("subpath(ltree,integer)")]
    public static string Subpath(ReadOnlySpan<byte> value, int offset) => Subpath(value, offset, 0, hasLength: false);

    [PgFunction("index(ltree,ltree)")]
    public static int Index(ReadOnlySpan<byte> value, ReadOnlySpan<byte> part) => Index(value, part, 0);

    [PgFunction("index(ltree,ltree,integer)")]
    public static int Index(ReadOnlySpan<byte> value, ReadOnlySpan<byte> part, int start)
    {
        string[] labels = LtreeCodec.Labels(value), wanted = LtreeCodec.Labels(part);
        if (start < 0)
        {
            start = -start >= labels.Length ? 0 : labels.Length + start;
        }

        if (labels.Length - start < wanted.Length || labels.Length == 0 || wanted.Length == 0)
        {
            return -1;
        }

        for (var i = start; i <= labels.Length - wanted.Length; i++)
        {
            if (labels.AsSpan(i, wanted.Length).SequenceEqual(wanted))
            {
                return i;
            }
        }

        return -1;
    }

    [PgFunction("text2ltree(text)")]
    public static PgDatum FromText(ReadOnlySpan<byte> text) => Codec.Input(text, -1, TypeContext.Canonical);

    [PgFunction("ltree2text(ltree)")]
    public static ReadOnlySpan<byte> ToText(ReadOnlySpan<byte> value) => value;

    [PgFunction("ltree_addltree(ltree,ltree)")]
    public static byte[] Add(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == 0 ? right.ToArray() : right.Length == 0 ? left.ToArray() : [.. left, (byte)'.', .. right];

    [PgFunction("ltree_addtext(ltree,text)")]
    public static byte[] AddText(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Add(left, FromText(right).Bytes);

    [PgFunction("ltree_textadd(text,ltree)")]
    public static byte[] TextAdd(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Add(FromText(left).Bytes, right);

    [PgFunction("lca(ltree[])")]
    public static string? CommonAncestor(FunctionContext context, ReadOnlySpan<byte> array) => CommonAncestor(LtreeArrays.Read(context, array));

    [PgFunction("lca(ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1) => CommonAncestor([a0, a1]);

    [PgFunction("lca(ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2) => CommonAncestor([a0, a1, a2]);

    [PgFunction("lca(ltree,ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2, string a3) => CommonAncestor([a0, a1, a2, a3]);

    [PgFunction("lca(ltree,ltree,ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2, string a3, string a4) => CommonAncestor([a0, a1, a2, a3, a4]);

    [PgFunction("lca(ltree,ltree,ltree,ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2, string a3, string a4, string a5) => CommonAncestor([a0, a1, a2, a3, a4, a5]);

    [PgFunction("lca(ltree,ltree,ltree,ltree,ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2, string a3, string a4, string a5, string a6) => CommonAncestor([a0, a1, a2, a3, a4, a5, a6]);

    [PgFunction("lca(ltree,ltree,ltree,ltree,ltree,ltree,ltree,ltree)")]
    public static string? CommonAncestor(string a0, string a1, string a2, string a3, string a4, string a5, string a6, string a7) => CommonAncestor([a0, a1, a2, a3, a4, a5, a6, a7]);

    private static string Subpath(ReadOnlySpan<byte> value, int offset, int length, bool hasLength)
    {
        var labels = LtreeCodec.Labels(value);
        var (start, end) = (offset, offset + length);
        if (start < 0)
        {
            start = labels.Length + start;
            end = start + length;
        }

        if (start < 0)
        {
            start = labels.Length + start;
            end = start + length;
        }

        if (length < 0)
        {
            end = labels.Length + length;
        }
        else if (length == 0)
        {
            end = hasLength ? start : ushort.MaxValue;
        }

        return Part(labels, start, end);
    }

    private static string Part(string[] labels, int start, int end) => start < 0 || end < 0 || start >= labels.Length || start > end
        ? throw new PgException(SqlState.InvalidParameterValue, "invalid positions")
        : string.Join('.', labels[start..Math.Min(end, labels.Length)]);

    private static string? CommonAncestor(IReadOnlyList<string> trees)
    {
        string[]? first = null;
        var common = 0;
        foreach (var tree in trees)
        {
            if (tree.Length == 0)
            {
                return null;
            }

            var labels = tree.Split('.');
            if (first is null)
            {
                (first, common) = (labels, labels.Length - 1);
                continue;
            }

            common = Math.Min(common, labels.Length - 1);
            common = Math.Min(common, labels.AsSpan().CommonPrefixLength(first));
        }

        return first is null ? null : string.Join('.', first[..common]);
    }
}
