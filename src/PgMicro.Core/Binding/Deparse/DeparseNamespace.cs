using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>
/// The names under which a query's FROM items and their columns are printed: those of the query where they are unambiguous, else new ones
/// (ruleutils.c's deparse_namespace).
/// </summary>
internal sealed class DeparseNamespace
{
    private const int MaxName = 63;

    private readonly CatalogSnapshot _catalog;
    private readonly BoundQuery _query;
    private readonly ColumnNames[] _columns;
    private readonly List<string> _usingNames = [];
    private readonly bool _uniqueUsing;

    internal DeparseNamespace(CatalogSnapshot catalog, BoundQuery query, IEnumerable<DeparseNamespace> parents)
    {
        _catalog = catalog;
        _query = query;
        RelationNames = NameRelations(parents);
        _columns = [.. query.RangeTable.Select(static _ => new ColumnNames())];
        _uniqueUsing = HasComputedMerge(query.JoinTree);
        NameUsing(query.JoinTree, []);
        for (var i = 0; i < _columns.Length; i++)
        {
            if (query.RangeTable[i].RteKind == RteKind.Join)
            {
                NameJoinColumns(query.RangeTable[i], _columns[i]);
            }
            else
            {
                NameRelationColumns(query.RangeTable[i], _columns[i]);
            }
        }
    }

    internal BoundQuery Query => _query;

    /// <summary>Names of the entries; null for an unnamed join.</summary>
    internal string?[] RelationNames { get; }

    internal ColumnNames Columns(int rtIndex) => _columns[rtIndex - 1];

    private static int IndexOf(JoinTreeNode node) => node is JoinExpr join ? join.RtIndex : ((RangeTblRef)node).RtIndex;

    private string?[] NameRelations(IEnumerable<DeparseNamespace> parents)
    {
        var used = new Dictionary<string, int>();
        foreach (var name in parents.SelectMany(static p => p.RelationNames))
        {
            if (name is not null)
            {
                used[name] = 0;
            }
        }

        return [.. _query.RangeTable.Select(entry =>
        {
            var name = entry.Alias?.AliasName ?? entry.RteKind switch
            {
                RteKind.Relation => _catalog.Class(entry.Relid)?.relname ?? "",
                RteKind.Join => null,
                _ => entry.Eref.AliasName,
            };
            if (name is null || used.TryAdd(name, 0))
            {
                return name;
            }

            string candidate;
            do
            {
                candidate = WithNumber(name, ++used[name]);
            }
            while (used.ContainsKey(candidate));
            used[candidate] = 0;
            return candidate;
        })];
    }

    private static string WithNumber(string name, int number)
    {
        var suffix = "_" + number.ToString(CultureInfo.InvariantCulture);
        return name.Length + suffix.Length > MaxName ? name[..(MaxName - suffix.Length)] + suffix : name + suffix;
    }

    // A merged column of an unnamed join that is an expression can only be referred to by its bare name.
    private bool HasComputedMerge(JoinTreeNode node)
    {
        switch (node)
        {
            case FromExpr from:
                return from.FromList.Exists(HasComputedMerge);
            case JoinExpr join:
                var entry = _query.RangeTable[join.RtIndex - 1];
                return (join.Alias is null && join.UsingClause.Count > 0 && entry.JoinAliasVars.Take(entry.JoinMergedCols).Any(static v => v is not BoundVar))
                    || HasComputedMerge(join.Larg) || HasComputedMerge(join.Rarg);
            default:
                return false;
        }
    }

    private void NameUsing(JoinTreeNode node, List<string> parentUsing)
    {
        if (node is FromExpr from)
        {
            from.FromList.ForEach(item => NameUsing(item, parentUsing));
            return;
        }

        if (node is not JoinExpr join)
        {
            return;
        }

        var entry = _query.RangeTable[join.RtIndex - 1];
        var names = _columns[join.RtIndex - 1];
        names.Identify(entry, IndexOf(join.Larg), IndexOf(join.Rarg));
        var (left, right) = (_columns[names.Left - 1], _columns[names.Right - 1]);
        if (entry.Alias is null)
        {
            // An unnamed join cannot rename: what is asked of it is asked of its children.
            for (var i = 0; i < names.Names.Count; i++)
            {
                if (names.Names[i] is { } name)
                {
                    PushDown(names, i, name, left, right);
                }
            }
        }

        if (join.UsingClause.Count > 0)
        {
            parentUsing = [.. parentUsing];
            names.Expand(join.UsingClause.Count);
            for (var i = 0; i < join.UsingClause.Count; i++)
            {
                if (names.Names[i] is not { } name)
                {
                    name = entry.Alias is { } alias && i < alias.ColNames.Count ? alias.ColNames[i] : join.UsingClause[i];
                    name = Unique(name, names);
                    if (_uniqueUsing)
                    {
                        _usingNames.Add(name);
                    }

                    names.Names[i] = name;
                }

                names.UsingNames.Add(name);
                parentUsing.Add(name);
                PushDown(names, i, name, left, right);
            }
        }

        left.ParentUsing = parentUsing;
        right.ParentUsing = parentUsing;
        NameUsing(join.Larg, parentUsing);
        NameUsing(join.Rarg, parentUsing);
    }

    private static void PushDown(ColumnNames names, int column, string name, ColumnNames left, ColumnNames right)
    {
        if (column < names.LeftAttnos.Length && names.LeftAttnos[column] is var l and > 0)
        {
            left.Expand(l);
            left.Names[l - 1] = name;
        }

        if (column < names.RightAttnos.Length && names.RightAttnos[column] is var r and > 0)
        {
            right.Expand(r);
            right.Names[r - 1] = name;
        }
    }

