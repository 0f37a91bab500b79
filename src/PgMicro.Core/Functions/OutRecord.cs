using System.Collections.Concurrent;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>The record of a function's OUT parameters, whose names and types its pg_proc row has.</summary>
internal static class OutRecord
{
    private static readonly ConcurrentDictionary<string, RecordShape> Shapes = new(StringComparer.Ordinal);

    /// <summary>The record of a built-in function of that name.</summary>
    internal static PgDatum Make(FunctionContext context, string function, params PgDatum[] values)
    {
        var shape = Shapes.GetOrAdd(function, static (name, catalog) =>
        {
            var proc = catalog.ProcsByName(name).First(static p => p.pronamespace == PgMicro.Core.Catalog.BuiltInOids.PgCatalogNamespace && p.proallargtypes is not null);
            var outs = Enumerable.Range(0, proc.proargmodes!.Length).Where(i => proc.proargmodes[i] is 'o' or 't').ToArray();
            return RecordShape.Get([.. outs.Select(i => proc.proallargtypes![i])], [.. outs.Select(static _ => -1)], [.. outs.Select(i => proc.proargnames![i])]);
        }, context.Catalog);
        return ((AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record)).ToStorage(shape, values);
    }
}
