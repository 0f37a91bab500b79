using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Settings;

/// <summary>The parameters that a client asks for when its session starts.</summary>
internal static class StartupSettings
{
    /// <summary>Adds a parameter that a client may choose.</summary>
    /// <exception cref="PgException">42704 when there is no such parameter, 55P02 when a client may not set it.</exception>
    internal static void Add(Dictionary<string, string> settings, string name, string value)
    {
        if (!ParameterDefinitions.All.TryGetValue(name, out var definition))
        {
            if (!name.Contains('.'))
            {
                throw new PgException(SqlState.UndefinedObject, $"unrecognized configuration parameter \"{name}\"");
            }

            settings[name] = value;
            return;
        }

        switch (definition.Context)
        {
            case "internal":
                throw new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed");
            case "postmaster":
                throw new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed without restarting the server");
            case "sighup":
                throw new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed now");
            default:
                settings[definition.Name] = value;
                break;
        }
    }

    /// <summary>The switches of a backend's command line that set parameters: -c name=value, --name=value.</summary>
    /// <exception cref="PgException">42601 for an unknown switch, and what <see cref="Add"/> raises.</exception>
    internal static void AddOptions(Dictionary<string, string> settings, string options)
    {
        var arguments = Split(options);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            string? assignment;
            if (argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 2)
            {
                assignment = argument[2..];
            }
            else if (argument.StartsWith("-c", StringComparison.Ordinal))
            {
                assignment = argument.Length > 2 ? argument[2..] : i + 1 < arguments.Count ? arguments[++i] : null;
            }
            else
            {
                assignment = null;
            }

            if (assignment is null)
            {
                throw new PgException(SqlState.SyntaxError, $"invalid command-line argument for server process: {argument}")
                    .WithHint("Try \"postgres --help\" for more information.");
            }

            var equals = assignment.IndexOf('=');
            if (equals < 0)
            {
                throw new PgException(
                    SqlState.SyntaxError, argument.StartsWith("--", StringComparison.Ordinal) ? $"--{assignment} requires a value" : $"-c {assignment} requires a value");
            }

            Add(settings, assignment[..equals].Replace('-', '_'), assignment[(equals + 1)..]);
        }
    }

    // Arguments are separated by white space; a backslash takes the next character as it is.
    private static List<string> Split(string options)
    {
        var arguments = new List<string>();
        var i = 0;
        while (true)
        {
            while (i < options.Length && char.IsWhiteSpace(options[i]))
            {
                i++;
            }

            if (i == options.Length)
            {
                return arguments;
            }

            var argument = new StringBuilder();
            for (; i < options.Length && !char.IsWhiteSpace(options[i]); i++)
            {
                if (options[i] == '\\' && i + 1 < options.Length)
                {
                    i++;
                }

                argument.Append(options[i]);
            }

            arguments.Add(argument.ToString());
        }
    }
}
