using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>REINDEX (manual: "REINDEX"): builds indexes anew.</summary>
internal static class Reindex
{
    internal static string Execute(DdlContext ddl, Pg.ReindexStmt statement)
    {
        var (concurrently, verbose) = (false, false);
        foreach (var option in statement.Params.Select(static p => p.DefElem))
        {
            switch (option.Defname)
            {
                case "verbose":
                    verbose = DdlOptions.Text(option) is not ("false" or "off" or "0");
                    break;
                case "concurrently":
                    concurrently = DdlOptions.Text(option) is not ("false" or "off" or "0");
                    break;
                case "tablespace":
                    Tablespaces.Require(ddl, DdlOptions.Text(option));
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized REINDEX option \"{option.Defname}\"").At(option.Location);
            }
        }

        if (concurrently)
        {
            ddl.Session.RejectInBlock("REINDEX CONCURRENTLY", isWritingItself: true);
        }

        switch (statement.Kind)
        {
            case Pg.ReindexObjectType.ReindexObjectIndex:
                var index = ddl.FindRelation(statement.Relation);
                if (index.relkind is not ('i' or 'I'))
                {
                    throw new PgException(SqlState.WrongObjectType, $"\"{index.relname}\" is not an index");
                }

                Owners.RequireMaintain(ddl, ddl.Catalog.Class(ddl.Catalog.Index(index.oid)!.indrelid)!, index.relname);
                RejectCatalog(index, concurrently);
                if (concurrently && ddl.Catalog.Index(index.oid)!.indisexclusion)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "concurrent index creation for exclusion constraints is not supported");
                }

                if (index.relkind == 'I')
                {
                    RejectInBlock(ddl, "REINDEX INDEX", index, "index");
                }

                foreach (var leaf in Leaves(ddl, index.oid, 'i'))
                {
                    Rebuild(ddl, leaf.oid, verbose);
                }

                break;
            case Pg.ReindexObjectType.ReindexObjectTable:
                var table = ddl.FindRelation(statement.Relation);
                if (table.relkind is not ('r' or 'm' or 't' or 'p'))
                {
                    throw new PgException(SqlState.WrongObjectType, $"\"{table.relname}\" is not a table or materialized view");
                }

                Owners.RequireMaintain(ddl, table);
                RejectCatalog(table, concurrently);
                if (table.relkind == 'p')
                {
                    RejectInBlock(ddl, "REINDEX TABLE", table, "table");
                    foreach (var leaf in Leaves(ddl, table.oid, 'r'))
                    {
                        RebuildAll(ddl, leaf, concurrently, verbose);
                    }
                }
                else if (!RebuildAll(ddl, table, concurrently, verbose))
                {
                    ddl.Notice(concurrently
                        ? $"table \"{table.relname}\" has no indexes that can be reindexed concurrently"
                        : $"table \"{table.relname}\" has no indexes to reindex");
                }

                break;
            default:
                Many(ddl, statement, concurrently, verbose);
                break;
        }

        return "REINDEX";
    }

    private static void Many(DdlContext ddl, Pg.ReindexStmt statement, bool concurrently, bool verbose)
    {
        var kind = statement.Kind switch
        {
            Pg.ReindexObjectType.ReindexObjectSchema => "SCHEMA",
            Pg.ReindexObjectType.ReindexObjectSystem => "SYSTEM",
            _ => "DATABASE",
        };
        ddl.Session.RejectInBlock("REINDEX " + kind, isWritingItself: true);

        if (kind == "SYSTEM" && concurrently)
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot reindex system catalogs concurrently");
        }

        var schema = kind == "SCHEMA" ? ddl.FindSchema(statement.Name).oid : 0;
        if (schema == 0 && statement.Name.Length > 0 && statement.Name != ddl.Session.DatabaseName)
        {
            throw new PgException(SqlState.FeatureNotSupported, "can only reindex the currently open database");
        }

        if (concurrently && (schema == 0 || schema < BuiltInOids.FirstNormalObjectId && schema != BuiltInOids.PublicNamespace))
        {
            ddl.Notice("cannot reindex system catalogs concurrently, skipping all", "WARNING", SqlState.FeatureNotSupported);
        }

        // The catalog's own indexes are in memory.
        foreach (var relation in ddl.Catalog.Rows(PgClass.Relation).Where(c => c.relkind is 'r' or 'm' && c.oid >= BuiltInOids.FirstNormalObjectId).ToList())
        {
            if (kind != "SYSTEM" && (schema == 0 || relation.relnamespace == schema))
            {
                RebuildAll(ddl, relation, concurrently, verbose);
            }
        }
    }

    private static void RejectInBlock(DdlContext ddl, string command, PgClass relation, string kind)
    {
        try
        {
            ddl.Session.RejectInBlock(command, isWritingItself: true);
        }
        catch (PgException e)
        {
            e.AddContext($"while reindexing partitioned {kind} \"{ddl.Catalog.Namespace(relation.relnamespace)!.nspname}.{relation.relname}\"");
            throw;
        }
    }

    // The partitions of a kind that something is stored for.
    private static List<PgClass> Leaves(DdlContext ddl, uint oid, char kind) =>
        [.. Inheritance.Descendants(ddl.Catalog, oid).Select(o => ddl.Catalog.Class(o)!).Where(c => c.relkind == kind)];

    private static bool RebuildAll(DdlContext ddl, PgClass table, bool concurrently, bool verbose)
    {
        // Columns that PostgreSQL would put out of line have an index of their own.
        var any = ddl.Catalog.AllAttributes(table.oid).Any(static a => a is { attnum: > 0, attisdropped: false, attlen: -1, attstorage: not 'p' });
        foreach (var index in ddl.Catalog.IndexesOf(table.oid).ToList())
        {
            any = true;
            if (concurrently && index.indisexclusion)
            {
                var relation = ddl.Catalog.Class(index.indexrelid)!;
                ddl.Notice(
                    $"cannot reindex exclusion constraint index \"{ddl.Catalog.Namespace(relation.relnamespace)!.nspname}.{relation.relname}\" concurrently, skipping",
                    "WARNING",
                    SqlState.FeatureNotSupported);
                continue;
            }

            Rebuild(ddl, index.indexrelid, verbose);
        }

        return any;
    }

    private static void Rebuild(DdlContext ddl, uint oid, bool verbose)
    {
        if (oid < BuiltInOids.FirstNormalObjectId)
        {
            return;
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        // The rowid has no index of its own.
        ddl.Put(ddl.Catalog.Class(oid)! with { relfilenode = ddl.NewOid() });
        SqliteTables.DropIndex(ddl, SqliteTables.Name(ddl.Catalog, oid));
        CreateIndex.Build(ddl, oid);
        if (verbose)
        {
            var elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
            ddl.Notice($"index \"{ddl.Catalog.Class(oid)!.relname}\" was reindexed", "INFO", detail: string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"CPU: user: {elapsed:0.00} s, system: 0.00 s, elapsed: {elapsed:0.00} s"));
        }
    }

    private static void RejectCatalog(PgClass relation, bool concurrently)
    {
        if (concurrently && relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot reindex system catalogs concurrently");
        }
    }
}
