using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE EXTENSION for the extensions that PostgreSQL brings along.</summary>
internal static class Extensions
{
    internal static string Create(DdlContext ddl, Pg.CreateExtensionStmt statement)
    {
        var name = statement.Extname;
        if (ddl.Catalog.FindExtension(name) is not null)
        {
            if (!statement.IfNotExists)
            {
                throw new PgException(SqlState.DuplicateObject, $"extension \"{name}\" already exists");
            }

            ddl.Notice($"extension \"{name}\" already exists, skipping", sqlState: SqlState.DuplicateObject);
            return "CREATE EXTENSION";
        }

        string? schema = null;
        string? version = null;
        var cascade = false;
        foreach (var option in statement.Options.Select(static n => n.DefElem))
        {
            switch (option.Defname)
            {
                case "schema":
                    schema = option.Arg.String.Sval;
                    break;
                case "new_version":
                    version = option.Arg.String.Sval;
                    break;
                case "cascade":
                    cascade = option.Arg.Boolean.Boolval;
                    break;
            }
        }

        // The extensions that there are all count as trusted.
        if (PrivilegeCheck.OnList(ddl.Catalog, 'd', ddl.Catalog.Database.datacl, ddl.Catalog.Database.datdba, ddl.Owner, AclMode.Create) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to create extension \"{name}\"")
                .WithHint("Must have CREATE privilege on current database to create this extension.");
        }

        Create(ddl, name, schema, version, cascade);
        return "CREATE EXTENSION";
    }

    /// <summary>ALTER EXTENSION … UPDATE: there is one version of each.</summary>
    internal static string Alter(DdlContext ddl, Pg.AlterExtensionStmt statement)
    {
        var extension = ddl.Catalog.FindExtension(statement.Extname)
            ?? throw new PgException(SqlState.UndefinedObject, $"extension \"{statement.Extname}\" does not exist");
        Owners.RequireOwner(ddl, extension.extowner, "extension", extension.extname);
        var wanted = extension.extversion;
        foreach (var option in statement.Options.Select(static n => n.DefElem))
        {
            wanted = option.Arg.String.Sval;
        }

        if (wanted != extension.extversion)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"extension \"{extension.extname}\" has no update path from version \"{extension.extversion}\" to version \"{wanted}\"");
        }

        ddl.Notice($"version \"{wanted}\" of extension \"{extension.extname}\" is already installed");
        return "ALTER EXTENSION";
    }

    private static PgExtension Create(DdlContext ddl, string name, string? schema, string? version, bool cascade)
    {
        var reader = TsvReader.Open("pg_available_extensions")!;
        while (reader.Read())
        {
            if (reader.Text(0) != name)
            {
                continue;
            }

            var available = reader.Text(1);
            if (version is not null && version != available)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"extension \"{name}\" has no installation script nor update path for version \"{version}\"");
            }

            var (relocatable, fixedSchema, requires) = (reader.Boolean(4), reader.NullableText(5), reader.NullableText(6));
            if (fixedSchema is not null && schema is not null && schema != fixedSchema)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"extension \"{name}\" must be installed in schema \"{fixedSchema}\"");
            }

            var required = new List<PgExtension>();
            foreach (var other in requires is null ? [] : CatalogArrays.ParseTextArray(requires))
            {
                required.Add(ddl.Catalog.FindExtension(other) ?? (cascade
                    ? CreateRequired(ddl, other)
                    : throw new PgException(SqlState.UndefinedObject, $"required extension \"{other}\" is not installed").WithHint("Use CREATE EXTENSION ... CASCADE to install required extensions too.")));
            }

            if (!ExtensionRows.IsKnown(name))
            {
                throw PgErrors.FeatureNotSupported($"extension \"{name}\"");
            }

            var namespaceOid = (fixedSchema ?? schema) is { } wanted ? ddl.FindSchema(wanted).oid : ddl.NewObjectNamespace(null, name);
            var row = ddl.Put(new PgExtension
            {
                oid = ddl.NewOid(),
                extname = name,
                extowner = ddl.Owner,
                extnamespace = namespaceOid,
                extrelocatable = relocatable,
                extversion = available,
            });
            var address = new ObjectAddress(PgExtension.RelationOid, row.oid);
            ddl.Depend(address, ObjectAddress.Namespace(namespaceOid));
            foreach (var other in required)
            {
                ddl.Depend(address, new(PgExtension.RelationOid, other.oid));
            }

            ExtensionRows.Insert(ddl, row);
            if (reader.NullableText(7) is { } comment)
            {
                ddl.Put(new PgDescription { objoid = row.oid, classoid = PgExtension.RelationOid, description = comment });
            }

            return row;
        }

        throw new PgException(SqlState.FeatureNotSupported, $"extension \"{name}\" is not available")
            .WithHint("The extension must first be installed on the system where PostgreSQL is running.");
    }

    private static PgExtension CreateRequired(DdlContext ddl, string name)
    {
        ddl.Notice($"installing required extension \"{name}\"");
        return Create(ddl, name, null, null, true);
    }
}
