using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Functions.TextSearch;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE and ALTER of text search dictionaries and configurations (manual: "CREATE TEXT SEARCH DICTIONARY" …).</summary>
internal static class TextSearchObjects
{
    private const uint NoObject = 0;

    internal static string CreateDictionary(DdlContext ddl, Pg.DefineStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
        var space = ddl.NewObjectNamespace(schema, name, location: -1);
        PgTsTemplate? template = null;
        var options = new List<(string Name, string Value, bool IsNumber)>();
        foreach (var option in statement.Definition.Select(static d => d.DefElem))
        {
            if (option.Defname == "template")
            {
                template = Template(ddl, OptionValues.QualifiedName(option));
            }
            else
            {
                options.Add((option.Defname, DdlOptions.Text(option), IsNumber(option)));
            }
        }

        if (template is null)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "text search template is required");
        }

        TsDictionary.Make(template.tmplname, [.. options.Select(static o => (o.Name, o.Value))]);
        RequireNoDictionary(ddl, name, space);
        var oid = ddl.NewOid();
        ddl.Put(new PgTsDict
        {
            oid = oid,
            dictname = name,
            dictnamespace = space,
            dictowner = ddl.Owner,
            dicttemplate = template.oid,
            dictinitoption = TsDictionaryOptions.Write(options),
        });
        var address = new ObjectAddress(PgTsDict.RelationOid, oid);
        ddl.Depend(address, ObjectAddress.Namespace(space));
        ddl.Depend(address, new(PgTsTemplate.RelationOid, template.oid));
        return "CREATE TEXT SEARCH DICTIONARY";
    }

    internal static string AlterDictionary(DdlContext ddl, Pg.AlterTSDictionaryStmt statement)
    {
        var row = Dictionary(ddl, DdlContext.Names(statement.Dictname));
        Owners.RequireOwner(ddl, row.dictowner, "text search dictionary", row.dictname);
        var options = TsDictionaryOptions.Parse(row.dictinitoption).ConvertAll(
            static o => (o.Name, o.Value, IsNumber: double.TryParse(o.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)));
        foreach (var option in statement.Options.Select(static d => d.DefElem))
        {
            options.RemoveAll(o => o.Name == option.Defname);
            if (option.Arg is { NodeCase: not Pg.Node.NodeOneofCase.None })
            {
                options.Add((option.Defname, DdlOptions.Text(option), IsNumber(option)));
            }
        }

        TsDictionary.Make(ddl.Catalog.Find(PgTsTemplate.Relation, new(row.dicttemplate))!.tmplname, [.. options.Select(static o => (o.Name, o.Value))]);
        ddl.Put(row with { dictinitoption = TsDictionaryOptions.Write(options) });
        return "ALTER TEXT SEARCH DICTIONARY";
    }

    internal static string CreateConfiguration(DdlContext ddl, Pg.DefineStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
        var space = ddl.NewObjectNamespace(schema, name, location: -1);
        var (parser, source) = (NoObject, (PgTsConfig?)null);
        foreach (var option in statement.Definition.Select(static d => d.DefElem))
        {
            switch (option.Defname)
            {
                case "parser":
                    parser = Parser(ddl, OptionValues.QualifiedName(option));
                    break;
                case "copy":
                    source = Configuration(ddl, OptionValues.QualifiedName(option));
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"text search configuration parameter \"{option.Defname}\" not recognized");
            }
        }

        if (parser != NoObject && source is not null)
        {
            throw new PgException(SqlState.SyntaxError, "cannot specify both PARSER and COPY options");
        }

        parser = source?.cfgparser ?? parser;
        if (parser == NoObject)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "text search parser is required");
        }

        RequireNoConfiguration(ddl, name, space);
        var oid = ddl.NewOid();
        ddl.Put(new PgTsConfig { oid = oid, cfgname = name, cfgnamespace = space, cfgowner = ddl.Owner, cfgparser = parser });
        foreach (var map in source is null ? [] : ddl.Catalog.Find(PgTsConfigMap.ByConfig, new(source.oid)).ToList())
        {
            ddl.Put(map with { mapcfg = oid });
        }

        Depend(ddl, oid);
        return "CREATE TEXT SEARCH CONFIGURATION";
    }

    internal static string AlterConfiguration(DdlContext ddl, Pg.AlterTSConfigurationStmt statement)
    {
        var config = Configuration(ddl, DdlContext.Names(statement.Cfgname));
        Owners.RequireOwner(ddl, config.cfgowner, "text search configuration", config.cfgname);
        var types = statement.Tokentype.Select(static t => t.String.Sval).Distinct().Select(TokenType).ToList();
        if (statement.Dicts.Count > 0)
        {
            MakeMapping(ddl, config, statement, types);
        }
        else
        {
            foreach (var (name, type) in types)
            {
                var rows = Maps(ddl, config, type);
                rows.ForEach(ddl.Remove);
                if (rows.Count == 0 && !statement.MissingOk)
                {
                    throw new PgException(SqlState.UndefinedObject, $"mapping for token type \"{name}\" does not exist");
                }

                if (rows.Count == 0)
                {
                    ddl.Notice($"mapping for token type \"{name}\" does not exist, skipping");
                }
            }
        }

        Depend(ddl, config.oid);
        return "ALTER TEXT SEARCH CONFIGURATION";
    }

    internal static string Rename(DdlContext ddl, Pg.ObjectType type, string[] names, string newName)
    {
        if (type == Pg.ObjectType.ObjectTsdictionary)
        {
            var row = Dictionary(ddl, names);
            Owners.RequireOwner(ddl, row.dictowner, "text search dictionary", row.dictname);
            RequireFree(ddl, ddl.Catalog.TsDictionariesByName(newName).Any(d => d.dictnamespace == row.dictnamespace), "dictionary", newName, row.dictnamespace);
            ddl.Put(row with { dictname = newName });
            return "ALTER TEXT SEARCH DICTIONARY";
        }

        var config = Configuration(ddl, names);
        Owners.RequireOwner(ddl, config.cfgowner, "text search configuration", config.cfgname);
        RequireFree(ddl, ddl.Catalog.TsConfigsByName(newName).Any(c => c.cfgnamespace == config.cfgnamespace), "configuration", newName, config.cfgnamespace);
        ddl.Put(config with { cfgname = newName });
        return "ALTER TEXT SEARCH CONFIGURATION";
    }

    internal static string SetSchema(DdlContext ddl, Pg.ObjectType type, string[] names, PgNamespace schema)
    {
        var isDictionary = type == Pg.ObjectType.ObjectTsdictionary;
        var address = Find(ddl, type, names);
        Owners.RequireOwner(ddl, address);
        var (row, config) = (ddl.Catalog.Find(PgTsDict.Relation, new(address.ObjectId)), ddl.Catalog.Find(PgTsConfig.Relation, new(address.ObjectId)));
        if ((isDictionary ? row!.dictnamespace : config!.cfgnamespace) == schema.oid)
        {
            return isDictionary ? "ALTER TEXT SEARCH DICTIONARY" : "ALTER TEXT SEARCH CONFIGURATION";
        }

        ddl.RequireCreate(schema.oid);
        ddl.ForgetDependencies(address, static d => d.refclassid == PgNamespace.RelationOid);
        if (isDictionary)
        {
            RequireFree(ddl, ddl.Catalog.TsDictionariesByName(row!.dictname).Any(d => d.dictnamespace == schema.oid), "dictionary", row.dictname, schema.oid);
            ddl.Put(row with { dictnamespace = schema.oid });
        }
        else
        {
            RequireFree(ddl, ddl.Catalog.TsConfigsByName(config!.cfgname).Any(c => c.cfgnamespace == schema.oid), "configuration", config.cfgname, schema.oid);
            ddl.Put(config with { cfgnamespace = schema.oid });
        }

        ddl.Depend(address, ObjectAddress.Namespace(schema.oid));
        return isDictionary ? "ALTER TEXT SEARCH DICTIONARY" : "ALTER TEXT SEARCH CONFIGURATION";
    }

    /// <summary>The dictionary or configuration of a name.</summary>
    /// <exception cref="PgException">42704 when there is none.</exception>
    internal static ObjectAddress Find(DdlContext ddl, Pg.ObjectType type, string[] names) => type == Pg.ObjectType.ObjectTsdictionary
        ? new(PgTsDict.RelationOid, Dictionary(ddl, names).oid)
        : new(PgTsConfig.RelationOid, Configuration(ddl, names).oid);

    private static void MakeMapping(DdlContext ddl, PgTsConfig config, Pg.AlterTSConfigurationStmt statement, List<(string Name, int Type)> types)
    {
        if (statement.Override)
        {
            types.ForEach(t => Maps(ddl, config, t.Type).ForEach(ddl.Remove));
        }

        var dictionaries = statement.Dicts.Select(d => Dictionary(ddl, DdlContext.Names(d.List.Items)).oid).ToList();
        if (statement.Replace)
        {
            foreach (var map in ddl.Catalog.Find(PgTsConfigMap.ByConfig, new(config.oid)).ToList())
            {
                if (map.mapdict == dictionaries[0] && (types.Count == 0 || types.Exists(t => t.Type == map.maptokentype)))
                {
                    ddl.Put(map with { mapdict = dictionaries[1] });
                }
            }

            return;
        }

        foreach (var (_, type) in types)
        {
            var present = Maps(ddl, config, type);
            for (var i = 0; i < dictionaries.Count; i++)
            {
                if (present.Exists(m => m.mapseqno == i + 1))
                {
                    throw new PgException(SqlState.UniqueViolation, "duplicate key value violates unique constraint \"pg_ts_config_map_index\"")
                    {
                        Detail = $"Key (mapcfg, maptokentype, mapseqno)=({config.oid}, {type}, {i + 1}) already exists.",
                        SchemaName = "pg_catalog",
                        TableName = "pg_ts_config_map",
                        ConstraintName = "pg_ts_config_map_index",
                    };
                }

                ddl.Put(new PgTsConfigMap { mapcfg = config.oid, maptokentype = type, mapseqno = i + 1, mapdict = dictionaries[i] });
            }
        }
    }

    private static List<PgTsConfigMap> Maps(DdlContext ddl, PgTsConfig config, int type) =>
        [.. ddl.Catalog.Find(PgTsConfigMap.ByConfig, new(config.oid)).Where(m => m.maptokentype == type)];

    private static void Depend(DdlContext ddl, uint oid)
    {
        var address = new ObjectAddress(PgTsConfig.RelationOid, oid);
        var config = ddl.Catalog.Find(PgTsConfig.Relation, new(oid))!;
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Namespace(config.cfgnamespace));
        ddl.Depend(address, new(PgTsParser.RelationOid, config.cfgparser));
        foreach (var dictionary in ddl.Catalog.Find(PgTsConfigMap.ByConfig, new(oid)).Select(static m => m.mapdict).Distinct().ToList())
        {
            ddl.Depend(address, new(PgTsDict.RelationOid, dictionary));
        }
    }

    private static (string Name, int Type) TokenType(string name)
    {
        var at = Array.FindIndex(DefaultParser.Types, t => t.Alias == name);
        return at >= 0 ? (name, at + 1) : throw new PgException(SqlState.InvalidParameterValue, $"token type \"{name}\" does not exist");
    }

    private static PgTsDict Dictionary(DdlContext ddl, string[] names) =>
        Search(ddl, names, "dictionary", (n, s) => ddl.Catalog.TsDictionariesByName(n).FirstOrDefault(r => r.dictnamespace == s));

    private static PgTsConfig Configuration(DdlContext ddl, string[] names) =>
        Search(ddl, names, "configuration", (n, s) => ddl.Catalog.TsConfigsByName(n).FirstOrDefault(r => r.cfgnamespace == s));

    private static PgTsTemplate Template(DdlContext ddl, string[] names) =>
        Search(ddl, names, "template", (n, s) => ddl.Catalog.Find(PgTsTemplate.ByName, new(Name: n)).FirstOrDefault(r => r.tmplnamespace == s));

    private static uint Parser(DdlContext ddl, string[] names) =>
        Search(ddl, names, "parser", (n, s) => ddl.Catalog.Find(PgTsParser.ByName, new(Name: n)).FirstOrDefault(r => r.prsnamespace == s)).oid;

    private static T Search<T>(DdlContext ddl, string[] names, string what, Func<string, uint, T?> find)
        where T : class
    {
        var (schema, name) = DdlContext.Qualified(names);
        var path = schema is null ? ddl.LookupPath() : [UsableSchema(ddl, schema)];
        foreach (var space in path)
        {
            if (find(name, space) is { } found)
            {
                return found;
            }
        }

        throw new PgException(SqlState.UndefinedObject, $"text search {what} \"{string.Join('.', names)}\" does not exist");
    }

    private static uint UsableSchema(DdlContext ddl, string name)
    {
        var schema = ddl.FindSchema(name);
        return Catalog.Privileges.PrivilegeCheck.OnNamespace(ddl.Catalog, schema, ddl.Owner, Catalog.Privileges.AclMode.Usage) != 0
            ? schema.oid
            : throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for schema {name}");
    }

    // PostgreSQL leaves it to the catalog's unique index.
    private static void RequireNoDictionary(DdlContext ddl, string name, uint space) =>
        ddl.RequireUnique(PgTsDict.Relation, UniqueName.Of(new PgTsDict { dictname = name, dictnamespace = space })!.Value);

    private static void RequireNoConfiguration(DdlContext ddl, string name, uint space) =>
        ddl.RequireUnique(PgTsConfig.Relation, UniqueName.Of(new PgTsConfig { cfgname = name, cfgnamespace = space })!.Value);

    private static void RequireFree(DdlContext ddl, bool isTaken, string what, string name, uint schema)
    {
        if (isTaken)
        {
            throw new PgException(
                SqlState.DuplicateObject, $"text search {what} \"{name}\" already exists in schema \"{ddl.Catalog.Namespace(schema)!.nspname}\"");
        }
    }

    private static bool IsNumber(Pg.DefElem option) => option.Arg?.NodeCase is Pg.Node.NodeOneofCase.Integer or Pg.Node.NodeOneofCase.Float;
}
