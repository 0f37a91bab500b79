using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// Registers C# functions on one connection. A function is an <see cref="UnmanagedCallersOnlyAttribute"/> method; no
/// exception may leave it (that would end the process), so its body is
/// <c>try { … } catch (Exception e) { FunctionHost.Fail(context, e); }</c>.
/// </summary>
internal sealed unsafe class FunctionHost
{
    private const int Utf8 = 1;

    private readonly SqliteConnectionHandle _connection;
    private readonly List<nint> _userData = [];
    private FunctionUserData* _untagged;

    internal FunctionHost(SqliteConnectionHandle connection)
    {
        _connection = connection;
    }

    /// <summary>Registers a whole set; about 0.25 µs a function.</summary>
    internal void Register(FunctionSet set)
    {
        foreach (ref readonly FunctionSet.Item item in CollectionsMarshal.AsSpan((List<FunctionSet.Item>)set.Items))
        {
            Register(in item);
        }
    }

    /// <summary>The value given as <c>tag</c> when the running function was registered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Tag(nint context) => ((FunctionUserData*)sqlite3_user_data(context))->Tag;

    /// <summary>Ends the running function with an exception, which the statement's Step will rethrow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Fail(nint context, Exception exception)
    {
        SqliteConnectionHandle.FromContext(context).Carry(exception);
        SqliteFunctionResult.Error(context, "a function failed"u8);
    }

    internal void Release()
    {
        foreach (nint block in _userData)
        {
            NativeMemory.Free((void*)block);
        }

        _userData.Clear();
        _untagged = null;
    }

    private void Register(in FunctionSet.Item item)
    {
        FunctionUserData* data = item.Tag == 0 ? _untagged : null;
        if (data == null)
        {
            data = (FunctionUserData*)NativeMemory.Alloc((nuint)sizeof(FunctionUserData));
            data->Connection = _connection.SelfPointer;
            data->Tag = item.Tag;
            _userData.Add((nint)data);
            if (item.Tag == 0)
            {
                _untagged = data;
            }
        }

        int flags = Utf8 | (int)item.Flags;
        int rc = item.Value == 0
            ? sqlite3_create_function_v2(
                _connection.Db, (byte*)item.Name, item.ArgumentCount, flags, data,
                (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)item.Scalar,
                (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)item.Step,
                (delegate* unmanaged[Cdecl]<nint, void>)item.Final,
                null)
            : sqlite3_create_window_function(
                _connection.Db, (byte*)item.Name, item.ArgumentCount, flags, data,
                (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)item.Step,
                (delegate* unmanaged[Cdecl]<nint, void>)item.Final,
                (delegate* unmanaged[Cdecl]<nint, void>)item.Value,
                (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)item.Inverse,
                null);
        _connection.Check(rc);
    }
}
