using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Aggregates;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <content>
/// Aggregates that users have made. One function of SQLite keeps the state of a group, calls the transition function and, at the end, the final one. Where
/// aggregates of a query share their transitions, or there are direct arguments, the final function is an ordinary call over the state instead.
/// </content>
internal sealed partial class Lowerer
{
    /// <summary>The aggregate that runs for one: a built-in one of the same parts, or itself.</summary>
    private uint AggregateOf(uint function) =>
        function >= BuiltInOids.FirstNormalObjectId && FunctionTable.Find(function) is null && Catalog.Aggregate(function) is { } row
            && BuiltInAggregates.Find(row) is { } found ? found : function;

    /// <summary>The row of an aggregate that is computed by calls of its functions; null for any other.</summary>
    private PgAggregate? CalledAggregate(uint function) =>
        function >= BuiltInOids.FirstNormalObjectId && FunctionTable.Find(function) is null ? Catalog.Aggregate(function) : null;

    /// <summary>An aggregate over a group.</summary>
    private SqlExpr OverGroup(PgAggregate row, BoundAggref aggregate, SqlExpr? filter, List<BoundExpr> nulls)
    {
        var proc = Catalog.Proc(row.aggfnoid)!;
        RequireNoVariadicAny(proc, aggregate.AggVariadic, aggregate.Location);

        // Direct arguments are values of the group, where a column that is not grouped by is NULL.
        _scope.NullGroups = nulls;
        var directs = aggregate.AggDirectArgs.ConvertAll(Expr);
        _scope.NullGroups = [];
        var entries = aggregate.Args.FindAll(static t => !t.ResJunk);
        var distinct = aggregate.AggDistinct.Count > 0;
        if (distinct && entries.Exists(t => Catalog.Collation(t.Expr.Collation) is { collisdeterministic: false }))
        {
            throw PgErrors.FeatureNotSupported("DISTINCT under a nondeterministic collation in an aggregate that users have made", aggregate.Location);
        }

        // An ordered-set aggregate gets its rows as they come: its transition function sorts, if any does.
        var order = aggregate.AggKind != 'n' ? [] : AggregateOrder(aggregate, distinct ? aggregate.AggDistinct : aggregate.AggOrder);
        return Grouped(
            row, aggregate.Type, aggregate.AggDirectArgs.ConvertAll(static a => a.Type), directs, entries.ConvertAll(static t => t.Expr.Type),
            entries.ConvertAll(t => Expr(t.Expr)), aggregate.InputCollation, distinct, order, filter, SharesTransitions(row), aggregate.Location);
    }

    private bool SharesTransitions(PgAggregate row)
    {
        return row.aggfinalmodify != 'w' && (_scope.Query.TargetList.Exists(t => QueryLayers.Contains(t.Expr, Shares))
            || (_scope.Query.HavingQual is { } having && QueryLayers.Contains(having, Shares)));

        bool Shares(BoundExpr expr) => expr is BoundAggref other && other.AggFnOid != row.aggfnoid && CalledAggregate(AggregateOf(other.AggFnOid)) is { } its
            && its.aggtransfn == row.aggtransfn && its.agginitval == row.agginitval;
    }

    private SqlExpr Grouped(
        PgAggregate row, uint resultType, List<uint> directTypes, List<SqlExpr> directs, List<uint> types, List<SqlExpr> args, uint collation,
        bool distinct, List<SqlOrder> order, SqlExpr? filter, bool isShared, int location)
    {
        var parts = Parts(row, isMoving: false, resultType, directTypes, types, collation, location);
        var isApart = isShared || directs.Count > 0;
        var site = SqlLiteral.Of(new AggregateSite(
            parts.Transition, null, row.agginitval, isApart ? null : parts.Final, distinct ? args.Count : 0, AggregateFrame.Group, row.aggfinalmodify == 'w' ? row.aggfnoid : 0).Id);
        SqlExpr state = new SqlCall(EngineFunctions.AggregateValue, [site, new SqlCall(EngineFunctions.Aggregate, [site, .. args]) { OrderBy = order, Filter = filter }]);
        if (!isApart || parts.Final is not { } final)
        {
            return state;
        }

        List<SqlExpr> finalArgs = [state, .. directs];
        while (finalArgs.Count < final.ArgumentTypes.Count)
        {
            finalArgs.Add(SqlLiteral.Null);
        }

        return RoutineOf(final.FunctionOid) is not null
            ? new SqlCall(EngineFunctions.Call, [SqlLiteral.Of(final.Id), .. finalArgs])
            : Invoke(Implementation(final.FunctionOid, location), final.FunctionOid, final.ResultType, final.ArgumentTypes, final.Collation, finalArgs);
    }

