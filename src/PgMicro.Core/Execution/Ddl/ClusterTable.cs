using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CLUSTER (manual: "CLUSTER"). A row's place here is its rowid, which says nothing of order: the index is marked, no row moves.</summary>
internal static class ClusterTable
{
    internal static string Execute(DdlContext ddl, Pg.ClusterStmt statement)
    {
        foreach (var option in statement.Params.Select(static p => p.DefElem))
        {
            throw option.Defname == "verbose"
                ? PgErrors.FeatureNotSupported("CLUSTER (VERBOSE)", option.Location)
                : new PgException(SqlState.SyntaxError, $"unrecognized CLUSTER option \"{option.Defname}\"").At(option.Location);
        }

        if (statement.Relation is null)
        {
            ddl.Session.RejectInBlock("CLUSTER", isWritingItself: true);
            return "CLUSTER";
        }

        var table = ddl.FindRelation(statement.Relation);
        Owners.RequireMaintain(ddl, table);
        if (table.relkind is not ('r' or 'm' or 'p'))
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{table.relname}\" is not a table or materialized view");
        }

        if (statement.Indexname.Length == 0)
        {
            if (!ddl.Catalog.IndexesOf(table.oid).Any(static i => i.indisclustered))
            {
                throw new PgException(SqlState.UndefinedObject, $"there is no previously clustered index for table \"{table.relname}\"");
            }

            return "CLUSTER";
        }

        if (table.relkind == 'p')
        {
            ddl.Session.RejectInBlock("CLUSTER", isWritingItself: true);
        }

        var index = Find(ddl.Catalog, table, statement.Indexname);
        foreach (var leaf in Inheritance.Descendants(ddl.Catalog, index.indexrelid))
        {
            if (ddl.Catalog.Class(leaf) is { relkind: 'i' })
            {
                Mark(ddl, ddl.Catalog.Index(leaf)!);
            }
        }

        return "CLUSTER";
    }

    private static void Mark(DdlContext ddl, PgIndex index)
    {
        foreach (var other in ddl.Catalog.IndexesOf(index.indrelid).ToList())
        {
            ddl.Put(other with { indisclustered = other.indexrelid == index.indexrelid });
        }
    }

    /// <summary>check_index_is_clusterable.</summary>
    internal static PgIndex Find(CatalogSnapshot catalog, PgClass table, string name)
    {
        if (catalog.FindClass(name, table.relnamespace) is not { } relation)
        {
            throw new PgException(SqlState.UndefinedObject, $"index \"{name}\" for table \"{table.relname}\" does not exist");
        }

        if (catalog.Index(relation.oid) is not { } index || index.indrelid != table.oid)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{name}\" is not an index for table \"{table.relname}\"");
        }

        if (relation.relam is not (BuiltInOids.BtreeAm or BuiltInOids.GistAm))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot cluster on index \"{name}\" because access method does not support clustering");
        }

        return index.indpred is null ? index : throw new PgException(SqlState.FeatureNotSupported, $"cannot cluster on partial index \"{name}\"");
    }
}
