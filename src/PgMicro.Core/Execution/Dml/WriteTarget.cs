using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Lowering;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A table to write, which of its columns, where the source has their values, and the SQLite statements that do it.</summary>
internal sealed class WriteTarget
{
    internal WriteTarget(TableLayout table, CommandType command, IReadOnlyList<(int Column, int Source)> columns)
    {
        Table = table;
        Sources = [.. columns.Select(c => c.Source)];
        var name = RelationNames.Quoted(table.Catalog, table.Class);
        var rowid = RelationNames.RowId(table.Catalog, table.Oid);
        var names = columns.Select(c => RelationNames.QuotedColumn(table.Catalog, table.Columns[c.Column].Attribute)).ToArray();
        switch (command)
        {
            case CommandType.Insert:
                var sql = new StringBuilder("INSERT INTO ").Append(name).Append(" (");
                foreach (var column in names)
                {
                    sql.Append(column).Append(", ");
                }

                Counted = table.Counted;
                sql.Append("xmin").Append(Counted is null ? "" : ", " + rowid);
                var computed = Computed(columns, _ => "NULL");
                foreach (var (column, _) in computed)
                {
                    sql.Append(", ").Append(column);
                }

                sql.Append(") VALUES (");
                for (var i = 1; i <= names.Length; i++)
                {
                    sql.Append('?').Append(i).Append(", ");
                }

                sql.Append('?').Append(names.Length + 1);
                if (Counted is not null)
                {
                    sql.Append(", ?").Append(names.Length + 2);
                }

                foreach (var (_, value) in computed)
                {
                    sql.Append(", ").Append(value);
                }

                sql.Append(')');
                Sql = new SqlText(sql.ToString());
                SkippingSql = new SqlText(sql.Append(" ON CONFLICT DO NOTHING").ToString());
                break;
            case CommandType.Update:
                var set = string.Concat(names.Select((c, i) => $"{c} = ?{i + 1}, ").Concat(Computed(columns, null).Select(static c => $"{c.Name} = {c.Sql}, ")));
                Sql = new SqlText($"UPDATE {name} SET {set}xmin = ?{names.Length + 1} WHERE {rowid} = ?{names.Length + 2}");
                break;
            default:
                Sql = new SqlText($"DELETE FROM {name} WHERE {rowid} = ?1");
                break;
        }

        LockStrength = command == CommandType.Update && !columns.Any(c => table.KeyColumns.Contains(c.Column)) ? RowLockStrength.NoKeyUpdate : RowLockStrength.Update;

        ChangesKeys = command == CommandType.Insert
            || (command == CommandType.Update && Array.Exists(table.UniqueIndexes, i => i.DependsOn(c => columns.Any(written => written.Column == c))));

        EntersIndexes = command == CommandType.Insert || (command == CommandType.Update && columns.Any(c => table.IndexedColumns.Contains(c.Column)));

        // The column that SQLite makes the rowid: a single-column integer primary key.
        if (command == CommandType.Update && table.RowidColumn >= 0)
        {
            foreach (var (column, source) in columns)
            {
                if (column == table.RowidColumn)
                {
                    RowidSource = source;
                }
            }
        }
    }

    internal TableLayout Table { get; }

    /// <summary>Modules that computing the stored columns of indexes needs.</summary>
    internal List<LateralArity> Laterals { get; } = [];

    /// <summary>Whether what it deletes is about to be put into another partition.</summary>
    internal bool IsMoving { get; init; }

    /// <summary>Whether it may enter keys into unique indexes, those included that are no keys of the row.</summary>
    internal bool ChangesKeys { get; }

    /// <summary>Whether it enters rows into the indexes of the table: in all, as soon as it may change what one of them is about.</summary>
    internal bool EntersIndexes { get; }

    /// <summary>How a row is locked that it changes.</summary>
    internal RowLockStrength LockStrength { get; }

    /// <summary>The counter that an INSERT takes the rowid from; null when a column is the rowid.</summary>
    internal CountedTable? Counted { get; }

    /// <summary>Source columns, in the order of the statement's parameters.</summary>
    internal int[] Sources { get; }

    internal SqlText Sql { get; }

    internal SqlText? SkippingSql { get; }

    /// <summary>Source column of the value that becomes the rowid in an UPDATE, or -1.</summary>
    internal int RowidSource { get; } = -1;

    /// <summary>The stored columns of indexes that the change concerns, and what they are set to.</summary>
    /// <param name="columns">The columns that change, in the order of the statement's parameters.</param>
    /// <param name="others">SQL of a column that does not; null for what the row has.</param>
    private List<(string Name, string Sql)> Computed(IReadOnlyList<(int Column, int Source)> columns, Func<int, string>? others)
    {
        var result = new List<(string, string)>();
        foreach (var column in IndexColumns.Of(Table.Catalog, Table.Oid))
        {
            var isConcerned = others is not null;
            var lowered = IndexColumns.Lower(Table.Catalog, Table.Oid, column.Expr, attnum =>
            {
                for (var i = 0; attnum > 0 && i < columns.Count; i++)
                {
                    if (Table.Columns[columns[i].Column].Attnum == attnum)
                    {
                        isConcerned = true;
                        return string.Create(CultureInfo.InvariantCulture, $"?{i + 1}");
                    }
                }

                return attnum > 0 ? others?.Invoke(attnum) : null;
            });
            if (isConcerned)
            {
                result.Add((SqliteSqlWriter.Quote(column.Name), lowered.Sql));
                Laterals.AddRange(lowered.Laterals);
            }
        }

        return result;
    }
}
