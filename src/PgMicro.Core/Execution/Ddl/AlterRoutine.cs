using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Roles;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER FUNCTION, PROCEDURE and ROUTINE. OWNER TO is in <see cref="Owners"/>.</summary>
internal static class AlterRoutine
{
    internal static string Execute(DdlContext ddl, Pg.AlterFunctionStmt statement)
    {
        var proc = GrantTargets.FindRoutine(ddl, statement.Objtype, statement.Func);
        Owners.RequireOwner(ddl, proc.oid, statement.Objtype, statement.Func);
        if (proc.prokind == 'a')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{string.Join('.', NamespaceLookup.Strings(statement.Func.Objname))}\" is an aggregate function");
        }

        var options = RoutineOptions.Read(ddl, statement.Actions, proc.prokind == 'p');
        ddl.Put(options.Apply(ddl, proc));
        return AlterTable.Tag(statement.Objtype);
    }

    internal static string Rename(DdlContext ddl, Pg.RenameStmt statement)
    {
        var proc = GrantTargets.FindRoutine(ddl, statement.RenameType, statement.Object.ObjectWithArgs);
        Owners.RequireOwner(ddl, proc.proowner, "function", proc.proname);
        ddl.RequireCreate(proc.pronamespace);
        RequireNew(ddl, statement.Newname, proc.pronamespace, proc.proargtypes);
        ddl.Put(proc with { proname = statement.Newname });
        return AlterTable.Tag(statement.RenameType);
    }

    internal static string SetSchema(DdlContext ddl, Pg.AlterObjectSchemaStmt statement, PgNamespace target)
    {
        var proc = GrantTargets.FindRoutine(ddl, statement.ObjectType, statement.Object.ObjectWithArgs);
        ddl.RequireCreate(target.oid);
        Owners.RequireOwner(ddl, proc.proowner, "function", proc.proname);
        if (proc.pronamespace != target.oid)
        {
            if (ddl.IsTemp(proc.pronamespace))
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot move objects into or out of temporary schemas");
            }

            RequireNew(ddl, proc.proname, target.oid, proc.proargtypes);
            ddl.Put(proc with { pronamespace = target.oid });
            Ddl.Rename.Redirect(ddl, ObjectAddress.Function(proc.oid), proc.pronamespace, target.oid);
        }

        return AlterTable.Tag(statement.ObjectType);
    }

    /// <summary>[NO] DEPENDS ON EXTENSION: the routine goes with the extension, and is not dumped with it.</summary>
    internal static string DependOnExtension(DdlContext ddl, Pg.AlterObjectDependsStmt statement)
    {
        if (statement.ObjectType is not (Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine))
        {
            throw PgErrors.FeatureNotSupported($"ALTER {Drop.Word(statement.ObjectType)} DEPENDS ON EXTENSION");
        }

        var proc = GrantTargets.FindRoutine(ddl, statement.ObjectType, statement.Object.ObjectWithArgs);
        Owners.RequireOwner(ddl, proc.oid, statement.ObjectType, statement.Object.ObjectWithArgs);
        var extension = ObjectLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectExtension, new Pg.Node { String = statement.Extname });
        if (statement.Remove)
        {
            ddl.ForgetDependencies(
                ObjectAddress.Function(proc.oid),
                d => d.deptype == DependencyType.AutoExtension && d.refclassid == extension.ClassId && d.refobjid == extension.ObjectId);
        }
        else
        {
            ddl.Depend(ObjectAddress.Function(proc.oid), extension, DependencyType.AutoExtension);
        }

        return AlterTable.Tag(statement.ObjectType);
    }

    private static void RequireNew(DdlContext ddl, string name, uint schema, uint[] types)
    {
        if (Routines.Find(ddl, name, schema, types) is not null)
        {
            var signature = $"{name}({string.Join(", ", types.Select(t => DdlExpressions.FormatType(ddl, t)))})";
            throw new PgException(SqlState.DuplicateFunction, $"function {signature} already exists in schema \"{ddl.Catalog.Namespace(schema)!.nspname}\"");
        }
    }
}
