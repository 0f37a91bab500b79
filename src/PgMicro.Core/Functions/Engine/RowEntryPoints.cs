using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Functions.Engine;

/// <summary>SQLite entry points of what lowered SQL says of rows: counts of LIMIT, single rows, composites, domain checks.</summary>
internal static unsafe class RowEntryPoints
{
    internal static void Register(FunctionSet set)
    {
        const FunctionFlags Pure = FunctionFlags.Deterministic;
        set.AddScalar("pgmicro_limit", 1, Pure, &Limit);
        set.AddScalar("pgmicro_offset", 1, Pure, &Offset);
        set.AddScalar("pgmicro_domain_check", 4, Pure, &DomainCheck);
        set.AddScalar("pgmicro_row", -1, Pure, &Row);
        set.AddScalar("pgmicro_field", 3, Pure, &Field);
        set.AddAggregate("pgmicro_single_row", 1, FunctionFlags.None, &SingleRowStep, &SingleRowFinal);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Limit(nint context, int count, nint* values) => Guard(context, values, count, &Rows.Limit);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Offset(nint context, int count, nint* values) => Guard(context, values, count, &Rows.Offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DomainCheck(nint context, int count, nint* values) => Guard(context, values, count, &Domains.Check);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Row(nint context, int count, nint* values) => Guard(context, values, count, &Composites.Row);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Field(nint context, int count, nint* values) => Guard(context, values, count, &Composites.Field);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowStep(nint context, int count, nint* values) => Guard(context, values, count, &Rows.SingleRowStep);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowFinal(nint context) => Guard(context, null, 0, &Rows.SingleRowFinal);

    // An exception that left an entry point would kill the process.
    private static void Guard(nint context, nint* values, int count, delegate*<nint, nint*, int, void> body)
    {
        try
        {
            body(context, values, count);
        }
        catch (Exception exception)
        {
            FunctionHost.Fail(context, exception);
        }
    }
}
