using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Publications;

/// <summary>A table that a publication is to have.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">The columns that are published; null for all.</param>
/// <param name="Where">Which rows are; null for all.</param>
internal sealed record PublishedTable(PgClass Table, IReadOnlyList<Pg.Node>? Columns, BoundExpr? Where);

/// <summary>FOR TABLE, with columns and row filters.</summary>
internal static class PublicationTables
{
    /// <summary>The tables that a list names, with those that inherit from them.</summary>
    internal static List<PublishedTable> Read(DdlContext ddl, PgPublication publication, IReadOnlyList<Pg.PublicationTable> tables, bool publishesSchemas)
    {
        var opened = Open(ddl, tables);
        var read = opened.Select(o => new PublishedTable(o.Table, o.Item.Columns.Count > 0 ? o.Item.Columns : null, Filter(ddl, publication, o.Table, o.Item.WhereClause))).ToList();
        foreach (var (table, columns, _) in read)
        {
            if (columns is not null && (publishesSchemas || (!publication.pubviaroot && table.relkind == 'p')))
            {
                throw new PgException(
                    SqlState.InvalidParameterValue,
                    $"cannot use column list for relation \"{ddl.Catalog.Namespace(table.relnamespace)!.nspname}.{table.relname}\" in publication \"{publication.pubname}\"")
                    .WithDetail(publishesSchemas
                        ? "Column lists cannot be specified in publications containing FOR TABLES IN SCHEMA elements."
                        : "Column lists cannot be specified for partitioned tables when publish_via_partition_root is false.");
            }
        }

        return read;
    }

    internal static void Add(DdlContext ddl, PgPublication publication, IEnumerable<PublishedTable> tables, bool ifNotExists, bool isReported)
    {
        foreach (var (table, columns, where) in tables)
        {
            Owners.RequireOwner(ddl, ObjectAddress.Relation(table.oid));
            if (Find(ddl.Catalog, publication, table.oid) is not null)
            {
                if (ifNotExists)
                {
                    continue;
                }

                throw new PgException(SqlState.DuplicateObject, $"relation \"{table.relname}\" is already member of publication \"{publication.pubname}\"");
            }

            RequirePublishable(table);
            var numbers = columns is null ? null : Numbers(ddl, table, columns);
            var row = ddl.Put(new PgPublicationRel
            {
                oid = ddl.NewOid(),
                prpubid = publication.oid,
                prrelid = table.oid,
                prqual = where is null ? null : BoundTreeSerializer.Serialize(where),
                prattrs = numbers,
            });
            var address = new ObjectAddress(PgPublicationRel.RelationOid, row.oid);
            ddl.Depend(address, new(PgPublication.RelationOid, publication.oid), DependencyType.Auto);
            ddl.Depend(address, ObjectAddress.Relation(table.oid), DependencyType.Auto);
            if (where is not null)
            {
                DdlExpressions.Depend(ddl, address, where, table.oid);
            }

            foreach (var number in numbers ?? [])
            {
                ddl.Depend(address, ObjectAddress.Relation(table.oid, number));
            }

            if (isReported)
            {
                ddl.Collect("ALTER PUBLICATION", address);
            }
        }
    }

    internal static void Drop(DdlContext ddl, PgPublication publication, IReadOnlyList<Pg.PublicationTable> tables)
    {
        foreach (var (table, item) in Open(ddl, tables))
        {
            if (item.Columns.Count > 0)
            {
                throw new PgException(SqlState.SyntaxError, "column list must not be specified in ALTER PUBLICATION ... DROP");
            }

            var row = Find(ddl.Catalog, publication, table.oid) ?? throw new PgException(SqlState.UndefinedObject, $"relation \"{table.relname}\" is not part of the publication");
            if (item.WhereClause is not null)
            {
                throw new PgException(SqlState.SyntaxError, "cannot use a WHERE clause when removing a table from a publication");
            }

            Delete(ddl, row);
        }
    }

    /// <summary>ALTER PUBLICATION … SET TABLE: what stays as it is keeps its row.</summary>
    internal static void Set(DdlContext ddl, PgPublication publication, IReadOnlyList<PublishedTable> tables)
    {
        foreach (var row in ddl.Catalog.UserRowsOf(PgPublicationRel.Relation).Where(r => r.prpubid == publication.oid).ToList())
        {
            var stays = tables.Any(t => t.Table.oid == row.prrelid
                && (t.Where is null ? null : BoundTreeSerializer.Serialize(t.Where)) == row.prqual
                && (t.Columns is null ? row.prattrs is null : row.prattrs is not null && Numbers(ddl, t.Table, t.Columns).AsSpan().SequenceEqual(row.prattrs)));
            if (!stays)
            {
                Delete(ddl, row);
            }
        }

        Add(ddl, publication, tables, ifNotExists: true, isReported: true);
    }

