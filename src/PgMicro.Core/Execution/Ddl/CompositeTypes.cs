using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TYPE … AS (…).</summary>
internal static class CompositeTypes
{
    internal static string Create(DdlContext ddl, Pg.CompositeTypeStmt statement)
    {
        var name = statement.Typevar;
        var namespaceOid = ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, location: name.Location);
        if (ddl.Catalog.FindType(name.Relname, namespaceOid) is { } taken && ddl.Catalog.Type(taken.typelem)?.typarray != taken.oid)
        {
            throw new PgException(SqlState.DuplicateObject, $"type \"{name.Relname}\" already exists");
        }

        var columns = new List<NewColumn>();
        foreach (var definition in statement.Coldeflist.Select(static n => n.ColumnDef))
        {
            var (type, typmod) = Unplaced(() => TypeNames.Resolve(ddl.ParseState, definition.TypeName));
            columns.Add(new NewColumn(
                definition.Colname, type, typmod, ColumnDefinitions.Collation(ddl, definition, type), definition.TypeName.ArrayBounds.Count));
        }

        RelationRows.Create(ddl, name.Relname, namespaceOid, 'c', 'p', columns, null, ddl.Owner);
        return "CREATE TYPE";
    }

    // PostgreSQL resolves the attributes' types without the text.
    private static T Unplaced<T>(Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (PgException e)
        {
            e.Location = -1;
            throw;
        }
    }

    /// <summary>find_composite_type_dependencies: says that columns hold rows of a relation's type (0A000).</summary>
    internal static void RejectStoredRows(DdlContext ddl, PgClass relation)
    {
        if (relation.reltype != 0 && StoredIn(ddl, relation.reltype, []) is { } column)
        {
            var place = $"\"{ddl.Catalog.Class(column.attrelid)!.relname}.{column.attname}\"";
            throw new PgException(SqlState.FeatureNotSupported, relation.relkind == 'c'
                ? $"cannot alter type \"{relation.relname}\" because column {place} uses it"
                : $"cannot alter table \"{relation.relname}\" because column {place} uses its row type");
        }
    }

    /// <summary>Says that columns hold values that contain a type's (0A000); a column of the type itself, or of a domain over it, is none.</summary>
    internal static void RejectContainers(DdlContext ddl, uint type, string name)
    {
        var catalog = ddl.Catalog;
        foreach (var depend in Dependency.FindDependents(catalog, new(PgType.RelationOid, type)))
        {
            var container = depend.classid == PgType.RelationOid && catalog.Type(depend.objid) is { typtype: not 'd' } ? depend.objid
                : depend.classid == PgClass.RelationOid && depend.objsubid > 0 && catalog.Class(depend.objid) is { relkind: not ('r' or 'm') } user ? user.reltype
                : 0;
            Reject(container);
        }

        Reject(catalog.Type(type)?.typarray ?? 0);

        void Reject(uint container)
        {
            if (container != 0 && StoredIn(ddl, container, []) is { } column)
            {
                throw new PgException(
                    SqlState.FeatureNotSupported, $"cannot alter type \"{name}\" because column \"{catalog.Class(column.attrelid)!.relname}.{column.attname}\" uses it");
            }
        }
    }

    // A column of a table that holds values of the type, in an array, a domain or another composite too.
    private static PgAttribute? StoredIn(DdlContext ddl, uint type, HashSet<uint> seen)
    {
        if (!seen.Add(type))
        {
            return null;
        }

        var catalog = ddl.Catalog;
        foreach (var depend in Dependency.FindDependents(catalog, new(PgType.RelationOid, type)))
        {
            if (depend.classid == PgType.RelationOid)
            {
                if (StoredIn(ddl, depend.objid, seen) is { } inner)
                {
                    return inner;
                }
            }
            else if (depend.classid == PgClass.RelationOid && depend.objsubid > 0 && catalog.Class(depend.objid) is { } user
                && catalog.Attribute(user.oid, depend.objsubid) is { attisdropped: false } column)
            {
                if (user.relkind is 'r' or 'm' or 'p')
                {
                    return column;
                }

                if (user.reltype != 0 && user.relkind == 'c' && StoredIn(ddl, user.reltype, seen) is { } nested)
                {
                    return nested;
                }
            }
        }

        return catalog.Type(type)?.typarray is { } array and not 0 ? StoredIn(ddl, array, seen) : null;
    }
}
