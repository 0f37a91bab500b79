using PgMicro.Core.Binding;
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
        if (SharedComments.Handles(statement.Objtype))
        {
            return SharedComments.Execute(ddl, statement);
        }

        Set(ddl, Find(ddl, statement), statement.Comment);
        return "COMMENT";
    }

    /// <summary>Writes or, when empty, removes a comment.</summary>
    internal static void Set(DdlContext ddl, ObjectAddress address, string text)
    {
        // What the whole cluster shares has its comments apart.
        if (address.ClassId is PgAuthid.RelationOid or Catalog.Tables.PgDatabase.RelationOid or PgTablespace.RelationOid)
        {
            SetShared(ddl, address, text);
            return;
        }

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

    private static void SetShared(DdlContext ddl, ObjectAddress address, string text)
    {
        if (text.Length > 0)
        {
            ddl.Put(new PgShdescription { objoid = address.ObjectId, classoid = address.ClassId, description = text });
        }
        else if (ddl.Catalog.Find(PgShdescription.Relation, new(address.ObjectId, address.ClassId)) is { } old)
        {
            ddl.Remove(old);
        }
    }

    private static ObjectAddress Find(DdlContext ddl, Pg.CommentStmt statement)
    {
        var found = ObjectLookup.Find(ddl.ParseState, statement.Objtype, statement.Object);
        if (statement.Objtype == Pg.ObjectType.ObjectColumn && ddl.Catalog.Class(found.ObjectId) is { relkind: not ('r' or 'v' or 'm' or 'c' or 'f' or 'p') } relation)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot set comment on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }

        if (found.ClassId == PgProc.RelationOid)
        {
            Owners.RequireOwner(ddl, found.ObjectId, statement.Objtype, statement.Object.ObjectWithArgs);
        }
        else
        {
            Owners.RequireOwner(ddl, found);
        }

        return found;
    }
}
