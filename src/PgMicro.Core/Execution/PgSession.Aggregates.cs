using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Functions.Aggregates;

namespace PgMicro.Core.Execution;

/// <content>Aggregates that users have made.</content>
public sealed partial class PgSession
{
    private readonly Dictionary<int, AggregatePlan> _aggregates = [];
    private long _aggregatesVersion = -1;

    /// <inheritdoc/>
    internal override IAggregateRun StartAggregate(AggregateSite site)
    {
        if (_aggregatesVersion != Catalog.Version)
        {
            _aggregates.Clear();
            _aggregatesVersion = Catalog.Version;
        }

        if (!_aggregates.TryGetValue(site.Id, out var plan))
        {
            _aggregates[site.Id] = plan = new AggregatePlan(this, site);
        }

        return new AggregateRun(plan);
    }
}
