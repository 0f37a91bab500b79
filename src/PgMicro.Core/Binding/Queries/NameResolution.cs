using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Names of tables and columns to range table entries and Vars (the rules of PostgreSQL's parse_relation.c).</summary>
public static class NameResolution
{
    private const int MaxFuzzyDistance = 3;

    private static readonly (string Name, int Attnum, uint Type)[] SystemColumns =
    [
        ("ctid", -1, TypeOid.Tid), ("xmin", -2, TypeOid.Xid), ("cmin", -3, TypeOid.Cid), ("xmax", -4, TypeOid.Xid), ("cmax", -5, TypeOid.Cid),
        ("tableoid", -6, TypeOid.Oid),
    ];

    /// <summary>The system column of a name, or null.</summary>
    public static (int Attnum, uint Type)? SystemColumn(string name)
    {
        foreach (var column in SystemColumns)
        {
            if (column.Name == name)
            {
                return (column.Attnum, column.Type);
            }
        }

        return null;
    }

    /// <summary>The name of a system column.</summary>
    public static string SystemColumnName(int attnum) => SystemColumns[-attnum - 1].Name;

    /// <summary>refnameNamespaceItem: the item that a table name or alias stands for.</summary>
    public static ParseNamespaceItem? FindItem(ParseState pstate, string? schema, string name, int location, out int levelsUp)
    {
        uint relid = 0;
        if (schema is not null)
        {
            if (pstate.Catalog.FindNamespace(schema) is not { } nsp || pstate.Catalog.FindClass(name, nsp.oid) is not { } relation)
            {
                levelsUp = 0;
                return null;
            }

            relid = relation.oid;
        }

        levelsUp = 0;
        for (var state = pstate; state is not null; state = state.ParentParseState, levelsUp++)
        {
            ParseNamespaceItem? found = null;
            foreach (var item in state.Namespace)
            {
                if (!item.RelVisible || (item.LateralOnly && !state.LateralActive))
                {
                    continue;
                }

                var matches = relid == 0 ? item.Names.AliasName == name : item.Rte is { RteKind: RteKind.Relation, Alias: null } && item.Rte.Relid == relid;
                if (!matches)
                {
                    continue;
                }

                if (found is not null)
                {
                    throw new PgException(
                        SqlState.AmbiguousAlias,
                        relid == 0 ? $"table reference \"{name}\" is ambiguous" : $"table reference {relid} is ambiguous").At(location);
                }

                CheckLateral(state, item, location);
                found = item;
            }

            if (found is not null)
            {
                return found;
            }
        }

        levelsUp = 0;
        return null;
    }

    /// <summary>colNameToVar: an unqualified column name.</summary>
    public static BoundExpr? FindColumn(ParseState pstate, string name, bool localOnly, int location)
    {
        var levelsUp = 0;
        for (var state = pstate; state is not null; state = state.ParentParseState, levelsUp++)
        {
            BoundExpr? found = null;
            foreach (var item in state.Namespace)
            {
                if (!item.ColsVisible || (item.LateralOnly && !state.LateralActive))
                {
                    continue;
                }

                if (ScanItemForColumn(state, item, levelsUp, name, location) is not { } column)
                {
                    continue;
                }

                if (found is not null)
                {
                    throw new PgException(SqlState.AmbiguousColumn, $"column reference \"{name}\" is ambiguous").At(location);
                }

                CheckLateral(state, item, location);
                found = column;
            }

            if (found is not null || localOnly)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>scanNSItemForColumn: a column of one item, system columns included.</summary>
    public static BoundVar? ScanItemForColumn(ParseState pstate, ParseNamespaceItem item, int levelsUp, string name, int location)
    {
        var index = -1;
        for (var i = 0; i < item.Names.ColNames.Count && i < item.Columns.Length; i++)
        {
            if (item.Names.ColNames[i] != name || item.Columns[i].IsDropped)
            {
                continue;
            }

            if (index >= 0)
            {
                throw new PgException(SqlState.AmbiguousColumn, $"column reference \"{name}\" is ambiguous").At(location);
            }

            index = i;
        }

        if (index >= 0)
        {
            return MakeVar(item.Columns[index], levelsUp, location);
        }

        if (item.Rte.RteKind != RteKind.Relation || item.Rte.RelKind == 'c' || SystemColumn(name) is not { } system)
        {
            return null;
        }

        if (pstate.ExprKind is ParseExprKind.CheckConstraint or ParseExprKind.GeneratedColumn && system.Attnum != -6)
        {
            throw new PgException(
                SqlState.InvalidColumnReference,
                pstate.ExprKind == ParseExprKind.GeneratedColumn
                    ? $"cannot use system column \"{name}\" in column generation expression"
                    : $"system column \"{name}\" reference in check constraint is invalid").At(location);
        }

        if (item.Rte.RelKind is 'v')
        {
            return null;
        }

        return new BoundVar { Varno = item.RtIndex, Varattno = system.Attnum, Varlevelsup = levelsUp, Type = system.Type, Location = location };
    }

    /// <summary>A Var for a namespace column.</summary>
    public static BoundVar MakeVar(in NamespaceColumn column, int levelsUp, int location) => new()
    {
        Varno = column.Varno,
        Varattno = column.Varattno,
        Varlevelsup = levelsUp,
        SyntacticVarno = column.SyntacticVarno,
        SyntacticAttno = column.SyntacticAttno,
        Type = column.Type,
        Typmod = column.Typmod,
        Collation = column.Collation,
        Location = location,
    };

    /// <summary>A Var for the whole row of an item.</summary>
    public static BoundExpr MakeWholeRow(ParseState pstate, ParseNamespaceItem item, int levelsUp, int location)
    {
        var rte = item.Rte;
        if (rte.RteKind == RteKind.Function && rte.Functions.Count == 1 && !rte.FuncOrdinality)
        {
            var function = rte.Functions[0];
            if (!TypeFacts.IsRowType(pstate.Catalog, function.FuncExpr.Type))
            {
                // The row of a function that returns a scalar is that scalar.
                return MakeVar(item.Columns[0], levelsUp, location);
            }
        }

        if (rte.RteKind == RteKind.Join)
        {
            // A join has no row type of its own: the row is built of its columns.
            var row = new BoundRowExpr { Type = TypeOid.Record, Location = location };
            for (var i = 0; i < item.Columns.Length; i++)
            {
                row.Args.Add(MakeVar(item.Columns[i], levelsUp, location));
                row.ColNames.Add(item.Names.ColNames[i]);
            }

            return row;
        }

        var type = rte.RteKind == RteKind.Relation ? pstate.Catalog.Class(rte.Relid)!.reltype
            : rte.RteKind == RteKind.Function && rte.Functions.Count == 1 && !rte.FuncOrdinality ? rte.Functions[0].FuncExpr.Type
            : TypeOid.Record;
        return new BoundVar { Varno = item.RtIndex, Varattno = 0, Varlevelsup = levelsUp, Type = type, Location = location };
    }

    /// <summary>expandRTE: names and Vars of an entry's columns, dropped ones included.</summary>
    public static List<(string Name, NamespaceColumn Column)> ExpandRte(ParseState pstate, RangeTableEntry rte, int rtIndex)
    {
        var result = new List<(string, NamespaceColumn)>();
        void Add(int attnum, uint type, int typmod, uint collation)
        {
            var name = attnum <= rte.Eref.ColNames.Count ? rte.Eref.ColNames[attnum - 1] : "?column?";
            result.Add((name, new NamespaceColumn(rtIndex, attnum, type, typmod, collation)));
        }

        switch (rte.RteKind)
        {
            case RteKind.Relation:
                foreach (var attribute in pstate.Catalog.Attributes(rte.Relid))
                {
                    if (attribute.attnum <= 0)
                    {
                        continue;
                    }

                    if (attribute.attisdropped)
                    {
                        result.Add(("", default));
                    }
                    else
                    {
                        Add(attribute.attnum, attribute.atttypid, attribute.atttypmod, attribute.attcollation);
                    }
                }

                break;
            case RteKind.Subquery:
                foreach (var target in rte.Subquery!.TargetList)
                {
                    if (!target.ResJunk)
                    {
                        Add(target.ResNo, target.Expr.Type, target.Expr.Typmod, target.Expr.Collation);
                    }
                }

                break;
            case RteKind.Join:
                for (var i = 0; i < rte.JoinAliasVars.Count; i++)
                {
                    var expr = rte.JoinAliasVars[i];
                    Add(i + 1, expr.Type, expr.Typmod, expr.Collation);
                }

                break;
            default:
                for (var i = 0; i < rte.ColTypes.Count; i++)
                {
                    Add(i + 1, rte.ColTypes[i], rte.ColTypmods[i], rte.ColCollations[i]);
                }

                break;
        }

        return result;
    }

    /// <summary>The relation of a name; tables, views, sequences … alike.</summary>
    /// <exception cref="PgException">42P01, 3F000.</exception>
    public static PgClass FindRelation(ParseState pstate, string? catalog, string? schema, string name, int location)
    {
        if (catalog is { Length: > 0 } && catalog != pstate.Context.Session.DatabaseName)
        {
            throw new PgException(
                SqlState.FeatureNotSupported, $"cross-database references are not implemented: \"{catalog}.{schema}.{name}\"").At(location);
        }

        if (schema is { Length: > 0 })
        {
            if (pstate.Catalog.FindNamespace(schema) is { } nsp && pstate.Catalog.FindClass(name, nsp.oid) is { } relation)
            {
                return relation;
            }

            throw new PgException(SqlState.UndefinedTable, $"relation \"{schema}.{name}\" does not exist").At(location);
        }

        foreach (var nsp in pstate.SearchPath)
        {
            if (pstate.Catalog.FindClass(name, nsp) is { } relation)
            {
                return relation;
            }
        }

        var error = new PgException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist").At(location);
        for (var state = pstate; state is not null; state = state.ParentParseState)
        {
            if (state.FutureCtes.Contains(name))
            {
                error.Detail = $"There is a WITH item named \"{name}\", but it cannot be referenced from this part of the query.";
                error.Hint = "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.";
            }
        }

        throw error;
    }

    /// <summary>errorMissingRTE.</summary>
    public static PgException MissingTable(ParseState pstate, string? schema, string name, int location)
    {
        ParseNamespaceItem? hidden = null;
        RangeTableEntry? badAlias = null;
        for (var state = pstate; state is not null; state = state.ParentParseState)
        {
            hidden ??= state.Namespace.Find(n => n.Names.AliasName == name);
            foreach (var rte in state.RangeTable)
            {
                if (rte.Eref.AliasName == name)
                {
                    hidden ??= new ParseNamespaceItem { Names = rte.Eref, Rte = rte, RtIndex = 0, Columns = [] };
                }

                if (rte is { RteKind: RteKind.Relation, Alias: not null } && pstate.Catalog.Class(rte.Relid)?.relname == name && rte.Eref.AliasName != name)
                {
                    badAlias ??= rte;
                }
            }
        }

        if (badAlias is not null && hidden is null)
        {
            return new PgException(SqlState.UndefinedTable, $"invalid reference to FROM-clause entry for table \"{name}\"")
                .WithHint($"Perhaps you meant to reference the table alias \"{badAlias.Eref.AliasName}\".").At(location);
        }

        if (hidden is not null)
        {
            var error = new PgException(SqlState.UndefinedTable, $"invalid reference to FROM-clause entry for table \"{name}\"")
                .WithDetail($"There is an entry for table \"{name}\", but it cannot be referenced from this part of the query.").At(location);
            if (hidden.Columns.Length > 0 && hidden.LateralOnly)
            {
                error.Detail = null;
                error.Hint = null;
                error.Detail = $"There is an entry for table \"{name}\", but it cannot be referenced from this part of the query.";
                error.Hint = hidden.LateralOk ? "To reference that table, you must mark this subquery with LATERAL." : null;
            }

            return error;
        }

        return new PgException(SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{name}\"").At(location);
    }

    /// <summary>errorMissingColumn, with the hint that a similar name deserves.</summary>
    public static PgException MissingColumn(ParseState pstate, string? relation, string column, int location)
    {
        var error = new PgException(
            SqlState.UndefinedColumn, relation is null ? $"column \"{column}\" does not exist" : $"column {relation}.{column} does not exist").At(location);

        var best = MaxFuzzyDistance + 1;
        (RangeTableEntry Rte, string Name)? first = null, second = null;
        RangeTableEntry? exact = null, another = null;
        for (var state = pstate; state is not null; state = state.ParentParseState)
        {
            foreach (var rte in state.RangeTable)
            {
                if (rte.RteKind == RteKind.Join)
                {
                    continue;
                }

                var penalty = relation is null ? 0 : Math.Min(Distance(relation, rte.Eref.AliasName), MaxFuzzyDistance + 1);
                if (relation is not null && penalty > MaxFuzzyDistance)
                {
                    continue;
                }

                foreach (var name in rte.Eref.ColNames)
                {
                    if (name.Length == 0)
                    {
                        continue;
                    }

                    if (relation is null && name == column)
                    {
                        (exact, another) = exact is null ? (rte, another) : (exact, rte);
                    }

                    var distance = Distance(column, name) + penalty;
                    if (distance > column.Length / 2 + penalty && distance > 0)
                    {
                        continue;
                    }

                    if (distance < best)
                    {
                        best = distance;
                        first = (rte, name);
                        second = null;
                    }
                    else if (distance == best && distance <= MaxFuzzyDistance)
                    {
                        second ??= (rte, name);
                    }
                }
            }
        }

        if (exact is not null)
        {
            if (another is not null)
            {
                error.Detail = $"There are columns named \"{column}\", but they are in tables that cannot be referenced from this part of the query.";
                error.Hint = relation is null ? "Try using a table-qualified name." : null;
                return error;
            }

            error.Detail = $"There is a column named \"{column}\" in table \"{exact.Eref.AliasName}\", but it cannot be referenced from this part of the query.";
            error.Hint = relation is null && pstate.Namespace.Exists(n => ReferenceEquals(n.Rte, exact) && n.RelVisible && !n.ColsVisible && !n.LateralOnly)
                ? "To reference that column, you must use a table-qualified name." : null;
            return error;
        }

        if (first is { } one && best <= MaxFuzzyDistance)
        {
            error.Hint = second is { } two
                ? $"Perhaps you meant to reference the column \"{one.Rte.Eref.AliasName}.{one.Name}\" or the column \"{two.Rte.Eref.AliasName}.{two.Name}\"."
                : $"Perhaps you meant to reference the column \"{one.Rte.Eref.AliasName}.{one.Name}\".";
        }

        return error;
    }

    private static void CheckLateral(ParseState pstate, ParseNamespaceItem item, int location)
    {
        if (!item.LateralOnly || item.LateralOk)
        {
            return;
        }

        var name = item.Names.AliasName;
        var error = new PgException(SqlState.InvalidColumnReference, $"invalid reference to FROM-clause entry for table \"{name}\"").At(location);
        throw ReferenceEquals(item.Rte, pstate.TargetItem?.Rte)
            ? error.WithHint($"There is an entry for table \"{name}\", but it cannot be referenced from this part of the query.")
            : error.WithDetail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.");
    }

    /// <summary>Levenshtein distance, bounded.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxFuzzyDistance)
        {
            return MaxFuzzyDistance + 1;
        }

        Span<int> row = stackalloc int[Math.Min(b.Length, 256) + 1];
        if (b.Length > 256)
        {
            return a == b ? 0 : MaxFuzzyDistance + 1;
        }

        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[b.Length];
    }
}
