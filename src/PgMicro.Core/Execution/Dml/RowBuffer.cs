using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Rows staged in flat memory: no object per row or value. Filled with <see cref="Append"/>, then read forwards;
/// <see cref="Clear"/> makes it ready for another statement and keeps its memory.
/// </summary>
internal sealed class RowBuffer : RowSource
{
    private Slot[] _slots = [];
    private byte[] _bytes = [];
    private int _slotCount;
    private int _byteCount;
    private int _width;
    private int _row = -1;
    private int _base;

    /// <summary>Rows held.</summary>
    internal int RowCount { get; private set; }

    /// <summary>The row that is current, from 0; may be set to read out of order.</summary>
    internal int Position
    {
        get => _row;
        set
        {
            _row = value;
            _base = value * _width;
        }
    }

    /// <summary>Empties the buffer for rows of so many columns.</summary>
    internal void Clear(int width)
    {
        _width = width;
        _slotCount = 0;
        _byteCount = 0;
        RowCount = 0;
        Position = -1;
    }

    /// <summary>Copies the current row of a source.</summary>
    internal void Append(RowSource row)
    {
        for (var i = 0; i < _width; i++)
        {
            AppendValue(row, i);
        }

        RowCount++;
    }

    /// <summary>A copy of its first rows, to go on with; where it is read does not change.</summary>
    internal RowBuffer Head(int rows)
    {
        var position = Position;
        var head = new RowBuffer();
        head.Clear(_width);
        for (Position = 0; Position < rows; Position++)
        {
            head.Append(this);
        }

        Position = position;
        return head;
    }

    /// <summary>Copies some columns of the current row of a source.</summary>
    internal void Append(RowSource row, ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
        {
            AppendValue(row, column);
        }

        RowCount++;
    }

    internal override bool Read()
    {
        if (_row + 1 >= RowCount)
        {
            return false;
        }

        Position = _row + 1;
        return true;
    }

    internal override DatumKind Kind(int column) => _slots[_base + column].Kind;

    internal override long GetInt64(int column) => _slots[_base + column].Scalar;

    internal override double GetDouble(int column)
    {
        ref var slot = ref _slots[_base + column];
        return slot.Kind == DatumKind.Integer ? slot.Scalar : BitConverter.Int64BitsToDouble(slot.Scalar);
    }

    internal override ReadOnlySpan<byte> GetBytes(int column)
    {
        ref var slot = ref _slots[_base + column];
        return _bytes.AsSpan((int)slot.Scalar, slot.Length);
    }

    internal override bool IsInMemory => true;

    internal override RowSource Spool(int width) => this;

    public override void Dispose()
    {
    }

    private void AppendValue(RowSource row, int column)
    {
        if (_slotCount == _slots.Length)
        {
            // One row's worth first: RETURNING mostly has one.
            Array.Resize(ref _slots, Math.Max(_width, _slotCount * 2));
        }

        var kind = row.Kind(column);
        ref var slot = ref _slots[_slotCount++];
        switch (kind)
        {
            case DatumKind.Null:
                slot = default;
                break;
            case DatumKind.Integer:
                slot = new Slot(kind, row.GetInt64(column), 0);
                break;
            case DatumKind.Real:
                slot = new Slot(kind, BitConverter.DoubleToInt64Bits(row.GetDouble(column)), 0);
                break;
            default:
                var value = row.GetBytes(column);
                if (_byteCount + value.Length > _bytes.Length)
                {
                    Array.Resize(ref _bytes, Math.Max(Math.Max(64, _bytes.Length * 2), _byteCount + value.Length));
                }

                value.CopyTo(_bytes.AsSpan(_byteCount));
                slot = new Slot(kind, _byteCount, value.Length);
                _byteCount += value.Length;
                break;
        }
    }

    private readonly record struct Slot(DatumKind Kind, long Scalar, int Length);
}
