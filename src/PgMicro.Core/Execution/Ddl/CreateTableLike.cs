using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>LIKE in CREATE TABLE: another table's columns, and what INCLUDING names.</summary>
internal static class CreateTableLike
{
    // TableLikeOption
    private const uint Comments = 1, Compression = 2, Constraints = 4, Defaults = 8, Generated = 16, Identity = 32, Indexes = 64, Statistics = 128, Storage = 256;

    internal static void Transform(DdlContext ddl, TableDefinition table, Pg.TableLikeClause clause)
    {
        PgClass source;
        try
        {
            source = ddl.FindRelation(clause.Relation);
        }
        catch (PgException e) when (e.Location < 0)
        {
            // Elsewhere in DDL a missing relation has no position; here it is looked up while columns are analysed.
            e.At(clause.Relation.Location);
            throw;
        }

        if (source.relkind is not ('r' or 'v' or 'm' or 'c' or 'f' or 'p'))
        {
            throw new PgException(SqlState.WrongObjectType, $"relation \"{source.relname}\" is invalid in LIKE clause").WithDetail(ObjectKinds.NotSupported(source.relkind)).At(clause.Relation.Location);
        }

        bool Wants(uint option) => (clause.Options & option) != 0;
        foreach (var attribute in ddl.Catalog.Attributes(source.oid))
        {
            if (attribute.attisdropped)
            {
                continue;
            }

            var column = new NewColumn(attribute.attname, attribute.atttypid, attribute.atttypmod, attribute.attcollation, attribute.attndims) { NotNull = attribute.attnotnull };
            if (Wants(Storage))
            {
                column.Storage = attribute.attstorage;
            }

            if (Wants(Compression))
            {
                column.Compression = attribute.attcompression;
            }

            if (attribute.attidentity != 0 && Wants(Identity))
            {
                var old = ddl.Catalog.Sequence(Inheritance.IdentitySequence(ddl.Catalog, source.oid, attribute.attnum))!;
                column.Sequence = Sequences.Copy(ddl, ObjectNames.ChooseRelationName(ddl.Catalog, table.RelationName, column.Name, "seq", table.Namespace), table.Namespace, table.Persistence, old);
                column.Identity = attribute.attidentity;
            }

            if (attribute.atthasdef && Wants(attribute.attgenerated != 0 ? Generated : Defaults))
            {
                var expr = BoundTreeSerializer.DeserializeExpr(ddl.Catalog.Attrdef(source.oid, attribute.attnum)!.adbin);
                var name = attribute.attname;
                if (attribute.attgenerated == 0)
                {
                    column.StoredDefault = BoundTreeSerializer.Serialize(expr);
                }
                else
                {
                    column.Generated = attribute.attgenerated;
                    table.Afterwards.Add(relation => CreateTable.StoreDefault(
                        ddl, relation.oid, ddl.Catalog.FindAttribute(relation.oid, name)!.attnum, ColumnMapping.Map(ddl.Catalog, expr, source.oid, relation.oid), 's'));
                }
            }

            if (Wants(Comments) && ddl.Catalog.Description(PgClass.RelationOid, source.oid, attribute.attnum) is { } comment)
            {
                var name = attribute.attname;
                table.Afterwards.Add(relation => Comment.Set(ddl, new(PgClass.RelationOid, relation.oid, ddl.Catalog.FindAttribute(relation.oid, name)!.attnum), comment));
            }

            table.Columns.Add(column);
        }

        if (Wants(Constraints))
        {
            foreach (var check in ddl.Catalog.ConstraintsOf(source.oid).Where(static c => c.contype == 'c'))
            {
                table.Afterwards.Add(relation => CopyCheck(ddl, source, relation, check, Wants(Comments)));
            }
        }

        if (Wants(Statistics))
        {
            table.Afterwards.Add(relation => StatisticsObjects.Copy(ddl, source, relation, Wants(Comments)));
        }

        if (Wants(Indexes))
        {
            foreach (var index in ddl.Catalog.IndexesOf(source.oid))
            {
                table.Afterwards.Add(relation => CopyIndex(ddl, source, relation, index, Wants(Comments)));
            }
        }
    }

