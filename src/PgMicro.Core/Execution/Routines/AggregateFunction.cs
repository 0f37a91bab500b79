using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>A transition or final function of an aggregate, ready to be called: a user's one by the session, a built-in one by a plan of one call.</summary>
internal sealed class AggregateFunction
{
    private readonly PgSession _session;
    private readonly CallSite _site;
    private readonly ExecutablePlan? _plan;

    internal AggregateFunction(PgSession session, CallSite site)
    {
        (_session, _site) = (session, site);
        var catalog = session.Catalog;
        var proc = catalog.Proc(site.FunctionOid) ?? throw new PgException(SqlState.InternalError, $"cache lookup failed for function {site.FunctionOid}");
        IsStrict = proc.proisstrict;
        if (Lowering.Routines.Find(catalog, site.FunctionOid) is null)
        {
            var types = site.ArgumentTypes.ToArray();
            var call = new BoundFuncExpr
            {
                FuncId = site.FunctionOid,
                Type = site.ResultType,
                Collation = TypeFacts.IsCollatable(catalog, site.ResultType) ? site.Collation : 0,
                InputCollation = site.Collation,
                Args = [.. types.Select((t, i) => (BoundExpr)new BoundParam { Kind = ParamKind.Extern, ParamId = i + 1, Type = t, Collation = TypeFacts.Collation(catalog, t) })],
            };
            _plan = Planner.PlanQuery(session, new BoundQuery { CommandType = CommandType.Select, TargetList = [new TargetEntry { Expr = call, ResNo = 1 }] }, types);
        }
    }

    /// <summary>Whether it is not called with NULL.</summary>
    internal bool IsStrict { get; }

    internal PgDatum Call(PgDatum[] arguments)
    {
        if (IsStrict && Array.Exists(arguments, static a => a.IsNull))
        {
            return PgDatum.Null;
        }

        if (_plan is null)
        {
            return _session.CallRoutine(_site, arguments);
        }

        using var rows = _plan.Start(_session, arguments).Rows!;
        rows.Read();
        return rows.GetDatum(0);
    }
}
