using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Roles;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE [OR REPLACE] FUNCTION and PROCEDURE.</summary>
internal static class Routines
{
    internal static string Create(DdlContext ddl, Pg.CreateFunctionStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Funcname));
        var namespaceOid = CreationNamespace(ddl, schema, name);
        var options = RoutineOptions.Read(ddl, statement.Options, statement.IsProcedure);
        var language = Language(ddl, options.Language ?? (statement.SqlBody is { NodeCase: not Pg.Node.NodeOneofCase.None } ? "sql" : null));
        var transforms = options.TransformTypes(ddl, language);
        var parameters = RoutineParameters.Read(ddl, statement, language.oid);
        var proc = Row(ddl, statement, parameters, namespaceOid, name, language, options) with { protrftypes = transforms };
        proc = Store(ddl, statement, proc, parameters.Defaults);
        Depend(ddl, proc, parameters);
        RoutineValidation.Validate(ddl, proc, language);
        return statement.IsProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    }

    private static PgProc Row(
        DdlContext ddl, Pg.CreateFunctionStmt statement, RoutineParameters parameters, uint namespaceOid, string name, PgLanguage language, RoutineOptions options)
    {
        var proc = options.Apply(ddl, new PgProc
        {
            proname = name,
            pronamespace = namespaceOid,
            proowner = ddl.Owner,
            prolang = language.oid,
            procost = language.oid is BuiltInOids.InternalLanguage or BuiltInOids.CLanguage ? 1 : 100,
            prorows = parameters.ReturnsSet ? 1000 : 0,
            provariadic = parameters.Variadic,
            prokind = statement.IsProcedure ? 'p' : 'f',
            proretset = parameters.ReturnsSet,
            pronargs = (short)parameters.InputTypes.Length,
            pronargdefaults = (short)parameters.Defaults.Count,
            prorettype = parameters.ResultType,
            proargtypes = parameters.InputTypes,
            proallargtypes = parameters.AllTypes,
            proargmodes = parameters.Modes,
            proargnames = parameters.Names,
            proargdefaults = RoutineDefaults.Write(parameters.Defaults),
        });
        return RoutineBodies.Apply(ddl, statement, proc, language, options.Body);
    }

    // ProcedureCreate. A replaced routine keeps its OID, its owner and its privileges.
    private static PgProc Store(DdlContext ddl, Pg.CreateFunctionStmt statement, PgProc proc, List<BoundExpr> defaults)
    {
        RoutineSignatures.Check(ddl, proc);
        if (Find(ddl, proc.proname, proc.pronamespace, proc.proargtypes) is not { } old)
        {
            return ddl.Put(proc with { oid = ddl.NewOid(), proacl = DefaultPrivileges.For(ddl, 'f', ddl.Owner, proc.pronamespace) });
        }

        if (!statement.Replace)
        {
            throw new PgException(SqlState.DuplicateFunction, $"function \"{proc.proname}\" already exists with same argument types");
        }

        RoutineReplacement.Check(ddl, old, proc, defaults);
        proc = ddl.Put(proc with { oid = old.oid, proowner = old.proowner, proacl = old.proacl });
        ddl.ForgetDependencies(ObjectAddress.Function(proc.oid), static d => d.deptype is not (DependencyType.Extension or DependencyType.AutoExtension));
        if (old.proargdefaults != proc.proargdefaults)
        {
            StoredDefaults.Replace(ddl, proc);
        }

        return proc;
    }

    private static void Depend(DdlContext ddl, PgProc proc, RoutineParameters parameters)
    {
        var address = ObjectAddress.Function(proc.oid);
        var referenced = new List<ObjectAddress>
        {
            ObjectAddress.Namespace(proc.pronamespace), new(PgLanguage.RelationOid, proc.prolang), ObjectAddress.Type(proc.prorettype),
        };
        referenced.AddRange(parameters.Types.Select(ObjectAddress.Type));
        referenced.AddRange((proc.protrftypes ?? []).Select(t => new ObjectAddress(PgTransform.RelationOid, Transforms.Find(ddl, t, proc.prolang)!.oid)));
        foreach (var reference in referenced.Distinct())
        {
            ddl.Depend(address, reference);
        }

        foreach (var value in parameters.Defaults)
        {
            DdlExpressions.Depend(ddl, address, value);
        }

        foreach (var query in proc.prosqlbody is { } body ? RoutineBodies.Queries(body) : [])
        {
            DdlExpressions.Depend(ddl, address, query);
        }
    }

    /// <summary>The routine of a name and exactly these input parameters in a schema.</summary>
    internal static PgProc? Find(DdlContext ddl, string name, uint namespaceOid, uint[] types) =>
        ddl.Catalog.ProcsByName(name).FirstOrDefault(p => p.pronamespace == namespaceOid && p.proargtypes.AsSpan().SequenceEqual(types));

    /// <summary>Functions, unlike relations, may be put into pg_catalog.</summary>
    internal static uint CreationNamespace(DdlContext ddl, string? schema, string name)
    {
        if (schema != "pg_catalog")
        {
            return ddl.NewObjectNamespace(schema, name);
        }

        ddl.RequireCreate(BuiltInOids.PgCatalogNamespace);
        return BuiltInOids.PgCatalogNamespace;
    }

    private static PgLanguage Language(DdlContext ddl, string? name)
    {
        if (name is null)
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, "no language specified");
        }

        var language = ddl.Catalog.FindLanguage(name) ?? throw new PgException(SqlState.UndefinedObject, $"language \"{name}\" does not exist");
        var isAllowed = RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner)
            || (language.lanpltrusted && PrivilegeCheck.OnList(ddl.Catalog, 'l', language.lanacl, language.lanowner, ddl.Owner, AclMode.Usage) != 0);
        return isAllowed ? language : throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for language {name}");
    }
}
