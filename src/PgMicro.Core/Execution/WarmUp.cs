using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Parser;
using PgMicro.PgQuery;

namespace PgMicro.Core.Execution;

/// <summary>
/// Loads what the first statement of a process needs (the parser, the table of features, the rows that analysis looks functions and
/// operators up in) while the first database is being opened.
/// </summary>
internal static class WarmUp
{
    private static int s_begun;

    /// <summary>Begins, the first time, in the background.</summary>
    internal static void Begin()
    {
        if (s_begun == 0 && Interlocked.Exchange(ref s_begun, 1) == 0 && Environment.ProcessorCount > 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Run(), null);
        }
    }

    private static void Run()
    {
        try
        {
            PgQueryParser.Parse("SELECT 1", out var encoded);
            FeatureGate.Check(FeatureGate.StatementsOf(encoded)[0].Span);
            _ = PgType.Relation.BuiltIn;
            _ = PgProc.Relation.BuiltIn;
            _ = PgOperator.Relation.BuiltIn;
            _ = PgCast.Relation.BuiltIn;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            // Without its native library the first statement fails, and says why.
        }
    }
}