    /// <summary>An aggregate over a window frame of SQLite's.</summary>
    private SqlCall OverWindow(PgAggregate row, BoundWindowFunc window, WindowClause clause, SqlWindow over, List<SqlExpr> args, SqlExpr? filter)
    {
        var proc = Catalog.Proc(row.aggfnoid)!;
        RequireNoVariadicAny(proc, variadic: false, window.Location);
        var isMoving = IsMoving(row, window, clause);
        if ((isMoving ? row.aggmfinalmodify : row.aggfinalmodify) != 'r')
        {
            throw new PgException(SqlState.FeatureNotSupported, $"aggregate function {CatalogNames.Procedure(Catalog, proc, null)} does not support use as a window function");
        }

        var parts = Parts(row, isMoving, window.Type, [], window.Args.ConvertAll(static a => a.Type), window.InputCollation, window.Location);
        const FrameOptions excludes = FrameOptions.ExcludeCurrentRow | FrameOptions.ExcludeGroup | FrameOptions.ExcludeTies;
        var frame = (clause.FrameOptions & excludes) != 0 ? AggregateFrame.Excluding
            : clause.FrameOptions.HasFlag(FrameOptions.StartUnboundedPreceding) ? AggregateFrame.Growing : AggregateFrame.Moving;
        var site = SqlLiteral.Of(new AggregateSite(
            parts.Transition, parts.Inverse, isMoving ? row.aggminitval : row.agginitval, parts.Final, 0, frame, 0).Id);
        return new SqlCall(EngineFunctions.AggregateValue, [site, new SqlCall(EngineFunctions.Aggregate, [site, .. args]) { Filter = filter, Over = over }]);
    }

    // initialize_peragg: rows are taken back only where it cannot be told from computing anew.
    private bool IsMoving(PgAggregate row, BoundWindowFunc window, WindowClause clause) => row.aggminvtransfn != 0
        && ((row.aggmfinalmodify == 'r' && row.aggfinalmodify != 'r')
            || (!clause.FrameOptions.HasFlag(FrameOptions.StartUnboundedPreceding) && !Volatility.Has(Catalog, window)
                && !QueryLayers.Contains(window, static e => e is BoundSubLink)));

    private (CallSite Transition, CallSite? Inverse, CallSite? Final) Parts(
        PgAggregate row, bool isMoving, uint resultType, List<uint> directTypes, List<uint> types, uint collation, int location)
    {
        var proc = Catalog.Proc(row.aggfnoid)!;
        var (transition, inverse, final, extra) = isMoving
            ? (row.aggmtransfn, row.aggminvtransfn, row.aggmfinalfn, row.aggmfinalextra)
            : (row.aggtransfn, 0u, row.aggfinalfn, row.aggfinalextra);
        var state = AggregateTypes.StateType(Catalog, proc, isMoving ? row.aggmtranstype : row.aggtranstype, [.. directTypes, .. types]);
        if (state == TypeOid.Internal)
        {
            throw PgErrors.FeatureNotSupported($"aggregate {CatalogNames.Procedure(Catalog, proc, null)}, whose state of type internal no built-in aggregate has with these functions,", location);
        }

        uint[] stepTypes = [state, .. types];
        uint[] finalTypes = [state, .. directTypes, .. extra ? types : []];
        return (Site(transition, state, stepTypes), inverse == 0 ? null : Site(inverse, state, stepTypes), final == 0 ? null : Site(final, resultType, finalTypes));

        CallSite Site(uint function, uint result, uint[] arguments)
        {
            var called = Catalog.Proc(function)!;
            if (PrivilegeCheck.OnList(Catalog, 'f', called.proacl, called.proowner, proc.proowner, AclMode.Execute) == 0)
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {called.proname}");
            }

            var site = CallSite.Get(function, result, arguments, collation);
            if (RoutineOf(function) is not null)
            {
                context.NoteRoutine(site);
            }

            return site;
        }
    }

    private static void RequireNoVariadicAny(PgProc proc, bool variadic, int location)
    {
        if (variadic && proc.provariadic == TypeOid.Any)
        {
            throw PgErrors.FeatureNotSupported($"VARIADIC in a call of {proc.proname}", location);
        }
    }
}
