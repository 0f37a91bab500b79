using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// One SQLite connection. It belongs to one thread at a time (SQLite is opened without its mutexes); only
/// <see cref="Interrupt"/> may be called from another.
/// </summary>
internal sealed unsafe partial class SqliteConnectionHandle : IDisposable
{
    private const int OpenReadOnly = 0x1;
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x4;
    private const int OpenUri = 0x40;
    private const int OpenNoMutex = 0x8000;
    private const int OpenExtendedResultCodes = 0x02000000;
    private const uint PreparePersistent = 0x1;

    private readonly Lock _interruptGate = new();
    private readonly List<GCHandle> _pinnedState = [];
    private readonly GCHandle<SqliteConnectionHandle> _self;
    private nint _db;
    private SqliteStatement? _statements;
    private long _workTableCount;
    private ExceptionDispatchInfo? _carried;

    private SqliteConnectionHandle(nint db, SqliteConnectionOptions options)
    {
        _db = db;
        _self = new GCHandle<SqliteConnectionHandle>(this);
        Statements = new StatementCache(this, options.StatementCacheCapacity);
        Functions = new FunctionHost(this);
        Collations = new CollationHost(this);
        VirtualTables = new VirtualTableHost(this);
    }

    /// <summary>The native <c>sqlite3*</c>; 0 once disposed.</summary>
    internal nint Db => _db;

    /// <summary>How many statements have been compiled.</summary>
    internal long Prepares { get; private set; }

    internal bool IsDisposed => _db == 0;

    /// <summary>What the upper layers hang on this connection: the session that a function called by it works for.</summary>
    internal object? Owner { get; set; }

    internal StatementCache Statements { get; }

    internal FunctionHost Functions { get; }

    internal CollationHost Collations { get; }

    internal VirtualTableHost VirtualTables { get; }


    /// <summary>A GC handle to this object as a native user-data pointer; valid until disposal.</summary>
    internal nint SelfPointer => GCHandle<SqliteConnectionHandle>.ToIntPtr(_self);

    /// <summary>True outside any transaction.</summary>
    internal bool IsAutocommit => sqlite3_get_autocommit(_db) != 0;

    /// <summary>Rows changed by the last INSERT, UPDATE or DELETE that finished.</summary>
    internal long Changes => sqlite3_changes64(_db);

    internal long LastInsertRowid
    {
        get => sqlite3_last_insert_rowid(_db);
        set => sqlite3_set_last_insert_rowid(_db, value);
    }

    /// <summary>Whether a transaction holds no lock, a read snapshot or the write lock of the main database.</summary>
    internal SqliteTransactionState TransactionState
    {
        get
        {
            fixed (byte* main = "main\0"u8)
            {
                return (SqliteTransactionState)sqlite3_txn_state(_db, main);
            }
        }
    }

    /// <summary>Whether the file was opened for reading only, as asked or because it could not be written.</summary>
    internal bool IsReadOnly
    {
        get
        {
            fixed (byte* main = "main\0"u8)
            {
                return sqlite3_db_readonly(_db, main) == 1;
            }
        }
    }

