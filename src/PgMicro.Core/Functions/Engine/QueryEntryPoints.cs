using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Functions.Records;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>SQLite entry points of what lowered SQL says of queries: samples, arrays cast element by element, GREATEST of volatile values.</summary>
internal static unsafe class QueryEntryPoints
{
    /// <summary>Rows that count as a block of the sampling method "system".</summary>
    private const int RowsPerBlock = 64;

    internal static void Register(FunctionSet set)
    {
        set.AddScalar("pgmicro_sample", 4, FunctionFlags.Deterministic, &Sample);
        set.AddScalar("pgmicro_array_reshape", 4, FunctionFlags.Deterministic, &ArrayReshape);
        set.AddScalar("pgmicro_min_max", -1, FunctionFlags.Deterministic, &MinMax);
    }

    // pgmicro_sample(rowid, by block 0/1, percentage, seed): whether the row is in the sample.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Sample(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 2))
            {
                throw new PgException(SqlState.InvalidTablesampleArgument, "TABLESAMPLE parameter cannot be null");
            }

            if (FunctionArgument.IsNull(values, 3))
            {
                throw new PgException(SqlState.InvalidTablesampleRepeat, "TABLESAMPLE REPEATABLE parameter cannot be null");
            }

            var percentage = FunctionArgument.Double(values, 2);
            if (percentage is not (>= 0 and <= 100))
            {
                throw new PgException(SqlState.InvalidTablesampleArgument, "sample percentage must be between 0 and 100");
            }

            var row = FunctionArgument.Int64(values, 0);
            var unit = FunctionArgument.Boolean(values, 1) ? row / RowsPerBlock : row;
            var cutoff = Math.Round(percentage / 100 * 4294967296.0);
            SqliteFunctionResult.Boolean(context, Hash((ulong)unit, BitConverter.DoubleToUInt64Bits(FunctionArgument.Double(values, 3))) < cutoff);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    private static uint Hash(ulong unit, ulong seed)
    {
        var mixed = (unit * 0x9E3779B97F4A7C15) + seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (uint)((mixed ^ (mixed >> 31)) >> 32);
    }

    // pgmicro_array_reshape(element type, array, new element type, its elements as a flat array): the elements in the array's shape.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ArrayReshape(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 1))
            {
                return;
            }

            var session = FunctionArgument.Context(context);
            var shape = ArrayOperations.Parse(session, FunctionArgument.UInt32(values, 0), FunctionArgument.Bytes(values, 1));
            var type = FunctionArgument.UInt32(values, 2);
            var elements = FunctionArgument.IsNull(values, 3) ? [] : ArrayOperations.Parse(session, type, FunctionArgument.Bytes(values, 3)).Elements;
            FunctionResult.Write(context, ArrayOperations.Store(session, new PgArray(type, shape.Dimensions, shape.LowerBounds, elements)));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_min_max(type, greatest 0/1, values …): the first of the greatest or least, NULLs aside.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MinMax(nint context, int count, nint* values)
    {
        try
        {
            var session = FunctionArgument.Context(context);
            var codec = session.Types.GetCodec(FunctionArgument.UInt32(values, 0));
            var sign = FunctionArgument.Boolean(values, 1) ? 1 : -1;
            var best = PgDatum.Null;
            for (var i = 2; i < count; i++)
            {
                var value = FunctionArgument.Datum(values, i);
                if (!value.IsNull && (best.IsNull || Order(best, value) * sign < 0))
                {
                    best = value;
                }
            }

            FunctionResult.Write(context, best);

            int Order(in PgDatum a, in PgDatum b) =>
                codec is AnonymousRecordCodec ? RecordComparison.Compare(session, a.Bytes, b.Bytes) : codec.CompareValues(a, b);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }
}
