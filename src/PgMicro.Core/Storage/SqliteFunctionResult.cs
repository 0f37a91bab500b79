using System.Runtime.CompilerServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>Sets the result of the running callback. The last call counts; none means NULL.</summary>
internal static unsafe class SqliteFunctionResult
{
    private const int LongValue = 16 * 1024;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Null(nint context) => sqlite3_result_null(context);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Int64(nint context, long value) => sqlite3_result_int64(context, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Boolean(nint context, bool value) => sqlite3_result_int64(context, value ? 1 : 0);

    /// <summary>A real; SQLite turns NaN into NULL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Double(nint context, double value) => sqlite3_result_double(context, value);

    /// <summary>UTF-8 text, copied.</summary>
    internal static void Text(nint context, ReadOnlySpan<byte> utf8)
    {
        // A null pointer would be NULL; empty text needs an address.
        fixed (byte* p = utf8.Length == 0 ? "\0"u8 : utf8)
        {
            if (utf8.Length < LongValue)
            {
                sqlite3_result_text(context, p, utf8.Length, Transient);
            }
            else
            {
                sqlite3_result_text_long(context, p, utf8.Length, Transient);
            }
        }
    }

    /// <summary>Bytes, copied.</summary>
    internal static void Blob(nint context, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes.Length == 0 ? "\0"u8 : bytes)
        {
            if (bytes.Length < LongValue)
            {
                sqlite3_result_blob(context, p, bytes.Length, Transient);
            }
            else
            {
                sqlite3_result_blob_long(context, p, bytes.Length, Transient);
            }
        }
    }

    /// <summary>A copy of a native <c>sqlite3_value*</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Value(nint context, nint value) => sqlite3_result_value(context, value);

    internal static void Error(nint context, ReadOnlySpan<byte> message)
    {
        fixed (byte* p = message)
        {
            sqlite3_result_error(context, p, message.Length);
        }
    }
}
