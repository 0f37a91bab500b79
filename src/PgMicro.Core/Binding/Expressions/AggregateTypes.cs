using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>The types of an aggregate's state.</summary>
public static class AggregateTypes
{
    /// <summary>resolve_aggregate_transtype: the type of the state for the types of a call's arguments, direct ones first.</summary>
    /// <exception cref="Errors.PgException">42804 when the arguments do not decide it.</exception>
    public static uint StateType(CatalogSnapshot catalog, PgProc aggregate, uint declared, IReadOnlyList<uint> arguments)
    {
        if (!TypeFacts.IsPolymorphic(declared))
        {
            return declared;
        }

        var parameters = (uint[])aggregate.proargtypes.Clone();
        uint[] actual = [.. arguments.Take(parameters.Length)];
        return Coercion.EnforceGenericTypeConsistency(catalog, null, actual, parameters.AsSpan(0, actual.Length), declared, allowPoly: false);
    }
}
