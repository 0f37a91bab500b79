using System.Globalization;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Settings;
using PgMicro.Core.Parser;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;
using DatabaseRow = PgMicro.Core.Catalog.Tables.PgDatabase;

namespace PgMicro.Core.Execution.Utility;

/// <summary>CREATE, DROP and ALTER DATABASE (manual: "Managing Databases"). A database is a file of the session's cluster.</summary>
internal static class DatabaseCommands
{
    /// <summary>The plan of a statement about databases; null for another.</summary>
    internal static ExecutablePlan? Plan(ParsedStatement statement, Pg.Node node) => node.NodeCase switch
    {
        Kind.CreatedbStmt => new UtilityPlan((s, _) => new StatementRun(Create(s, node.CreatedbStmt))),
        Kind.DropdbStmt => new UtilityPlan((s, _) => new StatementRun(Drop(s, node.DropdbStmt))),
        Kind.AlterDatabaseStmt => Alter(statement, node.AlterDatabaseStmt.Dbname, (ddl, row) => AlterOptions(ddl, row, node.AlterDatabaseStmt)),
        Kind.AlterDatabaseSetStmt => Alter(statement, node.AlterDatabaseSetStmt.Dbname, (ddl, row) => AlterSettings(ddl, row.oid, node.AlterDatabaseSetStmt.Setstmt)),
        Kind.AlterDatabaseRefreshCollStmt => Alter(statement, node.AlterDatabaseRefreshCollStmt.Dbname, static (ddl, _) => ddl.Notice("version has not changed")),
        Kind.AlterOwnerStmt when node.AlterOwnerStmt.ObjectType == Pg.ObjectType.ObjectDatabase => Alter(
            statement, node.AlterOwnerStmt.Object.String.Sval, (ddl, row) => ddl.Put(row with { datdba = ddl.FindRole(node.AlterOwnerStmt.Newowner).oid })),
        Kind.RenameStmt when node.RenameStmt.RenameType == Pg.ObjectType.ObjectDatabase => new UtilityPlan((s, _) => new StatementRun(Rename(s, node.RenameStmt))),
        _ => null,
    };

