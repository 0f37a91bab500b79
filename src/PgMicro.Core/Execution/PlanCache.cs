namespace PgMicro.Core.Execution;

/// <summary>
/// The plans of one database, by statement text, parameter types, the settings that analysis depends on, and catalog version (DESIGN §3). A repeated statement is
/// found without parsing, binding or lowering. When full, the half used least recently goes.
/// </summary>
internal sealed class PlanCache(int capacity = 2048)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PlanKey, Entry> _plans = new(PlanKeyComparer.Instance);
    private long _clock;

    internal ExecutablePlan? Find(in PlanKey key)
    {
        lock (_lock)
        {
            if (!_plans.TryGetValue(key, out var entry))
            {
                return null;
            }

            entry.Used = ++_clock;
            return entry.Plan;
        }
    }

    internal void Add(in PlanKey key, ExecutablePlan plan)
    {
        lock (_lock)
        {
            if (_plans.Count >= capacity)
            {
                var middle = _plans.Values.Select(e => e.Used).Order().ElementAt(_plans.Count / 2);
                foreach (var (old, entry) in _plans.ToArray())
                {
                    if (entry.Used <= middle)
                    {
                        _plans.Remove(old);
                    }
                }
            }

            _plans[key] = new Entry(plan) { Used = ++_clock };
        }
    }

    private sealed class Entry(ExecutablePlan plan)
    {
        internal ExecutablePlan Plan { get; } = plan;

        internal long Used { get; set; }
    }

    private sealed class PlanKeyComparer : IEqualityComparer<PlanKey>
    {
        internal static readonly PlanKeyComparer Instance = new();

        public bool Equals(PlanKey x, PlanKey y) =>
            x.CatalogVersion == y.CatalogVersion && string.Equals(x.Text, y.Text) && string.Equals(x.Settings, y.Settings)
            && x.Role == y.Role && x.ParameterTypes.AsSpan().SequenceEqual(y.ParameterTypes);

        public int GetHashCode(PlanKey key)
        {
            var hash = new HashCode();
            hash.Add(key.Text);
            hash.Add(key.CatalogVersion);
            foreach (var type in key.ParameterTypes)
            {
                hash.Add(type);
            }

            return hash.ToHashCode();
        }
    }
}

/// <summary>What a plan depends on.</summary>
internal readonly record struct PlanKey(string Text, uint[] ParameterTypes, string Settings, string Role, long CatalogVersion);
