using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The tables and indexes of the SQLite file that stand for those of the catalog (DESIGN §7).</summary>
internal static class SqliteTables
{
    /// <summary>
    /// The column that is the table's rowid: that of a primary key over one integer column that is checked at once; null when rowids are the file's own.
    /// </summary>
    internal static PgAttribute? RowidColumn(CatalogSnapshot catalog, uint relationOid)
    {
        foreach (var constraint in catalog.ConstraintsOf(relationOid))
        {
            if (constraint is { contype: 'p', condeferrable: false, conkey: [var key] }
                && catalog.Attribute(relationOid, key) is { atttypid: TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 } column)
            {
                return column;
            }
        }

        return null;
    }

    /// <summary>The quoted name of the table or index of a relation.</summary>
    /// <exception cref="PgException">55000 for a foreign table, which has none.</exception>
    internal static string Name(CatalogSnapshot catalog, uint relationOid) => catalog.Class(relationOid)! is { relkind: not 'f' } relation
        ? RelationNames.Quoted(catalog, relation)
        : throw Catalog.ForeignData.NoHandler(catalog, relationOid);

    /// <summary>Where the rowids of a table come from that no column is the rowid of.</summary>
    internal static CountedTable Counted(CatalogSnapshot catalog, PgClass relation) => new(
        relation.oid,
        relation.relpersistence == 't',
        new SqlText($"SELECT max({RelationNames.RowId(catalog, relation.oid)}) FROM {RelationNames.Quoted(catalog, relation)}"));

    /// <summary>Lets the rowids of a table's next rows follow those that a statement of SQLite has made.</summary>
    internal static void AdvanceRowids(PgSession session, uint relationOid)
    {
        if (RowidColumn(session.Catalog, relationOid) is null)
        {
            session.Database.Transactions.Rowids.Advance(session.Connection, Counted(session.Catalog, session.Catalog.Class(relationOid)!));
        }
    }

    /// <summary>Makes the table of a relation.</summary>
    internal static void Create(DdlContext ddl, uint relationOid)
    {
        SqliteNames.Choose(ddl, relationOid);
        ddl.Run(CreateSql(ddl.Catalog, relationOid, Name(ddl.Catalog, relationOid)));
        var rowids = ddl.Session.Database.Transactions.Rowids;
        ddl.Session.Transaction.OnRollback(() => rowids.Forget(relationOid));
    }

    /// <summary>Drops the table of a relation and with it its indexes.</summary>
    internal static void Drop(DdlContext ddl, string sqliteName, uint relationOid)
    {
        ddl.Run((sqliteName.StartsWith("temp.", StringComparison.Ordinal) ? "DROP TABLE IF EXISTS " : "DROP TABLE ") + sqliteName);
        ddl.Run("DROP TABLE IF EXISTS " + RowVersions.NameOf(relationOid));
        ddl.Run(RowidCounters.DropSql(relationOid));
        ddl.Session.Transaction.OnRollback(ddl.Session.Database.Transactions.Rowids.Drop(relationOid));
    }

    /// <summary>The physical columns: what makes a rebuild necessary when it changes.</summary>
    internal static string Layout(CatalogSnapshot catalog, uint relationOid)
    {
        var rowid = RowidColumn(catalog, relationOid);
        var text = new StringBuilder();
        foreach (var column in catalog.Attributes(relationOid))
        {
            if (!column.attisdropped)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append(RelationNames.QuotedColumn(catalog, column)).Append(DeclaredType(catalog, column.atttypid));
                if (column.attnum == rowid?.attnum)
                {
                    text.Append(" PRIMARY KEY");
                }
            }
        }

