using System.Runtime.CompilerServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>The arguments of a callback. Spans are valid until it returns.</summary>
internal readonly unsafe ref struct SqliteFunctionArgs
{
    private readonly nint* _values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SqliteFunctionArgs(nint* values, int count)
    {
        _values = values;
        Count = count;
    }

    internal int Count { get; }

    /// <summary>The native <c>sqlite3_value*</c>.</summary>
    internal nint this[int index] => _values[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SqliteValueKind Kind(int index) => Kind(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsNull(int index) => IsNull(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Int64(int index) => Int64(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Double(int index) => Double(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Utf8(int index) => Utf8(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Blob(int index) => Blob(_values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SqliteValueKind Kind(nint* values, int index) => (SqliteValueKind)sqlite3_value_type(values[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsNull(nint* values, int index) => sqlite3_value_type(values[index]) == (int)SqliteValueKind.Null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Int64(nint* values, int index) => sqlite3_value_int64(values[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Double(nint* values, int index) => sqlite3_value_double(values[index]);

    /// <summary>The value as UTF-8 text; a number is converted, NULL is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Utf8(nint* values, int index)
    {
        nint value = values[index];
        byte* text = sqlite3_value_text(value);
        return new ReadOnlySpan<byte>(text, text == null ? 0 : sqlite3_value_bytes(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Blob(nint* values, int index)
    {
        nint value = values[index];
        byte* bytes = sqlite3_value_blob(value);
        return new ReadOnlySpan<byte>(bytes, bytes == null ? 0 : sqlite3_value_bytes(value));
    }
}
