using System.Runtime.CompilerServices;
using System.Text;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// A prepared statement. Parameters are numbered from 1, columns from 0. A span that an accessor returns is valid until
/// the next <see cref="Step"/>, <see cref="Reset"/> or accessor call on the same column.
/// </summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    // Above this a copy takes long enough that the GC should not have to wait for it.
    private const int LongValue = 16 * 1024;

    private readonly SqliteConnectionHandle _connection;
    private nint _statement;
    private bool _isDisposed;

    internal SqliteStatement(SqliteConnectionHandle connection, nint statement, SqlText sql, StatementCache.Entry? cacheEntry)
    {
        _connection = connection;
        _statement = statement;
        SqlText = sql;
        CacheEntry = cacheEntry;
        ColumnCount = sqlite3_column_count(statement);
        ParameterCount = sqlite3_bind_parameter_count(statement);
    }

    /// <summary>The native <c>sqlite3_stmt*</c>; 0 once disposed, or if the text held no statement.</summary>
    internal nint Handle => _statement;

    internal SqliteConnectionHandle Connection => _connection;

    internal SqlText SqlText { get; }

    internal int ColumnCount { get; }

    /// <summary>The columns that it has now: SQLite prepares it anew when tables have changed, and "*" stands for others then.</summary>
    internal int CountColumns() => sqlite3_column_count(_statement);

    internal int ParameterCount { get; }

    /// <summary>True if the statement makes no direct change to the database file.</summary>
    internal bool IsReadOnly => sqlite3_stmt_readonly(_statement) != 0;

    /// <summary>True between the first <see cref="Step"/> and completion or <see cref="Reset"/>.</summary>
    internal bool IsBusy => sqlite3_stmt_busy(_statement) != 0;

    internal StatementCache.Entry? CacheEntry { get; }

    internal bool IsRented { get; set; }

    internal SqliteStatement? NextOfConnection { get; set; }

    internal SqliteStatement? PreviousOfConnection { get; set; }

    internal SqliteStatement? NextOfEntry { get; set; }

    internal SqliteStatement? Newer { get; set; }

    internal SqliteStatement? Older { get; set; }

    /// <summary>Goes to the next row: true if there is one, false at the end.</summary>
    /// <exception cref="SqliteException">SQLite failed. An exception raised in a callback is rethrown as it was.</exception>
    internal bool Step()
    {
        int rc = sqlite3_step(_statement);
        if (rc == SqliteResultCode.Row && !_connection.HasCarriedException)
        {
            return true;
        }

        if (rc == SqliteResultCode.Done && !_connection.HasCarriedException)
        {
            return false;
        }

        Fail(rc);
        return false;
    }

    /// <summary>Makes the statement ready to run again; its bindings stay.</summary>
    internal void Reset() => sqlite3_reset(_statement);

    /// <summary>Sets every parameter to NULL.</summary>
    internal void ClearBindings() => sqlite3_clear_bindings(_statement);

    /// <summary>Runs to the end, discards rows and resets; returns the rows changed.</summary>
    internal long ExecuteNonQuery()
    {
        while (Step())
        {
        }

        long changes = _connection.Changes;
        Reset();
        return changes;
    }

    internal void BindNull(int index) => Check(sqlite3_bind_null(_statement, index));

    internal void BindInt64(int index, long value) => Check(sqlite3_bind_int64(_statement, index, value));

    /// <summary>Binds a real; SQLite turns NaN into NULL.</summary>
    internal void BindDouble(int index, double value) => Check(sqlite3_bind_double(_statement, index, value));

    /// <summary>Binds UTF-8 text; SQLite copies it.</summary>
    internal void BindText(int index, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* p = NotNull(utf8))
        {
            Check(utf8.Length < LongValue
                ? sqlite3_bind_text(_statement, index, p, utf8.Length, Transient)
                : sqlite3_bind_text_long(_statement, index, p, utf8.Length, Transient));
        }
    }

    /// <summary>Binds text given in UTF-16.</summary>
    [SkipLocalsInit]
    internal void BindText(int index, ReadOnlySpan<char> text)
    {
        const int OnStack = 1024;
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= OnStack)
        {
            Span<byte> buffer = stackalloc byte[OnStack];
            BindText(index, (ReadOnlySpan<byte>)buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
            return;
        }

        byte[] rented = System.Buffers.ArrayPool<byte>.Shared.Rent(most);
        try
        {
            BindText(index, (ReadOnlySpan<byte>)rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal void BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = NotNull(bytes))
        {
            Check(bytes.Length < LongValue
                ? sqlite3_bind_blob(_statement, index, p, bytes.Length, Transient)
                : sqlite3_bind_blob_long(_statement, index, p, bytes.Length, Transient));
        }
    }

    /// <summary>Binds a copy of a native <c>sqlite3_value*</c>.</summary>
    internal void BindValue(int index, nint value) => Check(sqlite3_bind_value(_statement, index, value));

    internal SqliteValueKind ColumnType(int column) => (SqliteValueKind)sqlite3_column_type(_statement, column);

    internal bool IsNull(int column) => sqlite3_column_type(_statement, column) == (int)SqliteValueKind.Null;

    internal long GetInt64(int column) => sqlite3_column_int64(_statement, column);

    internal double GetDouble(int column) => sqlite3_column_double(_statement, column);

    /// <summary>The bytes of a TEXT (UTF-8) or BLOB; a number's decimal text; empty for NULL.</summary>
    internal ReadOnlySpan<byte> GetBytes(int column)
    {
        // For TEXT in a UTF-8 database it gives the same bytes as sqlite3_column_text, for numbers their text.
        byte* bytes = sqlite3_column_blob(_statement, column);
        return new ReadOnlySpan<byte>(bytes, bytes == null ? 0 : sqlite3_column_bytes(_statement, column));
    }

    internal string GetString(int column) => Encoding.UTF8.GetString(GetBytes(column));

    /// <summary>The native value of a column, to hand to <see cref="BindValue"/> or a result.</summary>
    internal nint GetValue(int column) => sqlite3_column_value(_statement, column);

    internal string ColumnName(int column) => SqliteConnectionHandle.Utf8(sqlite3_column_name(_statement, column));

    /// <summary>Reads a counter (<c>SQLITE_STMTSTATUS_*</c>).</summary>
    internal int Status(int counter, bool reset = false) => sqlite3_stmt_status(_statement, counter, reset ? 1 : 0);

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        nint statement = _statement;
        _statement = 0;
        CacheEntry?.Cache.Forget(this);
        _connection.Unlink(this);
        sqlite3_finalize(statement);
    }

    // SQLite takes a null pointer for NULL; an empty value needs an address.
    private static ReadOnlySpan<byte> NotNull(ReadOnlySpan<byte> bytes) => bytes.Length == 0 ? "\0"u8 : bytes;

    private void Check(int rc)
    {
        if (rc != SqliteResultCode.Ok)
        {
            _connection.ThrowError(rc);
        }
    }

    private void Fail(int rc)
    {
        ObjectDisposedException.ThrowIf(_connection.IsDisposed, _connection);
        try
        {
            _connection.ThrowError(rc);
        }
        finally
        {
            sqlite3_reset(_statement);
        }
    }
}