    /// <summary>Opens a database file, or a <c>file:</c> URI, and configures the connection.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    internal static SqliteConnectionHandle Open(string fileName, SqliteConnectionOptions? options = null)
    {
        options ??= SqliteConnectionOptions.Default;
        int flags = OpenUri | OpenNoMutex | OpenExtendedResultCodes;
        flags |= options.ReadOnly ? OpenReadOnly : options.Create ? OpenReadWrite | OpenCreate : OpenReadWrite;
        if (options.Immutable)
        {
            fileName = new UriBuilder("file", null) { Path = Path.GetFullPath(fileName), Query = "immutable=1" }.Uri.AbsoluteUri;
        }

        byte[] name = new byte[Encoding.UTF8.GetByteCount(fileName) + 1];
        Encoding.UTF8.GetBytes(fileName, name);
        nint db = 0;
        int rc;
        byte[]? vfs = options.Vfs is null ? null : Encoding.UTF8.GetBytes(options.Vfs + '\0');
        fixed (byte* pName = name)
        fixed (byte* pVfs = vfs)
        {
            rc = sqlite3_open_v2(pName, &db, flags, pVfs);
        }

        if (rc != SqliteResultCode.Ok)
        {
            string message = db == 0 ? Utf8(sqlite3_errstr(rc)) : Utf8(sqlite3_errmsg(db));
            int systemError = db == 0 ? 0 : sqlite3_system_errno(db);
            sqlite3_close_v2(db);
            throw new SqliteException(rc, message, systemError: systemError);
        }

        var handle = new SqliteConnectionHandle(db, options);
        try
        {
            handle.Configure(options);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The connection whose function, collation or module is being called. Valid inside a callback only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SqliteConnectionHandle FromContext(nint context) =>
        FromPointer(((FunctionUserData*)sqlite3_user_data(context))->Connection);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SqliteConnectionHandle FromPointer(nint pointer) =>
        GCHandle<SqliteConnectionHandle>.FromIntPtr(pointer).Target;

    /// <summary>Prepares one statement. The caller disposes it; see <see cref="Rent(SqlText)"/> for cached ones.</summary>
    /// <exception cref="SqliteException">The text does not compile, or holds more than one statement.</exception>
    internal SqliteStatement Prepare(string sql) => Prepare(new SqlText(sql), cacheEntry: null);

    /// <summary>Prepares one statement given in UTF-8. The caller disposes it.</summary>
    internal SqliteStatement Prepare(ReadOnlySpan<byte> sql) => Prepare(new SqlText(Encoding.UTF8.GetString(sql)), cacheEntry: null);

    /// <summary>Takes a ready statement from the cache, preparing it if need be. Give it back with <see cref="Return"/>.</summary>
    internal SqliteStatement Rent(SqlText sql) => Statements.Rent(sql);

    /// <inheritdoc cref="Rent(SqlText)"/>
    internal SqliteStatement Rent(string sql) => Statements.Rent(sql);

    /// <summary>Resets a rented statement, clears its bindings and gives it back to the cache.</summary>
    internal void Return(SqliteStatement statement) => Statements.Return(statement);

    internal SqliteStatement Prepare(SqlText sql, StatementCache.Entry? cacheEntry)
    {
        ObjectDisposedException.ThrowIf(_db == 0, this);
        byte[] utf8 = sql.Utf8;
        nint statement;
        int tailOffset;
        int rc;
        fixed (byte* text = utf8)
        {
            byte* tail;
            rc = sqlite3_prepare_v3(_db, text, utf8.Length, PreparePersistent, &statement, &tail);
            tailOffset = (int)(tail - text);
        }

        if (rc != SqliteResultCode.Ok)
        {
            ThrowError(rc);
        }

        if (_carried is not null)
        {
            sqlite3_finalize(statement);
            ThrowCarried();
        }

        if (utf8.AsSpan(tailOffset).Trim(" \t\r\n;\0"u8).Length != 0)
        {
            sqlite3_finalize(statement);
            throw new ArgumentException("The text holds more than one statement.", nameof(sql));
        }

        Prepares++;
        var created = new SqliteStatement(this, statement, sql, cacheEntry);
        Link(created);
        return created;
    }

    /// <summary>Runs one statement that returns nothing, from the cache.</summary>
    internal void Execute(SqlText sql)
    {
        var statement = Statements.Rent(sql);
        try
        {
            statement.Step();
        }
        finally
        {
            Statements.Return(statement);
        }
    }

    /// <summary>Runs every statement of a script, discarding rows.</summary>
    internal void Execute(string script)
    {
        ObjectDisposedException.ThrowIf(_db == 0, this);
        int length = Encoding.UTF8.GetByteCount(script);
        byte[] utf8 = new byte[length + 1];
        Encoding.UTF8.GetBytes(script, utf8);
        fixed (byte* text = utf8)
        {
            byte* next = text;
            byte* end = text + length;
            while (next < end)
            {
                nint statement;
                byte* tail;
                int rc = sqlite3_prepare_v3(_db, next, (int)(end - next) + 1, 0, &statement, &tail);
                if (rc != SqliteResultCode.Ok)
                {
                    ThrowError(rc);
                }

                next = tail;
                if (statement == 0)
                {
                    continue;
                }

                try
                {
                    do
                    {
                        rc = sqlite3_step(statement);
                    }
                    while (rc == SqliteResultCode.Row && _carried is null);

                    if (rc != SqliteResultCode.Done || _carried is not null)
                    {
                        ThrowError(rc);
                    }
                }
                finally
                {
                    sqlite3_finalize(statement);
                }
            }
        }
    }

    /// <summary>The first column of a query's first row as an integer; 0 when there is no row or the value is NULL.</summary>
    internal long QueryInt64(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() ? statement.GetInt64(0) : 0;
    }

    /// <summary>The first column of a query's first row as text; null when there is no row or the value is NULL.</summary>
    internal string? QueryText(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.GetString(0) : null;
    }

    /// <summary>
    /// Makes the running statements of this connection fail with <see cref="SqliteResultCode.Interrupt"/>. Callable from any
    /// thread. An interrupted write rolls its whole transaction back: cancel writes by a raising function instead.
    /// </summary>
    internal void Interrupt()
    {
        lock (_interruptGate)
        {
            if (_db != 0)
            {
                sqlite3_interrupt(_db);
            }
        }
    }

    /// <summary>Working tables of the recursions that are running, by number.</summary>
    internal Dictionary<long, WorkTable> WorkTables { get; } = [];

    /// <summary>Begins a recursion; <paramref name="distinctCollations"/> as in <see cref="LateralRecursion"/>.</summary>
    internal WorkTable NewWorkTable(IReadOnlyList<string?>? distinctCollations)
    {
        var table = new WorkTable(++_workTableCount, distinctCollations is null ? null
            : [.. distinctCollations.Select(name => name is null ? null : Collations.Supplier?.Invoke(name))]);
        WorkTables.Add(table.Number, table);
        return table;
    }

    /// <inheritdoc cref="VirtualTableHost.EnsureLateralModule"/>
    internal string EnsureLateralModule(int columnCount, int argumentCount) =>
        VirtualTables.EnsureLateralModule(columnCount, argumentCount);

    /// <summary>Sets a run-time limit (<c>SQLITE_LIMIT_*</c>) and returns the old one; -1 only asks.</summary>
    internal int Limit(int id, int value) => sqlite3_limit(_db, id, value);

    /// <summary>
    /// Keeps an exception raised inside a callback until control is back in managed code; the first one wins. The callback
    /// then reports an error to SQLite, and the statement's <see cref="SqliteStatement.Step"/> rethrows the exception.
    /// </summary>
    internal void Carry(Exception exception) => _carried ??= ExceptionDispatchInfo.Capture(exception);

    internal bool HasCarriedException => _carried is not null;

    /// <summary>Takes the carried exception, if there is one, leaving none.</summary>
    internal ExceptionDispatchInfo? TakeCarriedException()
    {
        ExceptionDispatchInfo? carried = _carried;
        _carried = null;
        return carried;
    }

    /// <summary>Throws the carried exception, or else the error that SQLite holds for <paramref name="code"/>.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal void ThrowError(int code)
    {
        if (_carried is not null)
        {
            ThrowCarried();
        }

        throw CreateError(code);
    }

    internal void Check(int code)
    {
        if (code != SqliteResultCode.Ok)
        {
            ThrowError(code);
        }
    }

    public void Dispose()
    {
        if (_db == 0)
        {
            return;
        }

        nint db = _db;
        while (_statements is { } statement)
        {
            statement.Dispose();
        }

        lock (_interruptGate)
        {
            _db = 0;
            sqlite3_close_v2(db);
        }

        VirtualTables.Release();
        Functions.Release();
        foreach (GCHandle state in _pinnedState)
        {
            state.Free();
        }

        _pinnedState.Clear();
        _self.Dispose();
    }

    /// <summary>Gives an object a native pointer that lives as long as the connection.</summary>
    internal nint Keep(object state)
    {
        GCHandle handle = GCHandle.Alloc(state);
        _pinnedState.Add(handle);
        return GCHandle.ToIntPtr(handle);
    }

    internal void Unlink(SqliteStatement statement)
    {
        if (statement.PreviousOfConnection is { } previous)
        {
            previous.NextOfConnection = statement.NextOfConnection;
        }
        else
        {
            _statements = statement.NextOfConnection;
        }

        if (statement.NextOfConnection is { } next)
        {
            next.PreviousOfConnection = statement.PreviousOfConnection;
        }

        statement.PreviousOfConnection = null;
        statement.NextOfConnection = null;
    }

    internal static string Utf8(byte* text) =>
        text == null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private void Link(SqliteStatement statement)
    {
        statement.NextOfConnection = _statements;
        if (_statements is not null)
        {
            _statements.PreviousOfConnection = statement;
        }

        _statements = statement;
    }

    private SqliteException CreateError(int code)
    {
        // The connection's error state belongs to its latest call; a differing primary code means that it is not this error's.
        int current = sqlite3_extended_errcode(_db);
        return (current & 0xFF) == (code & 0xFF)
            ? new SqliteException(current, Utf8(sqlite3_errmsg(_db)), sqlite3_error_offset(_db))
            : new SqliteException(code, Utf8(sqlite3_errstr(code)));
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private void ThrowCarried()
    {
        TakeCarriedException()!.Throw();
    }
}
