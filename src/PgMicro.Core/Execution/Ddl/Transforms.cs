using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TRANSFORM. No language that there is asks for one.</summary>
internal static class Transforms
{
    internal static string Create(DdlContext ddl, Pg.CreateTransformStmt statement)
    {
        var unplaced = statement.TypeName.Clone();
        unplaced.Location = -1;
        var type = TypeNames.ResolveOid(ddl.ParseState, unplaced);
        var row = ddl.Catalog.Type(type)!;
        if (row.typtype is 'p' or 'd')
        {
            throw new PgException(SqlState.WrongObjectType, $"data type {TypeNames.ToString(ddl.ParseState, statement.TypeName)} is a {(row.typtype == 'p' ? "pseudo-type" : "domain")}");
        }

        Owners.RequireOwner(ddl, row.typowner, "type", DdlExpressions.FormatType(ddl, type));
        var language = ddl.Catalog.FindLanguage(statement.Lang) ?? throw new PgException(SqlState.UndefinedObject, $"language \"{statement.Lang}\" does not exist");
        if (PrivilegeCheck.OnList(ddl.Catalog, 'l', language.lanacl, language.lanowner, ddl.Owner, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for language {language.lanname}");
        }

        var from = statement.Fromsql is null ? 0 : Function(ddl, statement.Fromsql, TypeOid.Internal, "return data type of FROM SQL function must be internal");
        var to = statement.Tosql is null ? 0 : Function(ddl, statement.Tosql, type, "return data type of TO SQL function must be the transform data type");
        var old = Find(ddl, type, language.oid);
        if (old is not null && !statement.Replace)
        {
            throw new PgException(SqlState.DuplicateObject, $"transform for type {DdlExpressions.FormatType(ddl, type)} language \"{language.lanname}\" already exists");
        }

        var made = ddl.Put((old ?? new PgTransform { oid = ddl.NewOid(), trftype = type, trflang = language.oid }) with { trffromsql = from, trftosql = to });
        var address = new ObjectAddress(PgTransform.RelationOid, made.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, new(PgLanguage.RelationOid, language.oid));
        ddl.DependOnType(address, type);
        foreach (var function in new[] { from, to })
        {
            if (function != 0)
            {
                ddl.Depend(address, ObjectAddress.Function(function));
            }
        }

        return "CREATE TRANSFORM";
    }

    /// <summary>The transform of a type in a language; null when there is none.</summary>
    internal static PgTransform? Find(DdlContext ddl, uint type, uint language) =>
        ddl.Catalog.UserRowsOf(PgTransform.Relation).FirstOrDefault(t => t.trftype == type && t.trflang == language);

    private static uint Function(DdlContext ddl, Pg.ObjectWithArgs named, uint result, string wrongResult)
    {
        var proc = ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectFunction, named, missingOk: false)!.Value)!;
        Owners.RequireOwner(ddl, proc.oid, Pg.ObjectType.ObjectFunction, named);
        if (proc.prorettype != result)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, wrongResult);
        }

        var wrong = proc.provolatile == 'v' ? "transform function must not be volatile"
            : proc.prokind != 'f' ? "transform function must be a normal function"
            : proc.proretset ? "transform function must not return a set"
            : proc.pronargs != 1 ? "transform function must take one argument"
            : proc.proargtypes[0] != TypeOid.Internal ? "first argument of transform function must be type internal"
            : null;
        return wrong is null ? proc.oid : throw new PgException(SqlState.InvalidObjectDefinition, wrong);
    }
}
