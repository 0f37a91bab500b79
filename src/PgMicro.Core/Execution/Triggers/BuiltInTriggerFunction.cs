using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>A trigger function that every database has.</summary>
internal sealed class BuiltInTriggerFunction : Routine
{
    private readonly Func<PgSession, TriggerCall, PgDatum[]?> _fire;

    private BuiltInTriggerFunction(PgProc proc, CallSite site, Func<PgSession, TriggerCall, PgDatum[]?> fire)
        : base(proc, site) => _fire = fire;

    /// <summary>A function of the system; null for users'.</summary>
    /// <exception cref="PgException">0A000 for one that is not there.</exception>
    internal static BuiltInTriggerFunction? Find(PgSession session, CallSite site)
    {
        if (site.FunctionOid >= BuiltInOids.FirstNormalObjectId)
        {
            return null;
        }

        var proc = session.Catalog.Proc(site.FunctionOid)!;
        return proc.proname switch
        {
            "suppress_redundant_updates_trigger" => new(proc, site, SuppressRedundantUpdates),
            "tsvector_update_trigger" => new(proc, site, static (session, call) => TsVectorTrigger.Fire(session, call, byColumn: false)),
            "tsvector_update_trigger_column" => new(proc, site, static (session, call) => TsVectorTrigger.Fire(session, call, byColumn: true)),
            _ => throw PgErrors.FeatureNotSupported($"trigger function {proc.proname}"),
        };
    }

    internal override PgDatum Call(PgSession session, ReadOnlySpan<PgDatum> arguments) => throw NotFired(Proc.proname);

    internal override IEnumerable<PgDatum[]> CallSet(PgSession session, PgDatum[] arguments, RecordShape? shape) => throw NotFired(Proc.proname);

    internal override PgDatum[]? Fire(PgSession session, TriggerCall call) => _fire(session, call);

    private static PgException NotFired(string name) => Violated($"{name}: must be called as trigger");

    private static PgException Violated(string message) => new(SqlState.TriggerProtocolViolated, message);

    // An UPDATE that leaves every byte of a row as it is, is none.
    private static PgDatum[]? SuppressRedundantUpdates(PgSession session, TriggerCall call)
    {
        const string Name = "suppress_redundant_updates_trigger";
        var message = call.Operation != "UPDATE" ? "must be called on update" : call.When != "BEFORE" ? "must be called before update" : call.Level != "ROW" ? "must be called for each row" : null;
        if (message is not null)
        {
            throw Violated($"{Name}: {message}");
        }

        var columns = session.Catalog.Attributes(call.Table.oid);
        for (var i = 0; i < call.New!.Length; i++)
        {
            if (columns[i].attgenerated == 0 && !call.New[i].HasImageOf(call.Old![i]))
            {
                return call.New;
            }
        }

        return null;
    }
}
