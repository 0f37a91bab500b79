using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;

namespace PgMicro.Core.Binding.Deparse;

/// <content>INSERT, UPDATE, DELETE and MERGE, as they stand in the bodies of functions and in WITH.</content>
public sealed partial class QueryDeparser
{
    private void Modify()
    {
        With();
        Begin();
        switch (_query.CommandType)
        {
            case CommandType.Insert:
                Insert();
                break;
            case CommandType.Update:
                Target("UPDATE ", false);
                _out.Append(" SET ");
                Assignments(_query.TargetList);
                From();
                Where(_query.JoinTree.Quals);
                break;
            case CommandType.Delete:
                Target("DELETE FROM ", false);
                From(" USING ");
                Where(_query.JoinTree.Quals);
                break;
            default:
                Merge();
                break;
        }

        if (_query.ReturningList.Count > 0)
        {
            Keyword(" RETURNING", -Standard, Standard, 1);
            TargetList(_query.ReturningList);
        }
    }

    // The target: its alias needs AS in INSERT.
    private void Target(string command, bool usesAs)
    {
        var entry = _query.RangeTable[_query.ResultRelation - 1];
        var name = _namespaces[0].RelationNames[_query.ResultRelation - 1] ?? "";
        _out.Append(command).Append(entry.Inh || usesAs ? "" : "ONLY ").Append(RelationName(entry.Relid));
        if (entry.Alias is not null || name != _catalog.Class(entry.Relid)?.relname)
        {
            _out.Append(usesAs ? " AS " : " ").Append(Q(name));
        }
    }

    private void Insert()
    {
        Target("INSERT INTO ", true);
        _out.Append(' ');
        var values = Columns(_query.TargetList);
        _out.Append(values.Count > 0 ? " " : "");
        Override(_query.Override);
        var source = _query.RangeTable.Find(static r => r.RteKind is RteKind.Subquery or RteKind.Values);
        if (source?.Subquery is { } select)
        {
            Subquery(select, null, false);
        }
        else if (source is not null)
        {
            Values(source.ValuesLists);
        }
        else if (values.Count > 0)
        {
            Keyword("VALUES (", -Standard, Standard, 2);
            Separated(values, e => TopLevel(e, false));
            _out.Append(')');
        }
        else
        {
            _out.Append("DEFAULT VALUES");
        }

        if (_query.OnConflict is { } conflict)
        {
            OnConflict(conflict);
        }
    }

    private void OnConflict(OnConflictExpr conflict)
    {
        _out.Append(" ON CONFLICT");
        if (conflict.ArbiterElems.Count > 0)
        {
            _out.Append('(');
            for (var i = 0; i < conflict.ArbiterElems.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "");
                Arbiter(conflict.ArbiterElems[i]);
            }

            _out.Append(')');

            // The columns are the target's.
            var prefix = _varPrefix;
            _varPrefix = false;
            Where(conflict.ArbiterWhere);
            _varPrefix = prefix;
        }
        else if (conflict.Constraint != 0)
        {
            _out.Append(" ON CONSTRAINT ").Append(Q(_catalog.Constraint(conflict.Constraint)!.conname));
        }

        if (conflict.Action != OnConflictAction.Update)
        {
            _out.Append(" DO NOTHING");
            return;
        }

