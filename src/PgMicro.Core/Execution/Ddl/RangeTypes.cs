using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TYPE … AS RANGE: the range type, its multirange type, their arrays, constructors and cast.</summary>
internal static class RangeTypes
{
    internal static string Create(DdlContext ddl, Pg.CreateRangeStmt statement)
    {
        var (namespaceOid, name) = TypeRows.NewName(ddl, statement.TypeName);
        var options = Options.Read(ddl, statement);
        if (options.Subtype == 0)
        {
            throw new PgException(SqlState.SyntaxError, "type attribute \"subtype\" is required");
        }

        var subtype = ddl.Catalog.Type(options.Subtype)!;
        if (subtype.typtype == 'p')
        {
            throw new PgException(SqlState.DatatypeMismatch, $"range subtype cannot be {DdlExpressions.FormatType(ddl, options.Subtype)}");
        }

        var opclass = Opclass(ddl, options);
        var collation = Collation(ddl, options, subtype);
        var difference = options.Difference is null ? 0 : Difference(ddl, options.Difference, options.Subtype);
        var align = subtype.typalign == 'd' ? 'd' : 'i';
        var (oid, arrayOid, multirangeOid, multirangeArrayOid) = (ddl.NewOid(), ddl.NewOid(), ddl.NewOid(), ddl.NewOid());
        PutType(ddl, oid, arrayOid, namespaceOid, name, 'r', align, "range");
        var (multirangeNamespace, multirangeName) = MultirangeName(ddl, options.MultirangeName, namespaceOid, name);
        PutType(ddl, multirangeOid, multirangeArrayOid, multirangeNamespace, multirangeName, 'm', align, "multirange");
        ddl.Put(new PgRange
        {
            rngtypid = oid,
            rngsubtype = options.Subtype,
            rngmultitypid = multirangeOid,
            rngcollation = collation,
            rngsubopc = opclass,
            rngsubdiff = difference,
        });
        var address = new ObjectAddress(PgType.RelationOid, oid);
        ddl.DependOnType(address, options.Subtype);
        ddl.Depend(address, new(PgOpclass.RelationOid, opclass));
        if (collation is not (0 or BuiltInOids.DefaultCollation))
        {
            ddl.DependOnCollation(address, collation);
        }

        if (difference != 0)
        {
            ddl.Depend(address, new(PgProc.RelationOid, difference));
        }

        ddl.Depend(new(PgType.RelationOid, multirangeOid), address, 'i');
        TypeRows.CreateArray(ddl, name, namespaceOid, ddl.Owner, oid, arrayOid, align, ',', 0, 0, 0);
        TypeRows.CreateArray(ddl, multirangeName, multirangeNamespace, ddl.Owner, multirangeOid, multirangeArrayOid, align, ',', 0, 0, 0);
        Constructor(ddl, name, namespaceOid, oid, [options.Subtype, options.Subtype], "range_constructor2");
        Constructor(ddl, name, namespaceOid, oid, [options.Subtype, options.Subtype, Types.TypeOid.Text], "range_constructor3");
        Constructor(ddl, multirangeName, namespaceOid, multirangeOid, [], "multirange_constructor0", isStrict: true);
        var fromRange = Constructor(ddl, multirangeName, namespaceOid, multirangeOid, [oid], "multirange_constructor1", isStrict: true);
        Constructor(ddl, multirangeName, namespaceOid, multirangeOid, [arrayOid], "multirange_constructor2", isStrict: true, variadic: oid);
        var cast = ddl.Put(new PgCast { oid = ddl.NewOid(), castsource = oid, casttarget = multirangeOid, castfunc = fromRange, castcontext = 'e', castmethod = 'f' });
        var castAddress = new ObjectAddress(PgCast.RelationOid, cast.oid);
        ddl.Depend(castAddress, address, 'i');
        ddl.Depend(castAddress, new(PgType.RelationOid, multirangeOid), 'i');
        ddl.Depend(castAddress, new(PgProc.RelationOid, fromRange), 'i');
        return "CREATE TYPE";
    }

