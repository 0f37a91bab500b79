using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// The virtual tables of one connection. All modules share two native module structures; SQLite tells them apart by the
/// registration that it hands back, so that registering one costs a GC handle and a hash entry.
/// </summary>
internal sealed unsafe class VirtualTableHost
{
    private const int ConfigDirectOnly = 3;

    private static readonly NativeModule* EponymousModule = CreateModule(isEponymousOnly: true);
    private static readonly NativeModule* OrdinaryModule = CreateModule(isEponymousOnly: false);

    private readonly SqliteConnectionHandle _connection;
    private readonly Dictionary<string, VirtualTableModule> _modules = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Registration> _registrations = [];

    internal VirtualTableHost(SqliteConnectionHandle connection)
    {
        _connection = connection;
    }

    /// <summary>True if a module of this name is registered.</summary>
    internal bool Contains(string name) => _modules.ContainsKey(name);

    /// <summary>Registers a module, replacing one of the same name.</summary>
    internal void Register(VirtualTableModule module)
    {
        var registration = new Registration(_connection, module);
        nint pointer = _connection.Keep(registration);

        fixed (byte* name = Encoding.UTF8.GetBytes(module.Name + '\0'))
        {
            _connection.Check(sqlite3_create_module_v2(
                _connection.Db, name, module.IsEponymousOnly ? EponymousModule : OrdinaryModule, pointer, null));
        }

        _modules[module.Name] = module;
        _registrations.Add(registration);
    }

    /// <summary>
    /// Makes sure that the connection has a lateral table of so many result columns and arguments, and returns its name:
    /// call it before preparing a statement that uses one.
    /// </summary>
    internal string EnsureLateralModule(int columnCount, int argumentCount)
    {
        LateralModule module = LateralModule.Get(columnCount, argumentCount);
        Ensure(module);
        return module.Name;
    }

    /// <summary>Registers a module unless the connection has it.</summary>
    internal void Ensure(VirtualTableModule module)
    {
        if (!_modules.ContainsKey(module.Name))
        {
            Register(module);
        }
    }

    internal void Release()
    {
        foreach (Registration registration in _registrations)
        {
            while (registration.IdleCursors.TryPop(out nint cursor))
            {
                Free((NativeCursor*)cursor);
            }
        }

        _registrations.Clear();
        _modules.Clear();
    }

    private static NativeModule* CreateModule(bool isEponymousOnly)
    {
        var module = (NativeModule*)NativeMemory.AllocZeroed((nuint)sizeof(NativeModule));
        module->Version = 1;
        module->Create = isEponymousOnly ? null : &Create;
        module->Connect = &Connect;
        module->BestIndex = &BestIndex;
        module->Disconnect = &Disconnect;
        module->Destroy = isEponymousOnly ? null : &Disconnect;
        module->Open = &Open;
        module->Close = &Close;
        module->Filter = &Filter;
        module->Next = &Next;
        module->Eof = &Eof;
        module->Column = &Column;
        module->Rowid = &Rowid;
        return module;
    }

    // Create differs from Connect by address only: the same address would make the module a table under its own name too.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Create(nint db, nint argument, int count, byte** values, NativeTable** table, byte** error) =>
        ConnectCore(db, argument, table);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Connect(nint db, nint argument, int count, byte** values, NativeTable** table, byte** error) =>
        ConnectCore(db, argument, table);

