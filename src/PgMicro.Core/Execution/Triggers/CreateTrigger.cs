using System.Text;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>CREATE [OR REPLACE] [CONSTRAINT] TRIGGER (manual: "CREATE TRIGGER").</summary>
internal static class CreateTrigger
{
    internal static string Execute(DdlContext ddl, Pg.CreateTrigStmt statement)
    {
        var type = (TriggerType)statement.Timing | (TriggerType)statement.Events | (statement.Row ? TriggerType.Row : TriggerType.None);
        var relation = Find(ddl, statement.Relation);
        CheckRelation(relation, type, statement.Isconstraint);
        var other = statement.Constrrel is null ? null : Find(ddl, statement.Constrrel);
        CheckPrivilege(ddl, relation);
        if (other is not null)
        {
            CheckPrivilege(ddl, other);
        }

        CheckType(type, statement);
        var (oldTable, newTable) = TransitionTables(ddl, relation, type, statement);
        var when = statement.WhenClause is null ? null : TriggerWhen.Bind(ddl, statement.WhenClause, relation, type);
        var function = Function(ddl, statement);
        var arguments = statement.Args.Select(static a => a.String.Sval).ToArray();
        if (!statement.Replace && ddl.Catalog.TriggersOf(relation.oid).FirstOrDefault(t => t.tgname == statement.Trigname) is { } same)
        {
            RequireReplaceable(ddl, relation, same, same, mayReplace: false);
        }

        var trigger = new PgTrigger
        {
            tgrelid = relation.oid,
            tgname = statement.Trigname,
            tgfoid = function.oid,
            tgtype = (short)type,
            tgconstrrelid = other?.oid ?? 0,
            tgdeferrable = statement.Deferrable,
            tginitdeferred = statement.Initdeferred,
            tgnargs = (short)arguments.Length,
            tgattr = Columns(ddl, relation, statement),
            tgargs = Encoding.UTF8.GetBytes(string.Concat(arguments.Select(static a => a + "\0"))),
            tgqual = when is null ? null : BoundTreeSerializer.Serialize(when),
            tgoldtable = oldTable,
            tgnewtable = newTable,
        };
        Store(ddl, trigger, statement.Isconstraint, statement.Replace);
        return "CREATE TRIGGER";
    }

    /// <summary>Gives a new partition the row triggers of its table (CloneRowTriggersToPartition).</summary>
    internal static void CloneAll(DdlContext ddl, uint table, uint partition)
    {
        foreach (var trigger in ddl.Catalog.TriggersOf(table).Where(static t => !t.tgisinternal && ((TriggerType)t.tgtype & TriggerType.Row) != 0).OrderBy(static t => t.tgname, StringComparer.Ordinal))
        {
            Clone(ddl, trigger, partition, mayReplace: false);
        }
    }

    /// <summary>Takes the triggers that a partition had from its table from it (DropClonedTriggersFromPartition).</summary>
    internal static void DropClones(DdlContext ddl, uint partition)
    {
        foreach (var trigger in ddl.Catalog.TriggersOf(partition).Where(static t => t.tgparentid != 0))
        {
            var address = new ObjectAddress(PgTrigger.RelationOid, trigger.oid);
            ddl.ForgetDependencies(address, static d => d.deptype is DependencyType.PartitionPrimary or DependencyType.PartitionSecondary);
            Drop.Perform(ddl, [address], Pg.DropBehavior.DropRestrict);
        }
    }

    // Writes a trigger, and one for each partition when it is for the rows of a partitioned table.
    private static void Store(DdlContext ddl, PgTrigger trigger, bool isConstraint, bool mayReplace)
    {
        var relation = ddl.Catalog.Class(trigger.tgrelid)!;
        var existing = ddl.Catalog.TriggersOf(relation.oid).FirstOrDefault(t => t.tgname == trigger.tgname);
        if (existing is not null)
        {
            RequireReplaceable(ddl, relation, existing, trigger, mayReplace);
        }

        trigger = ddl.Put(trigger with { oid = existing?.oid ?? ddl.NewOid(), tgconstraint = isConstraint ? AddConstraint(ddl, relation, trigger) : 0 });
        if (!relation.relhastriggers)
        {
            ddl.Put(relation with { relhastriggers = true });
        }

        Depend(ddl, trigger);
        if (((TriggerType)trigger.tgtype & TriggerType.Row) != 0 && PartitionDescriptor.Of(ddl.Catalog, relation.oid) is { } descriptor)
        {
            foreach (var partition in descriptor.Partitions)
            {
                Clone(ddl, trigger, partition, mayReplace);
            }
        }
    }

    private static void Clone(DdlContext ddl, PgTrigger trigger, uint partition, bool mayReplace)
    {
        var map = Inheritance.Map(ddl.Catalog, trigger.tgrelid, partition);
        Store(
            ddl,
            trigger with
            {
                tgrelid = partition,
                tgparentid = trigger.oid,
                tgattr = [.. trigger.tgattr.Select(a => map[a])],
                tgqual = trigger.tgqual is null ? null : BoundTreeSerializer.Serialize(
                    TriggerWhen.ForPartition(BoundTreeSerializer.DeserializeExpr(trigger.tgqual), map, ddl.Catalog.Class(partition)!.reltype)),
            },
            trigger.tgconstraint != 0,
            mayReplace);
    }

