using System.Globalization;
using PgMicro.Core.Binding;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>DROP (manual: "DROP TABLE" and the others): finds the objects, deletes them with what depends on them.</summary>
internal static class Drop
{
    internal static string Execute(DdlContext ddl, Pg.DropStmt statement)
    {
        var tag = Tag(statement.RemoveType);
        if (statement.Concurrent)
        {
            ddl.Session.RejectInBlock("DROP INDEX CONCURRENTLY", isWritingItself: true);
        }

        var objects = new List<ObjectAddress>();
        foreach (var item in statement.Objects)
        {
            if (Find(ddl, statement, item) is { } found)
            {
                RequireOwner(ddl, found, statement.RemoveType, item);
                if (statement.Concurrent && ddl.Catalog.Class(found.ObjectId) is { relkind: 'I' } index)
                {
                    throw new PgException(SqlState.FeatureNotSupported, $"cannot drop partitioned index \"{index.relname}\" concurrently");
                }

                objects.Add(found);
            }
        }

        Perform(ddl, objects, statement.Behavior);
        return tag;
    }

    // The owner of an object or of its schema may drop it.
    private static void RequireOwner(DdlContext ddl, ObjectAddress address, Pg.ObjectType type, Pg.Node item)
    {
        var schema = address.ClassId switch
        {
            PgClass.RelationOid => ddl.Catalog.Class(address.ObjectId)?.relnamespace,
            PgStatisticExt.RelationOid => ddl.Catalog.Find(PgStatisticExt.Relation, new(address.ObjectId))?.stxnamespace,
            PgType.RelationOid => ddl.Catalog.Type(address.ObjectId)?.typnamespace,
            PgProc.RelationOid => ddl.Catalog.Proc(address.ObjectId)?.pronamespace,
            PgCollation.RelationOid => ddl.Catalog.Collation(address.ObjectId)?.collnamespace,
            PgConversion.RelationOid => ddl.Catalog.Find(PgConversion.Relation, new(address.ObjectId))?.connamespace,
            PgTsDict.RelationOid => ddl.Catalog.Find(PgTsDict.Relation, new(address.ObjectId))?.dictnamespace,
            PgTsConfig.RelationOid => ddl.Catalog.Find(PgTsConfig.Relation, new(address.ObjectId))?.cfgnamespace,
            _ => null,
        };
        if (schema is not null && OwnsSchema(ddl, schema.Value))
        {
            return;
        }

        if (address.ClassId == PgProc.RelationOid)
        {
            Owners.RequireOwner(ddl, address.ObjectId, type, item.ObjectWithArgs);
        }
        else
        {
            Owners.RequireOwner(ddl, address);
        }
    }

