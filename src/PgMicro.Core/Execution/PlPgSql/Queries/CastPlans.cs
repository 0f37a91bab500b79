using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>Converts values to the types of variables: by an assignment's cast, else through text (PostgreSQL's exec_cast_value).</summary>
internal sealed class CastPlans(PgSession session)
{
    private readonly Dictionary<(uint From, uint To, int Typmod), ExecutablePlan?> _plans = [];
    private readonly Dictionary<uint, PlRowType> _rowTypes = [];
    private long _catalogVersion = -1;

    /// <summary>The fields of a composite type, or of a domain over one.</summary>
    internal PlRowType RowType(uint type)
    {
        KeepUp();
        if (!_rowTypes.TryGetValue(type, out var known))
        {
            _rowTypes[type] = known = PlRowType.OfType(session.Catalog, type);
        }

        return known;
    }

    internal PgDatum Cast(in PgDatum value, uint from, int fromTypmod, uint to, int typmod)
    {
        if (from == to && (typmod < 0 || typmod == fromTypmod))
        {
            return value;
        }

        if (value.IsNull && session.Catalog.Type(to) is not { typtype: 'd' })
        {
            return value;
        }

        if (PlanOf(from, to, typmod) is not { } plan)
        {
            return value;
        }

        using var rows = plan.Start(session, [value]).Rows!;
        rows.Read();
        return rows.GetDatum(0);
    }

    // Null where the conversion changes nothing.
    private ExecutablePlan? PlanOf(uint from, uint to, int typmod)
    {
        KeepUp();
        if (_plans.TryGetValue((from, to, typmod), out var known))
        {
            return known;
        }

        var context = new BindingContext(session, GivenParameters.None);
        var pstate = context.NewState();
        var parameter = new BoundParam { Kind = ParamKind.Extern, ParamId = 1, Type = from, Collation = TypeFacts.Collation(session.Catalog, from) };
        var expr = Coercion.CoerceToTargetType(pstate, parameter, from, to, typmod, CoercionContext.PlPgSql, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(SqlState.CannotCoerce, $"cannot cast type {FormatType.Format(from, pstate)} to {FormatType.Format(to, pstate)}");
        Collations.Assign(pstate, expr);
        var plan = expr is BoundParam or BoundRelabelType { Arg: BoundParam }
            ? null
            : Planner.PlanQuery(session, new BoundQuery { CommandType = CommandType.Select, TargetList = [new TargetEntry { Expr = expr, ResNo = 1 }] }, [from]);
        _plans[(from, to, typmod)] = plan;
        return plan;
    }

    private void KeepUp()
    {
        if (_catalogVersion != session.Catalog.Version)
        {
            _plans.Clear();
            _rowTypes.Clear();
            _catalogVersion = session.Catalog.Version;
        }
    }
}
