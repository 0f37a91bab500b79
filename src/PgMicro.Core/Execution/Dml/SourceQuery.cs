using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Builds the SELECT that computes everything about the rows that a statement changes: their rowids, new values, old values,
/// CHECK results and RETURNING. Generated columns, then checks and RETURNING, are computed by queries around the first one,
/// so that each new value is evaluated once.
/// </summary>
internal sealed class SourceQuery
{
    /// <summary>A RETURNING item that is the written row's ctid.</summary>
    internal const int ReturnsCtid = -2;

    /// <summary>A RETURNING item that is always NULL.</summary>
    internal const int ReturnsNull = -3;

    /// <summary>A RETURNING item that is the writing transaction's id.</summary>
    internal const int ReturnsXid = -4;

    private readonly TableLayout _table;
    private readonly BoundQuery _statement;
    private readonly int _xidParameter;
    private readonly bool _isConflictAction;
    private readonly BoundExpr?[] _values;
    private readonly int[] _newColumns;
    private readonly int[] _oldColumns;
    private readonly Dictionary<(int, int), int> _others = [];
    private BoundQuery _query;
    private (BoundQuery Query, int Depth)? _first;

    internal SourceQuery(TableLayout table, BoundQuery statement, BoundExpr?[] values, int xidParameter, bool isConflictAction = false)
    {
        _table = table;
        _statement = statement;
        _values = values;
        _xidParameter = xidParameter;
        _isConflictAction = isConflictAction;
        _newColumns = new int[table.Columns.Length];
        _oldColumns = new int[table.Columns.Length];
        _newColumns.AsSpan().Fill(-1);
        _oldColumns.AsSpan().Fill(-1);
        _query = (BoundQuery)statement.ShallowCopy();
        _query.CommandType = CommandType.Select;
        _query.ResultRelation = 0;
        _query.ReturningList = [];
        _query.OnConflict = null;
        _query.Override = OverridingKind.NotSet;
        _query.TargetList = [];
        _query.RangeTable = [.. statement.RangeTable];
        _query.HasModifyingCTE = false;
        if (statement.CommandType == CommandType.Insert)
        {
            Forget(statement.ResultRelation);
            if (statement.OnConflict is { ExclRelIndex: > 0 } conflict)
            {
                Forget(conflict.ExclRelIndex);
            }
        }
    }

    /// <summary>The query as built so far.</summary>
    internal BoundQuery Query => _query;

    /// <summary>Layers around the first query.</summary>
    internal int Depth { get; private set; }

    /// <summary>The query that reads the rows, and its layers: all of it unless it has been cut.</summary>
    internal (BoundQuery Query, int Depth) First => _first ?? (_query, Depth);

    private bool IsInsert => _statement.CommandType == CommandType.Insert;

    private bool IsDelete => _statement.CommandType == CommandType.Delete;

    /// <summary>The column with the row's rowid; before any layer.</summary>
    internal int AddRowid() => Add(BoundTrees.Rowid(_statement.ResultRelation), "ctid");

    /// <summary>Sorts by a bigint column; before any layer.</summary>
    internal void OrderBy(int column)
    {
        _query.TargetList[column].RessortGroupRef = 1;
        _query.SortClause = [new SortGroupClause { TleSortGroupRef = 1, EqOp = BuiltInOperators.Int8Equal, SortOp = BuiltInOperators.Int8Less }];
    }

    /// <summary>A column of another relation; before any layer.</summary>
    internal int AddColumn(BoundExpr expr) => Add(expr, "extra");

    /// <summary>The column with the value that a table column will have, or -1 for NULL.</summary>
    internal int NewColumn(int index)
    {
        if (IsDelete)
        {
            return OldColumn(index);
        }

        if (_newColumns[index] < 0)
        {
            if (_values[index] is { } value)
            {
                _newColumns[index] = Add(value, _table.Columns[index].Name);
            }
            else if (!IsInsert)
            {
                return OldColumn(index);
            }
        }

        return _newColumns[index];
    }

    /// <summary>The column with the value that a table column had.</summary>
    internal int OldColumn(int index)
    {
        if (_oldColumns[index] < 0)
        {
            _oldColumns[index] = Add(BoundTrees.Column(_statement.ResultRelation, _table.Columns[index]), _table.Columns[index].Name);
        }

        return _oldColumns[index];
    }

    /// <summary>The column with the value that a table column had, or -1 when nothing asked for it.</summary>
    internal int KnownOldColumn(int index) => _oldColumns[index];

