using System.Collections.Frozen;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Case = PgQuery.Node.NodeOneofCase;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Runs the statements that change the catalog (PostgreSQL's ProcessUtilitySlow).</summary>
internal static class DdlExecutor
{
    private static readonly FrozenDictionary<Case, Command> Commands = new Dictionary<Case, Command>
    {
        [Case.CreateStmt] = new(static _ => "CREATE TABLE", static (ddl, n) => CreateTable.Execute(ddl, n.CreateStmt)),
        [Case.AlterTableStmt] = new(static n => AlterTable.Tag(n.AlterTableStmt.Objtype), static (ddl, n) => AlterTable.Execute(ddl, n.AlterTableStmt)),
        [Case.IndexStmt] = new(static _ => "CREATE INDEX", static (ddl, n) => CreateIndex.Execute(ddl, n.IndexStmt)),
        [Case.CreateSeqStmt] = new(static _ => "CREATE SEQUENCE", static (ddl, n) => Sequences.Create(ddl, n.CreateSeqStmt)),
        [Case.AlterSeqStmt] = new(static _ => "ALTER SEQUENCE", static (ddl, n) => Sequences.Alter(ddl, n.AlterSeqStmt)),
        [Case.CreateSchemaStmt] = new(static _ => "CREATE SCHEMA", static (ddl, n) => Schemas.Create(ddl, n.CreateSchemaStmt)),
        [Case.ViewStmt] = new(static _ => "CREATE VIEW", static (ddl, n) => Views.Create(ddl, n.ViewStmt)),
        [Case.CreateTrigStmt] = new(static _ => "CREATE TRIGGER", static (ddl, n) => Triggers.CreateTrigger.Execute(ddl, n.CreateTrigStmt)),
        [Case.RuleStmt] = new(static _ => "CREATE RULE", static (ddl, n) => Execution.Rules.RuleCommands.Create(ddl, n.RuleStmt)),
        [Case.CommentStmt] = new(static _ => "COMMENT", static (ddl, n) => Comment.Execute(ddl, n.CommentStmt)),
        [Case.CreateEnumStmt] = new(static _ => "CREATE TYPE", static (ddl, n) => Enums.Create(ddl, n.CreateEnumStmt)),
        [Case.CreateRangeStmt] = new(static _ => "CREATE TYPE", static (ddl, n) => RangeTypes.Create(ddl, n.CreateRangeStmt)),
        [Case.CompositeTypeStmt] = new(static _ => "CREATE TYPE", static (ddl, n) => CompositeTypes.Create(ddl, n.CompositeTypeStmt)),
        [Case.AlterEnumStmt] = new(static _ => "ALTER TYPE", static (ddl, n) => Enums.Alter(ddl, n.AlterEnumStmt)),
        [Case.CreateDomainStmt] = new(static _ => "CREATE DOMAIN", static (ddl, n) => Domains.Create(ddl, n.CreateDomainStmt)),
        [Case.AlterDomainStmt] = new(static _ => "ALTER DOMAIN", static (ddl, n) => Domains.Alter(ddl, n.AlterDomainStmt)),
        [Case.CreateFunctionStmt] = new(static n => n.CreateFunctionStmt.IsProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION", static (ddl, n) => Routines.Create(ddl, n.CreateFunctionStmt)),
        [Case.AlterFunctionStmt] = new(static n => AlterTable.Tag(n.AlterFunctionStmt.Objtype), static (ddl, n) => AlterRoutine.Execute(ddl, n.AlterFunctionStmt)),
        [Case.AlterObjectDependsStmt] = new(static n => AlterTable.Tag(n.AlterObjectDependsStmt.ObjectType), static (ddl, n) => AlterRoutine.DependOnExtension(ddl, n.AlterObjectDependsStmt)),
        [Case.CreateExtensionStmt] = new(static _ => "CREATE EXTENSION", static (ddl, n) => Extensions.Create(ddl, n.CreateExtensionStmt)),
        [Case.DropStmt] = new(static n => Drop.Tag(n.DropStmt.RemoveType), static (ddl, n) => Drop.Execute(ddl, n.DropStmt)),
        [Case.DropTableSpaceStmt] = new(static _ => "DROP TABLESPACE", static (ddl, n) => MissingObjects.DropTablespace(ddl, n.DropTableSpaceStmt)),
        [Case.CreateFdwStmt] = new(static _ => "CREATE FOREIGN DATA WRAPPER", static (ddl, n) => ForeignData.ForeignDataWrappers.Create(ddl, n.CreateFdwStmt)),
        [Case.AlterFdwStmt] = new(static _ => "ALTER FOREIGN DATA WRAPPER", static (ddl, n) => ForeignData.ForeignDataWrappers.Alter(ddl, n.AlterFdwStmt)),
        [Case.CreateForeignServerStmt] = new(static _ => "CREATE SERVER", static (ddl, n) => ForeignData.ForeignServers.Create(ddl, n.CreateForeignServerStmt)),
        [Case.AlterForeignServerStmt] = new(static _ => "ALTER SERVER", static (ddl, n) => ForeignData.ForeignServers.Alter(ddl, n.AlterForeignServerStmt)),
        [Case.CreateUserMappingStmt] = new(static _ => "CREATE USER MAPPING", static (ddl, n) => ForeignData.UserMappings.Create(ddl, n.CreateUserMappingStmt)),
        [Case.AlterUserMappingStmt] = new(static _ => "ALTER USER MAPPING", static (ddl, n) => ForeignData.UserMappings.Alter(ddl, n.AlterUserMappingStmt)),
        [Case.DropUserMappingStmt] = new(static _ => "DROP USER MAPPING", static (ddl, n) => ForeignData.UserMappings.Drop(ddl, n.DropUserMappingStmt)),
        [Case.CreateForeignTableStmt] = new(static _ => "CREATE FOREIGN TABLE", static (ddl, n) => ForeignData.ForeignTables.Create(ddl, n.CreateForeignTableStmt)),
        [Case.ImportForeignSchemaStmt] = new(static _ => "IMPORT FOREIGN SCHEMA", static (ddl, n) => ForeignData.ForeignTables.Import(ddl, n.ImportForeignSchemaStmt)),
        [Case.DropSubscriptionStmt] = new(static _ => "DROP SUBSCRIPTION", static (ddl, n) => Subscriptions.SubscriptionCommands.Drop(ddl, n.DropSubscriptionStmt)),
        [Case.CreateSubscriptionStmt] = new(static _ => "CREATE SUBSCRIPTION", static (ddl, n) => Subscriptions.SubscriptionCommands.Create(ddl, n.CreateSubscriptionStmt)),
        [Case.AlterSubscriptionStmt] = new(static _ => "ALTER SUBSCRIPTION", static (ddl, n) => Subscriptions.SubscriptionCommands.Alter(ddl, n.AlterSubscriptionStmt)),
        [Case.RenameStmt] = new(static n => AlterTable.Tag(n.RenameStmt.RenameType), static (ddl, n) => Rename.Execute(ddl, n.RenameStmt)),
        [Case.AlterObjectSchemaStmt] = new(static n => AlterTable.Tag(n.AlterObjectSchemaStmt.ObjectType), static (ddl, n) => Rename.SetSchema(ddl, n.AlterObjectSchemaStmt)),
        [Case.AlterOwnerStmt] = new(static n => AlterTable.Tag(n.AlterOwnerStmt.ObjectType), static (ddl, n) => Owners.Execute(ddl, n.AlterOwnerStmt)),
        [Case.CreateRoleStmt] = new(static _ => "CREATE ROLE", static (ddl, n) => Roles.RoleCommands.Create(ddl, n.CreateRoleStmt)),
        [Case.AlterRoleStmt] = new(static _ => "ALTER ROLE", static (ddl, n) => Roles.RoleCommands.Alter(ddl, n.AlterRoleStmt)),
        [Case.AlterRoleSetStmt] = new(static _ => "ALTER ROLE", static (ddl, n) => Roles.RoleSettings.Execute(ddl, n.AlterRoleSetStmt)),
        [Case.DropRoleStmt] = new(static _ => "DROP ROLE", static (ddl, n) => Roles.RoleCommands.Drop(ddl, n.DropRoleStmt)),
        [Case.GrantRoleStmt] = new(static n => n.GrantRoleStmt.IsGrant ? "GRANT ROLE" : "REVOKE ROLE", static (ddl, n) => Roles.Membership.Execute(ddl, n.GrantRoleStmt)),
        [Case.GrantStmt] = new(static n => n.GrantStmt.IsGrant ? "GRANT" : "REVOKE", static (ddl, n) => Roles.GrantCommand.Execute(ddl, n.GrantStmt)),
        [Case.AlterDefaultPrivilegesStmt] = new(static _ => "ALTER DEFAULT PRIVILEGES", static (ddl, n) => Roles.DefaultPrivileges.Execute(ddl, n.AlterDefaultPrivilegesStmt)),
        [Case.DropOwnedStmt] = new(static _ => "DROP OWNED", static (ddl, n) => Roles.OwnedObjects.Drop(ddl, n.DropOwnedStmt)),
        [Case.ReassignOwnedStmt] = new(static _ => "REASSIGN OWNED", static (ddl, n) => Roles.OwnedObjects.Reassign(ddl, n.ReassignOwnedStmt)),
        [Case.TruncateStmt] = new(static _ => "TRUNCATE TABLE", static (ddl, n) => Truncate.Execute(ddl, n.TruncateStmt)),
        [Case.DefineStmt] = new(static n => n.DefineStmt.Kind switch
        {
            Pg.ObjectType.ObjectTsdictionary => "CREATE TEXT SEARCH DICTIONARY",
            Pg.ObjectType.ObjectTsconfiguration => "CREATE TEXT SEARCH CONFIGURATION",
            Pg.ObjectType.ObjectOperator => "CREATE OPERATOR",
            Pg.ObjectType.ObjectAggregate => "CREATE AGGREGATE",
            Pg.ObjectType.ObjectType => "CREATE TYPE",
            _ => "CREATE COLLATION",
        }, static (ddl, n) => n.DefineStmt.Kind switch
        {
            Pg.ObjectType.ObjectTsdictionary => TextSearchObjects.CreateDictionary(ddl, n.DefineStmt),
            Pg.ObjectType.ObjectTsconfiguration => TextSearchObjects.CreateConfiguration(ddl, n.DefineStmt),
            Pg.ObjectType.ObjectOperator => OperatorObjects.Create(ddl, n.DefineStmt),
            Pg.ObjectType.ObjectType => BaseTypes.Create(ddl, n.DefineStmt),
            Pg.ObjectType.ObjectAggregate => Aggregates.CreateAggregate.Execute(ddl, n.DefineStmt),
            _ => CollationObjects.Create(ddl, n.DefineStmt),
        }),
        [Case.CreateCastStmt] = new(static _ => "CREATE CAST", static (ddl, n) => CastObjects.Create(ddl, n.CreateCastStmt)),
        [Case.CreateEventTrigStmt] = new(static _ => "CREATE EVENT TRIGGER", static (ddl, n) => EventTriggers.EventTriggerCommands.Create(ddl, n.CreateEventTrigStmt)),
        [Case.AlterEventTrigStmt] = new(static _ => "ALTER EVENT TRIGGER", static (ddl, n) => EventTriggers.EventTriggerCommands.Alter(ddl, n.AlterEventTrigStmt)),
        [Case.CreatePublicationStmt] = new(static _ => "CREATE PUBLICATION", static (ddl, n) => Publications.PublicationCommands.Create(ddl, n.CreatePublicationStmt)),
        [Case.AlterPublicationStmt] = new(static _ => "ALTER PUBLICATION", static (ddl, n) => Publications.PublicationCommands.Alter(ddl, n.AlterPublicationStmt)),
        [Case.CreateAmStmt] = new(static _ => "CREATE ACCESS METHOD", static (ddl, n) => AccessMethods.Create(ddl, n.CreateAmStmt)),
        [Case.CreateConversionStmt] = new(static _ => "CREATE CONVERSION", static (ddl, n) => Conversions.Create(ddl, n.CreateConversionStmt)),
        [Case.CreatePlangStmt] = new(static _ => "CREATE LANGUAGE", static (ddl, n) => Languages.Create(ddl, n.CreatePlangStmt)),
        [Case.CreateTransformStmt] = new(static _ => "CREATE TRANSFORM", static (ddl, n) => Transforms.Create(ddl, n.CreateTransformStmt)),
        [Case.AlterExtensionContentsStmt] = new(static _ => "ALTER EXTENSION", static (ddl, n) => ExtensionContents.Alter(ddl, n.AlterExtensionContentsStmt)),
        [Case.AlterTableMoveAllStmt] = new(static n => AlterTable.Tag(n.AlterTableMoveAllStmt.Objtype), static (ddl, n) => Tablespaces.MoveAll(ddl, n.AlterTableMoveAllStmt)),
        [Case.CreateOpClassStmt] = new(static _ => "CREATE OPERATOR CLASS", static (ddl, n) => OperatorFamilies.OperatorClasses.Create(ddl, n.CreateOpClassStmt)),
        [Case.CreateOpFamilyStmt] = new(static _ => "CREATE OPERATOR FAMILY", static (ddl, n) => OperatorFamilies.OperatorFamilyObjects.Create(ddl, n.CreateOpFamilyStmt)),
        [Case.AlterOpFamilyStmt] = new(static _ => "ALTER OPERATOR FAMILY", static (ddl, n) => OperatorFamilies.OperatorFamilyObjects.Alter(ddl, n.AlterOpFamilyStmt)),
        [Case.AlterOperatorStmt] = new(static _ => "ALTER OPERATOR", static (ddl, n) => AlterOperator.Execute(ddl, n.AlterOperatorStmt)),
        [Case.AlterTsdictionaryStmt] = new(static _ => "ALTER TEXT SEARCH DICTIONARY", static (ddl, n) => TextSearchObjects.AlterDictionary(ddl, n.AlterTsdictionaryStmt)),
        [Case.AlterTsconfigurationStmt] = new(static _ => "ALTER TEXT SEARCH CONFIGURATION", static (ddl, n) => TextSearchObjects.AlterConfiguration(ddl, n.AlterTsconfigurationStmt)),
        [Case.CreateStatsStmt] = new(static _ => "CREATE STATISTICS", static (ddl, n) => StatisticsObjects.Create(ddl, n.CreateStatsStmt)),
        [Case.AlterStatsStmt] = new(static _ => "ALTER STATISTICS", static (ddl, n) => StatisticsObjects.Alter(ddl, n.AlterStatsStmt)),
        [Case.CreatePolicyStmt] = new(static _ => "CREATE POLICY", static (ddl, n) => Policies.Create(ddl, n.CreatePolicyStmt)),
        [Case.AlterPolicyStmt] = new(static _ => "ALTER POLICY", static (ddl, n) => Policies.Alter(ddl, n.AlterPolicyStmt)),
        [Case.AlterCollationStmt] = new(static _ => "ALTER COLLATION", static (ddl, n) => CollationObjects.Refresh(ddl, n.AlterCollationStmt)),
        [Case.AlterExtensionStmt] = new(static _ => "ALTER EXTENSION", static (ddl, n) => Extensions.Alter(ddl, n.AlterExtensionStmt)),
        [Case.AlterTypeStmt] = new(static _ => "ALTER TYPE", static (ddl, n) => TypeRows.Alter(ddl, n.AlterTypeStmt)),
        [Case.ReindexStmt] = new(static _ => "REINDEX", static (ddl, n) => Reindex.Execute(ddl, n.ReindexStmt)),
        [Case.ClusterStmt] = new(static _ => "CLUSTER", static (ddl, n) => ClusterTable.Execute(ddl, n.ClusterStmt)),
    }.ToFrozenDictionary();

    /// <summary>Whether a statement is for <see cref="Execute"/>.</summary>
    internal static bool Handles(Pg.Node statement) =>
        Commands.ContainsKey(statement.NodeCase)
        && statement.DefineStmt?.Kind is null or Pg.ObjectType.ObjectCollation or Pg.ObjectType.ObjectTsdictionary or Pg.ObjectType.ObjectTsconfiguration
            or Pg.ObjectType.ObjectOperator or Pg.ObjectType.ObjectAggregate or Pg.ObjectType.ObjectType;

    /// <summary>The statement's command, as "cannot execute X in a read-only transaction" names it.</summary>
    internal static string CommandTag(Pg.Node statement) => Commands[statement.NodeCase].Tag(statement);

    /// <summary>Runs a statement in a transaction that is writing.</summary>
    /// <returns>The command tag.</returns>
    /// <exception cref="PgException">PostgreSQL's errors; 0A000 for what is not supported.</exception>
    internal static string Execute(PgSession session, Pg.Node statement, string sourceText)
    {
        if (ChangesShared(statement))
        {
            session.ChangeShared();
        }

        if (session.EventTriggers is not { } events)
        {
            return Commands[statement.NodeCase].Run(new DdlContext(session, sourceText), statement);
        }

        var recorder = new EventTriggers.CommandRecorder(events, statement);
        var ddl = new DdlContext(session, sourceText) { Recorder = recorder };
        recorder.Before(ddl);
        var tag = Commands[statement.NodeCase].Run(ddl, statement);
        recorder.After(ddl, CommandTag(statement));
        return tag;
    }

    private static bool ChangesShared(Pg.Node statement) => statement.NodeCase switch
    {
        Case.CreateRoleStmt or Case.AlterRoleStmt or Case.AlterRoleSetStmt
            or Case.DropRoleStmt or Case.GrantRoleStmt or Case.DropOwnedStmt => true,
        Case.RenameStmt => statement.RenameStmt.RenameType == Pg.ObjectType.ObjectRole,
        Case.CommentStmt => SharedComments.Handles(statement.CommentStmt.Objtype),
        Case.GrantStmt => statement.GrantStmt.Objtype == Pg.ObjectType.ObjectParameterAcl,
        _ => false,
    };

    /// <summary>Makes the table of CREATE TABLE AS or SELECT INTO for an analysed query; null when IF NOT EXISTS found one.</summary>
    internal static PgClass? CreateTableFor(PgSession session, Pg.CreateTableAsStmt statement, BoundQuery query, string sourceText) =>
        Ddl.CreateTableAs.Create(new DdlContext(session, sourceText), statement, query);

    private sealed record Command(Func<Pg.Node, string> Tag, Func<DdlContext, Pg.Node, string> Run);
}