    private static string Create(PgSession session, Pg.CreatedbStmt statement)
    {
        session.RejectInBlock("CREATE DATABASE");
        RejectReadOnly(session, "CREATE DATABASE");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var options = new PgCreateDatabaseOptions { OwnerOid = session.Catalog.FindRole(session.CurrentUser)?.oid ?? Catalog.BuiltInOids.BootstrapSuperuser };
        foreach (var node in statement.Options)
        {
            var option = node.DefElem;
            if (!seen.Add(option.Defname))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }

            // DEFAULT is written as an option without a value.
            var isDefault = option.Arg is null || option.Arg.NodeCase == Kind.None;
            switch (option.Defname)
            {
                case "template":
                    options = isDefault ? options : options with { Template = DdlOptions.Text(option) };
                    break;
                case "owner":
                    options = isDefault ? options : options with { OwnerOid = FindRole(session, DdlOptions.Text(option)) };
                    break;
                case "allow_connections":
                    options = options with { AllowConnections = isDefault || Boolean(option) };
                    break;
                case "is_template":
                    options = options with { IsTemplate = !isDefault && Boolean(option) };
                    break;
                case "connection_limit":
                    options = options with { ConnectionLimit = isDefault ? -1 : ConnectionLimit(option) };
                    break;
                case "oid":
                    options = options with { Oid = Oid(option) };
                    break;
                case "encoding":
                    CheckEncoding(isDefault ? "UTF8" : DdlOptions.Text(option), option.Location);
                    break;
                case "locale" or "lc_collate" or "lc_ctype" or "builtin_locale":
                    CheckLocale(isDefault ? "C.UTF-8" : DdlOptions.Text(option), option);
                    break;
                case "locale_provider":
                    CheckProvider(isDefault ? "libc" : DdlOptions.Text(option), option.Location);
                    break;
                case "tablespace":
                    CheckTablespace(session, isDefault ? "pg_default" : DdlOptions.Text(option), option.Location);
                    break;
                case "strategy":
                    CheckStrategy(isDefault ? "wal_log" : DdlOptions.Text(option));
                    break;
                case "icu_locale" or "icu_rules" or "collation_version" when !isDefault:
                    throw PgErrors.FeatureNotSupported($"CREATE DATABASE option {option.Defname.ToUpperInvariant()}", option.Location);
                case "icu_locale" or "icu_rules" or "collation_version":
                    break;
                case "location":
                    session.Notice(new PgNotice("WARNING", SqlState.FeatureNotSupported, "LOCATION is not supported anymore", null, "Consider using tablespaces instead."));
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"option \"{option.Defname}\" not recognized").At(option.Location);
            }
        }

        if (session.Catalog.FindRole(session.CurrentRole) is { rolsuper: false, rolcreatedb: false })
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied to create database");
        }

        session.Database.Cluster.Create(statement.Dbname, options, session);
        return "CREATE DATABASE";
    }

    private static string Drop(PgSession session, Pg.DropdbStmt statement)
    {
        session.RejectInBlock("DROP DATABASE");
        RejectReadOnly(session, "DROP DATABASE");
        var force = false;
        foreach (var node in statement.Options)
        {
            if (node.DefElem.Defname != "force")
            {
                throw new PgException(SqlState.SyntaxError, $"unrecognized DROP DATABASE option \"{node.DefElem.Defname}\"").At(node.DefElem.Location);
            }

            force = true;
        }

        if (session.Database.Cluster.FindRow(statement.Dbname) is null && statement.MissingOk)
        {
            session.Notice(new PgNotice("NOTICE", "00000", $"database \"{statement.Dbname}\" does not exist, skipping"));
            return "DROP DATABASE";
        }

        session.Database.Cluster.Drop(statement.Dbname, force, session);
        return "DROP DATABASE";
    }

    private static string Rename(PgSession session, Pg.RenameStmt statement)
    {
        RejectReadOnly(session, "ALTER DATABASE");
        var cluster = session.Database.Cluster;
        _ = cluster.FindRow(statement.Subname) ?? throw PgCluster.DoesNotExist(statement.Subname);
        if (statement.Subname == session.Database.Name)
        {
            throw new PgException(SqlState.FeatureNotSupported, "current database cannot be renamed");
        }

        if (session.InTransactionBlock)
        {
            // A file's name does not roll back.
            throw PgErrors.FeatureNotSupported("ALTER DATABASE RENAME in a transaction block");
        }

        cluster.Rename(statement.Subname, statement.Newname);
        return "ALTER DATABASE";
    }

    // A change of a database's own rows, which are in its file: where that is another one, a session of it makes the change.
    private static UtilityPlan Alter(ParsedStatement statement, string name, Action<DdlContext, DatabaseRow> change) => new(
        (session, _) =>
        {
            if (session.Database.Cluster.FindRow(name) is { } row && !Catalog.Privileges.RoleMembership.HasPrivilegesOf(
                session.Catalog, session.Catalog.FindRole(session.CurrentRole)?.oid ?? 0, row.datdba))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"must be owner of database {name}");
            }

            if (name == session.Database.Name)
            {
                session.ChangeShared();
                var ddl = new DdlContext(session, statement.Text);
                change(ddl, ddl.Catalog.Database);
                return new StatementRun("ALTER DATABASE");
            }

            if (session.Database.Cluster.FindRow(name) is null)
            {
                throw PgCluster.DoesNotExist(name);
            }

            if (session.InTransactionBlock)
            {
                throw PgErrors.FeatureNotSupported("ALTER DATABASE of another database in a transaction block");
            }

            using var database = session.Database.Cluster.OpenShared(name);
            using var other = database.CreateSession(new PgSessionOptions { User = session.CurrentUser });
            other.Execute(other.Prepare(statement, []), []).Dispose();
            other.Sync();
            return new StatementRun("ALTER DATABASE");
        },
        "ALTER DATABASE");

    private static void AlterOptions(DdlContext ddl, DatabaseRow row, Pg.AlterDatabaseStmt statement)
    {
        foreach (var node in statement.Options)
        {
            var option = node.DefElem;
            row = option.Defname switch
            {
                "is_template" => row with { datistemplate = Boolean(option) },
                "allow_connections" when !Boolean(option) => throw new PgException(SqlState.InvalidParameterValue, "cannot disallow connections for current database"),
                "allow_connections" => row with { datallowconn = true },
                "connection_limit" => row with { datconnlimit = ConnectionLimit(option) },
                "tablespace" => throw PgErrors.FeatureNotSupported("ALTER DATABASE SET TABLESPACE", option.Location),
                _ => throw new PgException(SqlState.SyntaxError, $"option \"{option.Defname}\" not recognized").At(option.Location),
            };
        }

        ddl.Put(row);
    }

    internal static void AlterSettings(DdlContext ddl, uint database, Pg.VariableSetStmt statement, uint role = 0)
    {
        var old = ddl.Catalog.Find(PgDbRoleSetting.Relation, new(database, role));
        var entries = StoredSettings.Change(ddl.Session, old?.setconfig, statement);
        if (entries is not null)
        {
            ddl.Put(new PgDbRoleSetting { setdatabase = database, setrole = role, setconfig = entries });
        }
        else if (old is not null)
        {
            ddl.Remove(old);
        }
    }

    private static void RejectReadOnly(PgSession session, string command)
    {
        if (session.Transaction.ReadOnly)
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
        }
    }

    private static uint FindRole(PgSession session, string name) =>
        session.Catalog.FindRole(name)?.oid ?? throw new PgException(SqlState.UndefinedObject, $"role \"{name}\" does not exist");

    // defGetBoolean.
    private static bool Boolean(Pg.DefElem option) =>
        (option.Arg?.NodeCase == Kind.Integer && option.Arg.Integer.Ival is 0 or 1)
            ? option.Arg.Integer.Ival == 1
            : DdlOptions.Text(option).ToLowerInvariant() switch
            {
                "true" or "on" => true,
                "false" or "off" => false,
                _ => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a Boolean value"),
            };

    private static int ConnectionLimit(Pg.DefElem option)
    {
        var limit = option.Arg?.NodeCase == Kind.Integer
            ? option.Arg.Integer.Ival
            : throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires an integer value");
        return limit >= -1 ? limit : throw new PgException(SqlState.InvalidParameterValue, $"invalid connection limit: {limit}");
    }

    private static uint Oid(Pg.DefElem option)
    {
        var text = DdlOptions.Text(option);
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var oid))
        {
            throw new PgException(SqlState.InvalidTextRepresentation, $"invalid input syntax for type oid: \"{text}\"");
        }

        return oid >= Catalog.BuiltInOids.FirstNormalObjectId
            ? oid
            : throw new PgException(SqlState.InvalidParameterValue, $"OIDs less than {Catalog.BuiltInOids.FirstNormalObjectId} are reserved for system objects");
    }

    private static void CheckEncoding(string name, int location)
    {
        if (name.Replace("-", "").Replace("_", "").ToUpperInvariant() is not ("UTF8" or "UNICODE"))
        {
            throw PgErrors.FeatureNotSupported($"encoding {name}", location);
        }
    }

    // All text is compared by code points, as the locale C.UTF-8 does.
    private static void CheckLocale(string name, Pg.DefElem option)
    {
        if (name.Replace("-", "").ToUpperInvariant() is not ("C" or "POSIX" or "C.UTF8"))
        {
            throw PgErrors.FeatureNotSupported($"{option.Defname.ToUpperInvariant()} {name}", option.Location);
        }
    }

    private static void CheckProvider(string name, int location)
    {
        if (name is "libc" or "builtin")
        {
            return;
        }

        throw name == "icu"
            ? PgErrors.FeatureNotSupported("LOCALE_PROVIDER icu", location)
            : new PgException(SqlState.InvalidObjectDefinition, $"unrecognized locale provider: {name}").At(location);
    }

    private static void CheckTablespace(PgSession session, string name, int location)
    {
        if (session.Catalog.FindTablespace(name) is null)
        {
            throw new PgException(SqlState.UndefinedObject, $"tablespace \"{name}\" does not exist");
        }

        if (name == "pg_global")
        {
            throw new PgException(SqlState.InvalidParameterValue, "pg_global cannot be used as default tablespace");
        }

        if (name != "pg_default")
        {
            throw PgErrors.FeatureNotSupported("TABLESPACE", location);
        }
    }

    private static void CheckStrategy(string name)
    {
        if (!name.Equals("wal_log", StringComparison.OrdinalIgnoreCase) && !name.Equals("file_copy", StringComparison.OrdinalIgnoreCase))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid create database strategy \"{name}\"")
                .WithHint("Valid strategies are \"wal_log\" and \"file_copy\".");
        }
    }
}
