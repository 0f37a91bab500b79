using System.Collections.Concurrent;
using System.Globalization;

namespace PgMicro.Core.Storage;

/// <summary>
/// <c>pgmicro_lateral_C_A(plan, p1 … pA)</c>: runs another SELECT of the same connection with the given parameters and
/// streams its rows as columns c0 … c(C-1). The plan is looked up in <see cref="SqliteConnectionHandle.Owner"/>, an
/// <see cref="ILateralPlanSource"/>.
/// </summary>
internal sealed class LateralModule : TableFunctionModule
{
    private static readonly ConcurrentDictionary<(int Columns, int Arguments), LateralModule> Modules = [];

    private LateralModule(int columnCount, int argumentCount)
        : base(
            string.Create(CultureInfo.InvariantCulture, $"pgmicro_lateral_{columnCount}_{argumentCount}"),
            ColumnNames(columnCount),
            argumentCount + 1,
            estimatedRows: 10)
    {
    }

    /// <summary>The variant of so many result columns and parameters.</summary>
    internal static LateralModule Get(int columnCount, int argumentCount) =>
        Modules.GetOrAdd((columnCount, argumentCount), static key => new LateralModule(key.Columns, key.Arguments));

    internal override TableFunctionCursor Open(SqliteConnectionHandle connection) => new LateralCursor(this, connection);

    // A table has at least one column, a lateral SELECT may have none.
    private static string[] ColumnNames(int count)
    {
        var names = new string[Math.Max(count, 1)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = "c" + i.ToString(CultureInfo.InvariantCulture);
        }

        return names;
    }
}
