using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE CAST (manual: "CREATE CAST"). Coercion finds its row as it finds the built-in ones.</summary>
internal static class CastObjects
{
    internal static string Create(DdlContext ddl, Pg.CreateCastStmt statement)
    {
        var (source, target) = (Type(ddl, statement.Sourcetype), Type(ddl, statement.Targettype));
        RequireReal(ddl, source, statement.Sourcetype, "source");
        RequireReal(ddl, target, statement.Targettype, "target");
        RequireOwner(ddl, source.oid, target.oid);
        RelationRows.RequireUsage(ddl, source);
        RelationRows.RequireUsage(ddl, target);
        if (source.typtype == 'd' || target.typtype == 'd')
        {
            ddl.Notice($"cast will be ignored because the {(source.typtype == 'd' ? "source" : "target")} data type is a domain", "WARNING", SqlState.WrongObjectType);
        }

        var used = new List<ObjectAddress> { ObjectAddress.Type(source.oid), ObjectAddress.Type(target.oid) };
        var method = statement.Func is not null ? 'f' : statement.Inout ? 'i' : 'b';
        var function = method == 'f' ? Function(ddl, statement.Func!, source.oid, target.oid, used) : null;
        if (method == 'b')
        {
            CheckBinary(ddl, source, target);
        }

        // A function of several arguments fits a value to a type modifier.
        if (source.oid == target.oid && (function is null || function.proargtypes.Length < 2))
        {
            throw Invalid("source data type and target data type are the same");
        }

        if (ddl.Catalog.FindCast(source.oid, target.oid) is not null)
        {
            throw new PgException(
                SqlState.DuplicateObject,
                $"cast from type {DdlExpressions.FormatType(ddl, source.oid)} to type {DdlExpressions.FormatType(ddl, target.oid)} already exists");
        }

        var row = ddl.Put(new PgCast
        {
            oid = ddl.NewOid(),
            castsource = source.oid,
            casttarget = target.oid,
            castfunc = function?.oid ?? 0,
            castcontext = statement.Context switch
            {
                Pg.CoercionContext.CoercionImplicit => 'i',
                Pg.CoercionContext.CoercionAssignment => 'a',
                _ => 'e',
            },
            castmethod = method,
        });
        foreach (var address in used.Distinct())
        {
            ddl.Depend(new ObjectAddress(PgCast.RelationOid, row.oid), address);
        }

        return "CREATE CAST";
    }

    /// <summary>Raises 42501 unless the current role owns one of a cast's types.</summary>
    internal static void RequireOwner(DdlContext ddl, uint source, uint target)
    {
        if (!Owns(source) && !Owns(target))
        {
            throw new PgException(
                SqlState.InsufficientPrivilege, $"must be owner of type {DdlExpressions.FormatType(ddl, source)} or type {DdlExpressions.FormatType(ddl, target)}");
        }

        bool Owns(uint type) => ddl.Catalog.Type(type) is { } row && RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, row.typowner);
    }

    private static PgType Type(DdlContext ddl, Pg.TypeName name)
    {
        var placeless = name.Clone();
        placeless.Location = -1;
        return ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, placeless))!;
    }

    private static void RequireReal(DdlContext ddl, PgType type, Pg.TypeName name, string which)
    {
        if (type.typtype == 'p')
        {
            throw new PgException(SqlState.WrongObjectType, $"{which} data type {TypeNames.ToString(ddl.ParseState, name)} is a pseudo-type");
        }
    }

    private static PgProc Function(DdlContext ddl, Pg.ObjectWithArgs named, uint source, uint target, List<ObjectAddress> used)
    {
        var function = ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectFunction, named, missingOk: false)!.Value)!;
        var arguments = function.proargtypes;
        Require(arguments.Length is >= 1 and <= 3, "cast function must take one to three arguments");
        var first = BinaryCast(ddl, source, arguments[0]);
        Require(first.IsPossible, "argument of cast function must match or be binary-coercible from source data type");
        Require(arguments.Length < 2 || arguments[1] == TypeOid.Int4, "second argument of cast function must be type integer");
        Require(arguments.Length < 3 || arguments[2] == TypeOid.Bool, "third argument of cast function must be type boolean");
        var last = BinaryCast(ddl, function.prorettype, target);
        Require(last.IsPossible, "return data type of cast function must match or be binary-coercible to target data type");
        Require(function.prokind == 'f', "cast function must be a normal function");
        Require(!function.proretset, "cast function must not return a set");
        used.Add(ObjectAddress.Function(function.oid));
        used.AddRange(new[] { first.Cast, last.Cast }.Where(static c => c != 0).Select(static c => new ObjectAddress(PgCast.RelationOid, c)));
        return function;

        static void Require(bool condition, string message)
        {
            if (!condition)
            {
                throw Invalid(message);
            }
        }
    }

    // IsBinaryCoercibleWithCast: the cast that makes it so is one that the new cast needs.
    private static (bool IsPossible, uint Cast) BinaryCast(DdlContext ddl, uint source, uint target)
    {
        if (!Coercion.IsBinaryCoercible(ddl.Catalog, source, target))
        {
            return (false, 0);
        }

        var cast = ddl.Catalog.FindCast(source, target);
        return (true, source != target && cast is { castmethod: 'b', castcontext: 'i' } ? cast.oid : 0);
    }

    private static void CheckBinary(DdlContext ddl, PgType source, PgType target)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create a cast WITHOUT FUNCTION");
        }

        if (source.typlen != target.typlen || source.typbyval != target.typbyval || source.typalign != target.typalign)
        {
            throw Invalid("source and target data types are not physically compatible");
        }

        Refuse(static t => t.typtype == 'c', "composite data types are not binary-compatible");
        Refuse(t => TypeFacts.GetElementType(ddl.Catalog, t.oid) != 0, "array data types are not binary-compatible");
        Refuse(static t => t.typtype is 'r' or 'm', "range data types are not binary-compatible");
        Refuse(static t => t.typtype == 'e', "enum data types are not binary-compatible");
        Refuse(static t => t.typtype == 'd', "domain data types must not be marked binary-compatible");
        if (source.oid != target.oid && !StorageForms.AreSame(ddl.Session.Types.GetCodec(source.oid), ddl.Session.Types.GetCodec(target.oid)))
        {
            throw PgErrors.FeatureNotSupported(
                $"a cast WITHOUT FUNCTION from type {DdlExpressions.FormatType(ddl, source.oid)} to type {DdlExpressions.FormatType(ddl, target.oid)}, which are kept in different forms,");
        }

        void Refuse(Func<PgType, bool> kind, string message)
        {
            if (kind(source) || kind(target))
            {
                throw Invalid(message);
            }
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);
}
