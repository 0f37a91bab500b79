using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding;

/// <summary>The objects that a bound tree refers to (PostgreSQL's find_expr_references).</summary>
public sealed class DependencyFinder : BoundTreeWalker
{
    private readonly List<ObjectAddress> _found = [];
    private readonly HashSet<ObjectAddress> _seen = [];
    private readonly CatalogSnapshot _catalog;

    // The outermost level first.
    private readonly List<IReadOnlyList<RangeTableEntry>> _rangeTables = [];

    private DependencyFinder(CatalogSnapshot catalog) => _catalog = catalog;

    /// <summary>What a view's or rule's query refers to.</summary>
    public static IReadOnlyList<ObjectAddress> Find(CatalogSnapshot catalog, BoundQuery query)
    {
        var finder = new DependencyFinder(catalog);
        finder.VisitTop(query);
        return finder._found;
    }

    /// <summary>What an expression refers to.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="expr">The expression.</param>
    /// <param name="relationOid">The relation that variables of range table index 1 belong to; 0 if it has none.</param>
    public static IReadOnlyList<ObjectAddress> Find(CatalogSnapshot catalog, BoundNode expr, uint relationOid = 0)
    {
        var finder = new DependencyFinder(catalog);
        finder._rangeTables.Add(relationOid == 0 ? [] : [new RangeTableEntry { RteKind = RteKind.Relation, Relid = relationOid }]);
        finder.Visit(expr);
        return finder._found;
    }

    /// <summary>What the actions of a rule refer to.</summary>
    public static IReadOnlyList<ObjectAddress> Find(CatalogSnapshot catalog, IEnumerable<BoundQuery> actions)
    {
        var finder = new DependencyFinder(catalog);
        foreach (var action in actions)
        {
            finder.VisitTop(action);
        }

        return finder._found;
    }

    /// <summary>What the condition of a rule refers to.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="rangeTable">OLD and NEW.</param>
    public static IReadOnlyList<ObjectAddress> Find(CatalogSnapshot catalog, BoundExpr condition, IReadOnlyList<RangeTableEntry> rangeTable)
    {
        var finder = new DependencyFinder(catalog);
        finder._rangeTables.Add(rangeTable);
        finder.Visit(condition);
        return finder._found;
    }

    /// <summary>Records in pg_depend what a query refers to: recordDependencyOnExpr.</summary>
    public static void Record(CatalogBuilder catalog, ObjectAddress dependent, BoundQuery query, char type = DependencyType.Normal) =>
        Dependency.RecordAll(catalog, dependent, Find(catalog.Snapshot, query), type);

    /// <summary>
    /// Records what an expression over one relation refers to (recordDependencyOnSingleRelExpr): columns of that relation by one kind of
    /// dependency, all else by another.
    /// </summary>
    /// <param name="catalog">The catalog to change.</param>
    /// <param name="dependent">A constraint, default, index, ...</param>
    /// <param name="expr">Its expression.</param>
    /// <param name="relationOid">The relation; 0 if it has none.</param>
    /// <param name="type">pg_depend.deptype for other objects.</param>
    /// <param name="selfType">pg_depend.deptype for the relation's own columns.</param>
    public static void Record(CatalogBuilder catalog, ObjectAddress dependent, BoundNode expr, uint relationOid, char type, char selfType)
    {
        var all = Find(catalog.Snapshot, expr, relationOid);
        bool IsOwn(ObjectAddress a) => a.ClassId == PgClass.RelationOid && a.ObjectId == relationOid;
        Dependency.RecordAll(catalog, dependent, all.Where(IsOwn), selfType);
        Dependency.RecordAll(catalog, dependent, all.Where(a => !IsOwn(a)), type);
    }

