using PgMicro.Core.Binding.Expressions;
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
            var (type, typmod) = TypeNames.Resolve(ddl.ParseState, definition.TypeName);
            columns.Add(new NewColumn(
                definition.Colname, type, typmod, ColumnDefinitions.Collation(ddl, definition, type), definition.TypeName.ArrayBounds.Count));
        }

        RelationRows.Create(ddl, name.Relname, namespaceOid, 'c', 'p', columns, null, ddl.Owner);
        return "CREATE TYPE";
    }
}
