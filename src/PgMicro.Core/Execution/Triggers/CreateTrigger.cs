using System.Text;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
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
        CheckRelation(relation, type);
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
        var existing = ddl.Catalog.TriggersOf(relation.oid).FirstOrDefault(t => t.tgname == statement.Trigname);
        if (existing is not null)
        {
            if (!statement.Replace)
            {
                throw new PgException(SqlState.DuplicateObject, $"trigger \"{statement.Trigname}\" for relation \"{relation.relname}\" already exists");
            }

            if (existing.tgconstraint != 0)
            {
                throw new PgException(SqlState.DuplicateObject, $"trigger \"{statement.Trigname}\" for relation \"{relation.relname}\" is a constraint trigger");
            }

            Dml.DeferredConstraints.RequireNone(ddl.Session, relation, "CREATE OR REPLACE TRIGGER");
        }

        var columns = Columns(ddl, relation, statement);
        var constraint = statement.Isconstraint ? AddConstraint(ddl, relation, statement) : 0;
        var arguments = statement.Args.Select(static a => a.String.Sval).ToArray();
        var trigger = ddl.Put(new PgTrigger
        {
            oid = existing?.oid ?? ddl.NewOid(),
            tgrelid = relation.oid,
            tgname = statement.Trigname,
            tgfoid = function.oid,
            tgtype = (short)type,
            tgconstrrelid = other?.oid ?? 0,
            tgconstraint = constraint,
            tgdeferrable = statement.Deferrable,
            tginitdeferred = statement.Initdeferred,
            tgnargs = (short)arguments.Length,
            tgattr = columns,
            tgargs = Encoding.UTF8.GetBytes(string.Concat(arguments.Select(static a => a + "\0"))),
            tgqual = when is null ? null : BoundTreeSerializer.Serialize(when),
            tgoldtable = oldTable,
            tgnewtable = newTable,
        });
        if (!relation.relhastriggers)
        {
            ddl.Put(relation with { relhastriggers = true });
        }

        Depend(ddl, trigger, when);
        return "CREATE TRIGGER";
    }

    private static PgClass Find(DdlContext ddl, Pg.RangeVar name)
    {
        string[] names = [.. ((string[])[name.Catalogname, name.Schemaname, name.Relname]).Where(static n => n.Length > 0)];
        var relation = ObjectLookup.Relation(ddl.ParseState, names, missingOk: false)!;
        return relation.relkind is 'i' or 'I' or 'c'
            ? throw new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind))
            : relation;
    }

    private static void CheckRelation(PgClass relation, TriggerType type)
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
            default:
                throw CannotHave(relation);
        }

        if (detail is not null)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is a {(relation.relkind == 'v' ? "view" : "table")}").WithDetail(detail);
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

    private static uint AddConstraint(DdlContext ddl, PgClass relation, Pg.CreateTrigStmt statement)
    {
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = statement.Trigname,
            connamespace = relation.relnamespace,
            contype = 't',
            condeferrable = statement.Deferrable,
            condeferred = statement.Initdeferred,
            conrelid = relation.oid,
            connoinherit = true,
        });
        ddl.Depend(ObjectAddress.Constraint(row.oid), ObjectAddress.Relation(relation.oid), 'a');
        return row.oid;
    }

    private static void Depend(DdlContext ddl, PgTrigger trigger, BoundExpr? when)
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

        if (when is not null)
        {
            // A whole row is of the table, which the trigger depends on already.
            var whole = ObjectAddress.Relation(trigger.tgrelid);
            foreach (var reference in DependencyFinder.Find(ddl.Catalog, TriggerWhen.OverOne(when), trigger.tgrelid).Where(r => r != whole))
            {
                ddl.Depend(address, reference);
            }
        }
    }
}
