namespace PgMicro.Core.Storage;

/// <summary>One lateral scan: it holds its own statement from the connection's cache while the outer statement runs.</summary>
internal sealed class LateralCursor : TableFunctionCursor
{
    private readonly SqliteConnectionHandle _connection;
    private readonly int _columnCount;
    private SqliteStatement? _statement;
    private long _plan = -1;

    internal LateralCursor(LateralModule module, SqliteConnectionHandle connection)
        : base(module)
    {
        _connection = connection;
        _columnCount = module.ColumnCount;
    }

    internal override void Close()
    {
        if (_statement is { } statement)
        {
            _statement = null;
            _plan = -1;
            _connection.Return(statement);
        }
    }

    protected override void Start(SqliteFunctionArgs args)
    {
        long plan = args.Int64(0);
        if (_statement is null || _plan != plan)
        {
            Close();
            _statement = Rent(plan);
            _plan = plan;
        }
        else
        {
            _statement.Reset();
        }

        int parameters = Math.Min(_statement.ParameterCount, args.Count - 1);
        for (int i = 1; i <= parameters; i++)
        {
            switch (args.Kind(i))
            {
                case SqliteValueKind.Integer:
                    _statement.BindInt64(i, args.Int64(i));
                    break;
                case SqliteValueKind.Null:
                    _statement.BindNull(i);
                    break;
                default:
                    _statement.BindValue(i, args[i]);
                    break;
            }
        }
    }

    protected override bool Advance() => _statement!.Step();

    protected override void Value(ResultWriter result, int column)
    {
        if (column < _statement!.ColumnCount)
        {
            result.Value(_statement.GetValue(column));
        }
        else
        {
            result.Null();
        }
    }

    private SqliteStatement Rent(long plan)
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

        return _connection.Rent(source.GetLateralSql(plan));
    }
}
