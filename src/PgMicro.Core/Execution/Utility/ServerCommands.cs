using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Settings;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>LOAD and ALTER SYSTEM: what a server does with its own files.</summary>
internal static class ServerCommands
{
    // Libraries that are a part of the engine.
    private static readonly HashSet<string> s_libraries = ["plpgsql", "$libdir/plpgsql"];

    internal static ExecutablePlan PlanLoad(Pg.LoadStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            if (!session.IsSuperuser && !statement.Filename.StartsWith("$libdir/plugins/", StringComparison.Ordinal))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"access to library \"{statement.Filename}\" is not allowed");
            }

            return s_libraries.Contains(statement.Filename)
                ? new StatementRun("LOAD")
                : File.Exists(statement.Filename) ? throw PgErrors.FeatureNotSupported("LOAD of a library that is not a part of the engine")
                : throw new PgException(SqlState.UndefinedFile, $"could not access file \"{statement.Filename}\": No such file or directory");
        },
        needsSnapshot: false);

    /// <summary>ALTER SYSTEM: there is no configuration that other sessions read, so that a change that is allowed is refused by name.</summary>
    internal static ExecutablePlan PlanAlterSystem(Pg.AlterSystemStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            var set = statement.Setstmt;
            var all = set.Kind == Pg.VariableSetKind.VarResetAll;
            if (!all)
            {
                RequireAllowed(session, set);
            }
            else if (!session.IsSuperuser)
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to perform ALTER SYSTEM RESET ALL");
            }

            session.RejectInBlock("ALTER SYSTEM");
            throw PgErrors.FeatureNotSupported($"ALTER SYSTEM {(set.Kind == Pg.VariableSetKind.VarSetValue ? "SET" : "RESET")} {(all ? "ALL" : set.Name)}: there is no configuration file; "
                + "ALTER DATABASE and ALTER ROLE keep settings");
        },
        needsSnapshot: false);

    private static void RequireAllowed(PgSession session, Pg.VariableSetStmt set)
    {
        var definition = ParameterDefinitions.All.GetValueOrDefault(set.Name);
        if (!session.IsSuperuser)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to set parameter \"{set.Name}\"");
        }

        if (definition is null)
        {
            if (!set.Name.Contains('.'))
            {
                throw new PgException(SqlState.UndefinedObject, $"unrecognized configuration parameter \"{set.Name}\"");
            }

            return;
        }

        if (definition.Context == "internal" || definition.Name is "data_directory" or "transaction_isolation" or "transaction_read_only" or "transaction_deferrable" or "seed")
        {
            throw new PgException("55P02", $"parameter \"{definition.Name}\" cannot be changed");
        }

        if (set.Kind == Pg.VariableSetKind.VarSetValue && definition.IsSettable)
        {
            // What is not valid there is not valid here.
            var before = session.GetSetting(definition.Name, missingOk: false);
            session.SetSetting(definition.Name, VariableCommands.Flatten(session, set), isLocal: true);
            session.SetSetting(definition.Name, before, isLocal: true);
        }
    }
}
