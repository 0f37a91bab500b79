using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>The SQLite entry point of functions that users have made.</summary>
internal static unsafe class RoutineEntryPoints
{
    internal static void Register(FunctionSet set) => set.AddScalar("pgmicro_call", -1, FunctionFlags.DirectOnly, &Call);

    // pgmicro_call(site, arguments …)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Call(nint context, int count, nint* values)
    {
        try
        {
            var arguments = new PgDatum[count - 1];
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i] = FunctionArgument.Datum(values, i + 1);
            }

            FunctionResult.Write(context, FunctionArgument.Context(context).CallRoutine(FunctionArgument.Site(values), arguments));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }
}
