using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>RENAME COLUMN and RENAME CONSTRAINT, in a table and those that inherit from it.</content>
internal static partial class Rename
{
    private static void RequireColumns(PgClass relation)
    {
        if (relation.reloftype != 0)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot rename column of typed table");
        }

        if (relation.relkind is not ('r' or 'v' or 'c' or 'i' or 'I' or 'm' or 'p' or 'f'))
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot rename columns of relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }
    }

    // renameatt: the column has one name in a table and all that inherit from it, so all that it comes from must be among them.
    private static void RenameColumns(DdlContext ddl, PgClass relation, string name, string newName, bool recurse, Pg.DropBehavior behavior)
    {
        var tables = Tables(ddl, relation, recurse, $"inherited column \"{name}\" must be renamed in child tables too");
        foreach (var oid in tables.Skip(1).Append(relation.oid))
        {
            var table = ddl.Catalog.Class(oid)!;
            if (oid != relation.oid)
            {
                RequireColumns(table);
                ddl.RequireUserRelation(table);
            }

            foreach (var typed in TypedTables.Affected(ddl, table, behavior))
            {
                RenameColumns(ddl, typed, name, newName, recurse: true, behavior);
            }

            RenameColumn(ddl, table, name, newName, Inheritance.ParentsAmong(ddl.Catalog, oid, tables));
        }
    }

    private static IReadOnlyList<uint> Tables(DdlContext ddl, PgClass relation, bool recurse, string message) => recurse
        ? Inheritance.Descendants(ddl.Catalog, relation.oid)
        : Inheritance.HasChildren(ddl.Catalog, relation.oid) ? throw new PgException(SqlState.InvalidTableDefinition, message) : [relation.oid];

    private static void RenameColumn(DdlContext ddl, PgClass relation, string name, string newName, int parents)
    {
        var column = ddl.Catalog.FindAttribute(relation.oid, name) ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" does not exist");
        if (column.attnum < 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot rename system column \"{name}\"");
        }

        if (column.attinhcount > parents)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot rename inherited column \"{name}\"");
        }

        if (ddl.Catalog.FindAttribute(relation.oid, newName) is { } taken)
        {
            throw new PgException(
                SqlState.DuplicateColumn,
                taken.attnum < 0 ? $"column name \"{newName}\" conflicts with a system column name" : $"column \"{newName}\" of relation \"{relation.relname}\" already exists");
        }

        var before = ddl.Catalog;
        ddl.Put(column with { attname = newName });
        foreach (var index in ddl.Catalog.IndexesOf(relation.oid))
        {
            var position = Array.IndexOf(index.indkey, column.attnum);
            if (position >= 0 && ddl.Catalog.Attribute(index.indexrelid, position + 1) is { } key && key.attname == name)
            {
                ddl.Put(key with { attname = newName });
            }
        }

        if (relation.relkind is 'r' or 'm')
        {
            SqliteTables.RenameColumn(ddl, before, column);
        }
    }

    // rename_constraint_internal
    private static void RenameConstraints(DdlContext ddl, PgClass relation, string name, string newName, bool recurse)
    {
        var constraint = Constraint(ddl, relation, name);
        if (constraint is not { contype: 'c', connoinherit: false })
        {
            RenameConstraint(ddl, relation, constraint, newName);
            return;
        }

        var tables = Tables(ddl, relation, recurse, $"inherited constraint \"{name}\" must be renamed in child tables too");
        foreach (var oid in tables.Skip(1).Append(relation.oid))
        {
            var table = ddl.Catalog.Class(oid)!;
            var inherited = Constraint(ddl, table, name);
            if (inherited.coninhcount > Inheritance.ParentsAmong(ddl.Catalog, oid, tables))
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"cannot rename inherited constraint \"{name}\"");
            }

            RenameConstraint(ddl, table, inherited, newName);
        }
    }

    private static PgConstraint Constraint(DdlContext ddl, PgClass relation, string name) => ddl.Catalog.FindConstraint(relation.oid, name)
        ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{name}\" for table \"{relation.relname}\" does not exist");

    private static void RenameConstraint(DdlContext ddl, PgClass relation, PgConstraint constraint, string newName)
    {
        if (constraint.contype is 'p' or 'u' or 'x')
        {
            RenameRelation(ddl, ddl.Catalog.Class(constraint.conindid)!, newName);
            return;
        }

        Constraints.RequireNewName(ddl, relation, newName);
        ddl.Put(constraint with { conname = newName });
    }
}
