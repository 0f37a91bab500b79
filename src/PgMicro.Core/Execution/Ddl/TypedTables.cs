using Google.Protobuf.Collections;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Tables of a composite type: CREATE TABLE … OF, ALTER TABLE … OF and NOT OF, ALTER TYPE … CASCADE.</summary>
internal static class TypedTables
{
    /// <summary>check_of_type: a composite type that stands alone (42704, 42809).</summary>
    internal static PgType TypeOf(DdlContext ddl, Pg.TypeName name)
    {
        PgType type;
        try
        {
            type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
        }
        catch (PgException e)
        {
            // typenameType is called without the statement's text.
            (e.Location, e.Position) = (-1, 0);
            throw;
        }

        return ddl.Catalog.Class(type.typrelid) is { relkind: 'c' }
            ? type
            : throw new PgException(SqlState.WrongObjectType, $"type {DdlExpressions.FormatType(ddl, type.oid)} is not a composite type");
    }

    /// <summary>The type's columns, with what WITH OPTIONS says of them.</summary>
    internal static void AddColumns(DdlContext ddl, TableDefinition table, PgType type, RepeatedField<Pg.Node> elements)
    {
        var options = new Dictionary<string, Pg.ColumnDef>();
        foreach (var definition in elements.Where(static e => e.NodeCase == Pg.Node.NodeOneofCase.ColumnDef).Select(static e => e.ColumnDef))
        {
            if (!options.TryAdd(definition.Colname, definition))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{definition.Colname}\" specified more than once");
            }

            foreach (var kind in definition.Constraints.Select(static c => c.Constraint.Contype).Where(static k => k is Pg.ConstrType.ConstrIdentity or Pg.ConstrType.ConstrGenerated))
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{(kind == Pg.ConstrType.ConstrIdentity ? "identity" : "generated")} columns are not supported on typed tables");
            }
        }

        foreach (var attribute in ddl.Catalog.Attributes(type.typrelid).Where(static a => !a.attisdropped))
        {
            var definition = options.Remove(attribute.attname, out var given) ? given.Clone() : new Pg.ColumnDef { Colname = attribute.attname, Location = -1 };
            definition.TypeName = new Pg.TypeName { TypeOid = attribute.atttypid, Typemod = attribute.atttypmod, Location = -1 };
            table.Columns.Add(ColumnDefinitions.Transform(ddl, table, definition) with { Collation = attribute.attcollation, Dimensions = attribute.attndims });
        }

        if (options.Count > 0)
        {
            throw new PgException(SqlState.UndefinedColumn, $"column \"{options.Keys.First()}\" does not exist");
        }
    }

    /// <summary>Marks a table as one of a type.</summary>
    internal static void Attach(DdlContext ddl, PgClass relation, PgType type)
    {
        ddl.Put(ddl.Catalog.Class(relation.oid)! with { reloftype = type.oid });
        ddl.Depend(ObjectAddress.Relation(relation.oid), ObjectAddress.Type(type.oid));
    }

    /// <summary>ALTER TABLE … OF: the columns must be the type's, in order (42804).</summary>
    internal static void AttachExisting(DdlContext ddl, PgClass relation, Pg.TypeName name)
    {
        var type = TypeOf(ddl, name);
        if (!ddl.Catalog.ParentsOf(relation.oid).IsEmpty)
        {
            throw new PgException(SqlState.WrongObjectType, "typed tables cannot inherit");
        }

        var columns = ddl.Catalog.Attributes(relation.oid).Where(static a => !a.attisdropped).ToArray();
        var wanted = ddl.Catalog.Attributes(type.typrelid).Where(static a => !a.attisdropped).ToArray();
        for (var i = 0; i < wanted.Length; i++)
        {
            var message = i >= columns.Length ? $"table is missing column \"{wanted[i].attname}\""
                : columns[i].attname != wanted[i].attname ? $"table has column \"{columns[i].attname}\" where type requires \"{wanted[i].attname}\""
                : columns[i].atttypid != wanted[i].atttypid || columns[i].atttypmod != wanted[i].atttypmod || columns[i].attcollation != wanted[i].attcollation
                    ? $"table \"{relation.relname}\" has different type for column \"{wanted[i].attname}\""
                : null;
            if (message is not null)
            {
                throw new PgException(SqlState.DatatypeMismatch, message);
            }
        }

        if (columns.Length > wanted.Length)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"table has extra column \"{columns[wanted.Length].attname}\"");
        }

        Forget(ddl, relation);
        Attach(ddl, relation, type);
    }

    /// <summary>ALTER TABLE … NOT OF.</summary>
    internal static void Detach(DdlContext ddl, PgClass relation)
    {
        if (relation.reloftype == 0)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a typed table");
        }

        Forget(ddl, relation);
        ddl.Put(ddl.Catalog.Class(relation.oid)! with { reloftype = 0 });
    }

    private static void Forget(DdlContext ddl, PgClass relation)
    {
        if (relation.reloftype != 0)
        {
            ddl.ForgetDependencies(ObjectAddress.Relation(relation.oid), d => d.refclassid == PgType.RelationOid && d.refobjid == relation.reloftype && d.objsubid == 0);
        }
    }

    /// <summary>Refuses changes to a typed table's columns (42809).</summary>
    internal static void RequireAllowed(PgClass relation, Pg.AlterTableCmd command)
    {
        if (relation.reloftype != 0 && command.Subtype switch
        {
            Pg.AlterTableType.AtAddColumn => "add column to",
            Pg.AlterTableType.AtDropColumn => "drop column from",
            Pg.AlterTableType.AtAlterColumnType => "alter column type of",
            _ => null,
        } is { } action)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot {action} typed table");
        }
    }

    /// <summary>The typed tables that a change of a composite type's attributes reaches.</summary>
    internal static IReadOnlyList<PgClass> Affected(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command) =>
        command.Subtype is Pg.AlterTableType.AtAddColumn or Pg.AlterTableType.AtDropColumn or Pg.AlterTableType.AtAlterColumnType
            ? Affected(ddl, relation, command.Behavior)
            : [];

    /// <summary>The typed tables of a composite type, which only CASCADE changes too (2BP01).</summary>
    internal static IReadOnlyList<PgClass> Affected(DdlContext ddl, PgClass relation, Pg.DropBehavior behavior)
    {
        if (relation.relkind != 'c')
        {
            return [];
        }

        var tables = Dependency.FindDependents(ddl.Catalog, ObjectAddress.Type(relation.reltype))
            .Where(static d => d.classid == PgClass.RelationOid && d.objsubid == 0)
            .Select(d => ddl.Catalog.Class(d.objid)).OfType<PgClass>().Where(c => c.reloftype == relation.reltype).ToList();
        return tables.Count == 0 || behavior == Pg.DropBehavior.DropCascade ? tables
            : throw new PgException(SqlState.DependentObjectsStillExist, $"cannot alter type \"{relation.relname}\" because it is the type of a typed table")
                .WithHint("Use ALTER ... CASCADE to alter the typed tables too.");
    }
}
