using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE ACCESS METHOD: other names for the handlers that there are.</summary>
internal static class AccessMethods
{
    private const uint TableHandler = 269, IndexHandler = 325;

    internal static string Create(DdlContext ddl, Pg.CreateAmStmt statement)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to create access method \"{statement.Amname}\"")
                .WithHint("Must be superuser to create an access method.");
        }

        if (ddl.Catalog.FindAm(statement.Amname) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"access method \"{statement.Amname}\" already exists");
        }

        var names = DdlContext.Names(statement.HandlerName);
        var handler = FunctionLookup.Require(ddl, names, [TypeOid.Internal]);
        var (type, wanted) = statement.Amtype == "t" ? (TableHandler, "table_am_handler") : (IndexHandler, "index_am_handler");
        if (handler.prorettype != type)
        {
            throw new PgException(SqlState.WrongObjectType, $"function {string.Join('.', names)} must return type {wanted}");
        }

        var row = ddl.Put(new PgAm { oid = ddl.NewOid(), amname = statement.Amname, amhandler = handler.oid, amtype = statement.Amtype[0] });
        ddl.Depend(new(PgAm.RelationOid, row.oid), ObjectAddress.Function(handler.oid));
        return "CREATE ACCESS METHOD";
    }

    /// <summary>The access method that a table names, or that default_table_access_method does.</summary>
    /// <exception cref="PgException">42704, 42809.</exception>
    internal static PgAm OfTable(DdlContext ddl, string name)
    {
        name = name.Length > 0 ? name : ddl.Session.Settings.Get("default_table_access_method")!;
        var am = ddl.Catalog.FindAm(name) ?? throw new PgException(SqlState.UndefinedObject, $"access method \"{name}\" does not exist");
        return am.amtype == 't' ? am : throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"access method \"{name}\" is not of type TABLE");
    }

    /// <summary>Gives a table another access method: there is one way to keep rows, whatever its name.</summary>
    internal static void Set(DdlContext ddl, uint relation, uint am)
    {
        var row = ddl.Catalog.Class(relation)!;
        if (row.relam == am)
        {
            return;
        }

        ddl.NoteRewrite(relation, EventTriggers.RewriteReason.AccessMethod);
        ddl.ForgetDependencies(ObjectAddress.Relation(relation), static d => d.refclassid == PgAm.RelationOid);
        ddl.Put(row with { relam = am });
        if (am != 0)
        {
            ddl.Depend(ObjectAddress.Relation(relation), new(PgAm.RelationOid, am));
        }
    }
}
