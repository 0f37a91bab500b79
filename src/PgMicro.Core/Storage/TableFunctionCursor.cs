namespace PgMicro.Core.Storage;

/// <summary>One call of a table-valued function.</summary>
internal abstract class TableFunctionCursor : VirtualTableCursor
{
    private readonly int _columnCount;
    private SqliteCell[]? _kept;
    private long _rowid;

    protected TableFunctionCursor(TableFunctionModule module)
    {
        _columnCount = module.ColumnCount;
    }

    internal sealed override bool IsReusable => true;

    internal sealed override long Rowid => _rowid;

    /// <summary>Starts a call. Arguments are valid during this method only.</summary>
    protected abstract void Start(SqliteFunctionArgs args);

    /// <summary>Goes to the next result row.</summary>
    protected abstract bool Advance();

    /// <summary>Gives a visible column of the current row.</summary>
    protected abstract void Value(ResultWriter result, int column);

    internal sealed override void Filter(int indexNumber, ReadOnlySpan<byte> indexString, SqliteFunctionArgs args)
    {
        _rowid = 0;
        _kept = null;
        for (int i = indexString.IndexOf((byte)'='); (uint)i < (uint)indexString.Length; i++)
        {
            if (indexString[i] == '=' && args.IsNull(i))
            {
                throw new InvalidOperationException(
                    $"Argument {i + 1} of a table function is NULL and compared by =: it has to be given by IS.");
            }
        }

        if (indexNumber == 1)
        {
            _kept = new SqliteCell[args.Count];
            for (int i = 0; i < args.Count; i++)
            {
                _kept[i] = SqliteCell.FromArgument(args, i);
            }
        }

        Start(args);
    }

    internal sealed override bool MoveNext()
    {
        if (!Advance())
        {
            return false;
        }

        _rowid++;
        return true;
    }

    internal sealed override void Column(ResultWriter result, int column)
    {
        if (column < _columnCount)
        {
            Value(result, column);
            return;
        }

        if (_kept is null)
        {
            throw new InvalidOperationException("The arguments of a table function cannot be read from its result.");
        }

        result.Cell(in _kept[column - _columnCount]);
    }
}