        _out.Append(" DO UPDATE SET ");
        Assignments(conflict.OnConflictSet);
        Where(conflict.OnConflictWhere);
    }

    // A column is printed by its name alone, an expression in parentheses unless it is a call.
    private void Arbiter(InferenceElem element)
    {
        if (element.Expr is BoundVar { Varattno: > 0 } column)
        {
            _out.Append(Q(_catalog.Attribute(_query.RangeTable[_query.ResultRelation - 1].Relid, column.Varattno)!.attname));
        }
        else
        {
            var parens = element.Expr is not BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall };
            _out.Append(parens ? "(" : "");
            Expr(element.Expr, false);
            _out.Append(parens ? ")" : "");
        }

        if (element.InferCollid != 0)
        {
            _out.Append(" COLLATE ").Append(ExpressionDeparser.Collation(element.InferCollid, Context()));
        }

        if (element.InferOpClass != 0)
        {
            _out.Append(' ').Append(Q(_catalog.Opclass(element.InferOpClass)!.opcname));
        }
    }

    private void Merge()
    {
        Target("MERGE INTO ", false);
        From(" USING ");
        Keyword(" ON ", -Standard, Standard, 2);
        Expr(_query.MergeJoinCondition!, false);
        var bySource = _query.MergeActionList.Exists(static a => a.MatchKind == MergeMatchKind.NotMatchedBySource);
        foreach (var action in _query.MergeActionList)
        {
            Keyword(" WHEN ", -Standard, Standard, 2);
            _out.Append(action.MatchKind switch
            {
                MergeMatchKind.Matched => "MATCHED",
                MergeMatchKind.NotMatchedBySource => "NOT MATCHED BY SOURCE",
                _ => bySource ? "NOT MATCHED BY TARGET" : "NOT MATCHED",
            });
            if (action.Qual is { } qual)
            {
                Keyword(" AND ", -Standard, Standard, 3);
                Expr(qual, false);
            }

            Keyword(" THEN ", -Standard, Standard, 3);
            Action(action);
        }
    }

    private void Action(MergeAction action)
    {
        switch (action.CommandType)
        {
            case CommandType.Insert:
                _out.Append("INSERT").Append(action.TargetList.Count > 0 ? " " : "");
                var values = Columns(action.TargetList);
                if (action.Override != OverridingKind.NotSet)
                {
                    _out.Append(' ');
                    Override(action.Override);
                    _out.Length--;
                }

                if (values.Count == 0)
                {
                    _out.Append(" DEFAULT VALUES");
                    return;
                }

                Keyword(" VALUES (", -Standard, Standard, 4);
                Separated(values, e => TopLevel(e, false));
                _out.Append(')');
                return;
            case CommandType.Update:
                _out.Append("UPDATE SET ");
                Assignments(action.TargetList);
                return;
            default:
                _out.Append(action.CommandType == CommandType.Delete ? "DELETE" : "DO NOTHING");
                return;
        }
    }

    /// <summary>Prints the columns of an INSERT in parentheses; gives their values.</summary>
    private List<BoundExpr> Columns(List<TargetEntry> targets)
    {
        var relation = _query.RangeTable[_query.ResultRelation - 1].Relid;
        var values = new List<BoundExpr>();
        foreach (var target in targets)
        {
            if (!target.ResJunk)
            {
                _out.Append(values.Count > 0 ? ", " : "(").Append(Q(_catalog.Attribute(relation, target.ResNo)!.attname));
                values.Add(Part(target.Expr));
            }
        }

        _out.Append(values.Count > 0 ? ")" : "");
        return values;
    }

    // Several columns that one row is assigned to stand together, before the subquery that gives it.
    private void Assignments(List<TargetEntry> targets)
    {
        var relation = _query.RangeTable[_query.ResultRelation - 1].Relid;
        var rows = new Queue<BoundSubLink>(targets.Where(static t => t.ResJunk).Select(static t => t.Expr).OfType<BoundSubLink>().Where(static s => s.SubLinkType == SubLinkType.MultiExpr));
        BoundSubLink? row = null;
        var left = 0;
        Separated(targets.FindAll(static t => !t.ResJunk), target =>
        {
            if (row is null && rows.Count > 0 && IsOfRow(target.Expr))
            {
                row = rows.Dequeue();
                left = row.Subselect.TargetList.Count(static t => !t.ResJunk);
                _out.Append('(');
            }

            _out.Append(Q(_catalog.Attribute(relation, target.ResNo)!.attname));
            var value = Part(target.Expr);
            if (row is not null)
            {
                if (--left > 0)
                {
                    return;
                }

                _out.Append(')');
                (value, row) = (row, null);
            }

            _out.Append(" = ");
            Expr(value, false);
        });
    }

    private static bool IsOfRow(BoundExpr value)
    {
        while (true)
        {
            switch (value)
            {
                case BoundFieldStore store:
                    value = store.NewVals[0];
                    break;
                case BoundSubscriptingRef { RefAssignExpr: { } assigned }:
                    value = assigned;
                    break;
                case BoundCoerceToDomain { CoercionFormat: CoercionForm.ImplicitCast } domain:
                    value = domain.Arg;
                    break;
                case BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast } call:
                    value = call.Args[0];
                    break;
                case BoundRelabelType { RelabelFormat: CoercionForm.ImplicitCast } relabel:
                    value = relabel.Arg;
                    break;
                default:
                    return value is BoundParam { Kind: ParamKind.MultiExpr };
            }
        }
    }

    /// <summary>Prints which part of a column is assigned to; gives what is (processIndirection).</summary>
    private BoundExpr Part(BoundExpr value)
    {
        while (true)
        {
            var inner = value is BoundCoerceToDomain { CoercionFormat: CoercionForm.ImplicitCast } domain ? domain.Arg : value;
            switch (inner)
            {
                case BoundFieldStore store:
                    var fields = TypeFacts.TypeOrDomainRelid(_catalog, store.Type);
                    _out.Append('.').Append(Q(_catalog.Attribute(fields, store.FieldNums[0])!.attname));
                    value = store.NewVals[0];
                    break;
                case BoundSubscriptingRef { RefAssignExpr: { } assigned } subscripts:
                    Subscripts(subscripts);
                    value = assigned;
                    break;
                default:
                    return value;
            }
        }
    }

    private void Subscripts(BoundSubscriptingRef reference)
    {
        for (var i = 0; i < reference.UpperIndexes.Count; i++)
        {
            _out.Append('[');
            if (reference.LowerIndexes is { } lower)
            {
                Bound(lower[i]);
                _out.Append(':');
            }

            Bound(reference.UpperIndexes[i]);
            _out.Append(']');
        }

        void Bound(BoundExpr? index)
        {
            if (index is not null)
            {
                Expr(index, false);
            }
        }
    }

    private void Override(OverridingKind kind) => _out.Append(kind switch
    {
        OverridingKind.SystemValue => "OVERRIDING SYSTEM VALUE ",
        OverridingKind.UserValue => "OVERRIDING USER VALUE ",
        _ => "",
    });

    private void Where(BoundExpr? condition)
    {
        if (condition is not null)
        {
            Keyword(" WHERE ", -Standard, Standard, 1);
            Expr(condition, false);
        }
    }

    private void Separated<T>(List<T> items, Action<T> print)
    {
        for (var i = 0; i < items.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            print(items[i]);
        }
    }
}
