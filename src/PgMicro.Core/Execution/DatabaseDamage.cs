using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Execution;

/// <summary>Tells a damaged database from a sound one when it is opened, before anything is written (docs/durability.md).</summary>
internal static class DatabaseDamage
{
    // What may be read through without anybody's noticing it.
    private const long MostPagesRead = 8192;

    // The first page of our files names the first table that is made in one; the second page is that table.
    private static ReadOnlySpan<byte> FirstTable => "pgmicro_meta"u8;

    private static ReadOnlySpan<byte> FirstRow => "catalog_version"u8;

    /// <summary>The error of a damaged file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="detail">What is wrong with it.</param>
    /// <param name="inner">What has told so.</param>
    /// <param name="state">XX001, or XX002 when an index alone is damaged.</param>
    internal static PgException Error(string path, string? detail, Exception? inner = null, string state = SqlState.DataCorrupted) =>
        new PgException(state, $"database file \"{path}\" is damaged", inner) { Detail = detail }
            .WithHint("It has been left as it was. Restore a backup, or have \".recover\" of SQLite's shell read from a copy of it what can be read.");

    /// <summary>The error for one that opening the file has met; null when that does not mean damage.</summary>
    internal static PgException? Error(string path, Exception e) => e switch
    {
        SqliteException { Code: SqliteResultCode.Corrupt or SqliteResultCode.NotADb or SqliteResultCode.Error } sqlite => Error(path, sqlite.Message, e),
        PgException { SqlState: SqlState.DataCorrupted, Hint: null } damage => Error(path, damage.Detail ?? damage.Message, e),
        _ => null,
    };

    /// <summary>Looks at the header of a file that is there, before SQLite does.</summary>
    /// <exception cref="PgException">XX001.</exception>
    internal static void CheckHeader(SqliteConnectionHandle connection, string path, bool hasLog)
    {
        var condition = FileHeader.Examine(connection, CatalogStore.ApplicationId, FirstTable, FirstRow, hasLog, out var what);
        if (condition == FileCondition.Damaged || (condition == FileCondition.Empty && hasLog))
        {
            throw Error(path, what ?? "It is empty, but has a write-ahead log.");
        }

        if (hasLog && FileHeader.NumbersAfter(connection, path + "-wal", CatalogStore.FileIdName) is ({ } own, { } other) && own != other)
        {
            throw Error(path, "The write-ahead log beside it belongs to another database.");
        }
    }

    /// <summary>Looks whether what a log that was found beside the file makes of it is sound.</summary>
    /// <exception cref="PgException">XX001.</exception>
    internal static void CheckLog(SqliteConnectionHandle connection, string path)
    {
        if (connection.QueryInt64("PRAGMA page_count") <= MostPagesRead && connection.QueryText("PRAGMA quick_check(1)") is var finding and not "ok")
        {
            throw Error(path, "With its write-ahead log it is inconsistent: " + finding?.Replace('\n', ' '));
        }
    }

    /// <summary>Looks whether every table of the catalog is there, with its columns.</summary>
    /// <exception cref="PgException">XX001.</exception>
    internal static void CheckTables(SqliteConnectionHandle connection, string path, CatalogSnapshot catalog)
    {
        var stored = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using (var statement = connection.Prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
        {
            while (statement.Step())
            {
                stored[statement.GetString(0)] = statement.GetString(1);
            }
        }

        foreach (var table in catalog.UserRowsOf(PgClass.Relation))
        {
            if (table is not { relkind: 'r' or 'm', relpersistence: not 't' })
            {
                continue;
            }

            var (_, name) = RelationNames.Of(catalog, table);
            if (!stored.TryGetValue(name, out var sql))
            {
                throw Error(path, $"Table \"{name}\" is missing.");
            }

            foreach (var attribute in catalog.Attributes(table.oid))
            {
                if (attribute is { attisdropped: false, attnum: > 0 } && !sql.Contains(attribute.attname.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.Ordinal))
                {
                    throw Error(path, $"Column \"{attribute.attname}\" of table \"{name}\" is missing.");
                }
            }
        }
    }
}
