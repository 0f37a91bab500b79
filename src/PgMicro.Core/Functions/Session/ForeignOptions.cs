using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>The validator that PostgreSQL brings along: the parameters of a connection to another server of its kind.</summary>
internal static class ForeignOptions
{
    private const int MostChanges = 4;

    private static readonly string[] s_ofServer =
    [
        "authtype", "service", "connect_timeout", "dbname", "host", "hostaddr", "port", "tty", "options", "requiressl", "sslmode", "gsslib", "gssdelegation",
    ];

    private static readonly string[] s_ofUser = ["user", "password"];

    [PgFunction("postgresql_fdw_validator(text[],oid)")]
    public static bool Validate(FunctionContext context, ReadOnlySpan<byte> options, uint catalog)
    {
        Validate(ArrayOperations.Parse(context, TypeOid.Text, options).Elements.Select(static o => o.GetString()), catalog);
        return true;
    }

    /// <summary>Looks at options of the form "name=value".</summary>
    /// <param name="options">The options.</param>
    /// <param name="catalog">The relation that has their object.</param>
    /// <exception cref="PgException">42601 for one that is not known there.</exception>
    internal static void Validate(IEnumerable<string> options, uint catalog)
    {
        var known = catalog switch
        {
            PgForeignServer.RelationOid => s_ofServer,
            PgUserMapping.RelationOid => s_ofUser,
            _ => [],
        };
        foreach (var option in options)
        {
            var name = option[..option.IndexOf('=')];
            if (known.Contains(name))
            {
                continue;
            }

            var error = new PgException(SqlState.SyntaxError, $"invalid option \"{name}\"");
            throw known.Length == 0 ? error.WithHint("There are no valid options in this context.")
                : Closest(name, known) is { } meant ? error.WithHint($"Perhaps you meant the option \"{meant}\".")
                : error;
        }
    }

    private static string? Closest(string name, string[] known)
    {
        string? best = null;
        var least = Math.Min(MostChanges, name.Length / 2) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }

        return best;
    }

    // Levenshtein's, row by row.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}
