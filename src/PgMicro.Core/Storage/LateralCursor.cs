namespace PgMicro.Core.Storage;

/// <summary>
/// One lateral scan: it holds its own statement from the connection's cache while the outer statement runs. A recursion runs its
/// second statement again and again, on the rows of the time before.
/// </summary>
internal sealed class LateralCursor : TableFunctionCursor
{
    /// <summary>In place of a plan: the rows of a working table.</summary>
    private const long WorkTablePlan = 0;

    private readonly SqliteConnectionHandle _connection;
    private readonly int _columnCount;
    private SqliteStatement? _statement;
    private SqliteStatement? _step;
    private LateralRecursion? _recursion;
    private WorkTable? _work;
    private bool _isStepping;
    private long _plan = -1;
    private List<SqliteCell[]>? _rows;
    private int _at;

    internal LateralCursor(LateralModule module, SqliteConnectionHandle connection)
        : base(module)
    {
        _connection = connection;
        _columnCount = module.ColumnCount;
    }

    internal override void Close()
    {
        EndRecursion();
        _plan = -1;
        _rows = null;
        if (_statement is { } statement)
        {
            _statement = null;
            _connection.Return(statement);
        }

        if (_step is { } step)
        {
            _step = null;
            _connection.Return(step);
        }
    }

    protected override void Start(SqliteFunctionArgs args)
    {
        long plan = args.Int64(0);
        if (_plan != plan)
        {
            Close();
            _plan = plan;
            if (plan != WorkTablePlan)
            {
                Rent(plan);
            }
        }
        else
        {
            EndRecursion();
            _statement?.Reset();
            _step?.Reset();
        }

        if (plan == WorkTablePlan)
        {
            _rows = _connection.WorkTables[args.Int64(1)].Rows;
            _at = -1;
            return;
        }

        if (_recursion is null)
        {
            Bind(_statement!, args, 0);
            return;
        }

        _work = _connection.NewWorkTable(_recursion.DistinctCollations);
        foreach (SqliteStatement statement in (ReadOnlySpan<SqliteStatement>)[_statement!, _step!])
        {
            if (statement.ParameterCount > 0)
            {
                statement.BindInt64(1, _work.Number);
            }

            Bind(statement, args, 1);
        }
    }

    protected override bool Advance()
    {
        if (_rows is not null)
        {
            return ++_at < _rows.Count;
        }

        if (_recursion is null)
        {
            return _statement!.Step();
        }

        while (true)
        {
            SqliteStatement statement = _isStepping ? _step! : _statement!;
            while (statement.Step())
            {
                var row = new SqliteCell[_columnCount];
                for (int i = 0; i < row.Length && i < statement.ColumnCount; i++)
                {
                    row[i] = Cell(statement, i);
                }

                if (_work!.Add(row))
                {
                    _current = row;
                    return true;
                }
            }

            if (!_work!.Advance())
            {
                return false;
            }

            _isStepping = true;
            _step!.Reset();
        }
    }

    private SqliteCell[] _current = [];

    protected override void Value(ResultWriter result, int column)
    {
        if (_rows is not null || _recursion is not null)
        {
            result.Cell(in (_rows is not null ? _rows[_at] : _current)[column]);
        }
        else if (column < _statement!.ColumnCount)
        {
            result.Value(_statement.GetValue(column));
        }
        else
        {
            result.Null();
        }
    }

    private static SqliteCell Cell(SqliteStatement statement, int column) => statement.ColumnType(column) switch
    {
        SqliteValueKind.Integer => SqliteCell.FromInt64(statement.GetInt64(column)),
        SqliteValueKind.Real => SqliteCell.FromDouble(statement.GetDouble(column)),
        SqliteValueKind.Text => SqliteCell.FromText(statement.GetBytes(column).ToArray()),
        SqliteValueKind.Blob => SqliteCell.FromBlob(statement.GetBytes(column).ToArray()),
        _ => SqliteCell.Null,
    };

    private static void Bind(SqliteStatement statement, SqliteFunctionArgs args, int reserved)
    {
        int parameters = Math.Min(statement.ParameterCount - reserved, args.Count - 1);
        for (int i = 1; i <= parameters; i++)
        {
            switch (args.Kind(i))
            {
                case SqliteValueKind.Integer:
                    statement.BindInt64(i + reserved, args.Int64(i));
                    break;
                case SqliteValueKind.Null:
                    statement.BindNull(i + reserved);
                    break;
                default:
                    statement.BindValue(i + reserved, args[i]);
                    break;
            }
        }
    }

    private void EndRecursion()
    {
        if (_work is { } work)
        {
            _connection.WorkTables.Remove(work.Number);
            _work = null;
            _isStepping = false;
        }
    }

    private void Rent(long plan)
    {
        if (_connection.Owner is not ILateralPlanSource source)
        {
            throw new InvalidOperationException("The connection's owner is no source of lateral plans.");
        }

        int columnCount = source.GetColumnCount(plan);
        if (Math.Max(columnCount, 1) != _columnCount)
        {
            throw new InvalidOperationException($"Lateral plan {plan} gives {columnCount} columns, not {_columnCount}.");
        }

        _statement = _connection.Rent(source.GetLateralSql(plan));
        _recursion = source.GetRecursion(plan);
        _step = _recursion is null ? null : _connection.Rent(_recursion.Step);
    }
}
