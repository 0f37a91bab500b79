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
        set.AddScalar("pgmicro_record", -1, Pure, &Record);
        set.AddScalar("pgmicro_field", 3, Pure, &Field);
        set.AddScalar("pgmicro_set_field", 4, Pure, &SetField);
        set.AddScalar("pgmicro_to_record", 2, Pure, &ToRecord);
        set.AddScalar("pgmicro_convert_row", 3, Pure, &ConvertRow);
        set.AddScalar("pgmicro_row_nulls", 3, Pure, &AllNull);
        set.AddScalar("pgmicro_record_check", 2, Pure, &CheckShape);
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
    private static void Record(nint context, int count, nint* values) => Guard(context, values, count, &Composites.Record);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetField(nint context, int count, nint* values) => Guard(context, values, count, &Composites.SetField);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ToRecord(nint context, int count, nint* values) => Guard(context, values, count, &Composites.ToRecord);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ConvertRow(nint context, int count, nint* values) => Guard(context, values, count, &Composites.ConvertRow);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void AllNull(nint context, int count, nint* values) => Guard(context, values, count, &Composites.AllNull);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CheckShape(nint context, int count, nint* values) => Guard(context, values, count, &Composites.CheckShape);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowStep(nint context, int count, nint* values) => Guard(context, values, count, &Rows.SingleRowStep);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowFinal(nint context) => Guard(context, null, 0, &Rows.SingleRowFinal);

    // An exception that left an entry point would kill the process.
    internal static void Guard(nint context, nint* values, int count, delegate*<nint, nint*, int, void> body)
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
