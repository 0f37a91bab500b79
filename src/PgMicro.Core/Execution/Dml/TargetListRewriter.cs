using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// What PostgreSQL's rewriter does to the target list of INSERT and UPDATE: DEFAULT becomes the default's expression, columns left
/// out get theirs, and values for identity and generated columns are refused (428C9).
/// </summary>
internal static class TargetListRewriter
{
    /// <summary>
    /// The given value of each column, by position in the layout; null where an INSERT has no value and no default, where an
    /// UPDATE keeps the old value, and for generated columns.
    /// </summary>
    internal static BoundExpr?[] Rewrite(
        TableLayout table, CommandType command, List<TargetEntry> targetList, OverridingKind overriding, RangeTableEntry? values)
    {
        var result = new BoundExpr?[table.Columns.Length];
        var given = new BoundExpr?[table.Columns.Length];
        foreach (var entry in targetList)
        {
            if (!entry.ResJunk)
            {
                given[table.IndexOf(entry.ResNo)] = entry.Expr;
            }
        }

        for (var i = 0; i < given.Length; i++)
        {
            var column = table.Columns[i];
            var expr = given[i];
            var isDefault = expr is BoundSetToDefault || (expr is null && command == CommandType.Insert);
            if (!isDefault && expr is not null && !AllDefault(expr, values))
            {
                isDefault = CheckGiven(column, command, overriding);
            }
            else if (!isDefault && expr is not null && command == CommandType.Insert)
            {
                // A VALUES list that says DEFAULT in every row.
                isDefault = true;
            }

            result[i] = column.IsGenerated ? null : isDefault ? column.Default() : expr;
            if (isDefault && command == CommandType.Update && !column.IsGenerated)
            {
                result[i] ??= Null(column);
            }
        }

        return result;
    }

    /// <summary>VALUES with each DEFAULT replaced by the default of the column that takes it.</summary>
    internal static void ReplaceDefaults(TableLayout table, List<TargetEntry> targetList, RangeTableEntry values, int valuesIndex)
    {
        if (!values.ValuesLists.Exists(row => row.Items.Exists(i => i is BoundSetToDefault)))
        {
            return;
        }

        var taker = new Dictionary<int, TableColumn>();
        foreach (var entry in targetList)
        {
            if (!entry.ResJunk && Source(entry.Expr) is { } source && source.Varno == valuesIndex)
            {
                taker[source.Varattno] = table.ColumnOf(entry.ResNo);
            }
        }

        values.ValuesLists =
        [
            .. values.ValuesLists.Select(row => new BoundExprList
            {
                Items =
                [
                    .. row.Items.Select((item, i) => item is not BoundSetToDefault ? item
                        : taker.TryGetValue(i + 1, out var column) && !column.IsGenerated ? column.Default() ?? Null(column)
                        : BoundTrees.Null(item.Type, item.Typmod, item.Collation)),
                ],
            }),
        ];
    }

    private static BoundConst Null(TableColumn column) => BoundTrees.Null(column.Type, column.Typmod, column.Collation);

    // Whether the given value is to be ignored for the default; 428C9 when it may not be given.
    private static bool CheckGiven(TableColumn column, CommandType command, OverridingKind overriding)
    {
        if (command == CommandType.Insert && column.IsIdentity && overriding == OverridingKind.UserValue)
        {
            return true;
        }

        var always = column.IsIdentityAlways && overriding != OverridingKind.SystemValue;
        if (!column.IsGenerated && !always)
        {
            return false;
        }

        var message = command == CommandType.Insert
            ? $"cannot insert a non-DEFAULT value into column \"{column.Name}\""
            : $"column \"{column.Name}\" can only be updated to DEFAULT";
        var error = new PgException(SqlState.GeneratedAlways, message).WithDetail(
            column.IsGenerated
                ? $"Column \"{column.Name}\" is a generated column."
                : $"Column \"{column.Name}\" is an identity column defined as GENERATED ALWAYS.");
        throw command == CommandType.Insert && !column.IsGenerated ? error.WithHint("Use OVERRIDING SYSTEM VALUE to override.") : error;
    }

    private static bool AllDefault(BoundExpr expr, RangeTableEntry? values) =>
        values is not null && Source(expr) is { } source
        && values.ValuesLists.TrueForAll(row => source.Varattno <= row.Items.Count && row.Items[source.Varattno - 1] is BoundSetToDefault);

    private static BoundVar? Source(BoundExpr expr) => expr switch
    {
        BoundVar column => column,
        BoundRelabelType relabel => Source(relabel.Arg),
        BoundCoerceToDomain domain => Source(domain.Arg),
        BoundFuncExpr { Args: [var arg, ..] } call when call.FuncFormat == CoercionForm.ImplicitCast => Source(arg),
        _ => null,
    };
}