        return text.Append(text.Length == 0 ? "" : ", ").Append("xmin INTEGER").ToString();
    }

    /// <summary>The text of CREATE TABLE under a name.</summary>
    internal static string CreateSql(CatalogSnapshot catalog, uint relationOid, string sqliteName) => $"CREATE TABLE {sqliteName} ({Layout(catalog, relationOid)})";

    /// <summary>" INTEGER", " TEXT", " BLOB" or nothing.</summary>
    internal static string DeclaredType(CatalogSnapshot catalog, uint typeOid) => catalog.GetCodec(typeOid).ColumnType switch
    {
        SqliteColumnType.Integer => " INTEGER",
        SqliteColumnType.Text => " TEXT",
        SqliteColumnType.Blob => " BLOB",
        _ => "",
    };

    internal static string Quote(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    /// <summary>
    /// Brings the table of the file to what the catalog says now: renames it, drops columns, or rebuilds it.
    /// </summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="before">The catalog that the table of the file agrees with.</param>
    /// <param name="relationOid">The table.</param>
    /// <param name="transforms">New values of columns as SQL over the old table's columns.</param>
    /// <param name="isRepeatable">Whether those are the same whenever they are computed.</param>
    internal static void Adapt(DdlContext ddl, CatalogSnapshot before, uint relationOid, IReadOnlyDictionary<short, string>? transforms = null, bool isRepeatable = true)
    {
        if (ddl.Catalog.Class(relationOid) is { relkind: 'p' or 'f' })
        {
            return;
        }

        SqliteNames.Choose(ddl, relationOid, RelationNames.Of(before, before.Class(relationOid)!).Name);
        var after = ddl.Catalog;
        var (oldName, name) = (Name(before, relationOid), Name(after, relationOid));
        if (oldName != name)
        {
            if (string.Equals(oldName, name, StringComparison.OrdinalIgnoreCase))
            {
                // SQLite sees no difference between the two names.
                var between = Scratch(name, relationOid);
                ddl.Run($"ALTER TABLE {oldName} RENAME TO {Unqualified(between)}");
                oldName = between;
            }

            ddl.Run($"ALTER TABLE {oldName} RENAME TO {Unqualified(name)}");
        }

        if (transforms is null && Layout(before, relationOid) == Layout(after, relationOid))
        {
            return;
        }

        if (transforms is null && RowidColumn(before, relationOid)?.attnum == RowidColumn(after, relationOid)?.attnum && OnlyDrops(before, after, relationOid, out var dropped))
        {
            foreach (var column in dropped)
            {
                ddl.Run($"ALTER TABLE {name} DROP COLUMN {Quote(column)}");
            }

            return;
        }

        Rebuild(ddl, before, relationOid, name, transforms, isRepeatable);
    }

    /// <summary>Brings the table of the file to the new name of one of its columns.</summary>
    internal static void RenameColumn(DdlContext ddl, CatalogSnapshot before, PgAttribute column)
    {
        var after = ddl.Catalog;
        var table = column.attrelid;
        var others = before.Attributes(table).ToArray().Any(a => a.attnum != column.attnum && !a.attisdropped
            && RelationNames.Column(before, a) != RelationNames.Column(after, after.Attribute(table, a.attnum)!));
        if (others)
        {
            Adapt(ddl, before, table);
            return;
        }

        var (oldName, name) = (RelationNames.QuotedColumn(before, column), RelationNames.QuotedColumn(after, after.Attribute(table, column.attnum)!));
        if (oldName != name)
        {
            ddl.Run($"ALTER TABLE {Name(after, table)} RENAME COLUMN {oldName} TO {name}");
        }
    }

    /// <summary>Whether a table has a row for which an SQL condition holds.</summary>
    internal static bool Exists(DdlContext ddl, uint relationOid, string condition)
    {
        using var statement = ddl.Connection.Prepare($"SELECT 1 FROM {Name(ddl.Catalog, relationOid)} WHERE {condition} LIMIT 1");
        return statement.Step();
    }

    internal static string Unqualified(string name) => name.StartsWith("temp.", StringComparison.Ordinal) ? name[5..] : name;

    private static string Scratch(string name, uint relationOid) =>
        (name.StartsWith("temp.", StringComparison.Ordinal) ? "temp." : "") + Quote($"pgmicro_rebuild_{relationOid}");

    private static bool OnlyDrops(CatalogSnapshot before, CatalogSnapshot after, uint relationOid, out List<string> dropped)
    {
        dropped = [];
        foreach (var old in before.Attributes(relationOid))
        {
            var now = after.Attribute(relationOid, old.attnum)!;
            if (!old.attisdropped && now.attisdropped)
            {
                dropped.Add(RelationNames.Column(before, old));
            }
            else if (!old.attisdropped && (RelationNames.Column(after, now) != RelationNames.Column(before, old) || DeclaredType(after, now.atttypid) != DeclaredType(before, old.atttypid)))
            {
                return false;
            }
        }

        return after.Attributes(relationOid).Length == before.Attributes(relationOid).Length;
    }

    private static void Rebuild(DdlContext ddl, CatalogSnapshot before, uint relationOid, string name, IReadOnlyDictionary<short, string>? transforms, bool isRepeatable)
    {
        var after = ddl.Catalog;
        var scratch = Scratch(name, relationOid);
        ddl.Run(CreateSql(after, relationOid, scratch));
        var targets = new List<string>();
        var values = new List<string>();
        if (RowidColumn(after, relationOid) is null)
        {
            targets.Add(RelationNames.RowId(after, relationOid));
            values.Add(RelationNames.RowId(before, relationOid));
        }

        foreach (var column in after.Attributes(relationOid))
        {
            if (!column.attisdropped && before.Attribute(relationOid, column.attnum) is { attisdropped: false } old)
            {
                targets.Add(RelationNames.QuotedColumn(after, column));
                values.Add(transforms?.GetValueOrDefault(column.attnum) ?? RelationNames.QuotedColumn(before, old));
            }
        }

        var fill = $"INSERT INTO {scratch} ({string.Join(", ", targets)}, xmin) SELECT {string.Join(", ", values)}, xmin FROM {name}";
        if (isRepeatable)
        {
            ddl.Run(fill);
        }
        else
        {
            ddl.Connection.Execute(fill);
        }

        ddl.Run("DROP TABLE " + name);
        ddl.Run($"ALTER TABLE {scratch} RENAME TO {Unqualified(name)}");
        if (!isRepeatable)
        {
            ddl.NoteRows(relationOid);
        }

        AdvanceRowids(ddl.Session, relationOid);
        foreach (var index in after.IndexesOf(relationOid))
        {
            Ddl.CreateIndex.Build(ddl, index.indexrelid);
        }
    }

    // ---- indexes ----

    /// <summary>Makes the SQLite index of an index, unless the rowid or nothing stands for it.</summary>
    internal static void CreateIndex(DdlContext ddl, uint indexOid)
    {
        if (IndexSql(ddl, indexOid) is var (kind, keys))
        {
            SqliteNames.Choose(ddl, indexOid);
            AddIndexColumns(ddl, indexOid);
            ddl.Run($"CREATE {kind} {Name(ddl.Catalog, indexOid)} ON {keys}");
        }
    }

    /// <summary>
    /// The collation under which keys of a type are the same: the type's own, or one that takes different texts for the same. Deterministic
    /// ones differ in order only.
    /// </summary>
    internal static string? KeyCollation(CatalogSnapshot catalog, uint type, uint collation) =>
        collation != 0 && catalog.Collation(collation) is { collisdeterministic: false, collprovider: 'i' }
            ? Functions.Engine.IcuCollation.Prefix + collation.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : catalog.GetCodec(type).Collation;

    /// <summary>Drops the SQLite index of an index if there is one.</summary>
    internal static void DropIndex(DdlContext ddl, string sqliteName)
    {
        if (SqliteNames.Exists(ddl, sqliteName))
        {
            ddl.Run("DROP INDEX " + sqliteName);
        }
    }

    /// <summary>Drops the stored columns of an index that has been dropped.</summary>
    internal static void DropIndexColumns(DdlContext ddl, CatalogSnapshot before, uint indexOid)
    {
        var table = before.Index(indexOid)!.indrelid;
        foreach (var column in IndexColumns.Of(before, table).Where(c => c.Index == indexOid))
        {
            ddl.Run($"ALTER TABLE {Name(before, table)} DROP COLUMN {Quote(column.Name)}");
        }
    }

    /// <summary>Computes the stored columns of a table's indexes for the rows that it has.</summary>
    /// <returns>The statement; null when there was nothing to compute or it cannot run on another connection.</returns>
    internal static string? FillIndexColumns(PgSession session, uint relationOid, uint indexOid = 0)
    {
        var isRepeatable = true;
        var set = new List<string>();
        foreach (var column in IndexColumns.Of(session.Catalog, relationOid).Where(c => indexOid == 0 || c.Index == indexOid))
        {
            var lowered = IndexColumns.Lower(session.Catalog, relationOid, column.Expr);
            foreach (var lateral in lowered.Laterals)
            {
                lateral.EnsureOn(session.Connection);
                isRepeatable = false;
            }

            set.Add($"{Quote(column.Name)} = {lowered.Sql}");
        }

        if (set.Count == 0)
        {
            return null;
        }

        var sql = $"UPDATE {Name(session.Catalog, relationOid)} SET {string.Join(", ", set)}";
        session.Connection.Execute(sql);
        return isRepeatable ? sql : null;
    }

    private static void AddIndexColumns(DdlContext ddl, uint indexOid)
    {
        var table = ddl.Catalog.Index(indexOid)!.indrelid;
        var columns = IndexColumns.Of(ddl.Catalog, table).Where(c => c.Index == indexOid).ToList();
        if (columns.Count == 0)
        {
            return;
        }

        var (schema, name) = RelationNames.Of(ddl.Catalog, ddl.Catalog.Class(table)!);
        foreach (var column in columns)
        {
            bool exists;
            using (var statement = ddl.Connection.Prepare("SELECT 1 FROM pragma_table_info(?1, ?2) WHERE name = ?3"))
            {
                statement.BindText(1, name);
                statement.BindText(2, schema ?? "main");
                statement.BindText(3, column.Name);
                exists = statement.Step();
            }

            if (!exists)
            {
                ddl.Run($"ALTER TABLE {Name(ddl.Catalog, table)} ADD COLUMN {Quote(column.Name)}{DeclaredType(ddl.Catalog, column.Expr.Type)}");
            }
        }

        if (FillIndexColumns(ddl.Session, table, indexOid) is { } sql)
        {
            ddl.Session.Transaction.NoteSql(sql);
        }
        else
        {
            ddl.NoteRows(table);
        }
    }

    private static (string Kind, string Keys)? IndexSql(DdlContext ddl, uint indexOid)
    {
        var catalog = ddl.Catalog;
        var index = catalog.Index(indexOid)!;
        var relation = catalog.Class(indexOid)!;
        var isPlain = relation.relam is BuiltInOids.BtreeAm or BuiltInOids.HashAm;
        if (!isPlain && !index.indisexclusion)
        {
            return null;
        }

        if (index.indisprimary && RowidColumn(catalog, index.indrelid) is not null)
        {
            return null;
        }

        // A deferrable constraint is checked by our statements; SQLite would check each row.
        var unique = index is { indisunique: true, indimmediate: true };
        var expressions = DdlExpressions.LowerIndexExpressions(ddl, index, out var predicate, out var needsFunctions);
        if (needsFunctions && !unique)
        {
            return null;
        }

        var keys = new List<string>();
        var next = 0;
        var operators = isPlain ? null : catalog.ConstraintOfIndex(indexOid)?.conexclop;
        for (var i = 0; i < index.indnatts; i++)
        {
            var isKey = i < index.indnkeyatts;
            if (!isKey && (unique || !isPlain))
            {
                break;
            }

            string key;
            uint type;
            if (index.indkey[i] == 0)
            {
                (key, type) = expressions[next++];
            }
            else
            {
                var column = catalog.Attribute(index.indrelid, index.indkey[i])!;
                (key, type) = (RelationNames.QuotedColumn(catalog, column), column.atttypid);
            }

            // Of an exclusion constraint SQLite can look up what is to be equal.
            if (!isPlain && !(operators is not null && IsEquality(catalog, operators[i])))
            {
                continue;
            }

            var collation = KeyCollation(catalog, type, unique && isKey ? index.indcollation[i] : 0) is { } name ? " COLLATE " + Quote(name) : "";
            var descending = isKey && i < index.indoption.Length && (index.indoption[i] & 1) != 0 ? " DESC" : "";
            if (isKey && unique && index.indnullsnotdistinct)
            {
                keys.Add($"ifnull({key}, 0){collation}{descending}");
                keys.Add($"{key} IS NULL");
            }
            else
            {
                keys.Add(key + collation + descending);
            }
        }

        if (keys.Count == 0)
        {
            return null;
        }

        var tableName = Unqualified(Name(catalog, index.indrelid));
        return (unique ? "UNIQUE INDEX" : "INDEX", $"{tableName} ({string.Join(", ", keys)})" + (predicate is null ? "" : " WHERE " + predicate));
    }

    private static bool IsEquality(CatalogSnapshot catalog, uint op)
    {
        const int Equal = 3;
        foreach (var member in catalog.AmopsOfOperator(op))
        {
            if (member is { amopmethod: BuiltInOids.BtreeAm, amopstrategy: Equal, amoppurpose: 's' })
            {
                return true;
            }
        }

        return false;
    }
}
