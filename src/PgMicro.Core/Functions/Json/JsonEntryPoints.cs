using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Functions.Json;

/// <summary>SQLite entry points of SQL/JSON, which no pg_proc row names.</summary>
internal static unsafe class JsonEntryPoints
{
    internal static void Register(FunctionSet set)
    {
        set.AddScalar("pgmicro_json_expr", -1, FunctionFlags.None, &Query);
        set.AddScalar("pgmicro_json_expr_missing", -1, FunctionFlags.None, &QueryMissing);
        set.AddScalar("pgmicro_json_object", -1, FunctionFlags.None, &Object);
        set.AddScalar("pgmicro_json_array", -1, FunctionFlags.None, &Array);
        set.AddScalar("pgmicro_json_parse", 2, FunctionFlags.Deterministic, &Parse);
        set.AddScalar("pgmicro_is_json", 4, FunctionFlags.Deterministic, &IsJson);
        set.AddScalar("pgmicro_json_member", 6, FunctionFlags.None, &Member);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Query(nint context, int count, nint* values) => Guard(context, values, count, &JsonQueries.Evaluate);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void QueryMissing(nint context, int count, nint* values) => Guard(context, values, count, &JsonQueries.Missing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Object(nint context, int count, nint* values) => Guard(context, values, count, &JsonMaking.Object);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Array(nint context, int count, nint* values) => Guard(context, values, count, &JsonMaking.Array);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Parse(nint context, int count, nint* values) => Guard(context, values, count, &JsonMaking.Parse);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IsJson(nint context, int count, nint* values) => Guard(context, values, count, &JsonMaking.IsJson);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Member(nint context, int count, nint* values) => Guard(context, values, count, &JsonPopulateFunctions.Member);

    private static void Guard(nint context, nint* values, int count, delegate*<nint, nint*, int, void> body)
    {
        try
        {
            body(context, values, count);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }
}
