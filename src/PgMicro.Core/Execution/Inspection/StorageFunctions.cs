using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Inspection;

/// <summary>The engine's own functions that show how a table's rows are stored (docs/inspection.md).</summary>
internal static class StorageFunctions
{
    [PgSetFunction("pgmicro_storage(regclass)")]
    public static IEnumerable<PgDatum[]> Storage(FunctionContext context, uint relation)
    {
        var session = (PgSession)context;
        return TableRows.Read(session, TableRows.Resolve(session, relation)).Select(static row => new[]
        {
            PgDatum.FromInt64(row.Rowid), PgDatum.FromInt64(row.Xmin), PgDatum.FromInt64(0), PgDatum.FromInt64(row.Xmax), PgDatum.FromInt64(0),
            PgDatum.FromInt64(row.Bytes), PgDatum.FromBoolean(row.IsLive),
        });
    }

    [PgFunction("pgmicro_physical_rows(regclass)")]
    public static long PhysicalRows(FunctionContext context, uint relation)
    {
        var session = (PgSession)context;
        return TableRows.Read(session, TableRows.Resolve(session, relation)).LongCount();
    }

    [PgFunction("pgmicro_live_rows(regclass)")]
    public static long LiveRows(FunctionContext context, uint relation)
    {
        var session = (PgSession)context;
        return TableRows.CountLive(session, TableRows.Resolve(session, relation));
    }
}
