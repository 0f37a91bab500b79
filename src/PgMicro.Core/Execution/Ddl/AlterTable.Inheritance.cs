using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Partitioning;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>What reaches the tables that inherit from the named one; INHERIT and NO INHERIT.</content>
internal static partial class AlterTable
{
    // ATSimpleRecursion: the subcommand is done to every descendant as it is to the table.
    private static void PlanChildren(DdlContext ddl, uint oid, Pg.AlterTableCmd command, Queue queue)
    {
        foreach (var child in Inheritance.Descendants(ddl.Catalog, oid).Skip(1))
        {
            Plan(ddl, Open(ddl, child), command, queue, recurse: false, isRecursing: true);
        }
    }

    /// <summary>A table that is altered because it inherits: it must be the role's, and not be in use.</summary>
    private static PgClass Open(DdlContext ddl, uint oid)
    {
        var relation = RequireUnused(ddl, oid);
        ddl.RequireUserRelation(relation);
        return relation;
    }

    private static PgClass RequireUnused(DdlContext ddl, uint oid)
    {
        var relation = Relation(ddl, oid);
        DeferredConstraints.RequireNone(ddl.Session, relation, "ALTER TABLE");
        return relation;
    }

    private static PgException OnlyPartitioned(string message) => new PgException(SqlState.InvalidTableDefinition, message).WithHint("Do not specify the ONLY keyword.");

    private static void RequireNotNull(DdlContext ddl, uint child, string name)
    {
        if (!Column(ddl, child, name).attnotnull)
        {
            throw OnlyPartitioned("constraint must be added to child tables too")
                .WithDetail($"Column \"{name}\" of relation \"{Relation(ddl, child).relname}\" is not already NOT NULL.");
        }
    }

    // ATPrepSetNotNull: with ONLY the partitions must have it already.
    private static void PlanSetNotNull(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command, Queue queue, bool recurse, bool isRecursing)
    {
        if (recurse)
        {
            PlanChildren(ddl, relation.oid, command, queue);
        }
        else if (!isRecursing && relation.relkind == 'p')
        {
            foreach (var child in Inheritance.Children(ddl.Catalog, relation.oid))
            {
                queue.Add(child, Pass.ColumnAttributes, () => RequireNotNull(ddl, child, command.Name));
            }
        }
    }

    // ATPrepAlterColumnType: the column must have the same type in all tables, so all that it comes from and goes to must be among them.
    private static void PlanColumnType(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command, Queue queue, bool recurse, bool isRecursing)
    {
        if (relation.relkind == 'c')
        {
            return;
        }

        // USING is analysed before the column is looked for.
        if (command.Def.ColumnDef.RawDefault is { } conversion)
        {
            DdlExpressions.BindUsing(ddl, conversion, relation);
        }

        var column = Column(ddl, relation.oid, command.Name);
        if (column.attinhcount > 0 && !isRecursing)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot alter inherited column \"{command.Name}\"");
        }

        RequireNoKey(ddl, relation, column, "alter");
        var tables = Inheritance.Descendants(ddl.Catalog, relation.oid);
        if (tables.Count == 1 || (isRecursing && !recurse))
        {
            return;
        }

        if (!recurse)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"type of inherited column \"{command.Name}\" must be changed in child tables too");
        }

        var definition = command.Def.ColumnDef;
        if (definition.RawDefault is not null)
        {
            var (type, typmod) = Binding.Expressions.TypeNames.Resolve(ddl.ParseState, definition.TypeName);
            if (DdlExpressions.Columns(DdlExpressions.BindTransform(ddl, definition.RawDefault, relation, column, type, typmod)).Contains(0))
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot convert whole-row table reference")
                    .WithDetail("USING expression contains a whole-row table reference.");
            }
        }

        foreach (var child in tables.Skip(1))
        {
            if (Column(ddl, child, command.Name).attinhcount > Inheritance.ParentsAmong(ddl.Catalog, child, tables))
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"cannot alter inherited column \"{command.Name}\" of relation \"{Relation(ddl, child).relname}\"");
            }

            Plan(ddl, Open(ddl, child), command, queue, recurse: false, isRecursing: true);
        }
    }

    // ATPrepDropExpression: more than one level of children is refused, whether they are meant or not.
    private static void RequireOwnExpression(DdlContext ddl, PgClass relation, string name, bool recurse, bool isRecursing)
    {
        if (!recurse && Inheritance.HasChildren(ddl.Catalog, relation.oid))
        {
            throw new PgException(SqlState.FeatureNotSupported, "ALTER TABLE / DROP EXPRESSION must be applied to child tables too");
        }

        if (!isRecursing && Column(ddl, relation.oid, name).attinhcount > 0)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "cannot drop generation expression from inherited column");
        }
    }

    // What a table is divided by stays as it is.
    private static void RequireNoKey(DdlContext ddl, PgClass relation, PgAttribute column, string action)
    {
        if (relation.relkind == 'p' && ddl.Catalog.Find(PgPartitionedTable.Relation, new(relation.oid)) is { } key
            && (key.partattrs.Contains(column.attnum) || PartitionKey.Expressions(key).Exists(e => DdlExpressions.Columns(e).Contains(column.attnum))))
        {
            throw new PgException(
                SqlState.InvalidTableDefinition, $"cannot {action} column \"{column.attname}\" because it is part of the partition key of relation \"{relation.relname}\"");
        }
    }

    // ATPrepAddInherit
    private static void RequireInheriting(PgClass relation)
    {
        var kind = relation.reloftype != 0 ? "typed table" : relation.relispartition ? "a partition" : relation.relkind == 'p' ? "partitioned table" : null;
        if (kind is not null)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot change inheritance of {kind}");
        }
    }

    private static void AddInherit(DdlContext ddl, uint oid, Pg.RangeVar name)
    {
        var child = Relation(ddl, oid);
        var parent = ddl.FindRelation(name);
        ObjectKinds.RequireRows(parent);
        RequireTable(parent, "INHERIT");
        ddl.RequireUserRelation(parent);
        if (parent.relpersistence == 't' && child.relpersistence != 't')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot inherit from temporary relation \"{parent.relname}\"");
        }

        if (parent.relkind == 'p')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot inherit from partitioned table \"{parent.relname}\"");
        }

        if (parent.relispartition)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot inherit from a partition");
        }

        if (Inheritance.Descendants(ddl.Catalog, oid).Contains(parent.oid))
        {
            throw new PgException(SqlState.DuplicateTable, "circular inheritance not allowed").WithDetail($"\"{parent.relname}\" is already a child of \"{child.relname}\".");
        }

        if (ddl.Catalog.TriggersOf(oid).FirstOrDefault(static t => ((TriggerType)t.tgtype).HasFlag(TriggerType.Row) && (t.tgoldtable is not null || t.tgnewtable is not null)) is { } trigger)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"trigger \"{trigger.tgname}\" prevents table \"{child.relname}\" from becoming an inheritance child")
                .WithDetail("ROW triggers with transition tables are not supported in inheritance hierarchies.");
        }

        InheritanceLinks.Create(ddl, oid, parent.oid);
    }

    private static void DropInherit(DdlContext ddl, uint oid, Pg.RangeVar name)
    {
        if (Relation(ddl, oid).relispartition)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot change inheritance of a partition");
        }

        var parent = ddl.FindRelation(name);
        ObjectKinds.RequireRows(parent);
        InheritanceLinks.Remove(ddl, oid, parent.oid);
    }
}
