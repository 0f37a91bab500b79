using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>has_…_privilege and pg_has_role (manual: "Access Privilege Inquiry Functions").</summary>
internal static class Privileges
{
    /// <summary>pg_proc.oid of array_subscript_handler, which marks true array types.</summary>
    private const uint ArraySubscriptHandler = 6179;

    [PgFunction("has_table_privilege(text,text)")]
    [PgFunction("has_table_privilege(oid,text)")]
    [PgFunction("has_sequence_privilege(text,text)")]
    [PgFunction("has_sequence_privilege(oid,text)")]
    [PgFunction("has_database_privilege(text,text)")]
    [PgFunction("has_database_privilege(oid,text)")]
    [PgFunction("has_function_privilege(text,text)")]
    [PgFunction("has_function_privilege(oid,text)")]
    [PgFunction("has_language_privilege(text,text)")]
    [PgFunction("has_language_privilege(oid,text)")]
    [PgFunction("has_schema_privilege(text,text)")]
    [PgFunction("has_schema_privilege(oid,text)")]
    [PgFunction("has_tablespace_privilege(text,text)")]
    [PgFunction("has_tablespace_privilege(oid,text)")]
    [PgFunction("pg_has_role(name,text)")]
    [PgFunction("pg_has_role(oid,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(text,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(oid,text)")]
    [PgFunction("has_server_privilege(text,text)")]
    [PgFunction("has_server_privilege(oid,text)")]
    [PgFunction("has_any_column_privilege(text,text)")]
    [PgFunction("has_any_column_privilege(oid,text)")]
    [PgFunction("has_type_privilege(text,text)")]
    [PgFunction("has_type_privilege(oid,text)")]
    [PgFunction("has_parameter_privilege(text,text)")]
    public static bool? Has(CallSite site, FunctionContext context, PgDatum a0, PgDatum a1) => Ask(site, context, [a0, a1]);

    [PgFunction("has_table_privilege(name,text,text)")]
    [PgFunction("has_table_privilege(name,oid,text)")]
    [PgFunction("has_table_privilege(oid,text,text)")]
    [PgFunction("has_table_privilege(oid,oid,text)")]
    [PgFunction("has_sequence_privilege(name,text,text)")]
    [PgFunction("has_sequence_privilege(name,oid,text)")]
    [PgFunction("has_sequence_privilege(oid,text,text)")]
    [PgFunction("has_sequence_privilege(oid,oid,text)")]
    [PgFunction("has_database_privilege(name,text,text)")]
    [PgFunction("has_database_privilege(name,oid,text)")]
    [PgFunction("has_database_privilege(oid,text,text)")]
    [PgFunction("has_database_privilege(oid,oid,text)")]
    [PgFunction("has_function_privilege(name,text,text)")]
    [PgFunction("has_function_privilege(name,oid,text)")]
    [PgFunction("has_function_privilege(oid,text,text)")]
    [PgFunction("has_function_privilege(oid,oid,text)")]
    [PgFunction("has_language_privilege(name,text,text)")]
    [PgFunction("has_language_privilege(name,oid,text)")]
    [PgFunction("has_language_privilege(oid,text,text)")]
    [PgFunction("has_language_privilege(oid,oid,text)")]
    [PgFunction("has_schema_privilege(name,text,text)")]
    [PgFunction("has_schema_privilege(name,oid,text)")]
    [PgFunction("has_schema_privilege(oid,text,text)")]
    [PgFunction("has_schema_privilege(oid,oid,text)")]
    [PgFunction("has_tablespace_privilege(name,text,text)")]
    [PgFunction("has_tablespace_privilege(name,oid,text)")]
    [PgFunction("has_tablespace_privilege(oid,text,text)")]
    [PgFunction("has_tablespace_privilege(oid,oid,text)")]
    [PgFunction("pg_has_role(name,name,text)")]
    [PgFunction("pg_has_role(name,oid,text)")]
    [PgFunction("pg_has_role(oid,name,text)")]
    [PgFunction("pg_has_role(oid,oid,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(name,text,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(name,oid,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(oid,text,text)")]
    [PgFunction("has_foreign_data_wrapper_privilege(oid,oid,text)")]
    [PgFunction("has_server_privilege(name,text,text)")]
    [PgFunction("has_server_privilege(name,oid,text)")]
    [PgFunction("has_server_privilege(oid,text,text)")]
    [PgFunction("has_server_privilege(oid,oid,text)")]
    [PgFunction("has_column_privilege(text,text,text)")]
    [PgFunction("has_column_privilege(text,smallint,text)")]
    [PgFunction("has_column_privilege(oid,text,text)")]
    [PgFunction("has_column_privilege(oid,smallint,text)")]
    [PgFunction("has_any_column_privilege(name,text,text)")]
    [PgFunction("has_any_column_privilege(name,oid,text)")]
    [PgFunction("has_any_column_privilege(oid,text,text)")]
    [PgFunction("has_any_column_privilege(oid,oid,text)")]
    [PgFunction("has_type_privilege(name,text,text)")]
    [PgFunction("has_type_privilege(name,oid,text)")]
    [PgFunction("has_type_privilege(oid,text,text)")]
    [PgFunction("has_type_privilege(oid,oid,text)")]
    [PgFunction("has_parameter_privilege(name,text,text)")]
    [PgFunction("has_parameter_privilege(oid,text,text)")]
    public static bool? Has(CallSite site, FunctionContext context, PgDatum a0, PgDatum a1, PgDatum a2) => Ask(site, context, [a0, a1, a2]);

