using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Transactions;
using Case = PgQuery.Node.NodeOneofCase;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>
/// Which statements a transaction can take along when it moves to a branch. All that they do to the file is in <see cref="DdlContext.Run"/> or in rows that are noted, and
/// the locks that they take keep others from what they have seen there. They are repeated in each place that the transaction moves to: what takes long is not taken along.
/// </summary>
internal static class RepeatableDdl
{
    private const int MostRows = 50_000;

    /// <summary>Whether a statement is one of them.</summary>
    internal static bool Contains(PgSession session, Pg.Node statement) => statement.NodeCase switch
    {
        Case.ReindexStmt => false,
        Case.CreateStmt or Case.CreateSeqStmt or Case.ViewStmt or Case.CreateSchemaStmt or Case.CreateEnumStmt or Case.CreateRangeStmt or Case.CompositeTypeStmt or Case.CreateDomainStmt or Case.CreateFunctionStmt => true,
        Case.IndexStmt => !statement.IndexStmt.Concurrent && IsSmall(session, statement.IndexStmt.Relation),
        Case.AlterTableStmt => IsSmall(session, statement.AlterTableStmt.Relation),
        Case.RenameStmt => statement.RenameStmt.Relation is not { } renamed || IsSmall(session, renamed),
        Case.AlterObjectSchemaStmt => statement.AlterObjectSchemaStmt.Relation is not { } moved || IsSmall(session, moved),
        Case.TruncateStmt => statement.TruncateStmt.Relations.All(r => IsSmall(session, r.RangeVar)) && !session.Catalog.UserRowsOf(PgTrigger.Relation).Any(),
        Case.DropStmt => statement.DropStmt.RemoveType is not (Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectMatview)
            || statement.DropStmt.Objects.All(o => IsSmall(session, Resolve(session, o))),
        _ => !KeepsSnapshot(session),
    };

    /// <summary>Whether a table, or that of an index, has few rows.</summary>
    internal static bool IsSmall(PgSession session, Pg.RangeVar name) => IsSmall(session, session.TryResolveRelation(name.Schemaname, name.Relname));

    // What is done to a table under an old snapshot would not have seen what others have committed to it since: only the transaction's own tables are as they are.
    private static bool KeepsSnapshot(PgSession session) => session.Transaction.IsolationLevel >= PgIsolationLevel.RepeatableRead;

    private static bool IsOwn(PgSession session, PgClass? table) =>
        table is null || table.relpersistence == 't' || session.Database.Transactions.Catalog.Class(table.oid) is null;

    private static bool IsSmall(PgSession session, PgClass? relation)
    {
        var catalog = session.Catalog;
        var table = relation is { relkind: 'i' } && catalog.Index(relation.oid) is { } index ? catalog.Class(index.indrelid) : relation;
        return table is { relhassubclass: true }
            ? Inheritance.Descendants(catalog, table.oid).All(o => IsSmallTable(session, catalog.Class(o)))
            : IsSmallTable(session, table);
    }

    private static bool IsSmallTable(PgSession session, PgClass? table)
    {
        if (KeepsSnapshot(session) && !IsOwn(session, table))
        {
            return false;
        }

        return table is not { relkind: 'r' or 'm', oid: >= BuiltInOids.FirstNormalObjectId }
            || session.Connection.QueryInt64(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM (SELECT 1 FROM {SqliteTables.Name(session.Catalog, table.oid)} LIMIT {MostRows + 1})")) <= MostRows;
    }

    private static PgClass? Resolve(PgSession session, Pg.Node name)
    {
        var parts = name.List.Items.Select(static i => i.String.Sval).ToArray();
        return session.TryResolveRelation(parts.Length > 1 ? parts[^2] : "", parts[^1]);
    }
}
