using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Says which key stood twice when a unique index could not be built.</summary>
internal static class DuplicateKeys
{
    /// <summary>23505 "could not create unique index …".</summary>
    internal static PgException Describe(DdlContext ddl, uint indexOid) => Error(ddl, indexOid, Find(ddl, indexOid));

    /// <summary>Looks through the table: SQLite's index of a deferrable constraint takes any key.</summary>
    /// <exception cref="PgException">23505.</exception>
    internal static void Check(DdlContext ddl, uint indexOid)
    {
        if (Find(ddl, indexOid) is { } detail)
        {
            throw Error(ddl, indexOid, detail);
        }
    }

    private static PgException Error(DdlContext ddl, uint indexOid, string? detail)
    {
        var table = ddl.Catalog.Class(ddl.Catalog.Index(indexOid)!.indrelid)!;
        var name = ddl.Catalog.Class(indexOid)!.relname;
        return new PgException(SqlState.UniqueViolation, $"could not create unique index \"{name}\"")
        {
            Detail = detail,
            SchemaName = ddl.Catalog.Namespace(table.relnamespace)!.nspname,
            TableName = table.relname,
            ConstraintName = name,
        };
    }

    private static string? Find(DdlContext ddl, uint indexOid)
    {
        var catalog = ddl.Catalog;
        var index = catalog.Index(indexOid)!;
        var table = catalog.Class(index.indrelid)!;
        var expressions = DdlExpressions.LowerIndexExpressions(ddl, index, out var predicate, out _);
        var (texts, sqls, types) = (new List<string>(), new List<string>(), new List<uint>());
        var next = 0;
        for (var i = 0; i < index.indnkeyatts; i++)
        {
            if (index.indkey[i] == 0)
            {
                texts.Add(Dml.IndexKeyNames.Expression(DdlExpressions.IndexExpressions(index)[next], Dml.TableLayout.Get(catalog, table.oid), ddl.Session, isBuilding: true));
                types.Add(expressions[next].Type);
                sqls.Add(expressions[next++].Sql);
            }
            else
            {
                var column = catalog.Attribute(table.oid, index.indkey[i])!;
                texts.Add(column.attname);
                types.Add(column.atttypid);
                sqls.Add(Lowering.RelationNames.QuotedColumn(catalog, column));
            }
        }

        var where = string.Join(" AND ", (predicate is null ? [] : new[] { predicate }).Concat(index.indnullsnotdistinct ? [] : sqls.Select(static s => $"{s} IS NOT NULL")));
        var group = sqls.Select((s, i) => s + (SqliteTables.KeyCollation(catalog, types[i], index.indcollation[i]) is { } c ? " COLLATE " + SqliteTables.Quote(c) : "")).ToList();
        var detail = new StringBuilder();
        var sql = $"SELECT {string.Join(", ", sqls)} FROM {SqliteTables.Name(catalog, table.oid)}{(where.Length == 0 ? "" : " WHERE " + where)} GROUP BY {string.Join(", ", group)} HAVING count(*) > 1 ORDER BY {string.Join(", ", group.Select(static g => g + " NULLS LAST"))} LIMIT 1";
        var statement = ddl.Connection.Prepare(sql);
        try
        {
            if (statement.Step())
            {
                detail.Append("Key (").AppendJoin(", ", texts).Append(")=(");
                for (var i = 0; i < types.Count; i++)
                {
                    var value = StoredValues.Read(statement, i);
                    detail.Append(i == 0 ? "" : ", ").Append(value.IsNull ? "null" : catalog.GetCodec(types[i]).OutputString(value, ddl.Session));
                }

                detail.Append(") is duplicated.");
            }
        }
        finally
        {
            statement.Dispose();
        }

        return detail.Length == 0 ? null : detail.ToString();
    }
}
