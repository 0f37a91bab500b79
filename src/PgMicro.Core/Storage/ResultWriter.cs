using System.Runtime.CompilerServices;

namespace PgMicro.Core.Storage;

/// <summary>Takes the value of a virtual table's column.</summary>
internal readonly ref struct ResultWriter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ResultWriter(nint context)
    {
        Context = context;
    }

    /// <summary>The native <c>sqlite3_context*</c>.</summary>
    internal nint Context { get; }

    internal void Null() => SqliteFunctionResult.Null(Context);

    internal void Int64(long value) => SqliteFunctionResult.Int64(Context, value);

    internal void Boolean(bool value) => SqliteFunctionResult.Boolean(Context, value);

    internal void Double(double value) => SqliteFunctionResult.Double(Context, value);

    internal void Text(ReadOnlySpan<byte> utf8) => SqliteFunctionResult.Text(Context, utf8);

    /// <summary>Text given in UTF-16.</summary>
    [SkipLocalsInit]
    internal void Text(string text)
    {
        const int OnStack = 512;
        if (System.Text.Encoding.UTF8.GetMaxByteCount(text.Length) <= OnStack)
        {
            Span<byte> buffer = stackalloc byte[OnStack];
            SqliteFunctionResult.Text(Context, buffer[..System.Text.Encoding.UTF8.GetBytes(text, buffer)]);
        }
        else
        {
            SqliteFunctionResult.Text(Context, System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    internal void Blob(ReadOnlySpan<byte> bytes) => SqliteFunctionResult.Blob(Context, bytes);

    /// <summary>A copy of a native <c>sqlite3_value*</c>.</summary>
    internal void Value(nint value) => SqliteFunctionResult.Value(Context, value);

    internal void Cell(in SqliteCell cell)
    {
        switch (cell.Kind)
        {
            case SqliteValueKind.Integer:
                Int64(cell.Integer);
                break;
            case SqliteValueKind.Real:
                Double(cell.Real);
                break;
            case SqliteValueKind.Text:
                Text(cell.Bytes);
                break;
            case SqliteValueKind.Blob:
                Blob(cell.Bytes);
                break;
            default:
                Null();
                break;
        }
    }
}
