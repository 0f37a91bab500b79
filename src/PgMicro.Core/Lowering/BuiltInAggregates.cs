using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Built-in aggregates by what they are made of: a user's aggregate of the same parts is computed as that one is, also where its state is a C structure in PostgreSQL.</summary>
internal static class BuiltInAggregates
{
    private static readonly Lazy<Dictionary<Parts, PgAggregate>> ByParts = new(static () =>
    {
        var map = new Dictionary<Parts, PgAggregate>();
        foreach (var row in CatalogSnapshot.Initial.Rows(PgAggregate.Relation))
        {
            map.TryAdd(Parts.Of(row), row);
        }

        return map;
    });

    /// <summary>The built-in aggregate of the same parts; null when there is none. One that moves over windows by functions of its own is not the same.</summary>
    internal static uint? Find(PgAggregate row) =>
        ByParts.Value.TryGetValue(Parts.Of(row), out var found) && (row.aggmtransfn == 0 || row.aggmtransfn == found.aggmtransfn) ? found.aggfnoid : null;

    private readonly record struct Parts(char Kind, uint Transition, uint Final, uint StateType, string? Initial, bool Extra)
    {
        internal static Parts Of(PgAggregate row) => new(row.aggkind, row.aggtransfn, row.aggfinalfn, row.aggtranstype, row.agginitval, row.aggfinalextra);
    }
}