    private static PgPublicationRel? Find(CatalogSnapshot catalog, PgPublication publication, uint table) =>
        catalog.Find(PgPublicationRel.ByRelation, new(table)).FirstOrDefault(r => r.prpubid == publication.oid);

    private static void Delete(DdlContext ddl, PgPublicationRel row) =>
        Ddl.Drop.Perform(ddl, [new ObjectAddress(PgPublicationRel.RelationOid, row.oid)], Pg.DropBehavior.DropCascade);

    // OpenTableList.
    private static List<(PgClass Table, Pg.PublicationTable Item)> Open(DdlContext ddl, IReadOnlyList<Pg.PublicationTable> tables)
    {
        var result = new List<(PgClass Table, Pg.PublicationTable Item)>();
        foreach (var item in tables)
        {
            var named = ddl.FindRelation(item.Relation);
            ObjectKinds.RequireRows(named);
            if (!TryAdd(named, item))
            {
                continue;
            }

            if (item.Relation.Inh && named.relkind != 'p')
            {
                foreach (var child in Inheritance.Descendants(ddl.Catalog, named.oid).Where(o => o != named.oid).ToList())
                {
                    TryAdd(ddl.Catalog.Class(child)!, item);
                }
            }
        }

        return result;

        bool TryAdd(PgClass table, Pg.PublicationTable item)
        {
            var earlier = result.FindIndex(r => r.Table.oid == table.oid);
            if (earlier < 0)
            {
                result.Add((table, item));
                return true;
            }

            var other = result[earlier].Item;
            if (item.WhereClause is not null || other.WhereClause is not null)
            {
                throw new PgException(SqlState.DuplicateObject, $"conflicting or redundant WHERE clauses for table \"{table.relname}\"");
            }

            return item.Columns.Count > 0 || other.Columns.Count > 0
                ? throw new PgException(SqlState.DuplicateObject, $"conflicting or redundant column lists for table \"{table.relname}\"")
                : false;
        }
    }

    private static BoundExpr? Filter(DdlContext ddl, PgPublication publication, PgClass table, Pg.Node? raw)
    {
        if (raw is null)
        {
            return null;
        }

        if (table.relkind == 'p' && !publication.pubviaroot)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"cannot use publication WHERE clause for relation \"{table.relname}\"")
                .WithDetail("WHERE clause cannot be used for a partitioned table when publish_via_partition_root is false.");
        }

        var pstate = new BindingContext(ddl.Session, GivenParameters.None).NewState();
        pstate.AddItem(RangeTableEntries.AddRelation(pstate, table, null, inFromCl: false), addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        var expr = Where.Transform(pstate, raw, ParseExprKind.Where, "PUBLICATION WHERE")!;
        Collations.Assign(pstate, expr);
        RowFilter.Check(ddl.Catalog, expr);
        return expr;
    }

    private static void RequirePublishable(PgClass table)
    {
        var detail = table.relkind is not ('r' or 'p') ? ObjectKinds.NotSupported(table.relkind)
            : table.oid < BuiltInOids.FirstNormalObjectId ? "This operation is not supported for system tables."
            : table.relpersistence == 't' ? "This operation is not supported for temporary tables."
            : table.relpersistence == 'u' ? "This operation is not supported for unlogged tables."
            : null;
        if (detail is not null)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"cannot add relation \"{table.relname}\" to publication").WithDetail(detail);
        }
    }

    // publication_translate_columns.
    private static short[] Numbers(DdlContext ddl, PgClass table, IEnumerable<Pg.Node> columns)
    {
        var numbers = new SortedSet<short>();
        foreach (var name in columns.Select(static n => n.String.Sval))
        {
            var column = ddl.Catalog.FindAttribute(table.oid, name)
                ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{table.relname}\" does not exist");
            if (column.attnum < 0 || column.attgenerated != 0)
            {
                throw new PgException(
                    SqlState.InvalidColumnReference, $"cannot use {(column.attnum < 0 ? "system" : "generated")} column \"{name}\" in publication column list");
            }

            if (!numbers.Add(column.attnum))
            {
                throw new PgException(SqlState.DuplicateObject, $"duplicate column \"{name}\" in publication column list");
            }
        }

        return [.. numbers];
    }
}
