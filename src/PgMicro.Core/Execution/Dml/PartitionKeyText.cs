using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>The partition key of a row as a DETAIL has it (ExecBuildSlotPartitionKeyDescription).</summary>
internal static class PartitionKeyText
{
    /// <summary>"(a, b) = (1, x)"; null where an error must not tell what rows hold.</summary>
    internal static string? Of(PgSession session, TableLayout table, PartitionKey key, PgDatum[] values)
    {
        if (!ConstraintErrors.ShowsRows(table, session))
        {
            return null;
        }

        var names = key.Columns.Select(k => k.Number == 0 ? IndexKeyNames.Expression(k.Expr, table, session) : IndexKeyNames.Column(table.ColumnOf(k.Number)));
        var texts = key.Columns.Select((k, i) => ConstraintErrors.ShortText(values[i], k.Type, session));
        return $"({string.Join(", ", names)}) = ({string.Join(", ", texts)})";
    }
}