    private static bool OwnsSchema(DdlContext ddl, uint schema) =>
        ddl.Catalog.Namespace(schema) is { } row && Catalog.Privileges.RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, row.nspowner);

    /// <summary>The command tag.</summary>
    internal static string Tag(Pg.ObjectType type) => "DROP " + Word(type);

    /// <summary>Deletes objects with their dependents, and then what stands for them in the file.</summary>
    internal static void Perform(DdlContext ddl, IReadOnlyList<ObjectAddress> objects, Pg.DropBehavior behavior, bool quietly = false)
    {
        var before = ddl.Catalog;
        var remover = new Remover(ddl);
        var deletion = new ObjectDeletion(ddl.Builder, [.. ddl.LookupPath()], remover, notice => ddl.Session.Notice(notice))
        {
            Dropping = ddl.Session.EventTriggers is { } events && !quietly
                ? targets => events.Drop(before, before.FindNamespace(ddl.TempSchemaName)?.oid ?? 0, targets)
                : null,
        };
        deletion.Perform(objects, behavior == Pg.DropBehavior.DropCascade ? DropBehavior.Cascade : DropBehavior.Restrict, quietly);
        var dropped = remover.Relations.Where(oid => before.Class(oid) is { relkind: 'r' or 'm' }).ToHashSet();
        foreach (var oid in dropped)
        {
            Dml.DeferredConstraints.RequireNone(ddl.Session, before.Class(oid)!, "DROP TABLE");
        }

        foreach (var oid in remover.Relations)
        {
            switch (before.Class(oid)?.relkind)
            {
                case 'r' or 'm':
                    SqliteTables.Drop(ddl, SqliteTables.Name(before, oid), oid);
                    break;
                case 'i' when !dropped.Contains(before.Index(oid)!.indrelid):
                    SqliteTables.DropIndex(ddl, SqliteTables.Name(before, oid));
                    SqliteTables.DropIndexColumns(ddl, before, oid);
                    break;
                case 'S':
                    ddl.Run(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM pgmicro_sequence WHERE seqrelid = {oid}"));
                    break;
            }
        }

        foreach (var oid in remover.Touched.Where(oid => !dropped.Contains(oid) && before.Class(oid) is { relkind: 'r' or 'm' }))
        {
            SqliteTables.Adapt(ddl, before, oid);
        }
    }

    private static ObjectAddress? Find(DdlContext ddl, Pg.DropStmt statement, Pg.Node item)
    {
        var type = statement.RemoveType;
        switch (type)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectForeignTable:
                return FindRelation(ddl, type, DdlContext.Names(item.List.Items), statement.MissingOk);
            default:
                if (ObjectLookup.TryFind(ddl.ParseState, type, item, statement.MissingOk) is { } found)
                {
                    RequireDroppable(ddl, type, item, found);
                    return found;
                }

                MissingObjects.Skip(ddl, type, item);
                return null;
        }
    }

    private static ObjectAddress? FindRelation(DdlContext ddl, Pg.ObjectType type, string[] names, bool missingOk)
    {
        var (schema, name) = DdlContext.Qualified(names);
        if (names.Length == 3 && names[0] != ddl.Catalog.DatabaseName)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: \"{string.Join('.', names)}\"");
        }

        if (ddl.TryFindRelation(schema, name) is not { } relation)
        {
            if (schema is not null && ddl.Catalog.FindNamespace(schema) is null && schema != "pg_temp")
            {
                return Missing(ddl, missingOk, SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
            }

            return Missing(ddl, missingOk, type == Pg.ObjectType.ObjectIndex ? SqlState.UndefinedObject : SqlState.UndefinedTable, $"{Word(type).ToLowerInvariant()} \"{(missingOk ? name : string.Join('.', names))}\" does not exist");
        }

        var kind = type switch
        {
            Pg.ObjectType.ObjectTable => 'r',
            Pg.ObjectType.ObjectIndex => 'i',
            Pg.ObjectType.ObjectView => 'v',
            Pg.ObjectType.ObjectSequence => 'S',
            Pg.ObjectType.ObjectMatview => 'm',
            _ => 'f',
        };
        if ((relation.relkind switch { 'p' => 'r', 'I' => 'i', var k => k }) != kind)
        {
            var article = kind == 'i' ? "an" : "a";
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not {article} {Word(type).ToLowerInvariant()}").WithHint(relation.relkind switch
            {
                'r' => "Use DROP TABLE to remove a table.",
                'i' => "Use DROP INDEX to remove an index.",
                'v' => "Use DROP VIEW to remove a view.",
                'S' => "Use DROP SEQUENCE to remove a sequence.",
                'm' => "Use DROP MATERIALIZED VIEW to remove a materialized view.",
                'f' => "Use DROP FOREIGN TABLE to remove a foreign table.",
                'c' => "Use DROP TYPE to remove a type.",
                _ => null,
            });
        }

        if (relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }

        return ObjectAddress.Relation(relation.oid);
    }

    private static void RequireDroppable(DdlContext ddl, Pg.ObjectType type, Pg.Node item, ObjectAddress found)
    {
        if (type == Pg.ObjectType.ObjectFunction && ddl.Catalog.Proc(found.ObjectId)?.prokind == 'a')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{string.Join('.', DdlContext.Names(item.ObjectWithArgs.Objname))}\" is an aggregate function")
                .WithHint("Use DROP AGGREGATE to drop aggregate functions.");
        }

        // What initdb adds and PostgreSQL lets go, as the text search configurations of languages, is fixed here.
        if (found.ObjectId is >= BuiltInOids.FirstUnpinnedObjectId and < BuiltInOids.FirstNormalObjectId
            && found.ClassId is PgTsConfig.RelationOid or PgTsDict.RelationOid or PgTsParser.RelationOid or PgTsTemplate.RelationOid
                or PgLanguage.RelationOid or PgProc.RelationOid or PgConversion.RelationOid or PgCollation.RelationOid or PgRewrite.RelationOid)
        {
            throw PgErrors.FeatureNotSupported($"DROP {Word(type)} of a built-in object");
        }
    }

    private static ObjectAddress? Missing(DdlContext ddl, bool missingOk, string state, string message)
    {
        if (!missingOk)
        {
            throw new PgException(state, message);
        }

        ddl.Notice(message + ", skipping");
        return null;
    }

    /// <summary>A kind of object as DROP names it.</summary>
    internal static string Word(Pg.ObjectType type) => type switch
    {
        Pg.ObjectType.ObjectMatview => "MATERIALIZED VIEW",
        Pg.ObjectType.ObjectForeignTable => "FOREIGN TABLE",
        Pg.ObjectType.ObjectAccessMethod => "ACCESS METHOD",
        Pg.ObjectType.ObjectEventTrigger => "EVENT TRIGGER",
        Pg.ObjectType.ObjectOpclass => "OPERATOR CLASS",
        Pg.ObjectType.ObjectOpfamily => "OPERATOR FAMILY",
        Pg.ObjectType.ObjectStatisticExt => "STATISTICS",
        Pg.ObjectType.ObjectTsparser => "TEXT SEARCH PARSER",
        Pg.ObjectType.ObjectTsdictionary => "TEXT SEARCH DICTIONARY",
        Pg.ObjectType.ObjectTstemplate => "TEXT SEARCH TEMPLATE",
        Pg.ObjectType.ObjectTsconfiguration => "TEXT SEARCH CONFIGURATION",
        Pg.ObjectType.ObjectFdw => "FOREIGN DATA WRAPPER",
        Pg.ObjectType.ObjectForeignServer => "SERVER",
        _ => type.ToString()["Object".Length..].ToUpperInvariant(),
    };

    // The file is changed when all rows are gone, so that a table that goes anyway is not rebuilt first.
    private sealed class Remover(DdlContext ddl) : IObjectRemover
    {
        internal HashSet<uint> Relations { get; } = [];

        internal HashSet<uint> Touched { get; } = [];

        public void Remove(ObjectAddress address, CatalogBuilder catalog)
        {
            CatalogRow? row = address is { ClassId: PgClass.RelationOid, SubId: 0 } ? catalog.Snapshot.Class(address.ObjectId)
                : address.ClassId == PgNamespace.RelationOid ? catalog.Snapshot.Namespace(address.ObjectId) : null;
            if (row is not null)
            {
                ddl.LockRow(row);
            }

            if (address.ClassId == PgOperator.RelationOid)
            {
                Unlink(address.ObjectId, catalog);
            }

            if (address.ClassId == PgClass.RelationOid)
            {
                (address.SubId == 0 ? Relations : Touched).Add(address.ObjectId);
            }
            else if (address.ClassId == PgConstraint.RelationOid && catalog.Snapshot.Constraint(address.ObjectId) is { contype: 'p' } key)
            {
                Touched.Add(key.conrelid);
            }
        }

        // OperatorUpd: what names an operator as its commutator or negator forgets it.
        private static void Unlink(uint oid, CatalogBuilder catalog)
        {
            foreach (var other in catalog.Snapshot.UserRowsOf(PgOperator.Relation).Where(o => o.oid != oid && (o.oprcom == oid || o.oprnegate == oid)).ToList())
            {
                catalog.Put(other with { oprcom = other.oprcom == oid ? 0 : other.oprcom, oprnegate = other.oprnegate == oid ? 0 : other.oprnegate });
            }
        }
    }
}
