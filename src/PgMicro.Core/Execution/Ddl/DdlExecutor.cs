using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Runs the statements that change the catalog (PostgreSQL's ProcessUtilitySlow).</summary>
internal static class DdlExecutor
{
    /// <summary>Whether a statement is for <see cref="Execute"/>.</summary>
    internal static bool Handles(Pg.Node statement) => statement is { DefineStmt.Kind: Pg.ObjectType.ObjectCollation } || statement.NodeCase is Pg.Node.NodeOneofCase.ReindexStmt or Pg.Node.NodeOneofCase.ClusterStmt or Pg.Node.NodeOneofCase.CreateStmt or Pg.Node.NodeOneofCase.AlterTableStmt
        or Pg.Node.NodeOneofCase.IndexStmt or Pg.Node.NodeOneofCase.CompositeTypeStmt or Pg.Node.NodeOneofCase.CreateSeqStmt or Pg.Node.NodeOneofCase.AlterSeqStmt or Pg.Node.NodeOneofCase.CreateSchemaStmt
        or Pg.Node.NodeOneofCase.ViewStmt or Pg.Node.NodeOneofCase.CommentStmt or Pg.Node.NodeOneofCase.CreateEnumStmt or Pg.Node.NodeOneofCase.CreateRangeStmt or Pg.Node.NodeOneofCase.AlterEnumStmt
        or Pg.Node.NodeOneofCase.CreateDomainStmt or Pg.Node.NodeOneofCase.AlterDomainStmt or Pg.Node.NodeOneofCase.CreateExtensionStmt or Pg.Node.NodeOneofCase.DropStmt
        or Pg.Node.NodeOneofCase.RenameStmt or Pg.Node.NodeOneofCase.AlterObjectSchemaStmt or Pg.Node.NodeOneofCase.AlterOwnerStmt or Pg.Node.NodeOneofCase.TruncateStmt
        or Pg.Node.NodeOneofCase.CreateRoleStmt or Pg.Node.NodeOneofCase.AlterRoleStmt or Pg.Node.NodeOneofCase.DropRoleStmt or Pg.Node.NodeOneofCase.GrantRoleStmt
        or Pg.Node.NodeOneofCase.GrantStmt or Pg.Node.NodeOneofCase.AlterDefaultPrivilegesStmt or Pg.Node.NodeOneofCase.DropOwnedStmt
        or Pg.Node.NodeOneofCase.ReassignOwnedStmt or Pg.Node.NodeOneofCase.AlterRoleSetStmt
        or Pg.Node.NodeOneofCase.CreateStatsStmt or Pg.Node.NodeOneofCase.AlterStatsStmt or Pg.Node.NodeOneofCase.AlterCollationStmt;

    /// <summary>The statement's command, as "cannot execute X in a read-only transaction" names it.</summary>
    internal static string CommandTag(Pg.Node statement) => statement.NodeCase switch
    {
        Pg.Node.NodeOneofCase.CreateStmt => "CREATE TABLE",
        Pg.Node.NodeOneofCase.AlterTableStmt => AlterTable.Tag(statement.AlterTableStmt.Objtype),
        Pg.Node.NodeOneofCase.IndexStmt => "CREATE INDEX",
        Pg.Node.NodeOneofCase.CreateSeqStmt => "CREATE SEQUENCE",
        Pg.Node.NodeOneofCase.AlterSeqStmt => "ALTER SEQUENCE",
        Pg.Node.NodeOneofCase.CreateSchemaStmt => "CREATE SCHEMA",
        Pg.Node.NodeOneofCase.ViewStmt => "CREATE VIEW",
        Pg.Node.NodeOneofCase.CommentStmt => "COMMENT",
        Pg.Node.NodeOneofCase.CreateEnumStmt or Pg.Node.NodeOneofCase.CreateRangeStmt or Pg.Node.NodeOneofCase.CompositeTypeStmt => "CREATE TYPE",
        Pg.Node.NodeOneofCase.AlterEnumStmt => "ALTER TYPE",
        Pg.Node.NodeOneofCase.CreateDomainStmt => "CREATE DOMAIN",
        Pg.Node.NodeOneofCase.AlterDomainStmt => "ALTER DOMAIN",
        Pg.Node.NodeOneofCase.CreateExtensionStmt => "CREATE EXTENSION",
        Pg.Node.NodeOneofCase.DropStmt => Drop.Tag(statement.DropStmt.RemoveType),
        Pg.Node.NodeOneofCase.TruncateStmt => "TRUNCATE TABLE",
        Pg.Node.NodeOneofCase.ReindexStmt => "REINDEX",
        Pg.Node.NodeOneofCase.DefineStmt => "CREATE COLLATION",
        Pg.Node.NodeOneofCase.ClusterStmt => "CLUSTER",
        Pg.Node.NodeOneofCase.CreateRoleStmt => "CREATE ROLE",
        Pg.Node.NodeOneofCase.AlterRoleStmt or Pg.Node.NodeOneofCase.AlterRoleSetStmt => "ALTER ROLE",
        Pg.Node.NodeOneofCase.DropRoleStmt => "DROP ROLE",
        Pg.Node.NodeOneofCase.GrantRoleStmt => statement.GrantRoleStmt.IsGrant ? "GRANT ROLE" : "REVOKE ROLE",
        Pg.Node.NodeOneofCase.GrantStmt => statement.GrantStmt.IsGrant ? "GRANT" : "REVOKE",
        Pg.Node.NodeOneofCase.AlterDefaultPrivilegesStmt => "ALTER DEFAULT PRIVILEGES",
        Pg.Node.NodeOneofCase.DropOwnedStmt => "DROP OWNED",
        Pg.Node.NodeOneofCase.ReassignOwnedStmt => "REASSIGN OWNED",
        Pg.Node.NodeOneofCase.CreateStatsStmt => "CREATE STATISTICS",
        Pg.Node.NodeOneofCase.AlterStatsStmt => "ALTER STATISTICS",
        Pg.Node.NodeOneofCase.AlterCollationStmt => "ALTER COLLATION",
        Pg.Node.NodeOneofCase.RenameStmt => AlterTable.Tag(statement.RenameStmt.RenameType),
        _ => "ALTER TABLE",
    };

    /// <summary>Runs a statement in a transaction that is writing.</summary>
    /// <returns>The command tag.</returns>
    /// <exception cref="PgException">PostgreSQL's errors; 0A000 for what is not supported.</exception>
    internal static string Execute(PgSession session, Pg.Node statement, string sourceText)
    {
        var ddl = new DdlContext(session, sourceText);
        return statement.NodeCase switch
        {
            Pg.Node.NodeOneofCase.CreateStmt => CreateTable.Execute(ddl, statement.CreateStmt),
            Pg.Node.NodeOneofCase.AlterTableStmt => AlterTable.Execute(ddl, statement.AlterTableStmt),
            Pg.Node.NodeOneofCase.IndexStmt => CreateIndex.Execute(ddl, statement.IndexStmt),
            Pg.Node.NodeOneofCase.CreateSeqStmt => Sequences.Create(ddl, statement.CreateSeqStmt),
            Pg.Node.NodeOneofCase.AlterSeqStmt => Sequences.Alter(ddl, statement.AlterSeqStmt),
            Pg.Node.NodeOneofCase.CreateSchemaStmt => Schemas.Create(ddl, statement.CreateSchemaStmt),
            Pg.Node.NodeOneofCase.ViewStmt => Views.Create(ddl, statement.ViewStmt),
            Pg.Node.NodeOneofCase.CommentStmt => Comment.Execute(ddl, statement.CommentStmt),
            Pg.Node.NodeOneofCase.CreateEnumStmt => Enums.Create(ddl, statement.CreateEnumStmt),
            Pg.Node.NodeOneofCase.CreateRangeStmt => RangeTypes.Create(ddl, statement.CreateRangeStmt),
            Pg.Node.NodeOneofCase.CompositeTypeStmt => CompositeTypes.Create(ddl, statement.CompositeTypeStmt),
            Pg.Node.NodeOneofCase.AlterEnumStmt => Enums.Alter(ddl, statement.AlterEnumStmt),
            Pg.Node.NodeOneofCase.CreateDomainStmt => Domains.Create(ddl, statement.CreateDomainStmt),
            Pg.Node.NodeOneofCase.AlterDomainStmt => Domains.Alter(ddl, statement.AlterDomainStmt),
            Pg.Node.NodeOneofCase.CreateExtensionStmt => Extensions.Create(ddl, statement.CreateExtensionStmt),
            Pg.Node.NodeOneofCase.DropStmt => Drop.Execute(ddl, statement.DropStmt),
            Pg.Node.NodeOneofCase.RenameStmt => Rename.Execute(ddl, statement.RenameStmt),
            Pg.Node.NodeOneofCase.AlterObjectSchemaStmt => Rename.SetSchema(ddl, statement.AlterObjectSchemaStmt),
            Pg.Node.NodeOneofCase.AlterOwnerStmt => Owners.Execute(ddl, statement.AlterOwnerStmt),
            Pg.Node.NodeOneofCase.CreateRoleStmt => Roles.RoleCommands.Create(ddl, statement.CreateRoleStmt),
            Pg.Node.NodeOneofCase.AlterRoleStmt => Roles.RoleCommands.Alter(ddl, statement.AlterRoleStmt),
            Pg.Node.NodeOneofCase.AlterRoleSetStmt => Roles.RoleSettings.Execute(ddl, statement.AlterRoleSetStmt),
            Pg.Node.NodeOneofCase.DropRoleStmt => Roles.RoleCommands.Drop(ddl, statement.DropRoleStmt),
            Pg.Node.NodeOneofCase.GrantRoleStmt => Roles.Membership.Execute(ddl, statement.GrantRoleStmt),
            Pg.Node.NodeOneofCase.GrantStmt => Roles.GrantCommand.Execute(ddl, statement.GrantStmt),
            Pg.Node.NodeOneofCase.AlterDefaultPrivilegesStmt => Roles.DefaultPrivileges.Execute(ddl, statement.AlterDefaultPrivilegesStmt),
            Pg.Node.NodeOneofCase.DropOwnedStmt => Roles.OwnedObjects.Drop(ddl, statement.DropOwnedStmt),
            Pg.Node.NodeOneofCase.ReassignOwnedStmt => Roles.OwnedObjects.Reassign(ddl, statement.ReassignOwnedStmt),
            Pg.Node.NodeOneofCase.TruncateStmt => Truncate.Execute(ddl, statement.TruncateStmt),
            Pg.Node.NodeOneofCase.DefineStmt => CollationObjects.Create(ddl, statement.DefineStmt),
            Pg.Node.NodeOneofCase.CreateStatsStmt => StatisticsObjects.Create(ddl, statement.CreateStatsStmt),
            Pg.Node.NodeOneofCase.AlterStatsStmt => StatisticsObjects.Alter(ddl, statement.AlterStatsStmt),
            Pg.Node.NodeOneofCase.AlterCollationStmt => CollationObjects.Refresh(ddl, statement.AlterCollationStmt),
            Pg.Node.NodeOneofCase.ReindexStmt => Reindex.Execute(ddl, statement.ReindexStmt),
            Pg.Node.NodeOneofCase.ClusterStmt => ClusterTable.Execute(ddl, statement.ClusterStmt),
            _ => throw PgErrors.FeatureNotSupported(statement.NodeCase.ToString()),
        };
    }

    /// <summary>Makes the table of CREATE TABLE AS or SELECT INTO for an analysed query; null when IF NOT EXISTS found one.</summary>
    internal static PgClass? CreateTableFor(PgSession session, Pg.CreateTableAsStmt statement, BoundQuery query, string sourceText) =>
        Ddl.CreateTableAs.Create(new DdlContext(session, sourceText), statement, query);
}
