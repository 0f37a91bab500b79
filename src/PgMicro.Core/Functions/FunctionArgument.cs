using System.Runtime.CompilerServices;
using System.Text;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>Reads one argument of a SQLite callback as a C# parameter type. Generated entry points call these by type name.</summary>
internal static unsafe partial class FunctionArgument
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsNull(nint* values, int index) => SqliteFunctionArgs.IsNull(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Boolean(nint* values, int index) => SqliteFunctionArgs.Int64(values, index) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static short Int16(nint* values, int index) => (short)SqliteFunctionArgs.Int64(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Int32(nint* values, int index) => (int)SqliteFunctionArgs.Int64(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Int64(nint* values, int index) => SqliteFunctionArgs.Int64(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint UInt32(nint* values, int index) => (uint)SqliteFunctionArgs.Int64(values, index);

    internal static float Single(nint* values, int index) => (float)Double(values, index);

    /// <summary>A float; the text 'NaN' is the storage form of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Double(nint* values, int index) =>
        SqliteFunctionArgs.Kind(values, index) == SqliteValueKind.Text ? double.NaN : SqliteFunctionArgs.Double(values, index);

    /// <summary>The bytes of a Text (UTF-8) or Blob value, valid during the call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Bytes(nint* values, int index) => SqliteFunctionArgs.Blob(values, index);

    internal static byte[] ByteArray(nint* values, int index) => SqliteFunctionArgs.Blob(values, index).ToArray();

    internal static string String(nint* values, int index) => Encoding.UTF8.GetString(SqliteFunctionArgs.Blob(values, index));

    internal static PgDatum Datum(nint* values, int index) => SqliteFunctionArgs.Kind(values, index) switch
    {
        SqliteValueKind.Integer => PgDatum.FromInt64(SqliteFunctionArgs.Int64(values, index)),
        SqliteValueKind.Real => PgDatum.FromDouble(SqliteFunctionArgs.Double(values, index)),
        SqliteValueKind.Text => PgDatum.FromText(SqliteFunctionArgs.Blob(values, index).ToArray()),
        SqliteValueKind.Blob => PgDatum.FromBlob(SqliteFunctionArgs.Blob(values, index).ToArray()),
        _ => PgDatum.Null,
    };

    /// <summary>The call site whose id is the hidden first argument.</summary>
    internal static CallSite Site(nint* values) => CallSite.FromId((int)SqliteFunctionArgs.Int64(values, 0));

    /// <summary>The session on whose behalf a function runs: its connection's owner.</summary>
    internal static FunctionContext Context(nint context) => Context(SqliteConnectionHandle.FromContext(context));

    /// <summary>The session that a connection works for.</summary>
    internal static FunctionContext Context(SqliteConnectionHandle connection) => (FunctionContext)connection.Owner!;

    /// <summary>The state of a group in an aggregate over an unmanaged struct; the default one when no row has reached it.</summary>
    internal static T AggregateState<T>(nint context)
        where T : unmanaged
    {
        ref var state = ref SqliteAggregate.StateOrNull<T>(context);
        return Unsafe.IsNullRef(ref state) ? default : state;
    }
}
