using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>SQLite entry points of subscripted assignment, and of jsonb's subscripts.</summary>
internal static unsafe class AssignmentEntryPoints
{
    internal static void Register(FunctionSet set)
    {
        const FunctionFlags Pure = FunctionFlags.Deterministic;
        set.AddScalar("pgmicro_assign_element", -1, Pure, &AssignElement);
        set.AddScalar("pgmicro_assign_slice", -1, Pure, &AssignSlice);
        set.AddScalar("pgmicro_jsonb_subscript", -1, Pure, &JsonbSubscript);
        set.AddScalar("pgmicro_jsonb_assign", -1, Pure, &JsonbAssign);
        set.AddScalar("pgmicro_fixed_subscript", 3, Pure, &FixedSubscript);
        set.AddScalar("pgmicro_fixed_assign", 4, Pure, &FixedAssign);
        set.AddScalar("pgmicro_hstore_subscript", 2, Pure, &HstoreSubscript);
        set.AddScalar("pgmicro_hstore_assign", 3, Pure, &HstoreAssign);
        set.AddScalar("pgmicro_variadic", -1, FunctionFlags.None, &Variadic);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void AssignElement(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &Element);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void AssignSlice(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &Slice);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void JsonbSubscript(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &ReadJsonb);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void JsonbAssign(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &WriteJsonb);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FixedSubscript(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &Geometric.FixedArrays.Read);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FixedAssign(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &Geometric.FixedArrays.Write);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HstoreSubscript(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &ReadHstore);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HstoreAssign(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &WriteHstore);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Variadic(nint context, int count, nint* values) => RowEntryPoints.Guard(context, values, count, &VariadicCalls.Call);

    // (hstore, key)
    private static void ReadHstore(nint context, nint* values, int count)
    {
        if (!FunctionArgument.IsNull(values, 0) && !FunctionArgument.IsNull(values, 1)
            && Extensions.HstoreFunctions.Fetch(FunctionArgument.Bytes(values, 0), FunctionArgument.Bytes(values, 1)) is { } value)
        {
            SqliteFunctionResult.Text(context, value);
        }
    }

    // (hstore or NULL, key, value)
    private static void WriteHstore(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1))
        {
            throw new PgException(SqlState.NullValueNotAllowed, "hstore subscript in assignment must not be null");
        }

        var member = Extensions.HstoreFunctions.Make(FunctionArgument.ByteArray(values, 1), FunctionArgument.IsNull(values, 2) ? null : FunctionArgument.ByteArray(values, 2))!;
        SqliteFunctionResult.Text(
            context, FunctionArgument.IsNull(values, 0) ? member : Extensions.HstoreFunctions.Concatenate(FunctionArgument.Bytes(values, 0), member));
    }

    // (element type, array, value, subscripts …)
    private static void Element(nint context, nint* values, int count)
    {
        var subscripts = new int[count - 3];
        for (var i = 0; i < subscripts.Length; i++)
        {
            subscripts[i] = Subscript(values, i + 3);
        }

        var session = FunctionArgument.Context(context);
        var element = FunctionArgument.UInt32(values, 0);
        var array = FunctionArgument.IsNull(values, 1) ? new PgArray(element, []) : ArrayOperations.Parse(session, element, FunctionArgument.Bytes(values, 1));
        FunctionResult.Write(context, ArrayOperations.Store(session, ArrayAssignment.SetElement(array, subscripts, FunctionArgument.Datum(values, 2))));
    }

    // (element type, array, values, has lower, lower, has upper, upper, …)
    private static void Slice(nint context, nint* values, int count)
    {
        var bounds = new (int? Lower, int? Upper)[(count - 3) / 4];
        for (var i = 0; i < bounds.Length; i++)
        {
            var at = 3 + (i * 4);
            bounds[i] = (
                FunctionArgument.Boolean(values, at) ? Subscript(values, at + 1) : null,
                FunctionArgument.Boolean(values, at + 2) ? Subscript(values, at + 3) : null);
        }

        var session = FunctionArgument.Context(context);
        var element = FunctionArgument.UInt32(values, 0);
        var array = FunctionArgument.IsNull(values, 1) ? new PgArray(element, []) : ArrayOperations.Parse(session, element, FunctionArgument.Bytes(values, 1));

        // Nothing to take from a NULL: the array stays as it is.
        var result = FunctionArgument.IsNull(values, 2)
            ? array
            : ArrayAssignment.SetSlice(array, bounds, ArrayOperations.Parse(session, element, FunctionArgument.Bytes(values, 2)));
        FunctionResult.Write(context, ArrayOperations.Store(session, result));
    }

    private static int Subscript(nint* values, int index) => FunctionArgument.IsNull(values, index)
        ? throw new PgException(SqlState.NullValueNotAllowed, "array subscript in assignment must not be null")
        : FunctionArgument.Int32(values, index);

    // (jsonb, path …)
    private static void ReadJsonb(nint context, nint* values, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (FunctionArgument.IsNull(values, i))
            {
                return;
            }
        }

        FunctionResult.Write(context, JsonbSubscripts.Read(FunctionArgument.Bytes(values, 0), Path(values, 1, count)));
    }

    // (jsonb, value, path …)
    private static void WriteJsonb(nint context, nint* values, int count)
    {
        for (var i = 2; i < count; i++)
        {
            if (FunctionArgument.IsNull(values, i))
            {
                throw new PgException(SqlState.NullValueNotAllowed, "jsonb subscript in assignment must not be null");
            }
        }

        // A NULL column becomes an array when its first subscript is a position.
        var source = FunctionArgument.IsNull(values, 0)
            ? SqliteFunctionArgs.Kind(values, 2) == SqliteValueKind.Integer ? "[]"u8 : "{}"u8
            : FunctionArgument.Bytes(values, 0);
        var value = FunctionArgument.IsNull(values, 1) ? "null"u8 : FunctionArgument.Bytes(values, 1);
        FunctionResult.Write(context, JsonbSubscripts.Write(source, Path(values, 2, count), value));
    }

    private static byte[][] Path(nint* values, int from, int count)
    {
        var path = new byte[count - from][];
        for (var i = from; i < count; i++)
        {
            path[i - from] = SqliteFunctionArgs.Kind(values, i) == SqliteValueKind.Integer
                ? global::System.Text.Encoding.UTF8.GetBytes(FunctionArgument.Int64(values, i).ToString(global::System.Globalization.CultureInfo.InvariantCulture))
                : FunctionArgument.ByteArray(values, i);
        }

        return path;
    }
}
