using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

/// <summary>The parameters of a routine, as pg_proc's arrays keep them.</summary>
internal static class RoutineArguments
{
    /// <summary>Whether a parameter of a mode (pg_proc.proargmodes) is given by the caller.</summary>
    internal static bool IsInput(char mode) => mode is 'i' or 'b' or 'v';

    /// <summary>Whether a parameter of a mode is a column of the result.</summary>
    internal static bool IsOutput(char mode) => mode is 'o' or 'b' or 't';

    /// <summary>Names of the input parameters, "" for those without; null when none has one (get_func_input_arg_names).</summary>
    internal static string[]? InputNames(PgProc proc)
    {
        if (proc.proargnames is not { } names)
        {
            return null;
        }

        return proc.proargmodes is { } modes ? [.. names.Where((_, i) => IsInput(modes[i]))] : names;
    }

    /// <summary>
    /// Names and types of the columns that the OUT parameters make (build_function_result_tupdesc): null for a function with fewer than two
    /// and a procedure without any.
    /// </summary>
    internal static List<(string Name, uint Type)>? OutColumns(PgProc proc)
    {
        if (proc is not { proallargtypes: { } types, proargmodes: { } modes })
        {
            return null;
        }

        var columns = new List<(string, uint)>();
        for (var i = 0; i < types.Length; i++)
        {
            if (IsOutput(modes[i]))
            {
                columns.Add((proc.proargnames is { } names && names[i].Length > 0 ? names[i] : $"column{columns.Count + 1}", types[i]));
            }
        }

        return columns.Count >= (proc.prokind == 'p' ? 1 : 2) ? columns : null;
    }
}