    private static void CopyCheck(DdlContext ddl, PgClass source, PgClass relation, PgConstraint check, bool comments)
    {
        var expr = ColumnMapping.Map(ddl.Catalog, BoundTreeSerializer.DeserializeExpr(check.conbin!), source.oid, relation.oid);
        var copy = Ddl.Constraints.AddCheck(
            ddl, ddl.Catalog.Class(relation.oid)!, check.conname, expr, [.. DdlExpressions.Columns(expr).Where(static c => c > 0)], true, check.connoinherit);
        if (comments && ddl.Catalog.Description(PgConstraint.RelationOid, check.oid) is { } comment)
        {
            Comment.Set(ddl, new(PgConstraint.RelationOid, copy.oid), comment);
        }
    }

    private static void CopyIndex(DdlContext ddl, PgClass source, PgClass relation, PgIndex index, bool comments)
    {
        var catalog = ddl.Catalog;
        var constraint = catalog.ConstraintOfIndex(index.indexrelid);
        var old = catalog.Class(index.indexrelid)!;
        var attributes = catalog.Attributes(index.indexrelid);
        var target = index.indkey.Select(k => k == 0 ? (short)0 : ColumnMapping.Number(catalog, source.oid, k, relation.oid)).ToArray();
        var columns = attributes.Select(a => new NewColumn(
            target[a.attnum - 1] == 0 ? a.attname : catalog.Attribute(relation.oid, target[a.attnum - 1])!.attname, a.atttypid, a.atttypmod, a.attcollation, 0)).ToList();
        var name = index.indisprimary
            ? ObjectNames.ChooseRelationName(catalog, relation.relname, null, "pkey", relation.relnamespace, true)
            : ObjectNames.ChooseRelationName(
                catalog, relation.relname, ObjectNames.Addition(columns.Select(static c => c.Name)), constraint is null ? "idx" : index.indisexclusion ? "excl" : "key", relation.relnamespace, constraint is not null);
        var expressions = DdlExpressions.IndexExpressions(index).ConvertAll(e => ColumnMapping.Map(catalog, e, source.oid, relation.oid));
        var predicate = index.indpred is null ? null : ColumnMapping.Map(catalog, BoundTreeSerializer.DeserializeExpr(index.indpred), source.oid, relation.oid);
        var row = RelationRows.CreateBare(ddl, name, relation.relnamespace, 'i', relation.relpersistence, old.relam, columns, ddl.Owner, old.reloptions);
        ddl.Put(index with
        {
            indexrelid = row.oid,
            indrelid = relation.oid,
            indkey = target,
            indexprs = DdlExpressions.SerializeList(expressions),
            indpred = predicate is null ? null : BoundTreeSerializer.Serialize(predicate),
        });
        ddl.Put(ddl.Catalog.Class(relation.oid)! with { relhasindex = true });
        var address = new ObjectAddress(PgClass.RelationOid, row.oid);
        if (constraint is not null)
        {
            Ddl.Constraints.AddIndexConstraint(
                ddl, relation, row, new Pg.IndexStmt { Primary = index.indisprimary, Deferrable = constraint.condeferrable, Initdeferred = constraint.condeferred },
                target[..index.indnkeyatts], target, constraint.conexclop);
        }
        else
        {
            foreach (var number in target.Distinct().Where(static n => n > 0))
            {
                ddl.Depend(address, new(PgClass.RelationOid, relation.oid, number), 'a');
            }
        }

        foreach (var expr in expressions.Concat(predicate is null ? [] : [predicate]))
        {
            DdlExpressions.Depend(ddl, address, expr, relation.oid, 'a');
        }

        if (index.indisprimary && SqliteTables.RowidColumn(ddl.Catalog, relation.oid) is not null)
        {
            // The key is the rowid: an empty table is made anew for it.
            SqliteTables.Drop(ddl, SqliteTables.Name(ddl.Catalog, relation.oid), relation.oid);
            SqliteTables.Create(ddl, relation.oid);
            foreach (var other in ddl.Catalog.IndexesOf(relation.oid))
            {
                SqliteTables.CreateIndex(ddl, other.indexrelid);
            }
        }
        else
        {
            SqliteTables.CreateIndex(ddl, row.oid);
        }

        if (comments && ddl.Catalog.Description(PgClass.RelationOid, index.indexrelid) is { } comment)
        {
            Comment.Set(ddl, new(PgClass.RelationOid, row.oid), comment);
        }
    }
}
