using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>Reads a file's catalog into the model that EF scaffolds from: what Npgsql's provider reads from a server.</summary>
public sealed class PgMicroDatabaseModelFactory(IDiagnosticsLogger<DbLoggerCategory.Scaffolding> logger) : DatabaseModelFactory
{
    private const string DefaultSchema = "public";

    /// <inheritdoc/>
    public override DatabaseModel Create(string connectionString, DatabaseModelFactoryOptions options)
    {
        using var connection = new PgMicroConnection(connectionString);
        return Create(connection, options);
    }

    /// <inheritdoc/>
    public override DatabaseModel Create(DbConnection connection, DatabaseModelFactoryOptions options)
    {
        var opened = connection.State != ConnectionState.Open;
        if (opened)
        {
            connection.Open();
        }

        try
        {
            return Read((PgMicroConnection)connection, options);
        }
        finally
        {
            if (opened)
            {
                connection.Close();
            }
        }
    }

    private DatabaseModel Read(PgMicroConnection connection, DatabaseModelFactoryOptions options)
    {
        var model = new DatabaseModel { DatabaseName = connection.Database, DefaultSchema = DefaultSchema };
        var filter = new TableFilter(options);
        var enums = ReadEnums(connection, model);
        ReadExtensions(connection, model);
        ReadCollations(connection, model);
        var tables = new TableReader(connection, model, enums, logger).Read(filter);
        new KeyReader(connection, tables, logger).Read();
        new SequenceReader(connection, model).Read(options.Schemas.ToHashSet());
        filter.ReportMissing(model, logger);
        return model;
    }

    private static HashSet<string> ReadEnums(PgMicroConnection connection, DatabaseModel model)
    {
        const string Query = """
            SELECT n.nspname, t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum AS e
            JOIN pg_catalog.pg_type AS t ON t.oid = e.enumtypid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
            GROUP BY n.nspname, t.typname
            ORDER BY n.nspname, t.typname
            """;
        var names = new HashSet<string>();
        foreach (var row in connection.Rows(Query))
        {
            var (schema, name) = ((string)row[0]!, (string)row[1]!);
            names.Add(name);
            PostgresEnum.GetOrAddPostgresEnum(model, schema == DefaultSchema ? null : schema, name, (string[])row[2]!);
        }

        return names;
    }

    private static void ReadExtensions(PgMicroConnection connection, DatabaseModel model)
    {
        const string Query = """
            SELECT n.nspname, x.extname, x.extversion
            FROM pg_catalog.pg_extension AS x
            JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace
            WHERE x.extname <> 'plpgsql'
            ORDER BY x.extname
            """;
        foreach (var row in connection.Rows(Query))
        {
            PostgresExtension.GetOrAddPostgresExtension(model, (string)row[0]!, (string)row[1]!, (string)row[2]!);
        }
    }

    private static void ReadCollations(PgMicroConnection connection, DatabaseModel model)
    {
        const string Query = """
            SELECT n.nspname, l.collname, coalesce(l.collcollate, l.colllocale), coalesce(l.collctype, l.colllocale), l.collprovider::text, l.collisdeterministic
            FROM pg_catalog.pg_collation AS l
            JOIN pg_catalog.pg_namespace AS n ON n.oid = l.collnamespace
            WHERE n.nspname <> 'pg_catalog'
            ORDER BY n.nspname, l.collname
            """;
        foreach (var row in connection.Rows(Query))
        {
            var provider = (string)row[4]! switch
            {
                "i" => "icu",
                "c" => "libc",
                "b" => "builtin",
                _ => null,
            };
            if (provider is not null)
            {
                PostgresCollation.GetOrAddCollation(model, (string)row[0]!, (string)row[1]!, (string)row[2]!, (string)row[3]!, provider, (bool)row[5]!);
            }
        }
    }
}