    /// <inheritdoc/>
    protected override void VisitQuery(BoundQuery query)
    {
        _rangeTables.Add(query.RangeTable);
        foreach (var constraint in query.ConstraintDeps)
        {
            Add(ObjectAddress.Constraint(constraint));
        }

        if (query.CommandType is CommandType.Insert or CommandType.Update && query.ResultRelation > 0)
        {
            var target = query.RangeTable[query.ResultRelation - 1];
            foreach (var entry in query.TargetList)
            {
                if (!entry.ResJunk)
                {
                    Add(ObjectAddress.Relation(target.Relid, entry.ResNo));
                }
            }
        }

        base.VisitQuery(query);
        _rangeTables.RemoveAt(_rangeTables.Count - 1);
    }

    /// <inheritdoc/>
    protected override void VisitOther(BoundNode node)
    {
        switch (node)
        {
            case RangeTableEntry { RteKind: RteKind.Join } join:
                // A join's other columns count only where something refers to them.
                for (var i = 0; i < join.JoinMergedCols; i++)
                {
                    if (join.JoinAliasVars[i] is not BoundVar)
                    {
                        Visit(join.JoinAliasVars[i]);
                    }
                }

                return;
            case RangeTableEntry { RteKind: RteKind.Relation } relation:
                Add(ObjectAddress.Relation(relation.Relid));
                break;
            case RangeTblFunction function:
                AddTypes(function.FuncColTypes);
                AddCollations(function.FuncColCollations);
                break;
            case TableFunc function:
                AddTypes(function.ColTypes);
                AddCollations(function.ColCollations);
                break;
            case TableSampleClause sample:
                Add(ObjectAddress.Function(sample.TsmHandler));
                break;
            case SortGroupClause clause:
                AddOperator(clause.EqOp);
                AddOperator(clause.SortOp);
                break;
            case WindowClause window:
                Add(ObjectAddress.Function(window.StartInRangeFunc));
                Add(ObjectAddress.Function(window.EndInRangeFunc));
                AddCollation(window.InRangeColl);
                break;
            case OnConflictExpr conflict:
                Add(ObjectAddress.Constraint(conflict.Constraint));
                break;
            case InferenceElem element:
                AddCollation(element.InferCollid);
                Add(new ObjectAddress(PgOpclass.RelationOid, element.InferOpClass));
                break;
            case CteCycleClause cycle:
                Add(ObjectAddress.Type(cycle.CycleMarkType));
                AddCollation(cycle.CycleMarkCollation);
                AddOperator(cycle.CycleMarkNeop);
                break;
        }

        base.VisitOther(node);
    }

    /// <inheritdoc/>
    protected override void VisitExpr(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundVar variable:
                AddVariable(variable);
                return;
            case BoundConst constant:
                AddConstant(constant);
                return;
            case BoundParam parameter:
                Add(ObjectAddress.Type(parameter.Type));
                AddCollation(parameter.Collation);
                break;
            case BoundFuncExpr call:
                Add(ObjectAddress.Function(call.FuncId));
                if (call.WrittenArgs is { } written)
                {
                    // The function's defaults are its own matter.
                    written.ForEach(i => Visit(call.Args[i]));
                    return;
                }

                break;
            case BoundAggref aggregate:
                Add(ObjectAddress.Function(aggregate.AggFnOid));
                break;
            case BoundWindowFunc window:
                Add(ObjectAddress.Function(window.WinFnOid));
                break;
            case BoundOpExpr op:
                AddOperator(op.OpNo);
                break;
            case BoundDistinctExpr op:
                AddOperator(op.OpNo);
                break;
            case BoundNullIfExpr op:
                AddOperator(op.OpNo);
                break;
            case BoundScalarArrayOpExpr op:
                AddOperator(op.OpNo);
                break;
            case BoundRowCompareExpr rows:
                rows.OpNos.ForEach(AddOperator);
                rows.OpFamilies.ForEach(f => Add(new ObjectAddress(PgOpfamily.RelationOid, f)));
                break;
            case BoundFieldSelect field when _catalog.Type(_catalog.GetBaseType(field.Arg.Type)) is { typrelid: not 0 } rowType:
                Add(ObjectAddress.Relation(rowType.typrelid, field.FieldNum));
                break;
            case BoundRelabelType or BoundCoerceViaIO or BoundArrayCoerceExpr or BoundConvertRowtypeExpr or BoundRowExpr or BoundCoerceToDomain
                or BoundJsonConstructorExpr or BoundJsonExpr:
                Add(ObjectAddress.Type(expr.Type));
                AddCollation(expr.Collation);
                break;
            case BoundCollateExpr:
                AddCollation(expr.Collation);
                break;
            case BoundNextValueExpr next:
                Add(ObjectAddress.Relation(next.SeqId));
                break;
        }

