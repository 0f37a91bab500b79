using System.Globalization;
using System.Text;

namespace PgMicro.Core.Storage;

/// <summary>
/// A table-valued function: visible columns, then one hidden column for each argument. Read as <c>name(a, b)</c>, or with
/// the arguments as conditions <c>WHERE "$1" IS a</c>.
/// </summary>
/// <remarks>
/// SQLite checks a condition beyond the sixteenth again by itself, and <c>name(a)</c> stands for <c>"$1" = a</c>, which a NULL
/// argument fails. So the form with IS is the one for more arguments, or for many conditions on the result's columns;
/// in the other form such a NULL raises an error here and never a missing row.
/// </remarks>
internal abstract class TableFunctionModule : VirtualTableModule
{
    private readonly string _declaration;

    protected TableFunctionModule(string name, IReadOnlyList<string> columns, int argumentCount, double estimatedRows = 100)
    {
        Name = name;
        ColumnCount = columns.Count;
        ArgumentCount = argumentCount;
        EstimatedRows = estimatedRows;
        var declaration = new StringBuilder("CREATE TABLE x(");
        for (int i = 0; i < columns.Count; i++)
        {
            declaration.Append(i == 0 ? "\"" : ",\"").Append(columns[i].Replace("\"", "\"\"")).Append('"');
        }

        for (int i = 0; i < argumentCount; i++)
        {
            declaration.Append(CultureInfo.InvariantCulture, $",\"{ArgumentName(i)}\" HIDDEN");
        }

        _declaration = declaration.Append(')').ToString();
    }

    internal override string Name { get; }

    internal override string Declaration => _declaration;

    internal int ColumnCount { get; }

    internal int ArgumentCount { get; }

    /// <summary>Rows that the planner expects of one call.</summary>
    internal double EstimatedRows { get; }

    /// <summary>The hidden column of an argument (from 0): <c>$1</c>, <c>$2</c>, …</summary>
    internal static string ArgumentName(int argument) => "$" + (argument + 1).ToString(CultureInfo.InvariantCulture);

    internal abstract override TableFunctionCursor Open(SqliteConnectionHandle connection);

    internal override void BestIndex(ref IndexInfo info, SqliteConnectionHandle connection)
    {
        Span<int> constraintOf = ArgumentCount <= 256 ? stackalloc int[ArgumentCount] : new int[ArgumentCount];
        constraintOf.Fill(-1);
        int found = 0;
        bool keep = false;
        for (int i = 0; i < info.ConstraintCount; i++)
        {
            int argument = info.Column(i) - ColumnCount;
            if (argument < 0
                || info.Op(i) is not (IndexConstraintOp.Equal or IndexConstraintOp.Is or IndexConstraintOp.IsNull))
            {
                continue;
            }

            if (constraintOf[argument] >= 0)
            {
                keep = true;
            }
            else if (info.IsUsable(i))
            {
                constraintOf[argument] = i;
                found++;
            }
        }

        // Without an argument's value there is no plan: it may come from a table that is not joined yet, or SQLite is
        // planning one arm of an OR by itself.
        if (found < ArgumentCount)
        {
            info.Reject();
            return;
        }

        byte[]? checkedAgain = null;
        for (int argument = 0; argument < ArgumentCount; argument++)
        {
            int constraint = constraintOf[argument];
            if (!info.Use(constraint, argument, omit: true))
            {
                keep = true;
                if (info.Op(constraint) == IndexConstraintOp.Equal)
                {
                    checkedAgain ??= NoneChecked(ArgumentCount);
                    checkedAgain[argument] = (byte)'=';
                }
            }
        }

        if (checkedAgain is not null)
        {
            info.SetIndexString(checkedAgain);
        }

        info.IndexNumber = keep ? 1 : 0;
        info.EstimatedRows = (long)Math.Min(EstimatedRows, 1e15);
        info.EstimatedCost = 1 + EstimatedRows;
    }

    private static byte[] NoneChecked(int count)
    {
        byte[] marks = new byte[count];
        marks.AsSpan().Fill((byte)'.');
        return marks;
    }
}
