namespace PgMicro.Core.Execution.Copy;

/// <summary>The fields of one input line, in one buffer.</summary>
internal sealed class CopyFields
{
    private byte[] _bytes = new byte[1024];
    private int _length;
    private Field[] _fields = new Field[16];

    internal int Count { get; private set; }

    internal bool IsNull(int field) => _fields[field].Kind == FieldKind.Null;

    internal bool IsDefault(int field) => _fields[field].Kind == FieldKind.Default;

    internal ReadOnlySpan<byte> Bytes(int field) => _bytes.AsSpan(_fields[field].Start, _fields[field].Length);

    internal ReadOnlyMemory<byte> Memory(int field) => _bytes.AsMemory(_fields[field].Start, _fields[field].Length);

    internal void SetNull(int field) => _fields[field].Kind = FieldKind.Null;

    internal void SetText(int field, ReadOnlySpan<byte> text)
    {
        _fields[field] = new Field { Start = _length };
        Append(text);
        _fields[field].Length = text.Length;
    }

    /// <summary>Empties it for a line of so many bytes.</summary>
    internal void Clear(int lineLength)
    {
        Count = 0;
        _length = 0;
        if (_bytes.Length < lineLength)
        {
            _bytes = new byte[Math.Max(lineLength, _bytes.Length * 2)];
        }
    }

    internal void Begin()
    {
        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
        }

        _fields[Count] = new Field { Start = _length };
    }

    internal void Append(byte value)
    {
        if (_length == _bytes.Length)
        {
            Array.Resize(ref _bytes, _length * 2);
        }

        _bytes[_length++] = value;
    }

    internal void Append(ReadOnlySpan<byte> values)
    {
        if (_length + values.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + values.Length, _bytes.Length * 2));
        }

        values.CopyTo(_bytes.AsSpan(_length));
        _length += values.Length;
    }

    internal void End(FieldKind kind = FieldKind.Text)
    {
        ref var field = ref _fields[Count++];
        field.Length = _length - field.Start;
        field.Kind = kind;
    }

    private struct Field
    {
        internal int Start;
        internal int Length;
        internal FieldKind Kind;
    }
}

/// <summary>What a field of an input line holds.</summary>
internal enum FieldKind
{
    /// <summary>A value.</summary>
    Text,

    /// <summary>NULL's marker.</summary>
    Null,

    /// <summary>The marker of a column's default.</summary>
    Default,
}