    private void NameRelationColumns(RangeTableEntry entry, ColumnNames names)
    {
        List<string?> real = entry.RteKind == RteKind.Relation
            ? [.. _catalog.Attributes(entry.Relid).Select(static a => a.attisdropped ? null : a.attname)]
            : [.. entry.Eref.ColNames.Select(static c => c.Length == 0 ? null : c)];
        names.Expand(real.Count);
        var changed = false;
        var anonymous = false;
        for (var i = 0; i < real.Count; i++)
        {
            if (real[i] is not { } own)
            {
                continue;
            }

            if (names.Names[i] is not { } name)
            {
                name = entry.Alias is { } alias && i < alias.ColNames.Count ? alias.ColNames[i] : own;
                names.Names[i] = name = Unique(name, names);
            }

            names.NewNames.Add(name);
            names.IsNew.Add(i >= entry.Eref.ColNames.Count);
            changed |= name != own;
            anonymous |= own == "?column?";
        }

        names.PrintAliases = entry.RteKind switch
        {
            RteKind.Relation => changed,
            RteKind.Function => true,
            RteKind.TableFunc => false,
            _ => entry.Alias is { ColNames.Count: > 0 } || changed || anonymous,
        };
    }

    private void NameJoinColumns(RangeTableEntry entry, ColumnNames names)
    {
        var (left, right) = (_columns[names.Left - 1], _columns[names.Right - 1]);
        var count = entry.Eref.ColNames.Count;
        names.Expand(count);
        var changed = false;
        for (var i = names.UsingNames.Count; i < count; i++)
        {
            var real = names.LeftAttnos[i] > 0 ? left.Names[names.LeftAttnos[i] - 1]
                : names.RightAttnos[i] > 0 ? right.Names[names.RightAttnos[i] - 1]
                : entry.Eref.ColNames[i];
            if (real is null || entry.Alias is null)
            {
                names.Names[i] = real;
                continue;
            }

            if (names.Names[i] is not { } name)
            {
                name = i < entry.Alias.ColNames.Count ? entry.Alias.ColNames[i] : real;
                names.Names[i] = name = Unique(name, names);
            }

            changed |= name != real;
        }

        // What the join's columns would be if it were read again: those that its tables got since are among them.
        var (leftMerged, rightMerged) = (new HashSet<int>(), new HashSet<int>());
        var at = 0;
        while (at < count && names.LeftAttnos[at] != 0 && names.RightAttnos[at] != 0)
        {
            names.NewNames.Add(names.Names[at] ?? "");
            names.IsNew.Add(false);
            leftMerged.Add(names.LeftAttnos[at]);
            rightMerged.Add(names.RightAttnos[at]);
            at++;
        }

        foreach (var (child, merged) in new[] { (left, leftMerged), (right, rightMerged) })
        {
            var old = 0;
            for (var c = 0; c < child.NewNames.Count; c++)
            {
                string name;
                if (!child.IsNew[c])
                {
                    while (old < child.Names.Count && child.Names[old] is null)
                    {
                        old++;
                    }

                    old++;
                    if (merged.Contains(old))
                    {
                        continue;
                    }

                    while (at < names.Names.Count && names.Names[at] is null)
                    {
                        at++;
                    }

                    name = (at < names.Names.Count ? names.Names[at] : null) ?? "";
                    at++;
                }
                else if (entry.Alias is not null)
                {
                    name = Unique(child.NewNames[c], names);
                    changed |= name != child.NewNames[c];
                }
                else
                {
                    name = child.NewNames[c];
                }

                names.NewNames.Add(name);
                names.IsNew.Add(child.IsNew[c]);
            }
        }

        names.PrintAliases = entry.Alias is not null && changed;
    }

    private string Unique(string name, ColumnNames names)
    {
        if (IsFree(name))
        {
            return name;
        }

        for (var i = 1; ; i++)
        {
            var candidate = WithNumber(name, i);
            if (IsFree(candidate))
            {
                return candidate;
            }
        }

        bool IsFree(string candidate) =>
            !names.Names.Contains(candidate) && !names.NewNames.Contains(candidate) && !_usingNames.Contains(candidate) && !names.ParentUsing.Contains(candidate);
    }

    /// <summary>Column names of one FROM item.</summary>
    internal sealed class ColumnNames
    {
        /// <summary>By attribute number; null for a dropped column.</summary>
        internal List<string?> Names { get; } = [];

        /// <summary>Of the columns that are there now.</summary>
        internal List<string> NewNames { get; } = [];

        /// <summary>Which of them are younger than the query.</summary>
        internal List<bool> IsNew { get; } = [];

        internal bool PrintAliases { get; set; }

        internal List<string> UsingNames { get; } = [];

        internal List<string> ParentUsing { get; set; } = [];

        internal int Left { get; private set; }

        internal int Right { get; private set; }

        internal int[] LeftAttnos { get; private set; } = [];

        internal int[] RightAttnos { get; private set; } = [];

        internal void Expand(int count)
        {
            while (Names.Count < count)
            {
                Names.Add(null);
            }
        }

        internal void Identify(RangeTableEntry entry, int left, int right)
        {
            (Left, Right) = (left, right);
            LeftAttnos = new int[entry.JoinAliasVars.Count];
            RightAttnos = new int[entry.JoinAliasVars.Count];
            var column = 0;
            foreach (var attno in entry.JoinLeftCols)
            {
                LeftAttnos[column++] = attno;
            }

            for (var i = 0; i < entry.JoinRightCols.Count; i++)
            {
                RightAttnos[i < entry.JoinMergedCols ? i : column++] = entry.JoinRightCols[i];
            }
        }
    }
}