    [PgFunction("has_column_privilege(name,text,text,text)")]
    [PgFunction("has_column_privilege(name,text,smallint,text)")]
    [PgFunction("has_column_privilege(name,oid,text,text)")]
    [PgFunction("has_column_privilege(name,oid,smallint,text)")]
    [PgFunction("has_column_privilege(oid,text,text,text)")]
    [PgFunction("has_column_privilege(oid,text,smallint,text)")]
    [PgFunction("has_column_privilege(oid,oid,text,text)")]
    [PgFunction("has_column_privilege(oid,oid,smallint,text)")]
    public static bool? Has(CallSite site, FunctionContext context, PgDatum a0, PgDatum a1, PgDatum a2, PgDatum a3) => Ask(site, context, [a0, a1, a2, a3]);

    private static bool? Ask(CallSite site, FunctionContext context, PgDatum[] arguments)
    {
        var function = context.Catalog.Proc(site.FunctionOid)!.proname;
        var isColumn = function == "has_column_privilege";
        var at = arguments.Length - (isColumn ? 3 : 2);
        var wanted = arguments[^1].GetString();
        if (function == "pg_has_role")
        {
            var member = at == 0 ? CurrentRole(context) : Role(context, arguments[0], takesPublic: false);
            var of = Role(context, arguments[at], takesPublic: false);
            return Parse(function, wanted).Exists(p => HasRole(context.Catalog, member, of, p));
        }

        // A parameter needs no looking up; its privileges are read before the role is.
        var privileges = function == "has_parameter_privilege" ? Parse(function, wanted) : null;
        var role = at == 0 ? CurrentRole(context) : Role(context, arguments[0], takesPublic: true);

        if (function is "has_column_privilege" or "has_any_column_privilege" or "has_table_privilege" or "has_sequence_privilege")
        {
            return OnRelation(context, function, role, arguments[at], isColumn ? arguments[at + 1] : null, wanted);
        }

        var found = Find(context, function, arguments[at]);
        privileges ??= Parse(function, wanted);
        if (found is null)
        {
            // A superuser is asked no further, not even whether the object is there.
            return RoleMembership.IsSuperuser(context.Catalog, role) ? true : null;
        }

        return privileges.Exists(p =>
            (found.Schema is { } schema
                ? PrivilegeCheck.OnNamespace(context.Catalog, schema, role, p.Mode, p.GrantOption)
                : PrivilegeCheck.OnList(context.Catalog, found.Kind, found.Acl, found.Owner, role, p.Mode, p.GrantOption)) != 0);
    }

