using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;

namespace PgMicro.Core.Execution.Dml;

/// <summary>What publications ask of a table whose rows are changed (PostgreSQL's CheckCmdReplicaIdentity).</summary>
internal static class ReplicaIdentity
{
    /// <exception cref="PgException">55000 or 42P10 when a subscriber could not tell which row is meant.</exception>
    internal static void Check(CatalogSnapshot catalog, PgClass table, CommandType command)
    {
        if (command is not (CommandType.Update or CommandType.Delete) || table is not { relkind: 'r', relpersistence: 'p', oid: >= BuiltInOids.FirstNormalObjectId })
        {
            return;
        }

        var isUpdate = command == CommandType.Update;
        var what = isUpdate ? "update" : "delete from";
        var identity = IdentityColumns(catalog, table);
        var publications = PublicationsOf(catalog, table).Where(p => isUpdate ? p.pubupdate : p.pubdelete).ToList();
        var partial = publications.Where(static p => !p.puballtables).Select(p => (Publication: p, Entry: Entry(catalog, p, table))).Where(static e => e.Entry is not null).ToList();
        if (table.relreplident != 'f' && partial.Exists(e => e.Entry!.prqual is { } filter
            && DdlExpressions.Columns(BoundTreeSerializer.DeserializeExpr(filter)).Any(c => !identity.Contains(ColumnOf(catalog, table, e.Entry.prrelid, (short)c)))))
        {
            throw new PgException(SqlState.InvalidColumnReference, $"cannot {what} table \"{table.relname}\"")
                .WithDetail("Column used in the publication WHERE expression is not part of the replica identity.");
        }

        if (partial.Exists(e => e.Entry!.prattrs is { } columns
            && (table.relreplident == 'f' || !identity.IsSubsetOf(columns.Select(c => ColumnOf(catalog, table, e.Entry.prrelid, c))))))
        {
            throw new PgException(SqlState.InvalidColumnReference, $"cannot {what} table \"{table.relname}\"")
                .WithDetail("Column list used by the publication does not cover the replica identity.");
        }

        if (table.relreplident != 'f' && identity.Count == 0 && publications.Count > 0)
        {
            throw new PgException(
                SqlState.ObjectNotInPrerequisiteState, $"cannot {what} table \"{table.relname}\" because it does not have a replica identity and publishes {(isUpdate ? "updates" : "deletes")}")
                .WithHint($"To enable {(isUpdate ? "updating" : "deleting from")} the table, set REPLICA IDENTITY using ALTER TABLE.");
        }
    }

    /// <summary>The publications that a table's changes go to: for all tables, its schema's, its own and those of what it is a partition of.</summary>
    internal static IEnumerable<PgPublication> PublicationsOf(CatalogSnapshot catalog, PgClass table)
    {
        if (!catalog.HasPublications)
        {
            return [];
        }

        var tables = Lineage(catalog, table);
        var schemas = tables.Select(t => catalog.Class(t)!.relnamespace).ToHashSet();
        var chosen = tables.SelectMany(t => catalog.Find(PgPublicationRel.ByRelation, new(t))).Select(static r => r.prpubid)
            .Concat(catalog.UserRowsOf(PgPublicationNamespace.Relation).Where(n => schemas.Contains(n.pnnspid)).Select(static n => n.pnpubid)).ToHashSet();
        return catalog.UserRowsOf(PgPublication.Relation).Where(p => p.puballtables || chosen.Contains(p.oid));
    }

    // A table and what it is a partition of, the nearest first.
    private static List<uint> Lineage(CatalogSnapshot catalog, PgClass table) =>
        table.relispartition ? [table.oid, .. Inheritance.Ancestors(catalog, table.oid)] : [table.oid];

    // As the topmost of its tables that the publication has, when it publishes partitions as their tables.
    private static PgPublicationRel? Entry(CatalogSnapshot catalog, PgPublication publication, PgClass table)
    {
        var lineage = Lineage(catalog, table);
        if (publication.pubviaroot)
        {
            lineage.Reverse();
        }

        foreach (var oid in publication.pubviaroot ? lineage : [table.oid])
        {
            if (catalog.Find(PgPublicationRel.ByRelation, new(oid)).FirstOrDefault(r => r.prpubid == publication.oid) is { } entry)
            {
                return entry;
            }

            if (catalog.UserRowsOf(PgPublicationNamespace.Relation).Any(n => n.pnpubid == publication.oid && n.pnnspid == catalog.Class(oid)!.relnamespace))
            {
                return null;
            }
        }

        return null;
    }

    // Partitions may have their columns in another order.
    private static short ColumnOf(CatalogSnapshot catalog, PgClass table, uint published, short number) =>
        published == table.oid ? number : catalog.Attribute(published, number) is { } column ? catalog.FindAttribute(table.oid, column.attname)?.attnum ?? 0 : (short)0;

    private static HashSet<short> IdentityColumns(CatalogSnapshot catalog, PgClass table)
    {
        var index = table.relreplident switch
        {
            'd' => catalog.IndexesOf(table.oid).FirstOrDefault(static i => i.indisprimary && i.indimmediate),
            'i' => catalog.IndexesOf(table.oid).FirstOrDefault(static i => i.indisreplident),
            _ => null,
        };
        return index is null ? [] : [.. index.indkey.Take(index.indnkeyatts)];
    }
}
