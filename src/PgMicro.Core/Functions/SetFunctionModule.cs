using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>A set-returning function as a table-valued function: columns c0 …, then ord (1-based), then the arguments.</summary>
internal sealed class SetFunctionModule : TableFunctionModule
{
    private readonly SetFunction _function;
    private readonly int _valueColumns;

    internal SetFunctionModule(string name, SetFunction function, int valueColumns, int argumentCount)
        : base(name, Columns(valueColumns), argumentCount, estimatedRows: 100)
    {
        _function = function;
        _valueColumns = valueColumns;
    }

    internal override TableFunctionCursor Open(SqliteConnectionHandle connection) => new Cursor(this, connection);

    private static string[] Columns(int valueColumns)
    {
        var names = new string[valueColumns + 1];
        for (var i = 0; i < valueColumns; i++)
        {
            names[i] = $"c{i}";
        }

        names[valueColumns] = "ord";
        return names;
    }

    private sealed class Cursor(SetFunctionModule module, SqliteConnectionHandle connection) : TableFunctionCursor(module)
    {
        private IEnumerator<PgDatum>? _values;
        private IEnumerator<PgDatum[]>? _rows;

        protected override unsafe void Start(SqliteFunctionArgs args)
        {
            Close();
            var count = args.Count;
            var pointers = stackalloc nint[count + 1];
            for (var i = 0; i < count; i++)
            {
                pointers[i] = args[i];
            }

            _values = module._function.StartValues?.Invoke(connection, pointers, count)?.GetEnumerator();
            _rows = module._function.StartRows?.Invoke(connection, pointers, count)?.GetEnumerator();
        }

        protected override bool Advance() => _values?.MoveNext() ?? _rows?.MoveNext() ?? false;

        protected override void Value(ResultWriter result, int column)
        {
            if (column == module._valueColumns)
            {
                result.Int64(Rowid);
                return;
            }

            FunctionResult.Write(result.Context, _values is not null ? _values.Current : _rows!.Current[column]);
        }

        internal override void Close()
        {
            _values?.Dispose();
            _rows?.Dispose();
            _values = null;
            _rows = null;
        }
    }
}