    private static void PutType(DdlContext ddl, uint oid, uint arrayOid, uint namespaceOid, string name, char kind, char align, string functions)
    {
        ddl.Put(new PgType
        {
            oid = oid,
            typname = name,
            typnamespace = namespaceOid,
            typowner = ddl.Owner,
            typlen = -1,
            typtype = kind,
            typcategory = 'R',
            typarray = arrayOid,
            typinput = TypeRows.Proc(ddl, functions + "_in"),
            typoutput = TypeRows.Proc(ddl, functions + "_out"),
            typreceive = TypeRows.Proc(ddl, functions + "_recv"),
            typsend = TypeRows.Proc(ddl, functions + "_send"),
            typanalyze = TypeRows.Proc(ddl, functions + "_typanalyze"),
            typalign = align,
            typstorage = 'x',
        });
        ddl.Depend(new(PgType.RelationOid, oid), ObjectAddress.Namespace(namespaceOid));
    }

    private static uint Constructor(
        DdlContext ddl, string name, uint namespaceOid, uint type, uint[] arguments, string source, bool isStrict = false, uint variadic = 0)
    {
        var row = ddl.Put(new PgProc
        {
            oid = ddl.NewOid(),
            proname = name,
            pronamespace = namespaceOid,
            proowner = ddl.Owner,
            prolang = BuiltInOids.InternalLanguage,
            provariadic = variadic,
            proisstrict = isStrict,
            provolatile = 'i',
            proparallel = 's',
            pronargs = (short)arguments.Length,
            prorettype = type,
            proargtypes = arguments,
            proallargtypes = variadic == 0 ? null : arguments,
            proargmodes = variadic == 0 ? null : ['v'],
            prosrc = source,
        });
        ddl.Depend(new(PgProc.RelationOid, row.oid), new(PgType.RelationOid, type), 'i');
        return row.oid;
    }

    private static (uint Namespace, string Name) MultirangeName(DdlContext ddl, string[]? given, uint namespaceOid, string rangeName)
    {
        string name;
        if (given is not null)
        {
            var (schema, written) = DdlContext.Qualified(given);
            (namespaceOid, name) = (schema is null ? namespaceOid : ddl.CreationNamespace(schema, written), written);
            return ddl.Catalog.FindType(name, namespaceOid) is null
                ? (namespaceOid, name)
                : throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" already exists");
        }

