using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>Rows that a statement returned, and how many rows it concerned.</summary>
internal sealed class QueryResult(IReadOnlyList<ColumnDescription>? columns, List<PgDatum[]> rows, long count)
{
    private PlRowType? _rowType;

    /// <summary>The columns; null for a statement that returns no rows.</summary>
    internal IReadOnlyList<ColumnDescription>? Columns => columns;

    internal List<PgDatum[]> Rows => rows;

    internal long Count => count;

    internal PlRowType RowType => _rowType ??= PlRowType.OfColumns(columns!);
}
