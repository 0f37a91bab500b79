using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
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
                table.Afterwards.Add(relation => CopyIndex(ddl, relation, index, Wants(Comments)));
            }
        }
    }

    private static void CopyCheck(DdlContext ddl, PgClass source, PgClass relation, PgConstraint check, bool comments)
    {
        var expr = ColumnMapping.Map(ddl.Catalog, BoundTreeSerializer.DeserializeExpr(check.conbin!), source.oid, relation.oid);
        relation = ddl.Catalog.Class(relation.oid)!;
        var copy = ddl.Catalog.FindConstraint(relation.oid, check.conname) is { } existing
            ? Ddl.Constraints.Merge(ddl, relation, existing, expr, new Pg.Constraint { IsNoInherit = check.connoinherit }, isLocal: true)
            : Ddl.Constraints.AddCheck(
            ddl, relation, check.conname, expr, [.. DdlExpressions.Columns(expr).Where(static c => c > 0)], true, check.connoinherit);
        if (comments && ddl.Catalog.Description(PgConstraint.RelationOid, check.oid) is { } comment)
        {
            Comment.Set(ddl, new(PgConstraint.RelationOid, copy.oid), comment);
        }
    }

    private static void CopyIndex(DdlContext ddl, PgClass relation, PgIndex index, bool comments)
    {
        var definition = IndexDefinition.Of(ddl, index, relation.oid);
        var before = ddl.Catalog;
        var created = new List<uint>();
        var row = PartitionedIndexes.Create(ddl, ddl.Catalog.Class(relation.oid)!, definition.ChooseName(ddl, relation), definition, created, recurse: true);
        CreateIndex.BuildAll(ddl, before, created);
        if (comments && ddl.Catalog.Description(PgClass.RelationOid, index.indexrelid) is { } comment)
        {
            Comment.Set(ddl, new(PgClass.RelationOid, row.oid), comment);
        }
    }
}
