using System.Collections.Concurrent;
using System.Globalization;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary><c>pgmicro_call_C_A(site, RecordShape id or -1, a1 … aA)</c>: the rows of a function that users have made, as columns c0 … c(C-1) and ord.</summary>
internal sealed class RoutineSetModule : TableFunctionModule
{
    private static readonly ConcurrentDictionary<(int Columns, int Arguments), RoutineSetModule> Modules = [];

    private RoutineSetModule(int columns, int arguments)
        : base(NameOf(columns, arguments), [.. Enumerable.Range(0, columns).Select(static i => "c" + i.ToString(CultureInfo.InvariantCulture)), "ord"], arguments + 2, estimatedRows: 1000)
    {
    }

    internal static RoutineSetModule Get(int columns, int arguments) =>
        Modules.GetOrAdd((columns, arguments), static key => new RoutineSetModule(key.Columns, key.Arguments));

    internal static string NameOf(int columns, int arguments) => string.Create(CultureInfo.InvariantCulture, $"pgmicro_call_{columns}_{arguments}");

    internal override TableFunctionCursor Open(SqliteConnectionHandle connection) => new Cursor(this, connection);

    private sealed class Cursor(RoutineSetModule module, SqliteConnectionHandle connection) : TableFunctionCursor(module)
    {
        private IEnumerator<PgDatum[]>? _rows;

        protected override unsafe void Start(SqliteFunctionArgs args)
        {
            Close();
            var values = new PgDatum[args.Count - 2];
            for (var i = 0; i < values.Length; i++)
            {
                var pointer = args[i + 2];
                values[i] = FunctionArgument.Datum(&pointer, 0);
            }

            _rows = FunctionArgument.Context(connection).CallRoutineSet(CallSite.FromId((int)args.Int64(0)), values, RecordShape.FromId((int)args.Int64(1))).GetEnumerator();
        }

        protected override bool Advance() => _rows!.MoveNext();

        protected override void Value(ResultWriter result, int column)
        {
            if (column == module.ColumnCount - 1)
            {
                result.Int64(Rowid);
                return;
            }

            FunctionResult.Write(result.Context, _rows!.Current[column]);
        }

        internal override void Close()
        {
            _rows?.Dispose();
            _rows = null;
        }
    }
}