    /// <summary>Makes the columns that an expression over the table's new row, or the statement's other relations, reads.</summary>
    internal void Require(BoundExpr expr, int tableVarno)
    {
        foreach (var column in VarCollector.Collect(expr))
        {
            if (column.Varno != tableVarno)
            {
                var key = (column.Varno, column.Varattno);
                if (!_others.ContainsKey(key))
                {
                    var copy = (BoundVar)column.ShallowCopy();
                    copy.Varlevelsup = 0;
                    _others.Add(key, Add(copy, "other"));
                }
            }
            else if (column.Varattno > 0)
            {
                RequireNew(_table.IndexOf(column.Varattno));
            }
            else if (column.Varattno == 0)
            {
                for (var i = 0; i < _table.Columns.Length; i++)
                {
                    RequireNew(i);
                }
            }
            else if (column.Varattno == SystemAttribute.Ctid && !IsInsert && !_others.ContainsKey((0, SystemAttribute.Ctid)))
            {
                _others.Add((0, SystemAttribute.Ctid), AddRowid());
            }
            else if (column.Varattno == SystemAttribute.Xmin && IsDelete && !_others.ContainsKey((0, SystemAttribute.Xmin)))
            {
                var old = new BoundVar { Varno = _statement.ResultRelation, Varattno = SystemAttribute.Xmin, Type = column.Type };
                _others.Add((0, SystemAttribute.Xmin), Add(old, "xmin"));
            }
        }
    }

    /// <summary>Computes the subqueries that set several columns in a query of their own; once everything else is asked for, before any layer.</summary>
    internal void LiftRecords()
    {
        if (Depth == 0 && MultiAssignment.Split(_query) is var (below, fields))
        {
            _query = below;
            Wrap();
            _query.TargetList = fields;
        }
    }

