using System.Globalization;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>pg_current_snapshot: which transactions of the database run.</summary>
internal static class CurrentSnapshot
{
    [PgFunction("pg_export_snapshot()")]
    public static string Export(FunctionContext context) => ((PgSession)context).Transaction.ExportSnapshot();

    [PgFunction("pg_current_snapshot()")]
    [PgFunction("txid_current_snapshot()")]
    public static string Current(FunctionContext context)
    {
        var session = (PgSession)context;
        var own = session.Transaction.AssignedXid;
        var (xmax, ids) = session.Transaction.RunningAtSnapshot ?? session.Database.Transactions.Running();
        var running = ids.Order().ToList();

        // It ends after the newest transaction that is over.
        while (running.Contains(xmax - 1))
        {
            xmax--;
        }

        running.RemoveAll(x => x == own || x >= xmax);
        var xmin = running.Count > 0 ? running[0] : xmax;
        xmin = own != 0 ? Math.Min(own, xmin) : xmin;
        return string.Create(CultureInfo.InvariantCulture, $"{xmin}:{xmax}:{string.Join(',', running)}");
    }
}
