using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TYPE of shells and base types (PostgreSQL's DefineType). What a base type's functions do has to be what built-in types' ones do.</summary>
internal static class BaseTypes
{
    internal static string Create(DdlContext ddl, Pg.DefineStmt statement)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create a base type");
        }

        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
        var space = ddl.CreationNamespace(schema, name);
        var shell = ddl.Catalog.FindType(name, space);
        if (shell is { typisdefined: true })
        {
            // An array type gives way.
            (space, name) = TypeRows.NewName(ddl, statement.Defnames);
            shell = null;
        }

        if (statement.Definition.Count == 0)
        {
            if (shell is not null)
            {
                throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" already exists");
            }

            MakeShell(ddl, space, name);
            return "CREATE TYPE";
        }

        if (shell is null)
        {
            throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" does not exist")
                .WithHint("Create the type as a shell type, then create its I/O functions, then do a full CREATE TYPE.");
        }

        Define(ddl, shell, BaseTypeOptions.Read(ddl, statement.Definition));
        return "CREATE TYPE";
    }

    /// <summary>TypeShellMake: a type that is a name only.</summary>
    internal static PgType MakeShell(DdlContext ddl, uint space, string name)
    {
        var row = ddl.Put(new PgType
        {
            oid = ddl.NewOid(),
            typname = name,
            typnamespace = space,
            typowner = ddl.Owner,
            typlen = 4,
            typbyval = true,
            typtype = 'p',
            typcategory = 'P',
            typisdefined = false,
            typinput = TypeRows.Proc(ddl, "shell_in"),
            typoutput = TypeRows.Proc(ddl, "shell_out"),
            typalign = 'i',
            typstorage = 'p',
        });
        ddl.Depend(ObjectAddress.Type(row.oid), ObjectAddress.Namespace(space));
        return row;
    }

    private static void Define(DdlContext ddl, PgType shell, BaseTypeOptions options)
    {
        if (options.Input is null)
        {
            throw Invalid("type input function must be specified");
        }

        if (options.Output is null)
        {
            throw Invalid("type output function must be specified");
        }

        if (options is { TypmodIn: null, TypmodOut: not null })
        {
            throw Invalid("type modifier output function is useless without a type modifier input function");
        }

        var input = Input(ddl, options.Input, shell.oid, "input", TypeOid.Cstring);
        var output = Function(ddl, options.Output, [shell.oid], TypeOid.Cstring, "type output function");
        var receive = options.Receive is null ? null : Input(ddl, options.Receive, shell.oid, "receive", TypeOid.Internal);
        var send = options.Send is null ? null : Function(ddl, options.Send, [shell.oid], TypeOid.Bytea, "type send function");
        foreach (var (names, what, types) in new (string[]?, string, uint[])[]
        {
            (options.TypmodIn, "TYPMOD_IN", [TypeOid.CstringArray]), (options.TypmodOut, "TYPMOD_OUT", [TypeOid.Int4]),
            (options.Analyze, "ANALYZE", [TypeOid.Internal]), (options.Subscript, "SUBSCRIPT", [TypeOid.Internal]),
        })
        {
            if (names is not null)
            {
                OperatorObjects.FindFunction(ddl, names, types);
                throw PgErrors.FeatureNotSupported($"{what} of a base type");
            }
        }

        foreach (var (function, what) in new[] { (input, "input"), (output, "output"), (receive, "receive"), (send, "send") })
        {
            if (function is { provolatile: 'v' })
            {
                ddl.Notice($"type {what} function {function.proname} should not be volatile", "WARNING", SqlState.InvalidObjectDefinition);
            }
        }

        options.CheckPhysical();
        var arrayOid = ddl.NewOid();
        var row = shell with
        {
            typlen = options.Length,
            typbyval = options.ByValue,
            typtype = 'b',
            typcategory = options.Category,
            typispreferred = options.Preferred,
            typisdefined = true,
            typdelim = options.Delimiter,
            typarray = arrayOid,
            typinput = input.oid,
            typoutput = output.oid,
            typreceive = receive?.oid ?? 0,
            typsend = send?.oid ?? 0,
            typalign = options.Alignment,
            typstorage = options.Storage,
            typcollation = options.Collatable ? BuiltInOids.DefaultCollation : 0,
        };
        if (Catalog.Codecs.BaseTypeCodec.Make(ddl.Catalog, row) is null)
        {
            throw PgErrors.FeatureNotSupported($"a base type whose input and output functions are {input.prosrc} and {output.prosrc}, not those of one built-in type,");
        }

        row = ddl.Put(row);
        var address = ObjectAddress.Type(row.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Namespace(row.typnamespace));
        foreach (var function in new[] { input, output, receive, send }.OfType<PgProc>())
        {
            ddl.Depend(address, ObjectAddress.Function(function.oid));
        }

        TypeRows.CreateArray(ddl, row.typname, row.typnamespace, row.typowner, row.oid, arrayOid, row.typalign, row.typdelim, row.typcollation, 0, 0);
    }

    // findTypeInputFunction and findTypeReceiveFunction: with one argument, or with the element type and modifier too.
    private static PgProc Input(DdlContext ddl, string[] names, uint type, string what, uint argument)
    {
        var (plain, full) = (OperatorObjects.TryFindFunction(ddl, names, [argument]), OperatorObjects.TryFindFunction(ddl, names, [argument, TypeOid.Oid, TypeOid.Int4]));
        if (plain is not null && full is not null)
        {
            throw new PgException(SqlState.AmbiguousFunction, $"type {what} function {string.Join('.', names)} has multiple matches");
        }

        var found = plain ?? full ?? OperatorObjects.FindFunction(ddl, names, [argument]);
        return found.prorettype == type ? found : throw WrongResult(ddl, $"type {what} function", names, type);
    }

    private static PgProc Function(DdlContext ddl, string[] names, uint[] types, uint result, string what)
    {
        var found = OperatorObjects.FindFunction(ddl, names, types);
        return found.prorettype == result ? found : throw WrongResult(ddl, what, names, result);
    }

    private static PgException WrongResult(DdlContext ddl, string what, string[] names, uint type) =>
        Invalid($"{what} {string.Join('.', names)} must return type {DdlExpressions.FormatType(ddl, type)}");

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);
}
