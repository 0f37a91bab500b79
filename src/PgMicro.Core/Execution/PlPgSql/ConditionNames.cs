using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>PL/pgSQL's names of SQLSTATEs (manual, appendix A): unique_violation for 23505.</summary>
internal static class ConditionNames
{
    private static readonly FrozenDictionary<string, string> ByName = Make();

    /// <summary>The SQLSTATE of a condition name, or null.</summary>
    internal static string? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether an error is of a condition: its own SQLSTATE, or one of the class that it names.</summary>
    internal static bool Matches(string condition, PgException error)
    {
        if (condition == "others")
        {
            return error.SqlState is not (SqlState.QueryCanceled or SqlState.AssertFailure);
        }

        var state = Find(condition) ?? condition;
        return state == error.SqlState || (state.EndsWith("000", StringComparison.Ordinal) && error.SqlState.AsSpan(0, 2).SequenceEqual(state.AsSpan(0, 2)));
    }

    private static FrozenDictionary<string, string> Make()
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["plpgsql_error"] = "P0000",
            ["raise_exception"] = "P0001",
            ["no_data_found"] = "P0002",
            ["too_many_rows"] = "P0003",
            ["assert_failure"] = "P0004",
            ["sql_statement_not_yet_complete"] = "03000",
            ["case_not_found"] = "20000",
        };
        foreach (var field in typeof(SqlState).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field.GetRawConstantValue() is string state)
            {
                result.TryAdd(Snake(field.Name), state);
            }
        }

        return result.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Snake(string name)
    {
        var result = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
            {
                result.Append('_');
            }

            result.Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
