using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Writes rows of pg_type.</summary>
internal static class TypeRows
{
    /// <summary>ALTER TYPE … SET (…): for base types alone, which only C code makes.</summary>
    internal static string Alter(DdlContext ddl, Pg.AlterTypeStmt statement)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(statement.TypeName);
        var type = ddl.Catalog.Type(Binding.Expressions.TypeNames.ResolveOid(ddl.ParseState, name))!;
        Owners.RequireOwner(ddl, Catalog.Dependencies.ObjectAddress.Type(type.oid));
        throw type.typtype == 'b'
            ? PgErrors.FeatureNotSupported("ALTER TYPE SET")
            : new PgException(SqlState.WrongObjectType, $"{DdlExpressions.FormatType(ddl, type.oid)} is not a base type");
    }

    /// <summary>makeArrayTypeName: an underscore in front, more while the name is taken.</summary>
    internal static string ArrayName(DdlContext ddl, string name, uint namespaceOid)
    {
        var made = "_" + ObjectNames.Clip(name, ObjectNames.MaxLength - 1);
        for (var pass = 1; ddl.Catalog.FindType(made, namespaceOid) is not null; pass++)
        {
            made = ObjectNames.Make("", name, pass.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return made;
    }

    /// <summary>A relation's row type and the array type over it.</summary>
    internal static void CreateComposite(DdlContext ddl, string name, uint namespaceOid, uint owner, uint relationOid, uint typeOid, uint arrayOid)
    {
        ddl.Put(new PgType
        {
            oid = typeOid,
            typname = name,
            typnamespace = namespaceOid,
            typowner = owner,
            typlen = -1,
            typtype = 'c',
            typcategory = 'C',
            typrelid = relationOid,
            typarray = arrayOid,
            typinput = Proc(ddl, "record_in"),
            typoutput = Proc(ddl, "record_out"),
            typreceive = Proc(ddl, "record_recv"),
            typsend = Proc(ddl, "record_send"),
            typalign = 'd',
            typstorage = 'x',
        });
        CreateArray(ddl, name, namespaceOid, owner, typeOid, arrayOid, 'd', ',', 0, 0, 0);
    }

    /// <summary>The array type over an element type; it depends on the element type internally.</summary>
    internal static void CreateArray(
        DdlContext ddl, string elementName, uint namespaceOid, uint owner, uint elementOid, uint arrayOid, char align, char delimiter, uint collation, uint typmodIn, uint typmodOut)
    {
        ddl.Put(new PgType
        {
            oid = arrayOid,
            typname = ArrayName(ddl, elementName, namespaceOid),
            typnamespace = namespaceOid,
            typowner = owner,
            typlen = -1,
            typtype = 'b',
            typcategory = 'A',
            typdelim = delimiter,
            typsubscript = BuiltInFunctions.ArraySubscriptHandler,
            typelem = elementOid,
            typinput = Proc(ddl, "array_in"),
            typoutput = Proc(ddl, "array_out"),
            typreceive = Proc(ddl, "array_recv"),
            typsend = Proc(ddl, "array_send"),
            typmodin = typmodIn,
            typmodout = typmodOut,
            typanalyze = Proc(ddl, "array_typanalyze"),
            typalign = align == 'd' ? 'd' : 'i',
            typstorage = 'x',
            typcollation = collation,
        });
        ddl.Depend(new(PgType.RelationOid, arrayOid), new(PgType.RelationOid, elementOid), 'i');
    }

    /// <summary>The schema and name for a new type, after the check that nothing has the name (42710).</summary>
    internal static (uint Namespace, string Name) NewName(DdlContext ddl, IEnumerable<Pg.Node> names)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(names));
        var namespaceOid = ddl.CreationNamespace(schema, name);
        if (ddl.Catalog.FindType(name, namespaceOid) is { } taken)
        {
            if (taken.typelem == 0 || ddl.Catalog.Type(taken.typelem)?.typarray != taken.oid)
            {
                throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" already exists");
            }

            ddl.Put(taken with { typname = ArrayName(ddl, taken.typname, namespaceOid) });
        }

        return (namespaceOid, name);
    }

    /// <summary>A function of pg_catalog whose name is not overloaded.</summary>
    internal static uint Proc(DdlContext ddl, string name) => ddl.Catalog.ProcsByName(name).First(static p => p.pronamespace == BuiltInOids.PgCatalogNamespace).oid;
}