        var at = rangeName.IndexOf("range", StringComparison.Ordinal);
        name = at < 0 ? ObjectNames.Clip(rangeName, ObjectNames.MaxLength - "_multirange".Length) + "_multirange" : rangeName.Insert(at, "multi");
        name = ObjectNames.Clip(name, ObjectNames.MaxLength);
        return ddl.Catalog.FindType(name, namespaceOid) is null
            ? (namespaceOid, name)
            : throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" already exists")
                .WithDetail($"Failed while creating a multirange type for type \"{rangeName}\".")
                .WithHint("You can manually specify a multirange type name using the \"multirange_type_name\" attribute.");
    }

    private static uint Opclass(DdlContext ddl, Options options)
    {
        if (options.Opclass is { } written)
        {
            var (schema, name) = DdlContext.Qualified(written);
            foreach (var candidate in ddl.Catalog.OpclassesByName(name))
            {
                if (candidate.opcmethod == BuiltInOids.BtreeAm && (schema is null || ddl.Catalog.Namespace(candidate.opcnamespace)?.nspname == schema))
                {
                    return candidate.opcintype == options.Subtype ? candidate.oid : throw new PgException(
                        SqlState.DatatypeMismatch,
                        $"operator class \"{string.Join('.', written)}\" does not accept data type {DdlExpressions.FormatType(ddl, options.Subtype)}");
                }
            }

            throw new PgException(SqlState.UndefinedObject, $"operator class \"{string.Join('.', written)}\" does not exist for access method \"btree\"");
        }

        return ddl.Catalog.DefaultOpclass(BuiltInOids.BtreeAm, options.Subtype)?.oid ?? throw new PgException(
            SqlState.UndefinedObject, $"data type {DdlExpressions.FormatType(ddl, options.Subtype)} has no default operator class for access method \"btree\"")
            .WithHint("You must specify an operator class for the range type or define a default operator class for the subtype.");
    }

    private static uint Collation(DdlContext ddl, Options options, PgType subtype)
    {
        if (options.Collation is null)
        {
            return subtype.typcollation;
        }

        if (subtype.typcollation == 0)
        {
            throw new PgException(SqlState.WrongObjectType, "range collation specified but subtype does not support collation");
        }

        var (schema, name) = DdlContext.Qualified(options.Collation);
        return ddl.Catalog.FindCollation(name, schema is null ? BuiltInOids.PgCatalogNamespace : ddl.FindSchema(schema).oid)?.oid
            ?? throw new PgException(SqlState.UndefinedObject, $"collation \"{string.Join('.', options.Collation)}\" for encoding \"UTF8\" does not exist");
    }

    private static uint Difference(DdlContext ddl, string[] names, uint subtype)
    {
        var (schema, name) = DdlContext.Qualified(names);
        foreach (var candidate in ddl.Catalog.ProcsByName(name))
        {
            if (candidate.proargtypes.Length != 2 || candidate.proargtypes[0] != subtype || candidate.proargtypes[1] != subtype
                || (schema is not null && ddl.Catalog.Namespace(candidate.pronamespace)?.nspname != schema))
            {
                continue;
            }

            if (candidate.prorettype != Types.TypeOid.Float8)
            {
                throw new PgException(
                    SqlState.InvalidObjectDefinition,
                    $"range subtype diff function {string.Join('.', names)}({DdlExpressions.FormatType(ddl, subtype)}, {DdlExpressions.FormatType(ddl, subtype)}) must return type double precision");
            }

            return candidate.provolatile == 'i' ? candidate.oid : throw new PgException(
                SqlState.InvalidObjectDefinition,
                $"range subtype diff function {string.Join('.', names)}({DdlExpressions.FormatType(ddl, subtype)}, {DdlExpressions.FormatType(ddl, subtype)}) must be immutable");
        }

        throw new PgException(
            SqlState.UndefinedFunction,
            $"function {string.Join('.', names)}({DdlExpressions.FormatType(ddl, subtype)}, {DdlExpressions.FormatType(ddl, subtype)}) does not exist");
    }

    private sealed class Options
    {
        internal uint Subtype { get; private set; }

        internal string[]? Opclass { get; private set; }

        internal string[]? Collation { get; private set; }

        internal string[]? Difference { get; private set; }

        internal string[]? MultirangeName { get; private set; }

        internal static Options Read(DdlContext ddl, Pg.CreateRangeStmt statement)
        {
            var options = new Options();
            var seen = new HashSet<string>();
            foreach (var option in statement.Params.Select(static n => n.DefElem))
            {
                if (!seen.Add(option.Defname))
                {
                    throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
                }

                switch (option.Defname)
                {
                    case "subtype":
                        var name = OptionValues.TypeName(option).Clone();
                        name.Location = -1;
                        options.Subtype = TypeNames.ResolveOid(ddl.ParseState, name);
                        break;
                    case "subtype_opclass":
                        options.Opclass = OptionValues.QualifiedName(option);
                        break;
                    case "collation":
                        options.Collation = OptionValues.QualifiedName(option);
                        break;
                    case "subtype_diff":
                        options.Difference = OptionValues.QualifiedName(option);
                        break;
                    case "multirange_type_name":
                        options.MultirangeName = OptionValues.QualifiedName(option);
                        break;
                    case "canonical":
                        OptionValues.QualifiedName(option);
                        throw PgErrors.FeatureNotSupported("canonical function of a range type", option.Location);
                    default:
                        throw new PgException(SqlState.SyntaxError, $"type attribute \"{option.Defname}\" not recognized");
                }
            }

            return options;
        }
    }
}
