using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Functions.Aggregates;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>The SQLite entry points of aggregates that users have made.</summary>
internal static unsafe class AggregateEntryPoints
{
    // What stands for "no row": SQLite does not tell a function that saw none which call it is.
    private static readonly byte[] Untouched = Guid.NewGuid().ToByteArray();

    internal static void Register(FunctionSet set)
    {
        set.AddWindow("pgmicro_aggregate", -1, FunctionFlags.DirectOnly, &Step, &Final, &Value, &Inverse);
        set.AddScalar("pgmicro_aggregate_value", 2, FunctionFlags.DirectOnly, &Result);
    }

    // pgmicro_aggregate(site, arguments …)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Step(nint context, int count, nint* values)
    {
        try
        {
            var holder = SqliteAggregate.GetOrCreate<Holder>(context);
            if (holder.Run is null)
            {
                holder.Site = AggregateSite.FromId(FunctionArgument.Int32(values, 0));
                holder.Run = FunctionArgument.Context(context).StartAggregate(holder.Site);
            }

            var arguments = new PgDatum[count - 1];
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i] = FunctionArgument.Datum(values, i + 1);
            }

            holder.Run.Step(arguments);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Inverse(nint context, int count, nint* values)
    {
        try
        {
            SqliteAggregate.Peek<Holder>(context)?.Run?.Inverse();
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // Over a frame that slides, and after an error, this only clears up.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Final(nint context)
    {
        try
        {
            var holder = SqliteAggregate.Take<Holder>(context);
            if (holder?.Site is null or { Frame: AggregateFrame.Group or AggregateFrame.Excluding } && !SqliteConnectionHandle.FromContext(context).HasCarriedException)
            {
                Write(context, holder);
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Value(nint context)
    {
        try
        {
            Write(context, SqliteAggregate.Peek<Holder>(context));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_aggregate_value(site, what the aggregate gave)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Result(nint context, int count, nint* values)
    {
        try
        {
            var isUntouched = SqliteFunctionArgs.Kind(values, 1) == SqliteValueKind.Blob && FunctionArgument.Bytes(values, 1).SequenceEqual(Untouched);
            FunctionResult.Write(context, isUntouched
                ? FunctionArgument.Context(context).StartAggregate(AggregateSite.FromId(FunctionArgument.Int32(values, 0))).Value()
                : FunctionArgument.Datum(values, 1));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    private static void Write(nint context, Holder? holder) =>
        FunctionResult.Write(context, holder?.Run is { } run ? run.Value() : PgDatum.FromBlob(Untouched));

    private sealed class Holder
    {
        internal AggregateSite? Site { get; set; }

        internal IAggregateRun? Run { get; set; }
    }
}
