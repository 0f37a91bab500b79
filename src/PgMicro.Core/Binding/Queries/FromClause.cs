using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>FROM (the rules of transformFromClause in parse_clause.c).</summary>
internal static class FromClause
{
    /// <summary>Analyses the items of FROM in order; each sees those before it when it is LATERAL.</summary>
    internal static void Transform(ParseState pstate, IEnumerable<Pg.Node> items)
    {
        foreach (var node in items)
        {
            var tree = TransformItem(pstate, node, out _, out var items2);
            CheckConflicts(pstate.Namespace, items2);
            foreach (var item in items2)
            {
                item.LateralOnly = true;
                item.LateralOk = true;
            }

            pstate.JoinList.Add(tree);
            pstate.Namespace.AddRange(items2);
        }

        foreach (var item in pstate.Namespace)
        {
            item.LateralOnly = false;
            item.LateralOk = true;
        }
    }

    private static JoinTreeNode TransformItem(ParseState pstate, Pg.Node node, out ParseNamespaceItem top, out List<ParseNamespaceItem> visible)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.NodeCase)
        {
            case Kind.RangeVar:
                top = TransformRangeVar(pstate, node.RangeVar);
                break;
            case Kind.RangeSubselect:
                top = TransformSubselect(pstate, node.RangeSubselect);
                break;
            case Kind.RangeFunction:
                top = TransformFunction(pstate, node.RangeFunction);
                break;
            case Kind.JoinExpr:
                return TransformJoin(pstate, node.JoinExpr, out top, out visible);
            case Kind.RangeTableSample:
                var sampled = TransformItem(pstate, node.RangeTableSample.Relation, out top, out visible);
                top.Rte.TableSample = TableSamples.Transform(pstate, node.RangeTableSample, top.Rte);
                return sampled;
            case Kind.RangeTableFunc:
                top = XmlTables.Transform(pstate, node.RangeTableFunc);
                break;
            case Kind.JsonTable:
                top = TransformSubselect(pstate, JsonTableExpansion.Expand(pstate, node.JsonTable));
                break;
            default:
                throw PgErrors.FeatureNotSupported($"{node.NodeCase} in FROM");
        }

        visible = [top];
        return new RangeTblRef { RtIndex = top.RtIndex };
    }

    private static ParseNamespaceItem TransformRangeVar(ParseState pstate, Pg.RangeVar range)
    {
        if (range.Schemaname.Length == 0)
        {
            var levelsUp = 0;
            for (var state = pstate; state is not null; state = state.ParentParseState, levelsUp++)
            {
                if (state.CteNamespace.Find(c => c.CteName == range.Relname) is { } cte)
                {
                    return RangeTableEntries.AddCte(pstate, cte, levelsUp, range);
                }
            }

            if (EphemeralTables.Find(pstate, range.Relname) is { } table)
            {
                return EphemeralTables.Add(pstate, table, range);
            }
        }

        var relation = NameResolution.FindRelation(pstate, range.Catalogname, range.Schemaname, range.Relname, range.Location);
        if (relation.relkind is 'i' or 'I' or 'c')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"")
                .WithDetail(relation.relkind == 'c' ? "This operation is not supported for composite types." : "This operation is not supported for indexes.")
                .At(range.Location);
        }

        var item = RangeTableEntries.AddRelation(pstate, relation, range.Alias, inFromCl: true, range.Location);
        item.Rte.Inh = range.Inh;
        return item;
    }

    private static ParseNamespaceItem TransformSubselect(ParseState pstate, Pg.RangeSubselect range)
    {
        var kind = pstate.ExprKind;
        pstate.ExprKind = ParseExprKind.FromSubselect;
        pstate.LateralActive = range.Lateral;
        var query = Binder.TransformSubquery(pstate, range.Subquery, null, pstate.LockedFromParent, resolveUnknowns: true);
        pstate.LateralActive = false;
        pstate.ExprKind = kind;
        return RangeTableEntries.AddSubquery(pstate, query, range.Alias, range.Lateral, inFromCl: true);
    }

    private static ParseNamespaceItem TransformFunction(ParseState pstate, Pg.RangeFunction range)
    {
        pstate.LateralActive = true;
        var functions = new List<(BoundExpr, string, IReadOnlyList<Pg.Node>)>();
        foreach (var node in range.Functions)
        {
            var pair = node.List.Items;
            var call = pair[0];
            IReadOnlyList<Pg.Node> definitions = pair.Count > 1 && pair[1].NodeCase == Kind.List ? pair[1].List.Items : [];
            if (call.NodeCase == Kind.FuncCall && call.FuncCall is { FuncVariadic: false, AggStar: false, AggDistinct: false } unnest
                && unnest.Args.Count > 1 && unnest.Funcname.Count == 1 && unnest.Funcname[0].String.Sval == "unnest"
                && unnest.AggOrder.Count == 0 && unnest.AggFilter is null && unnest.Over is null && definitions.Count == 0)
            {
                // unnest of several arrays means ROWS FROM (unnest(a), unnest(b) …).
                foreach (var arg in unnest.Args)
                {
                    var one = new Pg.FuncCall { Location = unnest.Location };
                    one.Funcname.Add(new Pg.Node { String = new Pg.String { Sval = "pg_catalog" } });
                    one.Funcname.Add(new Pg.Node { String = new Pg.String { Sval = "unnest" } });
                    one.Args.Add(arg);
                    var last = pstate.LastSrf;
                    functions.Add((TransformCall(pstate, new Pg.Node { FuncCall = one }, last), "unnest", definitions));
                }

                continue;
            }

            var name = TargetLists.FigureColumnName(call);
            functions.Add((TransformCall(pstate, call, pstate.LastSrf), name, definitions));
        }

        pstate.LateralActive = false;
        if (range.Coldeflist.Count > 0)
        {
            if (functions.Count != 1)
            {
                throw new PgException(SqlState.SyntaxError, range.IsRowsfrom
                    ? "ROWS FROM() with multiple functions cannot have a column definition list"
                    : "UNNEST() with multiple arguments cannot have a column definition list")
                    .WithHint("Put a separate column definition list for each function inside ROWS FROM().").At(range.Coldeflist[0].ColumnDef.Location);
            }

            if (range.Ordinality)
            {
                throw new PgException(SqlState.SyntaxError, "WITH ORDINALITY cannot be used with a column definition list")
                    .WithHint("Put the column definition list inside ROWS FROM().").At(range.Coldeflist[0].ColumnDef.Location);
            }

            functions[0] = (functions[0].Item1, functions[0].Item2, range.Coldeflist);
        }

        // A function in FROM may always refer to earlier items; whether it does decides what it is.
        var lateral = range.Lateral || functions.Exists(f => ExprFacts.Any(f.Item1, static e => e is BoundVar { Varlevelsup: 0 } or BoundSubLink));
        return RangeTableEntries.AddFunctions(pstate, functions, range, lateral);
    }

    private static BoundExpr TransformCall(ParseState pstate, Pg.Node call, BoundExpr? lastSrf)
    {
        var expr = ExpressionBinder.Transform(pstate, call, ParseExprKind.FromFunction);
        if (!ReferenceEquals(pstate.LastSrf, lastSrf) && !ReferenceEquals(pstate.LastSrf, expr))
        {
            throw new PgException(SqlState.FeatureNotSupported, "set-returning functions must appear at top level of FROM")
                .At(ExprFacts.Location(pstate.LastSrf));
        }

        Collations.Assign(pstate, expr);
        return expr;
    }

    private static JoinTreeNode TransformJoin(ParseState pstate, Pg.JoinExpr join, out ParseNamespaceItem top, out List<ParseNamespaceItem> visible)
    {
        var larg = TransformItem(pstate, join.Larg, out var left, out var leftVisible);

        // The right side sees the left side's names when it is LATERAL, legally so for INNER and LEFT.
        var type = ToJoinType(join.Jointype);
        var lateralOk = type is JoinType.Inner or JoinType.Left;
        var before = pstate.Namespace.Count;
        foreach (var item in leftVisible)
        {
            pstate.Namespace.Add(item.With(item.RelVisible, item.ColsVisible, lateralOnly: true, lateralOk));
        }

        var rarg = TransformItem(pstate, join.Rarg, out var right, out var rightVisible);
        pstate.Namespace.RemoveRange(before, pstate.Namespace.Count - before);
        CheckConflicts(leftVisible, rightVisible);
        List<ParseNamespaceItem> both = [.. leftVisible, .. rightVisible];

        var (leftNames, leftColumns) = Live(left);
        var (rightNames, rightColumns) = Live(right);
        var usingNames = join.UsingClause.Select(n => n.String.Sval).ToList();
        if (join.IsNatural)
        {
            usingNames = [.. leftNames.Where(n => rightNames.Contains(n))];
        }

        var names = new List<string>();
        var aliasVars = new List<BoundExpr>();
        var leftCols = new List<int>();
        var rightCols = new List<int>();
        var columns = new List<NamespaceColumn>();
        BoundExpr? quals = null;
        var merged = 0;
        var leftLeft = Enumerable.Range(0, leftNames.Count).ToList();
        var rightLeft = Enumerable.Range(0, rightNames.Count).ToList();
        if (usingNames.Count > 0)
        {
            List<BoundExpr> conditions = [];
            for (var u = 0; u < usingNames.Count; u++)
            {
                var name = usingNames[u];
                if (usingNames.IndexOf(name) != u)
                {
                    throw new PgException(SqlState.DuplicateColumn, $"column name \"{name}\" appears more than once in USING clause");
                }

                var l = Only(leftNames, name, "left");
                var r = Only(rightNames, name, "right");
                leftLeft.Remove(l);
                rightLeft.Remove(r);
                BoundExpr lv = NameResolution.MakeVar(leftColumns[l], 0, -1), rv = NameResolution.MakeVar(rightColumns[r], 0, -1);
                var condition = OperatorResolution.MakeOp(pstate, ["="], lv, rv, pstate.LastSrf, -1);
                conditions.Add(Coercion.CoerceToBoolean(pstate, condition, "JOIN/USING"));
                var (mergedExpr, mergedColumn) = Merge(pstate, type, leftColumns[l], rightColumns[r]);
                names.Add(name);
                aliasVars.Add(mergedExpr);
                leftCols.Add(l + 1);
                rightCols.Add(r + 1);
                columns.Add(mergedColumn);
            }

            merged = usingNames.Count;
            quals = conditions.Count switch
            {
                1 => conditions[0],
                _ => new BoundBoolExpr { BoolOp = BoolExprType.And, Args = conditions, Type = TypeOid.Bool },
            };
            Collations.Assign(pstate, quals);
        }

        foreach (var i in leftLeft)
        {
            names.Add(leftNames[i]);
            aliasVars.Add(NameResolution.MakeVar(leftColumns[i], 0, -1));
            leftCols.Add(i + 1);
            columns.Add(leftColumns[i]);
        }

        foreach (var i in rightLeft)
        {
            names.Add(rightNames[i]);
            aliasVars.Add(NameResolution.MakeVar(rightColumns[i], 0, -1));
            rightCols.Add(i + 1);
            columns.Add(rightColumns[i]);
        }

        if (join.Quals is not null)
        {
            var saved = pstate.Namespace;
            pstate.Namespace = both;
            quals = Where.Transform(pstate, join.Quals, ParseExprKind.JoinOn, "JOIN/ON");
            pstate.Namespace = saved;
            Collations.Assign(pstate, quals);
        }

        var rtIndex = pstate.RangeTable.Count + 1;
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Varno < 0)
            {
                columns[i] = columns[i] with { Varno = rtIndex, Varattno = i + 1 };
            }
        }

        var usingAlias = RangeTableEntries.ToAlias(join.JoinUsingAlias);
        if (usingAlias is not null)
        {
            usingAlias.ColNames = [.. usingNames];
        }

        var item2 = RangeTableEntries.AddJoin(
            pstate, names, [.. columns], type, merged, aliasVars, leftCols, rightCols, usingAlias, join.Alias);
        var result = new JoinExpr
        {
            JoinType = type,
            IsNatural = join.IsNatural,
            Larg = larg,
            Rarg = rarg,
            UsingClause = usingNames,
            JoinUsingAlias = usingAlias,
            Quals = quals,
            Alias = RangeTableEntries.ToAlias(join.Alias),
            RtIndex = item2.RtIndex,
        };
        pstate.JoinExprs[item2.RtIndex] = result;

        // An alias hides the joined tables; without one their names stay visible and the join lends its columns.
        visible = [];
        if (join.Alias is null)
        {
            foreach (var item in both)
            {
                visible.Add(item.With(item.RelVisible, colsVisible: false, item.LateralOnly, item.LateralOk));
            }
        }

        if (usingAlias is not null)
        {
            visible.Add(new ParseNamespaceItem
            {
                Names = usingAlias,
                Rte = item2.Rte,
                RtIndex = item2.RtIndex,
                Columns = item2.Columns[..merged],
                ColsVisible = false,
            });
        }

        visible.Add(item2.With(join.Alias is not null, colsVisible: true, lateralOnly: false, lateralOk: true));
        top = item2;
        return result;
    }

    private static (BoundExpr, NamespaceColumn) Merge(ParseState pstate, JoinType type, in NamespaceColumn left, in NamespaceColumn right)
    {
        BoundExpr l = NameResolution.MakeVar(left, 0, -1), r = NameResolution.MakeVar(right, 0, -1);
        var common = Coercion.SelectCommonType(pstate, [l, r], "JOIN/USING");
        var typmod = Coercion.SelectCommonTypmod([l, r], common);
        BoundExpr Coerce(BoundExpr e) => e.Type != common
            ? Coercion.CoerceType(pstate, e, e.Type, common, typmod, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1)
            : e.Typmod != typmod
                ? new BoundRelabelType { Arg = e, Type = common, Typmod = typmod, Collation = e.Collation, RelabelFormat = CoercionForm.ImplicitCast }
                : e;
        BoundExpr lc = Coerce(l), rc = Coerce(r);
        BoundExpr result = type switch
        {
            JoinType.Inner => ReferenceEquals(lc, l) ? lc : ReferenceEquals(rc, r) ? rc : lc,
            JoinType.Left => lc,
            JoinType.Right => rc,
            _ => new BoundCoalesceExpr { Args = [lc, rc], Type = common },
        };
        Collations.Assign(pstate, result);
        return result is BoundVar v
            ? (v, new NamespaceColumn(v.Varno, v.Varattno, v.Type, v.Typmod, v.Collation))
            : (result, new NamespaceColumn(-1, 0, result.Type, result.Typmod, result.Collation));
    }

    private static int Only(List<string> names, string name, string side)
    {
        var index = names.IndexOf(name);
        if (index < 0)
        {
            throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" specified in USING clause does not exist in {side} table");
        }

        return names.IndexOf(name, index + 1) < 0
            ? index
            : throw new PgException(SqlState.AmbiguousColumn, $"common column name \"{name}\" appears more than once in {side} table");
    }

    private static (List<string> Names, List<NamespaceColumn> Columns) Live(ParseNamespaceItem item)
    {
        var names = new List<string>();
        var columns = new List<NamespaceColumn>();
        for (var i = 0; i < item.Columns.Length; i++)
        {
            if (!item.Columns[i].IsDropped)
            {
                names.Add(item.Names.ColNames[i]);
                columns.Add(item.Columns[i]);
            }
        }

        return (names, columns);
    }

    private static JoinType ToJoinType(Pg.JoinType type) => type switch
    {
        Pg.JoinType.JoinInner => JoinType.Inner,
        Pg.JoinType.JoinLeft => JoinType.Left,
        Pg.JoinType.JoinFull => JoinType.Full,
        Pg.JoinType.JoinRight => JoinType.Right,
        _ => throw PgErrors.FeatureNotSupported($"join type {type}"),
    };

    private static void CheckConflicts(IEnumerable<ParseNamespaceItem> first, List<ParseNamespaceItem> second)
    {
        foreach (var a in first)
        {
            if (!a.RelVisible)
            {
                continue;
            }

            foreach (var b in second)
            {
                if (b.RelVisible && a.Names.AliasName == b.Names.AliasName
                    && !(a.Rte is { RteKind: RteKind.Relation, Alias: null } && b.Rte is { RteKind: RteKind.Relation, Alias: null } && a.Rte.Relid != b.Rte.Relid))
                {
                    throw new PgException(SqlState.DuplicateAlias, $"table name \"{a.Names.AliasName}\" specified more than once");
                }
            }
        }
    }
}
