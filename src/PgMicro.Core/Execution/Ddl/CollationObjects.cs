using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE COLLATION (manual: "CREATE COLLATION").</summary>
internal static class CollationObjects
{
    private const int Utf8 = 6;

    internal static string Create(DdlContext ddl, Pg.DefineStmt statement)
    {
        var names = DdlContext.Names(statement.Defnames);
        var (schema, name) = DdlContext.Qualified(names);
        var space = ddl.NewObjectNamespace(schema, name, location: -1);
        var options = Read(statement);
        var row = options.TryGetValue("from", out var from) ? Copy(ddl, from, options.Count) : Define(options);
        if (ddl.Catalog.FindCollation(name, space) is not null)
        {
            var text = row.collencoding < 0 ? $"collation \"{name}\" already exists" : $"collation \"{name}\" for encoding \"UTF8\" already exists";
            if (!statement.IfNotExists)
            {
                throw new PgException(SqlState.DuplicateObject, text);
            }

            ddl.Notice(text + ", skipping", sqlState: SqlState.DuplicateObject);
            return "CREATE COLLATION";
        }

        Functions.Engine.IcuCollation.Check(row.collprovider, row.colllocale, row.collcollate);
        var oid = ddl.NewOid();
        ddl.Put(row with { oid = oid, collname = name, collnamespace = space, collowner = ddl.Owner });
        ddl.Depend(new(PgCollation.RelationOid, oid), ObjectAddress.Namespace(space));
        return "CREATE COLLATION";
    }

    internal static void Rename(DdlContext ddl, string[] names, string newName)
    {
        var row = Own(ddl, names);
        RequireFree(ddl, row, newName, row.collnamespace);
        ddl.Put(row with { collname = newName });
    }

    internal static void SetSchema(DdlContext ddl, string[] names, PgNamespace schema)
    {
        var row = Own(ddl, names);
        if (row.collnamespace == schema.oid)
        {
            return;
        }

        ddl.RequireCreate(schema.oid);
        RequireFree(ddl, row, row.collname, schema.oid);
        var address = new ObjectAddress(PgCollation.RelationOid, row.oid);
        ddl.ForgetDependencies(address, static d => d.refclassid == PgNamespace.RelationOid);
        ddl.Put(row with { collnamespace = schema.oid });
        ddl.Depend(address, ObjectAddress.Namespace(schema.oid));
    }

    /// <summary>ALTER COLLATION … REFRESH VERSION. The engine's collations have one version each.</summary>
    internal static string Refresh(DdlContext ddl, Pg.AlterCollationStmt statement)
    {
        var row = Own(ddl, DdlContext.Names(statement.Collname));
        if (row.oid == BuiltInOids.DefaultCollation)
        {
            // PostgreSQL gives this one no code of its own.
            throw new PgException(SqlState.InternalError, "cannot refresh version of default collation")
                .WithHint("Use ALTER DATABASE ... REFRESH COLLATION VERSION instead.");
        }

        ddl.Notice("version has not changed");
        return "ALTER COLLATION";
    }

    private static PgCollation Own(DdlContext ddl, string[] names)
    {
        var row = ddl.Catalog.Collation(NamespaceLookup.CollationOid(ddl.ParseState, names, -1))!;
        Owners.RequireOwner(ddl, row.collowner, "collation", row.collname);
        return row;
    }

    private static void RequireFree(DdlContext ddl, PgCollation row, string name, uint schema)
    {
        if (ddl.Catalog.FindCollation(name, schema) is not null)
        {
            var encoding = row.collencoding < 0 ? "" : " for encoding \"UTF8\"";
            throw new PgException(SqlState.DuplicateObject, $"collation \"{name}\"{encoding} already exists in schema \"{ddl.Catalog.Namespace(schema)!.nspname}\"");
        }
    }

    private static Dictionary<string, Pg.DefElem> Read(Pg.DefineStmt statement)
    {
        var options = new Dictionary<string, Pg.DefElem>();
        foreach (var option in statement.Definition.Select(static d => d.DefElem))
        {
            if (option.Defname is not ("from" or "locale" or "lc_collate" or "lc_ctype" or "provider" or "deterministic" or "rules" or "version"))
            {
                throw new PgException(SqlState.SyntaxError, $"collation attribute \"{option.Defname}\" not recognized").At(option.Location);
            }

            if (!options.TryAdd(option.Defname, option))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }
        }

        if (options.ContainsKey("locale") && (options.ContainsKey("lc_collate") || options.ContainsKey("lc_ctype")))
        {
            throw new PgException(SqlState.SyntaxError, "conflicting or redundant options")
                .WithDetail("LOCALE cannot be specified together with LC_COLLATE or LC_CTYPE.");
        }

        return options;
    }

    private static PgCollation Copy(DdlContext ddl, Pg.DefElem from, int count)
    {
        if (count != 1)
        {
            throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").WithDetail("FROM cannot be specified together with any other options.");
        }

        var source = ddl.Catalog.Collation(NamespaceLookup.CollationOid(ddl.ParseState, OptionValues.QualifiedName(from), -1))!;
        return source.collprovider == 'd'
            ? throw new PgException(SqlState.InvalidObjectDefinition, "collation \"default\" cannot be copied")
            : source;
    }

    private static PgCollation Define(Dictionary<string, Pg.DefElem> options)
    {
        string? Text(string name) => options.TryGetValue(name, out var option) ? OptionValues.String(option) : null;
        if (Text("rules") is not null)
        {
            throw PgErrors.FeatureNotSupported("CREATE COLLATION (RULES)", options["rules"].Location);
        }

        var deterministic = !options.TryGetValue("deterministic", out var given) || OptionValues.Boolean(given);
        var provider = (Text("provider") ?? "libc") is var word && word.Equals("icu", StringComparison.OrdinalIgnoreCase) ? 'i'
            : word.Equals("libc", StringComparison.OrdinalIgnoreCase) ? 'c'
            : word.Equals("builtin", StringComparison.OrdinalIgnoreCase) ? 'b'
            : throw new PgException(SqlState.InvalidObjectDefinition, $"unrecognized collation provider: {word}");
        var (locale, collate, ctype) = (Text("locale"), Text("lc_collate"), Text("lc_ctype"));
        if (provider == 'c')
        {
            (collate, ctype, locale) = (collate ?? locale, ctype ?? locale, null);
            if (collate is null || ctype is null)
            {
                throw Missing(collate is null ? "lc_collate" : "lc_ctype");
            }
        }
        else
        {
            (collate, ctype) = (null, null);
            locale = locale ?? throw Missing("locale");
        }

        if (!deterministic && provider != 'i')
        {
            throw new PgException(SqlState.FeatureNotSupported, "nondeterministic collations not supported with this provider");
        }

        return new PgCollation
        {
            collprovider = provider,
            collisdeterministic = deterministic,
            collencoding = provider == 'i' ? -1 : Utf8,
            collcollate = collate,
            collctype = ctype,
            colllocale = locale,
            collversion = Text("version"),
        };
    }

    private static PgException Missing(string parameter) => new(SqlState.InvalidObjectDefinition, $"parameter \"{parameter}\" must be specified");
}
