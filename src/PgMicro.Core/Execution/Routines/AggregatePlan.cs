using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Aggregates;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>What runs a user's aggregate for a call site: its functions and its first state, kept until the catalog changes.</summary>
internal sealed class AggregatePlan
{
    private readonly PgSession _session;
    private readonly PgDatum? _initial;

    internal AggregatePlan(PgSession session, AggregateSite site)
    {
        (_session, Site) = (session, site);
        Transition = new AggregateFunction(session, site.Transition);
        Inverse = site.Inverse is null ? null : new AggregateFunction(session, site.Inverse);
        Final = site.Final is null ? null : new AggregateFunction(session, site.Final);
        Types = [.. site.Transition.ArgumentTypes.Skip(1).Select(t => session.Types.GetCodec(session.Catalog.GetBaseType(t)))];
        var type = session.Catalog.Type(site.StateType);
        if (site.Initial is null)
        {
            _initial = PgDatum.Null;
        }
        else if (type is { typtype: 'b' } && session.Catalog.Proc(type.typinput) is { provolatile: 'i' })
        {
            _initial = AggregateValues.Input(session, site.Initial, site.StateType);
        }
    }

    internal AggregateSite Site { get; }

    internal AggregateFunction Transition { get; }

    internal AggregateFunction? Inverse { get; }

    internal AggregateFunction? Final { get; }

    /// <summary>The aggregated arguments' types.</summary>
    internal PgTypeCodec[] Types { get; }

    /// <summary>The first state, which may be what its text means now.</summary>
    internal PgDatum Initial => _initial ?? AggregateValues.Input(_session, Site.Initial!, Site.StateType);

    /// <summary>The result of a state; other arguments of the final function are NULL.</summary>
    internal PgDatum Finish(in PgDatum state)
    {
        if (Final is null)
        {
            return state;
        }

        var arguments = new PgDatum[Site.Final!.ArgumentTypes.Count];
        arguments[0] = state;
        return Final.Call(arguments);
    }
}

/// <summary>Values that an aggregate's definition holds as text.</summary>
internal static class AggregateValues
{
    /// <summary>What a text means as a value of a type, domains included.</summary>
    /// <exception cref="PgException">The error of the type's input function, or of a domain's constraint.</exception>
    internal static PgDatum Input(PgSession session, string text, uint type) => session.CastPlans.Cast(PgDatum.FromText(text), TypeOid.Text, -1, type, -1);
}