        base.VisitExpr(expr);
    }

    private void AddVariable(BoundVar variable)
    {
        var level = _rangeTables.Count - 1 - variable.Varlevelsup;
        if (level < 0 || variable.Varno < 1 || variable.Varno > _rangeTables[level].Count)
        {
            return;
        }

        var entry = _rangeTables[level][variable.Varno - 1];
        if (entry.RteKind == RteKind.Relation)
        {
            // A whole row is of no column in particular: that the query reads the table is dependency enough.
            if (variable.Varattno != 0)
            {
                Add(ObjectAddress.Relation(entry.Relid, Math.Max(variable.Varattno, 0)));
            }
        }
        else if (entry.RteKind == RteKind.Function && variable.Varattno > 0)
        {
            AddFunctionColumn(entry, variable.Varattno);
        }
    }

    // A column of a function that returns a named row type is a column of that type.
    private void AddFunctionColumn(RangeTableEntry entry, int attnum)
    {
        var first = 0;
        foreach (var function in entry.Functions)
        {
            if (attnum > first && attnum <= first + function.FuncColCount)
            {
                if (_catalog.Type(_catalog.GetBaseType(function.FuncExpr.Type)) is { typrelid: not 0 } rowType)
                {
                    Add(ObjectAddress.Relation(rowType.typrelid, attnum - first));
                }

                return;
            }

            first += function.FuncColCount;
        }
    }

    private void AddConstant(BoundConst constant)
    {
        Add(ObjectAddress.Type(constant.Type));
        AddCollation(constant.Collation);
        if (constant.Value.Kind != DatumKind.Integer)
        {
            return;
        }

        var classId = constant.Type switch
        {
            TypeOid.Regproc or TypeOid.Regprocedure => PgProc.RelationOid,
            TypeOid.Regoper or TypeOid.Regoperator => PgOperator.RelationOid,
            TypeOid.Regclass => PgClass.RelationOid,
            TypeOid.Regtype => PgType.RelationOid,
            TypeOid.RegCollation => PgCollation.RelationOid,
            TypeOid.RegConfig => PgTsConfig.RelationOid,
            TypeOid.RegDictionary => PgTsDict.RelationOid,
            TypeOid.RegNamespace => PgNamespace.RelationOid,
            _ => 0u,
        };
        var address = new ObjectAddress(classId, unchecked((uint)constant.Value.Int64));
        if (classId != 0 && ObjectDescriptions.Describe(_catalog, address, null) is not null)
        {
            Add(address);
        }
    }

    private void AddOperator(uint oid) => Add(new ObjectAddress(PgOperator.RelationOid, oid));

    private void AddCollation(uint oid) => Add(new ObjectAddress(PgCollation.RelationOid, oid));

    private void AddTypes(List<uint>? oids) => oids?.ForEach(oid => Add(ObjectAddress.Type(oid)));

    private void AddCollations(List<uint>? oids) => oids?.ForEach(AddCollation);

    private void Add(ObjectAddress address)
    {
        if (address.ObjectId != 0 && !Dependency.IsPinned(address) && _seen.Add(address))
        {
            _found.Add(address);
        }
    }
}