    private static bool? OnRelation(
        FunctionContext context, string function, uint role, PgDatum table, PgDatum? column, string text)
    {
        var catalog = context.Catalog;

        // The names are looked up from left to right, but a sequence's after the privileges are read.
        var privileges = function == "has_sequence_privilege" ? Parse(function, text) : null;
        var oid = table.Kind == DatumKind.Integer ? (uint)table.Int64 : context.Reg!.FindRelation(table.GetString());
        PgAttribute? attribute = null;
        if (column is { } wanted)
        {
            attribute = wanted.Kind == DatumKind.Integer
                ? catalog.Attribute(oid, (int)wanted.Int64)
                : ColumnNamed(catalog, oid, wanted.GetString());
        }

        privileges ??= Parse(function, text);
        if (catalog.Class(oid) is not { } relation)
        {
            return null;
        }

        if (function == "has_sequence_privilege" && relation.relkind != 'S')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a sequence");
        }

        if (column is not null)
        {
            if (attribute is null or { attisdropped: true })
            {
                return null;
            }

            return privileges.Exists(p =>
                PrivilegeCheck.OnClass(catalog, relation, role, p.Mode, p.GrantOption) != 0
                || PrivilegeCheck.OnColumn(catalog, relation, attribute, role, p.Mode, p.GrantOption) != 0);
        }

