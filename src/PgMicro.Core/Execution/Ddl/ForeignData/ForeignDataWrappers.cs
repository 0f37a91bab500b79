using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.ForeignData;

/// <summary>CREATE and ALTER FOREIGN DATA WRAPPER.</summary>
internal static class ForeignDataWrappers
{
    internal static string Create(DdlContext ddl, Pg.CreateFdwStmt statement)
    {
        RequireSuperuser(ddl, "create", statement.Fdwname);
        RequireFree(ddl, statement.Fdwname);
        var (handler, validator) = GenericOptions.Functions(ddl, statement.FuncOptions);
        var row = ddl.Put(new PgForeignDataWrapper
        {
            oid = ddl.NewOid(),
            fdwname = statement.Fdwname,
            fdwowner = ddl.Owner,
            fdwhandler = handler ?? 0,
            fdwvalidator = validator ?? 0,
            fdwoptions = GenericOptions.Apply(ddl, PgForeignDataWrapper.RelationOid, null, statement.Options, validator ?? 0),
        });
        Depend(ddl, row);
        return "CREATE FOREIGN DATA WRAPPER";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterFdwStmt statement)
    {
        RequireSuperuser(ddl, "alter", statement.Fdwname);
        var row = Find(ddl, statement.Fdwname);
        var (handler, validator) = GenericOptions.Functions(ddl, statement.FuncOptions);
        if (handler is not null)
        {
            ddl.Notice("changing the foreign-data wrapper handler can change behavior of existing foreign tables", "WARNING", "01000");
        }

        if (validator is not (null or 0))
        {
            ddl.Notice("changing the foreign-data wrapper validator can cause the options for dependent objects to become invalid", "WARNING", "01000");
        }

        row = row with { fdwhandler = handler ?? row.fdwhandler, fdwvalidator = validator ?? row.fdwvalidator };
        if (statement.Options.Count > 0)
        {
            row = row with { fdwoptions = GenericOptions.Apply(ddl, PgForeignDataWrapper.RelationOid, row.fdwoptions, statement.Options, row.fdwvalidator) };
        }

        ddl.Put(row);
        if (handler is not null || validator is not null)
        {
            ddl.ForgetDependencies(new(PgForeignDataWrapper.RelationOid, row.oid), static d => d.refclassid == PgProc.RelationOid);
            Depend(ddl, row);
        }

        return "ALTER FOREIGN DATA WRAPPER";
    }

    internal static void Rename(DdlContext ddl, PgForeignDataWrapper row, string name)
    {
        Owners.RequireOwner(ddl, row.fdwowner, "foreign-data wrapper", row.fdwname);
        RequireFree(ddl, name);
        ddl.Put(row with { fdwname = name });
    }

    internal static void ChangeOwner(DdlContext ddl, PgForeignDataWrapper row, uint owner)
    {
        RequireSuperuser(ddl, "change owner of", row.fdwname);
        if (!RoleMembership.IsSuperuser(ddl.Catalog, owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to change owner of foreign-data wrapper \"{row.fdwname}\"")
                .WithHint("The owner of a foreign-data wrapper must be a superuser.");
        }

        ddl.Put(row with { fdwowner = owner, fdwacl = Owners.NewAcl(ddl, row.fdwacl, row.fdwowner, owner) });
    }

    /// <summary>A wrapper by its name.</summary>
    /// <exception cref="PgException">42704.</exception>
    internal static PgForeignDataWrapper Find(DdlContext ddl, string name) =>
        ddl.Catalog.UserRowsOf(PgForeignDataWrapper.Relation).FirstOrDefault(r => r.fdwname == name)
            ?? throw new PgException(SqlState.UndefinedObject, $"foreign-data wrapper \"{name}\" does not exist");

    /// <exception cref="PgException">42501 unless a role may use the wrapper.</exception>
    internal static void RequireUsage(DdlContext ddl, PgForeignDataWrapper row, uint role)
    {
        if (PrivilegeCheck.OnList(ddl.Catalog, 'F', row.fdwacl, row.fdwowner, role, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for foreign-data wrapper {row.fdwname}");
        }
    }

    private static void Depend(DdlContext ddl, PgForeignDataWrapper row)
    {
        foreach (var function in new[] { row.fdwhandler, row.fdwvalidator })
        {
            if (function != 0)
            {
                ddl.Depend(new(PgForeignDataWrapper.RelationOid, row.oid), ObjectAddress.Function(function));
            }
        }
    }

    private static void RequireSuperuser(DdlContext ddl, string what, string name)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to {what} foreign-data wrapper \"{name}\"")
                .WithHint($"Must be superuser to {what} a foreign-data wrapper.");
        }
    }

    private static void RequireFree(DdlContext ddl, string name)
    {
        if (ddl.Catalog.UserRowsOf(PgForeignDataWrapper.Relation).Any(r => r.fdwname == name))
        {
            throw new PgException(SqlState.DuplicateObject, $"foreign-data wrapper \"{name}\" already exists");
        }
    }
}