    /// <summary>Puts the query into the FROM of another one that passes its columns on.</summary>
    internal void Wrap()
    {
        LiftRecords();
        var inner = _query;
        var cteList = inner.CteList;
        if (cteList.Count > 0)
        {
            inner = (BoundQuery)inner.ShallowCopy();
            inner.CteList = [];
            inner = new CteLevelShift().RewriteTop(inner);
        }

        _query = new BoundQuery
        {
            CommandType = CommandType.Select,
            CteList = cteList,
            HasRecursive = inner.HasRecursive,
            RangeTable = [BoundTrees.Subquery(inner, "source")],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] },
            TargetList = [.. inner.TargetList.Select((t, i) => BoundTrees.Target(Reference(i), i + 1, t.ResName))],
        };
        Depth++;

        BoundVar Reference(int column)
        {
            var expr = inner.TargetList[column].Expr;
            return new() { Varno = 1, Varattno = column + 1, Type = expr.Type, Typmod = expr.Typmod, Collation = expr.Collation };
        }
    }

    /// <summary>
    /// Ends the query that reads the rows: what follows is another query over one row, whose values are parameters from a number on. BEFORE triggers have their say in between.
    /// </summary>
    internal void Cut(int firstParameter)
    {
        LiftRecords();
        var first = _query;
        _first = (first, Depth);
        var row = new BoundQuery
        {
            CommandType = CommandType.Select,
            JoinTree = new FromExpr(),
            TargetList =
            [
                .. first.TargetList.Select((t, i) => BoundTrees.Target(
                    BoundTrees.Parameter(firstParameter + i, t.Expr.Type, t.Expr.Typmod, t.Expr.Collation), i + 1, t.ResName)),
            ],
        };
        _query = row;
        Wrap();
        _query.CteList = first.CteList;
        _query.HasRecursive = first.HasRecursive;
    }

    /// <summary>Adds a generated column; after a layer.</summary>
    internal void AddGenerated(int index)
    {
        var column = _table.Columns[index];
        _newColumns[index] = Add(Translate(column.Generation, 1), column.Name);
    }

    /// <summary>Adds an expression over the new row; after a layer.</summary>
    internal int AddTranslated(BoundExpr expr, int tableVarno) => Add(Translate(expr, tableVarno), "value");

    /// <summary>The column of a RETURNING item that needs no computation; null for one that does.</summary>
    internal int? SimpleReturning(BoundExpr expr)
    {
        if (expr is BoundVar { Varlevelsup: 0 } column && column.Varno == _statement.ResultRelation)
        {
            if (column.Varattno == SystemAttribute.Ctid)
            {
                return ReturnsCtid;
            }

            if (column.Varattno == SystemAttribute.Xmin && !IsDelete)
            {
                return ReturnsXid;
            }

            if (column.Varattno > 0)
            {
                var index = _table.IndexOf(column.Varattno);
                return _table.Columns[index].IsGenerated && !IsDelete ? null : NewColumn(index) is >= 0 and var found ? found : ReturnsNull;
            }
        }

        return null;
    }

    private BoundExpr Translate(BoundExpr expr, int tableVarno) => new NewRowReferences(this, tableVarno).Rewrite(expr);

    private int Add(BoundExpr expr, string name)
    {
        _query.TargetList.Add(BoundTrees.Target(expr, _query.TargetList.Count + 1, name));
        return _query.TargetList.Count - 1;
    }

    /// <summary>The same over one row of each relation.</summary>
    internal BoundQuery OverOneRow(OneRowQuery rows, IReadOnlyDictionary<int, OneRowItem> items) => OverOneRow(First.Query, First.Depth, rows, items);

    private static BoundQuery OverOneRow(BoundQuery query, int depth, OneRowQuery rows, IReadOnlyDictionary<int, OneRowItem> items)
    {
        if (depth == 0)
        {
            return rows.Over(query, items);
        }

        var copy = (BoundQuery)query.ShallowCopy();
        var source = (RangeTableEntry)query.RangeTable[0].ShallowCopy();
        source.Subquery = OverOneRow(source.Subquery!, depth - 1, rows, items);
        copy.RangeTable = [source];
        return copy;
    }

    private void RequireNew(int index)
    {
        // A generated column's new value comes with its layer.
        if (!_table.Columns[index].IsGenerated || IsDelete)
        {
            NewColumn(index);
        }
    }

    private void Forget(int rangeTableIndex) => _query.RangeTable[rangeTableIndex - 1] = new RangeTableEntry { RteKind = RteKind.Result };

    /// <summary>A reference, from the outermost layer, to what a column of the table will hold.</summary>
    private BoundExpr NewValue(int index, int levelsUp)
    {
        var column = _table.Columns[index];
        var position = IsDelete || (_newColumns[index] < 0 && !IsInsert) ? _oldColumns[index] : _newColumns[index];
        return position < 0 ? BoundTrees.Null(column.Type, column.Typmod, column.Collation) : OuterReference(position, column, levelsUp);
    }

    private static BoundVar OuterReference(int position, TableColumn column, int levelsUp) => new()
    {
        Varno = 1,
        Varattno = position + 1,
        Varlevelsup = levelsUp,
        Type = column.Type,
        Typmod = column.Typmod,
        Collation = column.Collation,
    };

    private sealed class NewRowReferences(SourceQuery source, int tableVarno) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar column || column.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            if (column.Varno != tableVarno)
            {
                var copy = (BoundVar)column.ShallowCopy();
                copy.Varno = 1;
                copy.Varattno = source._others[(column.Varno, column.Varattno)] + 1;
                return copy;
            }

            return column.Varattno switch
            {
                > 0 => source.NewValue(source._table.IndexOf(column.Varattno), SublevelsUp),
                0 => WholeRow(),
                SystemAttribute.Xmin when source._others.TryGetValue((0, SystemAttribute.Xmin), out var old) =>
                    new BoundVar { Varno = 1, Varattno = old + 1, Varlevelsup = SublevelsUp, Type = column.Type },
                SystemAttribute.Xmin => BoundTrees.Parameter(source._xidParameter, column.Type),
                SystemAttribute.TableOid => new BoundConst { Type = column.Type, Value = PgDatum.FromInt64(source._table.Oid) },
                SystemAttribute.Xmax when source._isConflictAction || source.IsDelete => BoundTrees.Parameter(source._xidParameter, column.Type),
                SystemAttribute.Xmax or SystemAttribute.Cmin or SystemAttribute.Cmax =>
                    new BoundConst { Type = column.Type, Value = PgDatum.FromInt64(0) },
                SystemAttribute.Ctid when source._others.TryGetValue((0, SystemAttribute.Ctid), out var position) =>
                    new BoundVar { Varno = 1, Varattno = position + 1, Varlevelsup = SublevelsUp, Type = column.Type },
                _ => throw PgErrors.FeatureNotSupported("a system column in an expression of RETURNING", column.Location),
            };
        }

        private BoundRowExpr WholeRow()
        {
            var table = source._table;
            var row = new BoundRowExpr { Type = table.Class.reltype, RowFormat = CoercionForm.ImplicitCast };
            for (var attnum = 1; attnum <= table.Class.relnatts; attnum++)
            {
                var index = table.IndexOf(attnum);
                row.Args.Add(index < 0 ? BoundTrees.Null(TypeOid.Int4, -1, 0) : source.NewValue(index, SublevelsUp));
                row.ColNames.Add(table.AllNames[attnum - 1]);
            }

            return row;
        }
    }

    /// <summary>WITH queries that a query refers to are one level further up.</summary>
    private sealed class CteLevelShift : BoundTreeRewriter
    {
        protected override BoundQuery RewriteQuery(BoundQuery query) => ShiftCtes(query, base.RewriteQuery(query), SublevelsUp, 1);
    }
}

/// <summary>Collects the columns of the statement's own level that an expression reads.</summary>
internal sealed class VarCollector : BoundTreeWalker
{
    private readonly List<BoundVar> _found = [];

    internal static List<BoundVar> Collect(BoundExpr expr)
    {
        var collector = new VarCollector();
        collector.Visit(expr);
        return collector._found;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        if (expr is BoundVar column && column.Varlevelsup == SublevelsUp)
        {
            _found.Add(column);
        }

        base.VisitExpr(expr);
    }
}
