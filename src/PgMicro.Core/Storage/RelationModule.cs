using System.Text;

namespace PgMicro.Core.Storage;

/// <summary>
/// A named relation over rows in memory. It answers equality (and IS) on any set of its first 64 columns from a hash index,
/// since SQLite builds no automatic index over a virtual table.
/// </summary>
/// <remarks>
/// Columns have no affinity and equality is by storage class (a whole real equals its integer): what a column is compared
/// with must be of the class that the column holds.
/// </remarks>
internal abstract class RelationModule : VirtualTableModule
{
    // Columns are written into the index string as one printable character each, after '!' if NULL matches NULL.
    private const char FirstColumn = '0';
    private const byte NullMatches = (byte)'!';
    private const int IndexedColumns = 64;

    private readonly string _declaration;

    protected RelationModule(string name, IReadOnlyList<string> columns)
    {
        Name = name;
        var declaration = new StringBuilder("CREATE TABLE x(");
        for (int i = 0; i < columns.Count; i++)
        {
            declaration.Append(i == 0 ? "\"" : ",\"").Append(columns[i].Replace("\"", "\"\"")).Append('"');
        }

        _declaration = declaration.Append(')').ToString();
    }

    internal override string Name { get; }

    internal override string Declaration => _declaration;

    /// <summary>
    /// The rows, as they are for this connection now, in parts: a part that many snapshots share (what is built in) shares
    /// its indexes too.
    /// </summary>
    internal abstract MemoryRelation[] GetParts(SqliteConnectionHandle connection);

    internal override VirtualTableCursor Open(SqliteConnectionHandle connection) => new Cursor(this, connection);

    internal override void BestIndex(ref IndexInfo info, SqliteConnectionHandle connection)
    {
        MemoryRelation[] parts = GetParts(connection);
        long total = 0;
        foreach (MemoryRelation part in parts)
        {
            total += part.RowCount;
        }

        ulong taken = 0;
        Span<byte> index = stackalloc byte[2 * IndexedColumns];
        int length = 0;
        int arguments = 0;
        double rows = total;
        for (int i = 0; i < info.ConstraintCount; i++)
        {
            int column = info.Column(i);
            IndexConstraintOp op = info.Op(i);
            if ((uint)column >= IndexedColumns
                || !info.IsUsable(i)
                || (taken & (1UL << column)) != 0
                || op is not (IndexConstraintOp.Equal or IndexConstraintOp.Is or IndexConstraintOp.IsNull)
                || !info.IsBinary(i))
            {
                continue;
            }

            taken |= 1UL << column;
            if (op != IndexConstraintOp.Equal)
            {
                index[length++] = NullMatches;
            }

            index[length++] = (byte)(FirstColumn + column);
            info.Use(i, arguments++, omit: true);
            int keys = 0;
            foreach (MemoryRelation part in parts)
            {
                keys += part.IndexOn(1UL << column).KeyCount;
            }

            rows /= Math.Max(keys, 1);
        }

        if (arguments == 0)
        {
            info.EstimatedRows = total;
            info.EstimatedCost = total + 5.0;
            return;
        }

        info.SetIndexString(index[..length]);
        info.EstimatedRows = (long)Math.Ceiling(rows);
        info.EstimatedCost = 5 + Math.Max(rows, 1);
    }

    private sealed class Cursor(RelationModule module, SqliteConnectionHandle connection) : VirtualTableCursor
    {
        private MemoryRelation[] _parts = [];
        private MemoryRelation? _current;
        private EqualityIndex? _index;
        private SqliteCell[] _key = [];
        private int _keyLength;
        private ulong _columns;
        private int _part;
        private int _row;

        internal override bool IsReusable => true;

        internal override long Rowid => ((long)_part << 32) + _row;

        internal override void Filter(int indexNumber, ReadOnlySpan<byte> indexString, SqliteFunctionArgs args)
        {
            _parts = module.GetParts(connection);
            _part = 0;
            _current = null;
            _columns = 0;
            _keyLength = 0;
            if (args.Count > _key.Length)
            {
                _key = new SqliteCell[args.Count];
            }

            int argument = 0;
            for (int i = 0; i < indexString.Length; i++)
            {
                bool nullMatches = indexString[i] == NullMatches;
                if (nullMatches)
                {
                    i++;
                }
                else if (args.IsNull(argument))
                {
                    _part = _parts.Length;
                    return;
                }

                AddKey(indexString[i] - FirstColumn, SqliteCell.FromArgument(args, argument++));
            }
        }

        internal override bool MoveNext()
        {
            ReadOnlySpan<SqliteCell> key = _key.AsSpan(0, _keyLength);
            while (true)
            {
                if (_current is not null)
                {
                    if (_columns == 0)
                    {
                        if (++_row < _current.RowCount)
                        {
                            return true;
                        }
                    }
                    else
                    {
                        _row = _row < 0 ? _index!.First(key) : _index!.Next(_row, key);
                        if (_row >= 0)
                        {
                            return true;
                        }
                    }

                    _part++;
                }

                if (_part >= _parts.Length)
                {
                    _current = null;
                    return false;
                }

                _current = _parts[_part];
                _index = _columns == 0 ? null : _current.IndexOn(_columns);
                _row = -1;
            }
        }

        internal override void Column(ResultWriter result, int column) => result.Cell(_current!.Cell(_row, column));

        internal override void Close()
        {
            _parts = [];
            _current = null;
            _index = null;
            _key.AsSpan().Clear();
        }

        // The index takes its key in column order, whatever the order of the conditions.
        private void AddKey(int column, SqliteCell cell)
        {
            int at = System.Numerics.BitOperations.PopCount(_columns & ((1UL << column) - 1));
            _key.AsSpan(at, _keyLength - at).CopyTo(_key.AsSpan(at + 1));
            _key[at] = cell;
            _keyLength++;
            _columns |= 1UL << column;
        }
    }
}