    private static int ConnectCore(nint db, nint argument, NativeTable** table)
    {
        var registration = Unsafe.As<Registration>(GCHandle.FromIntPtr(argument).Target!);
        try
        {
            int rc;
            fixed (byte* declaration = Encoding.UTF8.GetBytes(registration.Module.Declaration + '\0'))
            {
                rc = sqlite3_declare_vtab(db, declaration);
            }

            if (rc == SqliteResultCode.Ok)
            {
                rc = sqlite3_vtab_config(db, ConfigDirectOnly, 0);
            }

            if (rc != SqliteResultCode.Ok)
            {
                return rc;
            }

            var created = (NativeTable*)NativeMemory.AllocZeroed((nuint)sizeof(NativeTable));
            created->Registration = argument;
            *table = created;
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            return Fail(registration, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Disconnect(NativeTable* table)
    {
        NativeMemory.Free(table);
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int BestIndex(NativeTable* table, NativeIndexInfo* native)
    {
        Registration registration = Of(table);
        try
        {
            var info = new IndexInfo(native);
            registration.Module.BestIndex(ref info, registration.Connection);
            return info.IsRejected ? SqliteResultCode.Constraint : SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            return Fail(registration, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(NativeTable* table, NativeCursor** cursor)
    {
        Registration registration = Of(table);
        try
        {
            if (registration.IdleCursors.TryPop(out nint idle))
            {
                *cursor = (NativeCursor*)idle;
                return SqliteResultCode.Ok;
            }

            GCHandle handle = GCHandle.Alloc(registration.Module.Open(registration.Connection));
            var created = (NativeCursor*)NativeMemory.AllocZeroed((nuint)sizeof(NativeCursor));
            created->Cursor = GCHandle.ToIntPtr(handle);
            *cursor = created;
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            return Fail(registration, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(NativeCursor* cursor)
    {
        Registration registration = Of(cursor->Table);
        VirtualTableCursor managed = Of(cursor);
        try
        {
            managed.Close();
        }
        catch (Exception e)
        {
            registration.Connection.Carry(e);
            Free(cursor);
            return SqliteResultCode.Ok;
        }

        if (managed.IsReusable)
        {
            cursor->IsAtEnd = 1;
            registration.IdleCursors.Push((nint)cursor);
        }
        else
        {
            Free(cursor);
        }

        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Filter(NativeCursor* cursor, int indexNumber, byte* indexString, int count, nint* values)
    {
        try
        {
            VirtualTableCursor managed = Of(cursor);
            managed.Filter(
                indexNumber,
                indexString == null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(indexString),
                new SqliteFunctionArgs(values, count));
            cursor->IsAtEnd = managed.MoveNext() ? 0 : 1;
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            cursor->IsAtEnd = 1;
            return Fail(Of(cursor->Table), e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Next(NativeCursor* cursor)
    {
        try
        {
            cursor->IsAtEnd = Of(cursor).MoveNext() ? 0 : 1;
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            cursor->IsAtEnd = 1;
            return Fail(Of(cursor->Table), e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Eof(NativeCursor* cursor) => cursor->IsAtEnd;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Column(NativeCursor* cursor, nint context, int column)
    {
        try
        {
            Of(cursor).Column(new ResultWriter(context), column);
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            return Fail(Of(cursor->Table), e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Rowid(NativeCursor* cursor, long* rowid)
    {
        try
        {
            *rowid = Of(cursor).Rowid;
            return SqliteResultCode.Ok;
        }
        catch (Exception e)
        {
            return Fail(Of(cursor->Table), e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fail(Registration registration, Exception exception)
    {
        registration.Connection.Carry(exception);

        // The code decides what SQLite does next: an interrupt or a full disk inside has to be one outside as well.
        return exception is SqliteException { Code: var code } && code is not (SqliteResultCode.Constraint or SqliteResultCode.Schema)
            ? code
            : SqliteResultCode.Error;
    }

    private static void Free(NativeCursor* cursor)
    {
        GCHandle.FromIntPtr(cursor->Cursor).Free();
        NativeMemory.Free(cursor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Registration Of(NativeTable* table) =>
        Unsafe.As<Registration>(GCHandle.FromIntPtr(table->Registration).Target!);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VirtualTableCursor Of(NativeCursor* cursor) =>
        Unsafe.As<VirtualTableCursor>(GCHandle.FromIntPtr(cursor->Cursor).Target!);

    private sealed class Registration(SqliteConnectionHandle connection, VirtualTableModule module)
    {
        internal SqliteConnectionHandle Connection { get; } = connection;

        internal VirtualTableModule Module { get; } = module;

        internal Stack<nint> IdleCursors { get; } = new();

    }
}
