using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution.Versions;

/// <summary>Which tables keep superseded versions of their rows, and how long (docs/versions.md).</summary>
internal static class TableVersions
{
    /// <summary>The parameter, of a table or a session.</summary>
    internal const string Parameter = "pgmicro.versions";

    /// <summary>How long VACUUM leaves superseded versions: seconds, -1 for ever.</summary>
    internal const string RetentionParameter = "pgmicro.versions_retention";

    /// <summary>A table's own value of a parameter; null when it has none.</summary>
    internal static string? Option(PgClass table, string parameter)
    {
        foreach (var option in table.reloptions ?? [])
        {
            if (option.Length > parameter.Length && option[parameter.Length] == '=' && option.StartsWith(parameter, StringComparison.Ordinal))
            {
                return option[(parameter.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>Whether changes of a session are kept.</summary>
    internal static bool IsKept(PgClass table, bool ofSession) =>
        table is { relkind: 'r', relpersistence: not 't' } && (Option(table, Parameter) is { } own ? own == "on" : ofSession);

    /// <summary>Microseconds that a table's superseded versions stay; null for ever.</summary>
    internal static long? Retention(PgSession session, PgClass table)
    {
        var value = Option(table, RetentionParameter) ?? session.GetSetting(RetentionParameter, missingOk: false)!;
        var seconds = long.Parse(Settings.ParameterDefinitions.All[RetentionParameter].Parse(value), CultureInfo.InvariantCulture);
        return seconds < 0 ? null : seconds * 1_000_000;
    }

    /// <summary>Where a table's versions are kept.</summary>
    internal static RowVersions Make(TableLayout table) => new(
        table.Oid,
        RelationNames.Quoted(table.Catalog, table.Class),
        RelationNames.RowId(table.Catalog, table.Oid),
        [.. table.Columns.Select(c => new KeptColumn(SqliteSqlWriter.Quote(c.Name), Kept(table.Catalog, table.Oid, c.Attnum)))]);

    /// <summary>The column that a column's superseded values are kept in.</summary>
    internal static string Kept(CatalogSnapshot catalog, uint table, int attnum) =>
        string.Create(CultureInfo.InvariantCulture, $"c{attnum}_{catalog.Attribute(table, attnum)!.atttypid}");
}
