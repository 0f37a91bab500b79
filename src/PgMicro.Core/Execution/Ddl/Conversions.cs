using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE CONVERSION: other names for the conversions that there are.</summary>
internal static class Conversions
{
    internal static string Create(DdlContext ddl, Pg.CreateConversionStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.ConversionName));
        var space = ddl.NewObjectNamespace(schema, name);
        var from = Encoding(statement.ForEncodingName, "source");
        var to = Encoding(statement.ToEncodingName, "destination");
        if (from == 0 || to == 0)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "encoding conversion to or from \"SQL_ASCII\" is not supported");
        }

        var function = FunctionLookup.Require(
            ddl, DdlContext.Names(statement.FuncName), [TypeOid.Int4, TypeOid.Int4, TypeOid.Cstring, TypeOid.Internal, TypeOid.Int4, TypeOid.Bool]);
        if (function.prorettype != TypeOid.Int4)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"encoding conversion function {function.proname} must return type integer");
        }

        if (function.proacl is not null && PrivilegeCheck.OnList(ddl.Catalog, 'f', function.proacl, function.proowner, ddl.Owner, AclMode.Execute) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {function.proname}");
        }

        RequireEncodings(ddl, function, from, to);
        if (Find(ddl.Catalog, name, space) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"conversion \"{name}\" already exists");
        }

        if (statement.Def && ddl.Catalog.Rows(PgConversion.Relation).Any(c => c.condefault && c.connamespace == space && c.conforencoding == from && c.contoencoding == to))
        {
            throw new PgException(SqlState.DuplicateObject, $"default conversion for {ClientEncoding.NameOf(from)} to {ClientEncoding.NameOf(to)} already exists");
        }

        var row = ddl.Put(new PgConversion
        {
            oid = ddl.NewOid(),
            conname = name,
            connamespace = space,
            conowner = ddl.Owner,
            conforencoding = from,
            contoencoding = to,
            conproc = function.oid,
            condefault = statement.Def,
        });
        var address = new ObjectAddress(PgConversion.RelationOid, row.oid);
        ddl.Depend(address, ObjectAddress.Function(function.oid));
        ddl.Depend(address, ObjectAddress.Namespace(space));
        return "CREATE CONVERSION";
    }

    internal static void Rename(DdlContext ddl, PgConversion row, string name)
    {
        Owners.RequireOwner(ddl, row.conowner, "conversion", row.conname);
        ddl.RequireCreate(row.connamespace);
        RequireFree(ddl, name, row.connamespace);
        ddl.Put(row with { conname = name });
    }

    internal static void SetSchema(DdlContext ddl, PgConversion row, PgNamespace schema)
    {
        Owners.RequireOwner(ddl, row.conowner, "conversion", row.conname);
        if (row.connamespace == schema.oid)
        {
            return;
        }

        ddl.RequireCreate(schema.oid);
        RequireFree(ddl, row.conname, schema.oid);
        ddl.Put(row with { connamespace = schema.oid });
        Ddl.Rename.Redirect(ddl, new(PgConversion.RelationOid, row.oid), row.connamespace, schema.oid);
    }

    // A function of the system converts between two encodings and no others: it is asked with nothing to convert.
    private static void RequireEncodings(DdlContext ddl, PgProc function, int from, int to)
    {
        var known = PgConversion.Relation.BuiltIn.Rows.Where(c => c.conproc == function.oid).ToList();
        if (known.Count == 0)
        {
            throw PgErrors.FeatureNotSupported($"a conversion by function {function.proname}");
        }

        if (!known.Exists(c => c.conforencoding == from))
        {
            throw new PgException(SqlState.InternalError, $"expected source encoding \"{ClientEncoding.NameOf(known[0].conforencoding)}\", but got \"{ClientEncoding.NameOf(from)}\"");
        }

        if (!known.Exists(c => c.conforencoding == from && c.contoencoding == to))
        {
            throw new PgException(SqlState.InternalError, $"expected destination encoding \"{ClientEncoding.NameOf(known[0].contoencoding)}\", but got \"{ClientEncoding.NameOf(to)}\"");
        }
    }

    private static int Encoding(string name, string which) =>
        ClientEncoding.NumberOf(name) is >= 0 and var number ? number : throw new PgException(SqlState.UndefinedObject, $"{which} encoding \"{name}\" does not exist");

    private static PgConversion? Find(CatalogSnapshot catalog, string name, uint space) =>
        catalog.Find(PgConversion.ByName, new(Name: name)).FirstOrDefault(c => c.connamespace == space);

    private static void RequireFree(DdlContext ddl, string name, uint space)
    {
        if (Find(ddl.Catalog, name, space) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"conversion \"{name}\" already exists in schema \"{ddl.Catalog.Namespace(space)!.nspname}\"");
        }
    }
}
