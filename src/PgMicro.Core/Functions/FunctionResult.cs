using System.Buffers;
using System.Text;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>Hands a C# result to SQLite in its storage form. Generated entry points choose the overload by result type.</summary>
internal static partial class FunctionResult
{
    private const int StackLimit = 512;

    internal static void Void(nint context) => SqliteFunctionResult.Text(context, default);

    internal static void Write(nint context, bool value) => SqliteFunctionResult.Boolean(context, value);

    internal static void Write(nint context, short value) => SqliteFunctionResult.Int64(context, value);

    internal static void Write(nint context, int value) => SqliteFunctionResult.Int64(context, value);

    internal static void Write(nint context, long value) => SqliteFunctionResult.Int64(context, value);

    internal static void Write(nint context, uint value) => SqliteFunctionResult.Int64(context, value);

    internal static void Write(nint context, float value) => Write(context, (double)value);

    internal static void Write(nint context, double value)
    {
        if (double.IsNaN(value))
        {
            SqliteFunctionResult.Text(context, "NaN"u8);
        }
        else
        {
            SqliteFunctionResult.Double(context, value);
        }
    }

    internal static void Write(nint context, bool? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, int? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, long? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, uint? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, float? value)
    {
        if (value is { } known)
        {
            Write(context, (double)known);
        }
    }

    internal static void Write(nint context, double? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, string? value)
    {
        if (value is null)
        {
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = most <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(most);
        SqliteFunctionResult.Text(context, buffer[..Encoding.UTF8.GetBytes(value, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static void Text(nint context, ReadOnlySpan<byte> utf8) => SqliteFunctionResult.Text(context, utf8);

    internal static void Text(nint context, byte[]? utf8)
    {
        if (utf8 is not null)
        {
            SqliteFunctionResult.Text(context, utf8);
        }
    }

    internal static void Blob(nint context, ReadOnlySpan<byte> bytes) => SqliteFunctionResult.Blob(context, bytes);

    internal static void Blob(nint context, byte[]? bytes)
    {
        if (bytes is not null)
        {
            SqliteFunctionResult.Blob(context, bytes);
        }
    }

    internal static void Write(nint context, PgDatum value)
    {
        switch (value.Kind)
        {
            case DatumKind.Integer:
                SqliteFunctionResult.Int64(context, value.Int64);
                break;
            case DatumKind.Real:
                SqliteFunctionResult.Double(context, value.Double);
                break;
            case DatumKind.Text:
                SqliteFunctionResult.Text(context, value.Bytes);
                break;
            case DatumKind.Blob:
                SqliteFunctionResult.Blob(context, value.Bytes);
                break;
            default:
                SqliteFunctionResult.Null(context);
                break;
        }
    }
}
