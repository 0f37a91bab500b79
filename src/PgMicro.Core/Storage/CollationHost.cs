using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>The collations of one connection, registered outright or supplied when a statement first names them.</summary>
internal sealed unsafe class CollationHost
{
    private const int Utf8Encoding = 1;

    private readonly SqliteConnectionHandle _connection;
    private Func<string, ISqliteCollation?>? _supplier;

    internal CollationHost(SqliteConnectionHandle connection)
    {
        _connection = connection;
    }

    /// <summary>
    /// Supplies the collations that SQLite does not know, by name; null leaves the name unknown, which is an error of the
    /// statement.
    /// </summary>
    internal Func<string, ISqliteCollation?>? Supplier
    {
        get => _supplier;
        set
        {
            _supplier = value;
            delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void> needed = value is null ? null : &Needed;
            _connection.Check(sqlite3_collation_needed(_connection.Db, _connection.SelfPointer, needed));
        }
    }

    /// <summary>Registers a collation whose comparison is a native function pointer: the fastest form.</summary>
    internal void Register(
        string name, delegate* unmanaged[Cdecl]<nint, int, byte*, int, byte*, int> compare, nint argument = 0)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(name + '\0'))
        {
            _connection.Check(sqlite3_create_collation_v2(_connection.Db, p, Utf8Encoding, argument, compare, null));
        }
    }

    /// <summary>Registers a collation object.</summary>
    internal void Register(string name, ISqliteCollation collation) =>
        Register(name, &Compare, _connection.Keep(new Slot(_connection, collation)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Compare(nint argument, int leftLength, byte* left, int rightLength, byte* right)
    {
        var slot = Unsafe.As<Slot>(GCHandle.FromIntPtr(argument).Target!);
        try
        {
            return slot.Collation.Compare(
                new ReadOnlySpan<byte>(left, leftLength), new ReadOnlySpan<byte>(right, rightLength));
        }
        catch (Exception e)
        {
            // SQLite has no way to fail a comparison: the statement's Step rethrows it as soon as it is back.
            slot.Connection.Carry(e);
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Needed(nint argument, nint db, int encoding, byte* name)
    {
        SqliteConnectionHandle connection = SqliteConnectionHandle.FromPointer(argument);
        try
        {
            string text = SqliteConnectionHandle.Utf8(name);
            if (connection.Collations._supplier?.Invoke(text) is { } collation)
            {
                connection.Collations.Register(text, collation);
            }
        }
        catch (Exception e)
        {
            connection.Carry(e);
        }
    }

    private sealed record Slot(SqliteConnectionHandle Connection, ISqliteCollation Collation);
}