        return function == "has_any_column_privilege"
            ? privileges.Exists(p => PrivilegeCheck.HasOnAnyColumn(catalog, relation, role, p.Mode, p.GrantOption))
            : privileges.Exists(p => PrivilegeCheck.OnClass(catalog, relation, role, p.Mode, p.GrantOption) != 0);
    }

    // A dropped column is found by the name that it has left; nothing is said of a table that is not there.
    private static PgAttribute? ColumnNamed(CatalogSnapshot catalog, uint table, string name)
    {
        foreach (var attribute in catalog.AllAttributes(table))
        {
            if (attribute.attname == name)
            {
                return attribute;
            }
        }

        return catalog.Class(table) is { } relation
            ? throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist")
            : null;
    }

    private static bool HasRole(CatalogSnapshot catalog, uint member, uint role, Privilege privilege) => privilege switch
    {
        { GrantOption: true } => RoleMembership.IsAdminOf(catalog, member, role),
        { Mode: AclMode.Usage } => RoleMembership.HasPrivilegesOf(catalog, member, role),
        { Mode: AclMode.Set } => RoleMembership.CanSetRole(catalog, member, role),
        _ => RoleMembership.IsMember(catalog, member, role),
    };

    private static Target? Find(FunctionContext context, string function, PgDatum name)
    {
        var catalog = context.Catalog;
        var isOid = name.Kind == DatumKind.Integer;
        switch (function)
        {
            case "has_schema_privilege":
                var schema = isOid ? catalog.Namespace((uint)name.Int64)
                    : catalog.FindNamespace(name.GetString()) ?? throw Missing(SqlState.InvalidSchemaName, "schema", name);
                return schema is null ? null : new Target('n', schema.nspacl, schema.nspowner, schema);
            case "has_database_privilege":
                var database = isOid
                    ? catalog.Rows(PgDatabase.Relation).FirstOrDefault(d => d.oid == (uint)name.Int64)
                    : catalog.Rows(PgDatabase.Relation).FirstOrDefault(d => d.datname == name.GetString()) ?? throw Missing(SqlState.InvalidCatalogName, "database", name);
                return database is null ? null : new Target('d', database.datacl, database.datdba);
            case "has_function_privilege":
                var proc = catalog.Proc(isOid ? (uint)name.Int64 : context.Reg!.Parse(TypeOid.Regprocedure, name.GetString()));
                return proc is null ? null : new Target('f', proc.proacl, proc.proowner);
            case "has_language_privilege":
                var language = isOid ? catalog.Language((uint)name.Int64)
                    : catalog.FindLanguage(name.GetString()) ?? throw Missing(SqlState.UndefinedObject, "language", name);
                return language is null ? null : new Target('l', language.lanacl, language.lanowner);
            case "has_tablespace_privilege":
                var tablespace = isOid ? catalog.Find(PgTablespace.Relation, new((uint)name.Int64))
                    : catalog.FindTablespace(name.GetString()) ?? throw Missing(SqlState.UndefinedObject, "tablespace", name);
                return tablespace is null ? null : new Target('t', tablespace.spcacl, tablespace.spcowner);
            case "has_type_privilege":
                var type = catalog.Type(isOid ? (uint)name.Int64 : context.Reg!.Parse(TypeOid.Regtype, name.GetString()));
                type = type is { typelem: not 0, typsubscript: ArraySubscriptHandler } ? catalog.Type(type.typelem) : type;
                return type is null ? null : new Target('T', type.typacl, type.typowner);
            case "has_parameter_privilege":
                var parameter = catalog.Rows(PgParameterAcl.Relation).FirstOrDefault(p => p.parname.Equals(name.GetString(), StringComparison.OrdinalIgnoreCase));
                return new Target('p', parameter?.paracl, BuiltInOids.BootstrapSuperuser);
            default:
                if (function == "has_server_privilege")
                {
                    var server = isOid ? catalog.Find(PgForeignServer.Relation, new((uint)name.Int64))
                        : catalog.UserRowsOf(PgForeignServer.Relation).FirstOrDefault(s => s.srvname == name.GetString()) ?? throw Missing(SqlState.UndefinedObject, "server", name);
                    return server is null ? null : new Target('S', server.srvacl, server.srvowner);
                }

                var wrapper = isOid ? catalog.Find(PgForeignDataWrapper.Relation, new((uint)name.Int64))
                    : catalog.UserRowsOf(PgForeignDataWrapper.Relation).FirstOrDefault(w => w.fdwname == name.GetString()) ?? throw Missing(SqlState.UndefinedObject, "foreign-data wrapper", name);
                return wrapper is null ? null : new Target('F', wrapper.fdwacl, wrapper.fdwowner);
        }
    }

    private static PgException Missing(string state, string what, PgDatum name) => new(state, $"{what} \"{name.GetString()}\" does not exist");

    private static uint CurrentRole(FunctionContext context) => context.Catalog.FindRole(context.CurrentUser)?.oid ?? BuiltInOids.BootstrapSuperuser;

    private static uint Role(FunctionContext context, PgDatum role, bool takesPublic)
    {
        if (role.Kind == DatumKind.Integer)
        {
            return (uint)role.Int64;
        }

        var name = role.GetString();
        return takesPublic && name == "public" ? 0
            : context.Catalog.FindRole(name)?.oid ?? throw new PgException(SqlState.UndefinedObject, $"role \"{name}\" does not exist");
    }

    /// <summary>convert_any_priv_string: privileges separated by commas, each perhaps WITH GRANT OPTION.</summary>
    private static List<Privilege> Parse(string function, string text)
    {
        const string GrantOption = " WITH GRANT OPTION";
        const string AdminOption = " WITH ADMIN OPTION";
        var allowed = function switch
        {
            "has_table_privilege" => Acl.All('r'),
            "has_sequence_privilege" => Acl.All('s'),
            "has_column_privilege" or "has_any_column_privilege" => Acl.All('c'),
            "has_database_privilege" => Acl.All('d'),
            "has_function_privilege" => Acl.All('f'),
            "has_schema_privilege" => Acl.All('n'),
            "has_tablespace_privilege" => Acl.All('t'),
            "has_parameter_privilege" => Acl.All('p'),
            _ => AclMode.Usage,
        };
        var result = new List<Privilege>();
        foreach (var part in text.Split(','))
        {
            var word = part.Trim();
            var upper = word.ToUpperInvariant();
            var withOption = upper.EndsWith(GrantOption, StringComparison.Ordinal)
                || (function == "pg_has_role" && upper.EndsWith(AdminOption, StringComparison.Ordinal));
            var name = withOption ? upper[..^GrantOption.Length] : upper;
            if (function == "pg_has_role" && name is "MEMBER" or "SET")
            {
                result.Add(new Privilege(name == "SET" ? AclMode.Set : AclMode.Create, withOption));
            }
            else if (function == "has_table_privilege" && name == "RULE")
            {
                // Once a privilege, now one that nobody has.
                continue;
            }
            else
            {
                result.Add(AclModes.Find(name) is { } mode && (mode & allowed) != 0
                    ? new Privilege(mode, withOption)
                    : throw new PgException(SqlState.InvalidParameterValue, $"unrecognized privilege type: \"{word}\""));
            }
        }

        return result;
    }

    private readonly record struct Privilege(AclMode Mode, bool GrantOption);

    private sealed record Target(char Kind, string? Acl, uint Owner, PgNamespace? Schema = null);
}