    private static void RequireReplaceable(DdlContext ddl, PgClass relation, PgTrigger existing, PgTrigger trigger, bool mayReplace)
    {
        PgException Exists(string what) => new(SqlState.DuplicateObject, $"trigger \"{trigger.tgname}\" for relation \"{relation.relname}\" {what}");
        if (!mayReplace)
        {
            throw Exists("already exists");
        }

        if (existing.tgparentid != 0 && trigger.tgparentid == 0)
        {
            throw Exists("is an internal or a child trigger");
        }

        if (existing.tgconstraint != 0)
        {
            throw Exists("is a constraint trigger");
        }

        Dml.DeferredConstraints.RequireNone(ddl.Session, relation, "CREATE OR REPLACE TRIGGER");
    }

    private static PgClass Find(DdlContext ddl, Pg.RangeVar name)
    {
        string[] names = [.. ((string[])[name.Catalogname, name.Schemaname, name.Relname]).Where(static n => n.Length > 0)];
        var relation = ObjectLookup.Relation(ddl.ParseState, names, missingOk: false)!;
        ObjectKinds.RequireRows(relation);
        return relation;
    }

    private static void CheckRelation(PgClass relation, TriggerType type, bool isConstraint)
    {
        string? detail;
        switch (relation.relkind)
        {
            case 'r' or 'p':
                detail = (type & TriggerType.InsteadOf) != 0 ? "Tables cannot have INSTEAD OF triggers." : null;
                break;
            case 'v':
                detail = (type & TriggerType.InsteadOf) == 0 && (type & TriggerType.Row) != 0 ? "Views cannot have row-level BEFORE or AFTER triggers."
                    : (type & TriggerType.Truncate) != 0 ? "Views cannot have TRUNCATE triggers."
                    : null;
                break;
            case 'f':
                detail = (type & TriggerType.InsteadOf) != 0 ? "Foreign tables cannot have INSTEAD OF triggers."
                    : isConstraint ? "Foreign tables cannot have constraint triggers."
                    : null;
                break;
            default:
                throw CannotHave(relation);
        }

        if (detail is not null)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is a {relation.relkind switch { 'v' => "view", 'f' => "foreign table", _ => "table" }}").WithDetail(detail);
        }

