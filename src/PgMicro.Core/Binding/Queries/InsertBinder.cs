using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>INSERT (the rules of transformInsertStmt).</summary>
internal static class InsertBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.InsertStmt statement)
    {
        var query = new BoundQuery
        {
            CommandType = CommandType.Insert,
            Override = statement.Override switch
            {
                Pg.OverridingKind.OverridingUserValue => OverridingKind.UserValue,
                Pg.OverridingKind.OverridingSystemValue => OverridingKind.SystemValue,
                _ => OverridingKind.NotSet,
            },
        };
        pstate.IsInsert = true;
        WithClauses.Transform(pstate, statement.WithClause, query);

        // The source sees neither the target nor its columns: it is analysed on a level of its own that shares the WITH queries.
        var select = statement.SelectStmt?.SelectStmt;

        // What an action of a rule has in its range table already, OLD and NEW, goes to the SELECT.
        var isGeneral = select is not null && (select.ValuesLists.Count == 0 || select.WithClause is not null || select.SortClause.Count > 0 || select.LimitCount is not null || select.LimitOffset is not null);
        (List<RangeTableEntry> Entries, List<ParseNamespaceItem> Items) outside = ([], []);
        if (isGeneral && pstate.RangeTable.Count > 0)
        {
            outside = ([.. pstate.RangeTable], pstate.Namespace);
            pstate.RangeTable.Clear();
            pstate.Namespace = [];
        }

        var item = TargetRelations.Set(pstate, statement.Relation, alsoSource: false);
        query.ResultRelation = item.RtIndex;
        var columns = Columns(pstate, statement.Cols);
        List<BoundExpr> values;
        if (select is null)
        {
            values = [];
            columns = [];
        }
        else if (!isGeneral && select.ValuesLists.Count == 1)
        {
            values = ExpressionBinder.TransformList(pstate, select.ValuesLists[0].List.Items, ParseExprKind.ValuesSingle, allowDefault: true);
            values = Prepare(pstate, statement.Cols.Count > 0, values, columns);
        }
        else if (!isGeneral)
        {
            values = ManyRows(pstate, statement, select, columns);
        }
        else
        {
            values = FromSelect(pstate, statement, columns, outside.Entries, outside.Items);
        }

        for (var i = 0; i < values.Count; i++)
        {
            query.TargetList.Add(new TargetEntry { Expr = values[i], ResNo = columns[i].Column.attnum, ResName = columns[i].Column.attname });
        }

        if (statement.ReturningList.Count > 0 || statement.OnConflictClause is not null)
        {
            pstate.AddItem(item, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
            pstate.Namespace = [.. pstate.Namespace.Where(n => n.RtIndex == item.RtIndex)];
        }

        if (statement.OnConflictClause is { } conflict)
        {
            query.OnConflict = OnConflictBinder.Transform(pstate, conflict, item);
        }

        query.ReturningList = Returning.Transform(pstate, statement.ReturningList);
        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        TargetListRewriter.RewriteInsert(pstate, query);
        return query;
    }

    /// <summary>The target list of one row of VALUES: MERGE's INSERT. Without values it is DEFAULT VALUES.</summary>
    internal static List<TargetEntry> Values(ParseState pstate, IReadOnlyList<Pg.Node> cols, IReadOnlyList<Pg.Node> values)
    {
        var columns = Columns(pstate, cols);
        if (values.Count == 0)
        {
            return [];
        }

        var exprs = ExpressionBinder.TransformList(pstate, values, ParseExprKind.ValuesSingle, allowDefault: true);
        return Prepare(pstate, cols.Count > 0, exprs, columns)
            .Select((e, i) => new TargetEntry { Expr = e, ResNo = columns[i].Column.attnum, ResName = columns[i].Column.attname }).ToList();
    }

    private static List<(PgAttribute Column, Pg.ResTarget? Target)> Columns(ParseState pstate, IReadOnlyList<Pg.Node> cols)
    {
        var result = new List<(PgAttribute, Pg.ResTarget?)>();
        if (cols.Count == 0)
        {
            foreach (var attribute in pstate.Catalog.Attributes(pstate.TargetRelation!.oid))
            {
                if (attribute is { attnum: > 0, attisdropped: false })
                {
                    result.Add((attribute, null));
                }
            }

            return result;
        }

        foreach (var node in cols)
        {
            var target = node.ResTarget;
            var column = TargetRelations.FindColumn(pstate, target.Name, target.Location, inInsert: true);
            if (result.Exists(c => c.Item1.attnum == column.attnum && (target.Indirection.Count == 0 || c.Item2!.Indirection.Count == 0)))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{target.Name}\" specified more than once").At(target.Location);
            }

            result.Add((column, target));
        }

        return result;
    }

    /// <summary>transformInsertRow: counts and coerces.</summary>
    private static List<BoundExpr> Prepare(
        ParseState pstate, bool hasColumnList, List<BoundExpr> values, List<(PgAttribute Column, Pg.ResTarget? Target)> columns)
    {
        if (values.Count > columns.Count)
        {
            throw new PgException(SqlState.SyntaxError, "INSERT has more expressions than target columns").At(ExprFacts.Location(values[columns.Count]));
        }

        if (hasColumnList && values.Count < columns.Count)
        {
            var error = new PgException(SqlState.SyntaxError, "INSERT has more target columns than expressions").At(columns[values.Count].Target!.Location);
            throw values.Count == 1 && values[0] is BoundRowExpr row && row.Args.Count == columns.Count
                ? error.WithHint("The insertion source is a row expression containing the same number of columns expected by the INSERT. Did you accidentally use extra parentheses?")
                : error;
        }

        var kind = pstate.ExprKind;
        pstate.ExprKind = ParseExprKind.InsertTarget;
        var result = new List<BoundExpr>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            var (column, target) = columns[i];
            result.Add(Assignments.Transform(
                pstate, values[i], column, target?.Indirection ?? [], target?.Location ?? ExprFacts.Location(values[i]), isInsert: true));
        }

        pstate.ExprKind = kind;
        return result;
    }

    private static List<BoundExpr> ManyRows(
        ParseState pstate, Pg.InsertStmt statement, Pg.SelectStmt select, List<(PgAttribute Column, Pg.ResTarget? Target)> columns)
    {
        var rows = ValuesBinder.Rows(pstate, select, ParseExprKind.Values, allowDefault: true);
        foreach (var row in rows)
        {
            row.Items = Prepare(pstate, statement.Cols.Count > 0, row.Items, columns).ConvertAll(Assigned);
            Collations.AssignList(pstate, row.Items);
        }

        var types = rows[0].Items.ConvertAll((_) => 0u);
        var typmods = new List<int>();
        var collations = new List<uint>();
        for (var i = 0; i < rows[0].Items.Count; i++)
        {
            var whole = columns[i].Target is not { Indirection.Count: > 0 };
            types[i] = whole ? columns[i].Column.atttypid : rows[0].Items[i].Type;
            typmods.Add(whole ? columns[i].Column.atttypmod : rows[0].Items[i].Typmod);
            collations.Add(whole ? columns[i].Column.attcollation : rows[0].Items[i].Collation);
        }

        var lateral = pstate.RangeTable.Count > 1 && rows.Exists(static r => r.Items.Exists(static e => ExprFacts.Any(e, static x => x is BoundVar { Varlevelsup: 0 })));
        var item = RangeTableEntries.AddValues(pstate, rows, types, typmods, collations, lateral);
        pstate.JoinList.Add(new RangeTblRef { RtIndex = item.RtIndex });
        var values = item.Columns.Select(c => (BoundExpr)NameResolution.MakeVar(c, 0, -1)).ToList();
        return columns.Exists(static c => c.Target is { Indirection.Count: > 0 }) ? Prepare(pstate, statement.Cols.Count > 0, values, columns) : values;
    }

    // A row of VALUES holds what is assigned to a part of a column; the column is made of it afterwards.
    private static BoundExpr Assigned(BoundExpr expr)
    {
        while (true)
        {
            var inner = expr is BoundCoerceToDomain domain ? domain.Arg : expr;
            switch (inner)
            {
                case BoundFieldStore store:
                    expr = store.NewVals[0];
                    break;
                case BoundSubscriptingRef { RefAssignExpr: { } assigned }:
                    expr = assigned;
                    break;
                default:
                    return expr;
            }
        }
    }

    private static List<BoundExpr> FromSelect(
        ParseState pstate, Pg.InsertStmt statement, List<(PgAttribute Column, Pg.ResTarget? Target)> columns, List<RangeTableEntry> entries, List<ParseNamespaceItem> items)
    {
        var sub = pstate.Subquery();
        sub.RangeTable.AddRange(entries);
        sub.Namespace.AddRange(items);
        sub.ResolveUnknowns = false;
        var subquery = Binder.TransformIn(sub, statement.SelectStmt);
        var item = RangeTableEntries.AddSubquery(pstate, subquery, new Pg.Alias { Aliasname = "*SELECT*" }, lateral: false, inFromCl: false);
        pstate.JoinList.Add(new RangeTblRef { RtIndex = item.RtIndex });
        var values = new List<BoundExpr>();
        foreach (var target in subquery.TargetList)
        {
            if (target.ResJunk)
            {
                continue;
            }

            // A literal of unknown type takes the column's type rather than text.
            values.Add(target.Expr is BoundConst or BoundParam && target.Expr.Type == Types.TypeOid.Unknown
                ? target.Expr
                : new BoundVar
                {
                    Varno = item.RtIndex,
                    Varattno = target.ResNo,
                    Type = target.Expr.Type,
                    Typmod = target.Expr.Typmod,
                    Collation = target.Expr.Collation,
                    Location = ExprFacts.Location(target.Expr),
                });
        }

        return Prepare(pstate, statement.Cols.Count > 0, values, columns);
    }
}

/// <summary>RETURNING.</summary>
internal static class Returning
{
    internal static List<TargetEntry> Transform(ParseState pstate, IReadOnlyList<Pg.Node> list, ParseExprKind kind = ParseExprKind.Returning)
    {
        if (list.Count == 0)
        {
            return [];
        }

        var saved = pstate.NextResNo;
        pstate.NextResNo = 1;
        var result = TargetLists.Transform(pstate, list, kind);
        if (result.Count == 0)
        {
            throw new PgException(SqlState.SyntaxError, "RETURNING must have at least one column");
        }

        TargetLists.MarkOrigins(pstate, result);
        TargetLists.ResolveUnknowns(pstate, result);
        pstate.NextResNo = saved;
        return result;
    }
}
