using System.Numerics;

namespace PgMicro.Core.Storage;

/// <summary>A hash index of a <see cref="MemoryRelation"/> on a set of columns; rows of one key come in their order.</summary>
internal sealed class EqualityIndex
{
    private readonly MemoryRelation _relation;
    private readonly int[] _columns;
    private readonly int[] _heads;
    private readonly int[] _next;
    private readonly int[] _hashes;

    internal EqualityIndex(MemoryRelation relation, ulong columns)
    {
        _relation = relation;
        _columns = new int[BitOperations.PopCount(columns)];
        for (int i = 0; columns != 0; columns &= columns - 1)
        {
            _columns[i++] = BitOperations.TrailingZeroCount(columns);
        }

        int rows = relation.RowCount;
        _heads = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(rows, 1))];
        _heads.AsSpan().Fill(-1);
        _next = new int[rows];
        _hashes = new int[rows];
        for (int row = rows - 1; row >= 0; row--)
        {
            var hash = default(HashCode);
            foreach (int column in _columns)
            {
                hash.Add(relation.Cell(row, column));
            }

            int code = hash.ToHashCode();
            ref int head = ref _heads[code & (_heads.Length - 1)];
            if (!HasKeyOf(row, code, head))
            {
                KeyCount++;
            }

            _hashes[row] = code;
            _next[row] = head;
            head = row;
        }
    }

    /// <summary>How many different keys there are.</summary>
    internal int KeyCount { get; }

    /// <summary>The first row with this key (one cell for each column, in column order), or -1.</summary>
    internal int First(ReadOnlySpan<SqliteCell> key)
    {
        int code = Hash(key);
        return Find(_heads[code & (_heads.Length - 1)], code, key);
    }

    /// <summary>The next row with this key after <paramref name="row"/>, or -1.</summary>
    internal int Next(int row, ReadOnlySpan<SqliteCell> key) => Find(_next[row], _hashes[row], key);

    private static int Hash(ReadOnlySpan<SqliteCell> key)
    {
        var hash = default(HashCode);
        foreach (ref readonly SqliteCell cell in key)
        {
            hash.Add(cell);
        }

        return hash.ToHashCode();
    }

    private int Find(int row, int code, ReadOnlySpan<SqliteCell> key)
    {
        for (; row >= 0; row = _next[row])
        {
            if (_hashes[row] == code && Matches(row, key))
            {
                return row;
            }
        }

        return -1;
    }

    private bool Matches(int row, ReadOnlySpan<SqliteCell> key)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            if (!_relation.Cell(row, _columns[i]).Equals(key[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasKeyOf(int row, int code, int head)
    {
        for (int other = head; other >= 0; other = _next[other])
        {
            if (_hashes[other] != code)
            {
                continue;
            }

            bool same = true;
            foreach (int column in _columns)
            {
                same &= _relation.Cell(other, column).Equals(_relation.Cell(row, column));
            }

            if (same)
            {
                return true;
            }
        }

        return false;
    }
}
