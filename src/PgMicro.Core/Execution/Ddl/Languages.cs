using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE LANGUAGE: other names for the handlers that there are.</summary>
internal static class Languages
{
    private const uint LanguageHandler = 2280;

    internal static string Create(DdlContext ddl, Pg.CreatePLangStmt statement)
    {
        if (statement.Plhandler.Count == 0)
        {
            // Without a handler it is the extension of that name.
            return Extensions.Create(ddl, new Pg.CreateExtensionStmt { Extname = statement.Plname, IfNotExists = statement.Replace }) is { } ? "CREATE EXTENSION" : "";
        }

        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create custom procedural language");
        }

        var handlerName = DdlContext.Names(statement.Plhandler);
        var handler = FunctionLookup.Require(ddl, handlerName, []);
        if (handler.prorettype != LanguageHandler)
        {
            throw new PgException(SqlState.WrongObjectType, $"function {string.Join('.', handlerName)} must return type language_handler");
        }

        var inline = statement.Plinline.Count == 0 ? 0 : FunctionLookup.Require(ddl, DdlContext.Names(statement.Plinline), [TypeOid.Internal]).oid;
        var validator = statement.Plvalidator.Count == 0 ? 0 : FunctionLookup.Require(ddl, DdlContext.Names(statement.Plvalidator), [TypeOid.Oid]).oid;
        var old = ddl.Catalog.FindLanguage(statement.Plname);
        if (old is not null)
        {
            if (!statement.Replace)
            {
                throw new PgException(SqlState.DuplicateObject, $"language \"{statement.Plname}\" already exists");
            }

            Owners.RequireOwner(ddl, old.lanowner, "language", old.lanname);
        }

        var row = ddl.Put((old ?? new PgLanguage { oid = ddl.NewOid(), lanname = statement.Plname, lanowner = ddl.Owner }) with
        {
            lanispl = true,
            lanpltrusted = statement.Pltrusted,
            lanplcallfoid = handler.oid,
            laninline = inline,
            lanvalidator = validator,
        });
        var address = new ObjectAddress(PgLanguage.RelationOid, row.oid);
        ddl.ForgetDependencies(address, static d => d.refclassid == PgProc.RelationOid);
        foreach (var function in new[] { handler.oid, inline, validator })
        {
            if (function != 0)
            {
                ddl.Depend(address, ObjectAddress.Function(function));
            }
        }

        return "CREATE LANGUAGE";
    }

    internal static void Rename(DdlContext ddl, PgLanguage row, string name)
    {
        Owners.RequireOwner(ddl, row.lanowner, "language", row.lanname);
        if (ddl.Catalog.FindLanguage(name) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"language \"{name}\" already exists");
        }

        ddl.Put(row with { lanname = name });
    }
}
