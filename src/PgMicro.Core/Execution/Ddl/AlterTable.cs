using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER TABLE (manual: "ALTER TABLE"): its subcommands, in the passes that PostgreSQL makes over them.</summary>
internal static partial class AlterTable
{
    internal static string Execute(DdlContext ddl, Pg.AlterTableStmt statement)
    {
        var tag = Tag(statement.Objtype);
        if (ddl.TryFindRelation(statement.Relation) is not { } relation)
        {
            if (!statement.MissingOk)
            {
                ddl.FindRelation(statement.Relation);
            }

            ddl.Notice($"relation \"{statement.Relation.Relname}\" does not exist, skipping");
            return tag;
        }

        ddl.RequireUserRelation(relation);
        RequireKind(statement.Objtype, relation);
        DeferredConstraints.RequireNone(ddl.Session, relation, "ALTER TABLE");
        var queue = new Queue();
        var noted = ddl.Recorder?.State.CommandCount ?? 0;
        foreach (var node in statement.Cmds)
        {
            Plan(ddl, relation, node.AlterTableCmd, queue, statement.Relation.Inh, isRecursing: false);
        }

        queue.Run(ddl.Session);
        ddl.Collect(tag, ObjectAddress.Relation(relation.oid));
        ddl.Recorder?.State.CollectSequenceOwners(noted);
        return tag;
    }

    /// <summary>The command tag of ALTER on a kind of relation.</summary>
    internal static string Tag(Pg.ObjectType type) => type switch
    {
        Pg.ObjectType.ObjectIndex => "ALTER INDEX",
        Pg.ObjectType.ObjectSequence => "ALTER SEQUENCE",
        Pg.ObjectType.ObjectView => "ALTER VIEW",
        Pg.ObjectType.ObjectMatview => "ALTER MATERIALIZED VIEW",
        Pg.ObjectType.ObjectType => "ALTER TYPE",
        Pg.ObjectType.ObjectFunction => "ALTER FUNCTION",
        Pg.ObjectType.ObjectProcedure => "ALTER PROCEDURE",
        Pg.ObjectType.ObjectRoutine => "ALTER ROUTINE",
        Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectColumn or Pg.ObjectType.ObjectTabconstraint => "ALTER TABLE",
        Pg.ObjectType.ObjectAttribute => "ALTER TYPE",
        Pg.ObjectType.ObjectDomconstraint => "ALTER DOMAIN",
        Pg.ObjectType.ObjectLargeobject => "ALTER LARGE OBJECT",
        _ => "ALTER " + Drop.Word(type),
    };

