using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>Reads keys, indexes and foreign keys.</summary>
internal sealed class KeyReader(
    PgMicroConnection connection, Dictionary<uint, (DatabaseTable Table, Dictionary<short, DatabaseColumn> Columns)> tables,
    IDiagnosticsLogger<DbLoggerCategory.Scaffolding> logger)
{
    private const string Constraints = """
        SELECT conrelid, conname, contype::text, conkey, confrelid, confkey, confdeltype::text
        FROM pg_catalog.pg_constraint
        WHERE contype IN ('p', 'u', 'f')
        ORDER BY conrelid, conname
        """;

    private const string Indexes = """
        SELECT x.indrelid, i.relname, x.indisunique, x.indnullsnotdistinct, m.amname, x.indkey::int2[], x.indnkeyatts::int, x.indoption::int2[],
            pg_catalog.pg_get_expr(x.indpred, x.indrelid), i.reloptions, m.amname = 'btree',
            ARRAY(SELECT CASE WHEN o.opcdefault THEN NULL ELSE o.opcname::text END FROM unnest(x.indclass::oid[]) WITH ORDINALITY AS k(id, n) JOIN pg_catalog.pg_opclass AS o ON o.oid = k.id ORDER BY k.n),
            ARRAY(
                SELECT nullif(l.collname::text, 'default')
                FROM unnest(x.indcollation::oid[]) WITH ORDINALITY AS k(id, n)
                LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = k.id
                ORDER BY k.n)
        FROM pg_catalog.pg_index AS x
        JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
        JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
        WHERE NOT x.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
        ORDER BY x.indrelid, i.relname
        """;

    internal void Read()
    {
        var foreign = new List<object?[]>();
        foreach (var row in connection.Rows(Constraints))
        {
            if (!tables.TryGetValue((uint)row[0]!, out var owner))
            {
                continue;
            }

            if ((string)row[2]! == "f")
            {
                foreign.Add(row);
            }
            else if (Find(owner.Columns, (short[])row[3]!) is { } columns)
            {
                if ((string)row[2]! == "p")
                {
                    Fill((owner.Table.PrimaryKey = new DatabasePrimaryKey { Table = owner.Table, Name = (string)row[1]! }).Columns, columns);
                }
                else
                {
                    var unique = new DatabaseUniqueConstraint { Table = owner.Table, Name = (string)row[1]! };
                    Fill(unique.Columns, columns);
                    owner.Table.UniqueConstraints.Add(unique);
                }
            }
        }

        foreach (var row in foreign)
        {
            ReadForeignKey(row);
        }

        foreach (var row in connection.Rows(Indexes))
        {
            ReadIndex(row);
        }
    }

    private void ReadForeignKey(object?[] row)
    {
        var owner = tables[(uint)row[0]!];
        if (!tables.TryGetValue((uint)row[4]!, out var principal) || Find(owner.Columns, (short[])row[3]!) is not { } columns
            || Find(principal.Columns, (short[])row[5]!) is not { } principalColumns)
        {
            return;
        }

        var key = new DatabaseForeignKey
        {
            Table = owner.Table,
            Name = (string)row[1]!,
            PrincipalTable = principal.Table,
            OnDelete = (string)row[6]! switch
            {
                "c" => ReferentialAction.Cascade,
                "r" => ReferentialAction.Restrict,
                "n" => ReferentialAction.SetNull,
                "d" => ReferentialAction.SetDefault,
                _ => ReferentialAction.NoAction,
            },
        };
        Fill(key.Columns, columns);
        Fill(key.PrincipalColumns, principalColumns);
        owner.Table.ForeignKeys.Add(key);
    }

    private void ReadIndex(object?[] row)
    {
        var numbers = (short[])row[5]!;
        var count = (int)row[6]!;
        if (!tables.TryGetValue((uint)row[0]!, out var owner))
        {
            return;
        }

        var table = $"{owner.Table.Schema}.{owner.Table.Name}";
        if (numbers.Contains((short)0))
        {
            logger.ExpressionIndexSkippedWarning((string)row[1]!, table); // EF's model has no place for it
            return;
        }

        if (Find(owner.Columns, numbers[..count]) is not { } columns)
        {
            logger.UnsupportedColumnIndexSkippedWarning((string)row[1]!, table);
            return;
        }

        var index = new DatabaseIndex { Table = owner.Table, Name = (string)row[1]!, IsUnique = (bool)row[2]!, Filter = (string?)row[8] };
        Fill(index.Columns, columns);
        if ((bool)row[3]!)
        {
            index[NpgsqlAnnotationNames.NullsDistinct] = false;
        }

        if ((string)row[4]! is not "btree" and var method)
        {
            index[NpgsqlAnnotationNames.IndexMethod] = method;
        }

        if ((bool)row[10]!)
        {
            Order(index, (short[])row[7]!);
        }

        Names(index, NpgsqlAnnotationNames.IndexOperators, (string?[])row[11]!);
        Names(index, RelationalAnnotationNames.Collation, (string?[])row[12]!);
        CatalogRows.SetStorageParameters(index, row[9]);
        owner.Table.Indexes.Add(index);
    }

    private static void Order(DatabaseIndex index, short[] options)
    {
        const int Descending = 1;
        const int NullsFirst = 2;
        foreach (var option in options)
        {
            index.IsDescending.Add((option & Descending) != 0);
        }

        // NULLS FIRST is the default of DESC, NULLS LAST that of ASC.
        if (Array.Exists(options, o => (o & NullsFirst) != 0 != ((o & Descending) != 0)))
        {
            index[NpgsqlAnnotationNames.IndexNullSortOrder] =
                Array.ConvertAll(options, o => (o & NullsFirst) != 0 ? NullSortOrder.NullsFirst : NullSortOrder.NullsLast);
        }
    }

    private static void Names(DatabaseIndex index, string annotation, string?[] names)
    {
        if (Array.Exists(names, n => n is not null))
        {
            index[annotation] = names;
        }
    }

    private static void Fill(IList<DatabaseColumn> target, List<DatabaseColumn> columns)
    {
        foreach (var column in columns)
        {
            target.Add(column);
        }
    }

    private static List<DatabaseColumn>? Find(Dictionary<short, DatabaseColumn> columns, short[] numbers)
    {
        var found = new List<DatabaseColumn>(numbers.Length);
        foreach (var number in numbers)
        {
            if (!columns.TryGetValue(number, out var column))
            {
                return null;
            }

            found.Add(column);
        }

        return found;
    }
}