        if (relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }
    }

    /// <summary>42809: sequences and the like.</summary>
    internal static PgException CannotHave(PgClass relation) =>
        new PgException(SqlState.WrongObjectType, $"relation \"{relation.relname}\" cannot have triggers").WithDetail(ObjectKinds.NotSupported(relation.relkind));

    private static void CheckPrivilege(DdlContext ddl, PgClass relation)
    {
        if (PrivilegeCheck.OnClass(ddl.Catalog, relation, ddl.Owner, AclMode.Trigger) == 0)
        {
            throw Roles.QueryPermissions.Denied(relation);
        }
    }

    private static void CheckType(TriggerType type, Pg.CreateTrigStmt statement)
    {
        if ((type & TriggerType.Row) != 0 && (type & TriggerType.Truncate) != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "TRUNCATE FOR EACH ROW triggers are not supported");
        }

        if ((type & TriggerType.InsteadOf) == 0)
        {
            return;
        }

        var message = (type & TriggerType.Row) == 0 ? "INSTEAD OF triggers must be FOR EACH ROW"
            : statement.WhenClause is not null ? "INSTEAD OF triggers cannot have WHEN conditions"
            : statement.Columns.Count > 0 ? "INSTEAD OF triggers cannot have column lists"
            : null;
        if (message is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, message);
        }
    }

    private static (string? Old, string? New) TransitionTables(DdlContext ddl, PgClass relation, TriggerType type, Pg.CreateTrigStmt statement)
    {
        string? oldTable = null, newTable = null;
        foreach (var node in statement.TransitionRels)
        {
            var transition = node.TriggerTransition;
            if (!transition.IsTable)
            {
                throw new PgException(SqlState.FeatureNotSupported, "ROW variable naming in the REFERENCING clause is not supported")
                    .WithHint("Use OLD TABLE or NEW TABLE for naming transition tables.");
            }

            CheckTransition(ddl, relation, type, statement);
            ref var name = ref transition.IsNew ? ref newTable : ref oldTable;
            var word = transition.IsNew ? "NEW" : "OLD";
            if ((type & (transition.IsNew ? TriggerType.Insert | TriggerType.Update : TriggerType.Delete | TriggerType.Update)) == 0)
            {
                throw Invalid($"{word} TABLE can only be specified for {(transition.IsNew ? "an INSERT" : "a DELETE")} or UPDATE trigger");
            }

            if (name is not null)
            {
                throw Invalid($"{word} TABLE cannot be specified multiple times");
            }

            name = transition.Name;
        }

        if (newTable is not null && newTable == oldTable)
        {
            throw Invalid("OLD TABLE name and NEW TABLE name cannot be the same");
        }

        return (oldTable, newTable);
    }

    private static void CheckTransition(DdlContext ddl, PgClass relation, TriggerType type, Pg.CreateTrigStmt statement)
    {
        if ((type & TriggerType.Row) != 0)
        {
            RejectHierarchy(ddl, relation);
        }

        if (relation.relkind == 'v')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is a view").WithDetail("Triggers on views cannot have transition tables.");
        }

        if ((type & TriggerType.Timing) != 0)
        {
            throw Invalid("transition table name can only be specified for an AFTER trigger");
        }

        if ((type & TriggerType.Truncate) != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "TRUNCATE triggers with transition tables are not supported");
        }

        if (System.Numerics.BitOperations.PopCount((uint)(type & TriggerType.Events)) != 1)
        {
            throw new PgException(SqlState.FeatureNotSupported, "transition tables cannot be specified for triggers with more than one event");
        }

        if (statement.Columns.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "transition tables cannot be specified for triggers with column lists");
        }
    }

    // What a row trigger sees of a statement would depend on the table that the statement names.
    private static void RejectHierarchy(DdlContext ddl, PgClass relation)
    {
        if (relation.relkind == 'p')
        {
            throw new PgException(SqlState.FeatureNotSupported, $"\"{relation.relname}\" is a partitioned table")
                .WithDetail("ROW triggers with transition tables are not supported on partitioned tables.");
        }

        if (!ddl.Catalog.ParentsOf(relation.oid).IsEmpty)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"ROW triggers with transition tables are not supported on {(relation.relispartition ? "partitions" : "inheritance children")}");
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);

    private static PgProc Function(DdlContext ddl, Pg.CreateTrigStmt statement)
    {
        var named = new Pg.ObjectWithArgs();
        named.Objname.AddRange(statement.Funcname);
        var function = ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectRoutine, named, missingOk: false)!.Value)!;
        var shown = string.Join('.', statement.Funcname.Select(static n => n.String.Sval));
        if (function.prokind == 'p')
        {
            throw new PgException(SqlState.UndefinedFunction, $"function {shown}() does not exist");
        }

        if (function.proacl is { } acl && PrivilegeCheck.OnList(ddl.Catalog, 'f', acl, function.proowner, ddl.Owner, AclMode.Execute) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {function.proname}");
        }

        return function.prorettype == TypeOid.Trigger
            ? function
            : throw Invalid($"function {shown} must return type trigger");
    }

    private static short[] Columns(DdlContext ddl, PgClass relation, Pg.CreateTrigStmt statement)
    {
        var result = new List<short>();
        foreach (var node in statement.Columns)
        {
            var name = node.String.Sval;
            var column = ddl.Catalog.FindAttribute(relation.oid, name) is { attnum: > 0 } found ? found
                : throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist");
            if (result.Contains(column.attnum))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{name}\" specified more than once");
            }

            result.Add(column.attnum);
        }

        return [.. result];
    }

    private static uint AddConstraint(DdlContext ddl, PgClass relation, PgTrigger trigger)
    {
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = trigger.tgname,
            connamespace = relation.relnamespace,
            contype = 't',
            condeferrable = trigger.tgdeferrable,
            condeferred = trigger.tginitdeferred,
            conrelid = relation.oid,
            connoinherit = true,
        });
        ddl.Depend(ObjectAddress.Constraint(row.oid), ObjectAddress.Relation(relation.oid), 'a');
        return row.oid;
    }

    private static void Depend(DdlContext ddl, PgTrigger trigger)
    {
        var address = new ObjectAddress(PgTrigger.RelationOid, trigger.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Function(trigger.tgfoid));
        ddl.Depend(address, ObjectAddress.Relation(trigger.tgrelid), 'a');
        if (trigger.tgconstrrelid != 0)
        {
            ddl.Depend(address, ObjectAddress.Relation(trigger.tgconstrrelid), 'a');
        }

        if (trigger.tgconstraint != 0)
        {
            ddl.Depend(ObjectAddress.Constraint(trigger.tgconstraint), address, 'i');
        }

        foreach (var column in trigger.tgattr)
        {
            ddl.Depend(address, ObjectAddress.Relation(trigger.tgrelid, column));
        }

        if (trigger.tgparentid != 0)
        {
            ddl.DependOnParent(address, new(PgTrigger.RelationOid, trigger.tgparentid), trigger.tgrelid);
        }
        else if (trigger.tgqual is not null)
        {
            var when = BoundTreeSerializer.DeserializeExpr(trigger.tgqual);

            // A whole row is of the table, which the trigger depends on already.
            var whole = ObjectAddress.Relation(trigger.tgrelid);
            foreach (var reference in DependencyFinder.Find(ddl.Catalog, TriggerWhen.OverOne(when), trigger.tgrelid).Where(r => r != whole))
            {
                ddl.Depend(address, reference);
            }
        }
    }
}
