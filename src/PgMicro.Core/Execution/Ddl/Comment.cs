using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>COMMENT ON (manual: "COMMENT").</summary>
internal static class Comment
{
    internal static string Execute(DdlContext ddl, Pg.CommentStmt statement)
    {
        Set(ddl, Find(ddl, statement), statement.Comment);
        return "COMMENT";
    }

    /// <summary>Writes or, when empty, removes a comment.</summary>
    internal static void Set(DdlContext ddl, ObjectAddress address, string text)
    {
        var old = ddl.Catalog.Find(PgDescription.ByObject, new(address.ClassId, address.ObjectId)).FirstOrDefault(d => d.objsubid == address.SubId);
        if (text.Length > 0)
        {
            ddl.Put(new PgDescription { objoid = address.ObjectId, classoid = address.ClassId, objsubid = address.SubId, description = text });
        }
        else if (old is not null)
        {
            ddl.Remove(old);
        }
    }

    private static ObjectAddress Find(DdlContext ddl, Pg.CommentStmt statement)
    {
        var item = statement.Object;
        switch (statement.Objtype)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview:
                {
                    var relation = Relation(ddl, DdlContext.Names(item.List.Items));
                    if (statement.Objtype == Pg.ObjectType.ObjectTable && relation.relkind != 'r')
                    {
                        throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a table");
                    }

                    AlterTable.RequireKind(statement.Objtype, relation);
                    return new(PgClass.RelationOid, relation.oid);
                }

            case Pg.ObjectType.ObjectColumn:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var column = ddl.Catalog.FindAttribute(relation.oid, names[^1])
                        ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{names[^1]}\" of relation \"{relation.relname}\" does not exist");
                    return relation.relkind is 'r' or 'v' or 'm' or 'c'
                        ? new(PgClass.RelationOid, relation.oid, column.attnum)
                        : throw new PgException(SqlState.WrongObjectType, $"cannot set comment on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
                }

            case Pg.ObjectType.ObjectTabconstraint:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var constraint = ddl.Catalog.FindConstraint(relation.oid, names[^1])
                        ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{names[^1]}\" for table \"{relation.relname}\" does not exist");
                    return new(PgConstraint.RelationOid, constraint.oid);
                }

            case Pg.ObjectType.ObjectSchema:
                return new(PgNamespace.RelationOid, ddl.FindSchema(item.String.Sval).oid);
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                return new(PgType.RelationOid, TypeNames.ResolveOid(ddl.ParseState, item.TypeName));
            case Pg.ObjectType.ObjectExtension:
                return new(PgExtension.RelationOid, (ddl.Catalog.FindExtension(item.String.Sval)
                    ?? throw new PgException(SqlState.UndefinedObject, $"extension \"{item.String.Sval}\" does not exist")).oid);
            default:
                throw PgErrors.FeatureNotSupported($"COMMENT ON {statement.Objtype.ToString()["Object".Length..].ToUpperInvariant()}");
        }
    }

    private static PgClass Relation(DdlContext ddl, string[] names)
    {
        var (schema, name) = DdlContext.Qualified(names);
        if (schema is not null)
        {
            ddl.FindSchema(schema);
        }

        return ddl.TryFindRelation(schema, name) ?? throw new PgException(SqlState.UndefinedTable, $"relation \"{string.Join('.', names)}\" does not exist");
    }
}