    /// <summary>Says that a relation is not of the kind that the command is for (42809).</summary>
    internal static void RequireKind(Pg.ObjectType type, PgClass relation)
    {
        var wrong = type switch
        {
            Pg.ObjectType.ObjectIndex when relation.relkind is not ('i' or 'I') => "an index",
            Pg.ObjectType.ObjectSequence when relation.relkind != 'S' => "a sequence",
            Pg.ObjectType.ObjectView when relation.relkind != 'v' => "a view",
            Pg.ObjectType.ObjectMatview when relation.relkind != 'm' => "a materialized view",
            Pg.ObjectType.ObjectForeignTable when relation.relkind != 'f' => "a foreign table",
            Pg.ObjectType.ObjectType when relation.relkind != 'c' => "a composite type",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not {wrong}");
        }

        if (type != Pg.ObjectType.ObjectType && relation.relkind == 'c')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is a composite type").WithHint("Use ALTER TYPE instead.");
        }
    }

    /// <summary>ATPrepCmd: queues what a subcommand does to a table and, where its kind is done table by table, to those that inherit from it.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relation">The table.</param>
    /// <param name="command">The subcommand.</param>
    /// <param name="queue">Where to.</param>
    /// <param name="recurse">Whether children are meant too: without ONLY.</param>
    /// <param name="isRecursing">Whether the table has been reached through another.</param>
    private static void Plan(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command, Queue queue, bool recurse, bool isRecursing)
    {
        var oid = relation.oid;
        queue.Reach(oid);
        void Add(Pass pass, Action action) => queue.Add(oid, pass, action);
        void Recurse()
        {
            if (recurse)
            {
                PlanChildren(ddl, oid, command, queue);
            }
        }

        if (!isRecursing)
        {
            TypedTables.RequireAllowed(relation, command);
        }

        foreach (var typed in TypedTables.Affected(ddl, relation, command))
        {
            Plan(ddl, typed, command, queue, recurse: true, isRecursing: true);
        }

        switch (command.Subtype)
        {
            case Pg.AlterTableType.AtSetRelOptions or Pg.AlterTableType.AtResetRelOptions or Pg.AlterTableType.AtSetLogged or Pg.AlterTableType.AtSetUnLogged
                or Pg.AlterTableType.AtSetTableSpace or Pg.AlterTableType.AtClusterOn or Pg.AlterTableType.AtDropCluster or Pg.AlterTableType.AtReplicaIdentity
                or Pg.AlterTableType.AtSetAccessMethod or Pg.AlterTableType.AtSetCompression or Pg.AlterTableType.AtAlterConstraint when relation.relkind == 'f':
                RequireNotForeign(relation, Describe(command.Subtype));
                break;
            case Pg.AlterTableType.AtGenericOptions:
                if (relation.relkind != 'f')
                {
                    throw new PgException(SqlState.WrongObjectType, $"ALTER action OPTIONS cannot be performed on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
                }

                Add(Pass.Misc, () => ForeignData.ForeignTables.AlterOptions(ddl, oid, command.Def.List.Items));
                break;
            case Pg.AlterTableType.AtAlterColumnGenericOptions:
                if (relation.relkind != 'f')
                {
                    throw new PgException(SqlState.WrongObjectType, $"ALTER action ALTER COLUMN ... OPTIONS cannot be performed on relation \"{relation.relname}\"")
                        .WithDetail(ObjectKinds.NotSupported(relation.relkind));
                }

                Add(Pass.ColumnAttributes, () => ForeignData.ForeignTables.AlterColumnOptions(ddl, oid, command.Name, command.Def.List.Items));
                break;
            case Pg.AlterTableType.AtAddColumn:
                RequireColumns(relation, "ADD COLUMN");
                Add(Pass.AddColumn, () => AddColumn(ddl, oid, command, queue, recurse));
                break;
            case Pg.AlterTableType.AtDropColumn:
                RequireColumns(relation, "DROP COLUMN");
                Add(Pass.Drop, () => DropColumn(ddl, oid, command, recurse));
                break;
            case Pg.AlterTableType.AtColumnDefault:
                if (relation.relkind != 'v')
                {
                    RequireTable(relation, "ALTER COLUMN ... SET DEFAULT");
                }

                Recurse();
                Add(command.Def is null ? Pass.Drop : Pass.ColumnAttributes, () => ColumnDefault(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtSetNotNull:
                RequireTable(relation, "ALTER COLUMN ... SET NOT NULL");
                PlanSetNotNull(ddl, relation, command, queue, recurse, isRecursing);
                Add(Pass.ColumnAttributes, () => SetNotNull(ddl, oid, Column(ddl, oid, command.Name)));
                break;
            case Pg.AlterTableType.AtDropNotNull:
                RequireTable(relation, "ALTER COLUMN ... DROP NOT NULL");
                if (!recurse && !isRecursing && relation.relkind == 'p' && Inheritance.HasChildren(ddl.Catalog, oid))
                {
                    throw OnlyPartitioned("cannot remove constraint from only the partitioned table when partitions exist");
                }

                Recurse();
                Add(Pass.Drop, () => DropNotNull(ddl, oid, Column(ddl, oid, command.Name)));
                break;
            case Pg.AlterTableType.AtAddIdentity:
                RequireTable(relation, "ALTER COLUMN ... ADD IDENTITY");
                Add(Pass.AddForeignKey, () => AddIdentity(ddl, oid, command, recurse));
                break;
            case Pg.AlterTableType.AtSetIdentity:
                Add(Pass.Misc, () => SetIdentity(ddl, oid, command, recurse));
                break;
            case Pg.AlterTableType.AtDropIdentity:
                Add(Pass.Drop, () => DropIdentity(ddl, oid, command, recurse));
                break;
            case Pg.AlterTableType.AtDropExpression:
                RequireTable(relation, "ALTER COLUMN ... DROP EXPRESSION");
                Recurse();
                RequireOwnExpression(ddl, relation, command.Name, recurse, isRecursing);
                Add(Pass.Drop, () => DropExpression(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtSetExpression:
                RequireTable(relation, "ALTER COLUMN ... SET EXPRESSION");
                Recurse();
                Add(Pass.SetExpression, () => SetExpression(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtAlterColumnType:
                RequireColumns(relation, "ALTER COLUMN ... SET DATA TYPE");
                PlanColumnType(ddl, relation, command, queue, recurse, isRecursing);
                Add(Pass.AlterType, () => ColumnType(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtAddConstraint:
                RequireTable(relation, "ADD CONSTRAINT");
                PlanConstraint(ddl, oid, command.Def.Constraint.Clone(), queue, recurse);
                break;
            case Pg.AlterTableType.AtDropConstraint:
                RequireTable(relation, "DROP CONSTRAINT");
                RequirePartitionsUnused(ddl, relation);
                Add(Pass.Drop, () => DropConstraint(ddl, oid, command, recurse));
                break;
            case Pg.AlterTableType.AtValidateConstraint:
                RequireTable(relation, "VALIDATE CONSTRAINT");
                Add(Pass.Misc, () => ValidateConstraint(ddl, oid, command.Name, recurse, isRecursing: false));
                break;
            case Pg.AlterTableType.AtAlterConstraint:
                Add(Pass.Misc, () => AlterConstraint(ddl, oid, command.Def.Constraint));
                break;
            case Pg.AlterTableType.AtAddInherit:
                RequireTable(relation, "INHERIT");
                RequireInheriting(relation);
                Add(Pass.Misc, () => AddInherit(ddl, oid, command.Def.RangeVar));
                break;
            case Pg.AlterTableType.AtDropInherit:
                RequireTable(relation, "NO INHERIT");
                Add(Pass.Misc, () => DropInherit(ddl, oid, command.Def.RangeVar));
                break;
            case Pg.AlterTableType.AtAttachPartition:
                PlanAttach(ddl, relation, command.Def.PartitionCmd, queue);
                break;
            case Pg.AlterTableType.AtDetachPartition or Pg.AlterTableType.AtDetachPartitionFinalize:
                PlanDetach(ddl, relation, command, queue);
                break;
            case Pg.AlterTableType.AtChangeOwner:
                Add(Pass.Misc, () => Owners.Change(ddl, oid, ddl.FindRole(command.Newowner).oid));
                break;
            case Pg.AlterTableType.AtSetRelOptions or Pg.AlterTableType.AtResetRelOptions when relation.relkind is 'p' or 'I':
                throw RejectOptions(relation, command);
            case Pg.AlterTableType.AtSetRelOptions or Pg.AlterTableType.AtResetRelOptions:
                if (relation.relkind == 'p' && command.Subtype == Pg.AlterTableType.AtSetRelOptions)
                {
                    throw new PgException(SqlState.WrongObjectType, "cannot specify storage parameters for a partitioned table")
                        .WithHint("Specify storage parameters for its leaf partitions instead.");
                }

                Add(Pass.Misc, () => ddl.Put(Relation(ddl, oid) with
                {
                    reloptions = StorageParameters.Apply(
                        Relation(ddl, oid).reloptions,
                        command.Def.List.Items,
                        StorageParameters.OfRelation(relation.relkind, ddl.Catalog.Am(relation.relam)?.amname),
                        command.Subtype == Pg.AlterTableType.AtResetRelOptions,
                        hasVersions: Relation(ddl, oid) is { relkind: 'r', relpersistence: not 't' }),
                }));
                break;
            case Pg.AlterTableType.AtSetLogged or Pg.AlterTableType.AtSetUnLogged when relation.relkind == 'p' && relation.relpersistence != 't':
                // There is nothing to log.
                break;
            case Pg.AlterTableType.AtSetLogged or Pg.AlterTableType.AtSetUnLogged:
                Add(Pass.Misc, () => SetPersistence(ddl, oid, command.Subtype == Pg.AlterTableType.AtSetLogged ? 'p' : 'u'));
                break;
            case Pg.AlterTableType.AtSetAccessMethod when relation.relkind is 'r' or 'm' or 'p':
                var am = relation.relkind == 'p' && command.Name.Length == 0 ? 0 : AccessMethods.OfTable(ddl, command.Name).oid;
                Add(Pass.Misc, () => AccessMethods.Set(ddl, oid, am));

                break;
            case Pg.AlterTableType.AtEnableRowSecurity or Pg.AlterTableType.AtDisableRowSecurity:
                RequireOwnRows(relation, Describe(command.Subtype));
                Add(Pass.Misc, () => ddl.Put(Relation(ddl, oid) with { relrowsecurity = command.Subtype == Pg.AlterTableType.AtEnableRowSecurity }));
                break;
            case Pg.AlterTableType.AtForceRowSecurity or Pg.AlterTableType.AtNoForceRowSecurity:
                RequireOwnRows(relation, Describe(command.Subtype));
                Add(Pass.Misc, () => ddl.Put(Relation(ddl, oid) with { relforcerowsecurity = command.Subtype == Pg.AlterTableType.AtForceRowSecurity }));
                break;
            case Pg.AlterTableType.AtSetTableSpace:
                Tablespaces.Require(ddl, command.Name);
                break;
            case Pg.AlterTableType.AtSetStatistics:
                Recurse();
                Add(Pass.Misc, () => SetStatistics(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtSetStorage:
                Recurse();
                Add(Pass.Misc, () => SetStorage(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtSetCompression:
                Add(Pass.Misc, () => SetCompression(ddl, oid, command));
                break;
            case Pg.AlterTableType.AtSetOptions or Pg.AlterTableType.AtResetOptions:
                RequireTable(relation, $"ALTER COLUMN ... {(command.Subtype == Pg.AlterTableType.AtSetOptions ? "SET" : "RESET")}");
                Add(Pass.Misc, () => ddl.Put(Column(ddl, oid, command.Name) with
                {
                    attoptions = StorageParameters.Apply(Column(ddl, oid, command.Name).attoptions, command.Def.List.Items, 'a', command.Subtype == Pg.AlterTableType.AtResetOptions),
                }));
                break;
            case Pg.AlterTableType.AtAddOf:
                RequireOwnRows(relation, "OF");
                Add(Pass.Misc, () => TypedTables.AttachExisting(ddl, Relation(ddl, oid), command.Def.TypeName));
                break;
            case Pg.AlterTableType.AtDropOf:
                RequireOwnRows(relation, "NOT OF");
                Add(Pass.Misc, () => TypedTables.Detach(ddl, Relation(ddl, oid)));
                break;
            case Pg.AlterTableType.AtDropOids:
                break;
            case Pg.AlterTableType.AtEnableTrig or Pg.AlterTableType.AtEnableAlwaysTrig or Pg.AlterTableType.AtEnableReplicaTrig or Pg.AlterTableType.AtEnableTrigAll
                or Pg.AlterTableType.AtEnableTrigUser or Pg.AlterTableType.AtDisableTrig or Pg.AlterTableType.AtDisableTrigAll or Pg.AlterTableType.AtDisableTrigUser:
                RequireTable(relation, Describe(command.Subtype));
                Add(Pass.Misc, () => Triggers.AlterTrigger.Enable(ddl, relation, command, recurse));
                break;
            case Pg.AlterTableType.AtEnableRule or Pg.AlterTableType.AtEnableAlwaysRule or Pg.AlterTableType.AtEnableReplicaRule or Pg.AlterTableType.AtDisableRule:
                RequireTable(relation, Describe(command.Subtype));
                Add(Pass.Misc, () => Execution.Rules.RuleCommands.Enable(ddl, Relation(ddl, oid), command));
                break;
            case Pg.AlterTableType.AtClusterOn:
                Add(Pass.Misc, () => Cluster(ddl, oid, command.Name));
                break;
            case Pg.AlterTableType.AtDropCluster:
                Add(Pass.Misc, () => Cluster(ddl, oid, null));
                break;
            case Pg.AlterTableType.AtReplicaIdentity:
                Add(Pass.Misc, () => ReplicaIdentity(ddl, oid, command.Def.ReplicaIdentityStmt));
                break;
            default:
                throw PgErrors.FeatureNotSupported("ALTER TABLE " + Describe(command.Subtype));
        }
    }

    private static string Describe(Pg.AlterTableType type) => type switch
    {
        Pg.AlterTableType.AtEnableTrig => "ENABLE TRIGGER",
        Pg.AlterTableType.AtEnableAlwaysTrig => "ENABLE ALWAYS TRIGGER",
        Pg.AlterTableType.AtEnableReplicaTrig => "ENABLE REPLICA TRIGGER",
        Pg.AlterTableType.AtEnableTrigAll => "ENABLE TRIGGER ALL",
        Pg.AlterTableType.AtEnableTrigUser => "ENABLE TRIGGER USER",
        Pg.AlterTableType.AtDisableTrig => "DISABLE TRIGGER",
        Pg.AlterTableType.AtDisableTrigAll => "DISABLE TRIGGER ALL",
        Pg.AlterTableType.AtDisableTrigUser => "DISABLE TRIGGER USER",
        Pg.AlterTableType.AtEnableRule => "ENABLE RULE",
        Pg.AlterTableType.AtEnableAlwaysRule => "ENABLE ALWAYS RULE",
        Pg.AlterTableType.AtEnableReplicaRule => "ENABLE REPLICA RULE",
        Pg.AlterTableType.AtDisableRule => "DISABLE RULE",
        Pg.AlterTableType.AtEnableRowSecurity => "ENABLE ROW SECURITY",
        Pg.AlterTableType.AtDisableRowSecurity => "DISABLE ROW SECURITY",
        Pg.AlterTableType.AtForceRowSecurity => "FORCE ROW SECURITY",
        Pg.AlterTableType.AtNoForceRowSecurity => "NO FORCE ROW SECURITY",
        Pg.AlterTableType.AtAddInherit => "INHERIT",
        Pg.AlterTableType.AtDropInherit => "NO INHERIT",
        Pg.AlterTableType.AtAttachPartition => "ATTACH PARTITION",
        Pg.AlterTableType.AtDetachPartition => "DETACH PARTITION",
        Pg.AlterTableType.AtDetachPartitionFinalize => "DETACH PARTITION ... FINALIZE",
        Pg.AlterTableType.AtSetRelOptions => "SET",
        Pg.AlterTableType.AtResetRelOptions => "RESET",
        Pg.AlterTableType.AtSetTableSpace => "SET TABLESPACE",
        Pg.AlterTableType.AtSetLogged => "SET LOGGED",
        Pg.AlterTableType.AtSetUnLogged => "SET UNLOGGED",
        Pg.AlterTableType.AtClusterOn => "CLUSTER ON",
        Pg.AlterTableType.AtDropCluster => "SET WITHOUT CLUSTER",
        Pg.AlterTableType.AtReplicaIdentity => "REPLICA IDENTITY",
        Pg.AlterTableType.AtAlterConstraint => "ALTER CONSTRAINT",
        Pg.AlterTableType.AtSetAccessMethod => "SET ACCESS METHOD",
        Pg.AlterTableType.AtSetCompression => "ALTER COLUMN ... SET COMPRESSION",
        Pg.AlterTableType.AtSetOptions => "ALTER COLUMN ... SET",
        Pg.AlterTableType.AtResetOptions => "ALTER COLUMN ... RESET",
        _ => type.ToString()[2..],
    };

    private static void RequireTable(PgClass relation, string action)
    {
        if (relation.relkind is not ('r' or 'p' or 'f'))
        {
            throw new PgException(SqlState.WrongObjectType, $"ALTER action {action} cannot be performed on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }
    }

    // What has no meaning for a table whose rows are elsewhere.
    private static void RequireOwnRows(PgClass relation, string action)
    {
        RequireTable(relation, action);
        RequireNotForeign(relation, action);
    }

    private static void RequireNotForeign(PgClass relation, string action)
    {
        if (relation.relkind == 'f')
        {
            throw new PgException(SqlState.WrongObjectType, $"ALTER action {action} cannot be performed on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported('f'));
        }
    }

    private static void RequireColumns(PgClass relation, string action)
    {
        if (relation.relkind != 'c')
        {
            RequireTable(relation, action);
        }
    }

    // PostgreSQL analyses these when the statement's text is no longer at hand.
    private static T WithoutPosition<T>(Func<T> analyse)
    {
        try
        {
            return analyse();
        }
        catch (PgException e)
        {
            (e.Location, e.Position) = (-1, 0);
            throw;
        }
    }

    private static PgClass Relation(DdlContext ddl, uint oid) => ddl.Catalog.Class(oid)!;

    /// <summary>A column to alter (42703, 0A000 for a system column).</summary>
    private static PgAttribute Column(DdlContext ddl, uint oid, string name)
    {
        var column = ddl.Catalog.FindAttribute(oid, name)
            ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{Relation(ddl, oid).relname}\" does not exist");
        return column.attnum > 0 ? column : throw new PgException(SqlState.FeatureNotSupported, $"cannot alter system column \"{name}\"");
    }

    private static void SetPersistence(DdlContext ddl, uint oid, char persistence)
    {
        if (Relation(ddl, oid).relpersistence == 't')
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot change logged status of table \"{Relation(ddl, oid).relname}\" because it is temporary");
        }

        if (persistence == 'u' && Dml.ReplicaIdentity.PublicationsOf(ddl.Catalog, Relation(ddl, oid)).Any())
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot change table \"{Relation(ddl, oid).relname}\" to unlogged because it is part of a publication")
                .WithDetail("Unlogged relations cannot be replicated.");
        }

        if (Relation(ddl, oid).relpersistence != persistence)
        {
            ddl.NoteRewrite(oid, EventTriggers.RewriteReason.Persistence);
        }

        ddl.Put(Relation(ddl, oid) with { relpersistence = persistence });
        foreach (var column in ddl.Catalog.Attributes(oid))
        {
            if (ddl.Catalog.SequenceOwnedBy(oid, column.attnum) is not 0 and var sequence)
            {
                ddl.Put(Relation(ddl, sequence) with { relpersistence = persistence });
            }
        }

        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            ddl.Put(Relation(ddl, index.indexrelid) with { relpersistence = persistence });
        }
    }

    private static PgIndex FindIndex(DdlContext ddl, uint oid, string name)
    {
        var relation = Relation(ddl, oid);
        var index = ddl.Catalog.FindClass(name, relation.relnamespace)
            ?? throw new PgException(SqlState.UndefinedObject, $"index \"{name}\" for table \"{relation.relname}\" does not exist");
        return ddl.Catalog.Index(index.oid) is { } row && row.indrelid == oid
            ? row
            : throw new PgException(SqlState.WrongObjectType, $"\"{name}\" is not an index for table \"{relation.relname}\"");
    }

    private static void Cluster(DdlContext ddl, uint oid, string? name)
    {
        var relation = Relation(ddl, oid);
        var chosen = name is null ? null : ClusterTable.Find(ddl.Catalog, relation, name);
        if (relation.relkind == 'p')
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot mark index clustered in partitioned table");
        }

        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            ddl.Put(index with { indisclustered = index.indexrelid == chosen?.indexrelid });
        }
    }

    private static void ReplicaIdentity(DdlContext ddl, uint oid, Pg.ReplicaIdentityStmt statement)
    {
        var chosen = statement.IdentityType == "i" ? FindIndex(ddl, oid, statement.Name) : null;
        if (chosen is { indisunique: false } or { indimmediate: false } or { indpred: not null } or { indexprs: not null })
        {
            throw new PgException(chosen.indisunique ? SqlState.FeatureNotSupported : SqlState.WrongObjectType, $"cannot use {(chosen.indisunique ? chosen.indimmediate ? chosen.indexprs is null ? "partial" : "expression" : "non-immediate" : "non-unique")} index \"{statement.Name}\" as replica identity");
        }

        foreach (var number in chosen?.indkey.Take(chosen.indnkeyatts) ?? [])
        {
            if (ddl.Catalog.Attribute(oid, number) is { attnotnull: false } column)
            {
                throw new PgException(SqlState.WrongObjectType, $"index \"{statement.Name}\" cannot be used as replica identity because column \"{column.attname}\" is nullable");
            }
        }

        ddl.Put(Relation(ddl, oid) with { relreplident = statement.IdentityType[0] });
        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            ddl.Put(index with { indisreplident = index.indexrelid == chosen?.indexrelid });
        }
    }
}
