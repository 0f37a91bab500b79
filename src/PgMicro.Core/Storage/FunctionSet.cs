using System.Text;

namespace PgMicro.Core.Storage;

/// <summary>
/// A list of functions to register on every new connection. Built once per process: the names are encoded and pinned here,
/// so that a connection only passes pointers on. Argument count -1 accepts any number.
/// </summary>
internal sealed unsafe class FunctionSet
{
    private readonly List<byte[]> _names = [];
    private readonly Dictionary<string, nint> _nameOf = [];
    private readonly List<Item> _items = [];

    internal int Count => _items.Count;

    internal IReadOnlyList<Item> Items => _items;

    internal FunctionSet AddScalar(
        string name, int argumentCount, FunctionFlags flags,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function, nint tag = 0)
    {
        _items.Add(new Item(Name(name), argumentCount, flags, tag, (nint)function, 0, 0, 0, 0));
        return this;
    }

    internal FunctionSet AddAggregate(
        string name, int argumentCount, FunctionFlags flags,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final, nint tag = 0)
    {
        _items.Add(new Item(Name(name), argumentCount, flags, tag, 0, (nint)step, (nint)final, 0, 0));
        return this;
    }

    /// <summary>Adds an aggregate that can also run over a moving window frame.</summary>
    internal FunctionSet AddWindow(
        string name, int argumentCount, FunctionFlags flags,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final,
        delegate* unmanaged[Cdecl]<nint, void> value,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> inverse, nint tag = 0)
    {
        _items.Add(new Item(
            Name(name), argumentCount, flags, tag, 0, (nint)step, (nint)final, (nint)value, (nint)inverse));
        return this;
    }

    private nint Name(string name)
    {
        if (_nameOf.TryGetValue(name, out nint known))
        {
            return known;
        }

        int length = Encoding.UTF8.GetByteCount(name);
        byte[] bytes = GC.AllocateArray<byte>(length + 1, pinned: true);
        Encoding.UTF8.GetBytes(name, bytes);
        _names.Add(bytes);
        fixed (byte* p = bytes)
        {
            return _nameOf[name] = (nint)p;
        }
    }

    /// <summary>One function: a scalar, an aggregate, or (with value and inverse) a window aggregate.</summary>
    internal readonly record struct Item(
        nint Name, int ArgumentCount, FunctionFlags Flags, nint Tag,
        nint Scalar, nint Step, nint Final, nint Value, nint Inverse);
}
