using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Settings;

/// <summary>Run-time parameters kept with an object: <c>name=value</c> (pg_db_role_setting.setconfig, pg_proc.proconfig).</summary>
internal static class StoredSettings
{
    /// <summary>The list after a SET or RESET clause; null when it is empty.</summary>
    /// <exception cref="PgException">42704 for an unknown parameter, 22023 for a value that it cannot have.</exception>
    internal static string[]? Change(PgSession session, string[]? settings, Pg.VariableSetStmt statement)
    {
        var entries = (settings ?? []).ToList();
        var name = ParameterDefinitions.All.GetValueOrDefault(statement.Name)?.Name ?? statement.Name;
        switch (statement.Kind)
        {
            case Pg.VariableSetKind.VarResetAll:
                return null;
            case Pg.VariableSetKind.VarReset or Pg.VariableSetKind.VarSetDefault:
                entries.RemoveAll(IsOfName);
                break;
            case Pg.VariableSetKind.VarSetCurrent:
                Set(session.Settings.Show(name));
                break;
            case Pg.VariableSetKind.VarSetValue:
                var value = VariableCommands.Flatten(session, statement);
                session.Settings.Check(name, value);
                Set(value);
                break;
            default:
                throw PgErrors.FeatureNotSupported($"SET {statement.Name} here");
        }

        return entries.Count > 0 ? [.. entries] : null;

        bool IsOfName(string entry) => entry.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase);

        void Set(string value)
        {
            if (entries.FindIndex(IsOfName) is var at and >= 0)
            {
                entries[at] = $"{name}={value}";
            }
            else
            {
                entries.Add($"{name}={value}");
            }
        }
    }
}
