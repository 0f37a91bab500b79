using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Settings;
using PgMicro.Server.Messages.Frontend;

namespace PgMicro.Server.Connections;

/// <summary>What a start-up packet asks for: role, database, settings.</summary>
internal sealed class StartupParameters(string user, string database, StartupMessage message)
{
    internal string User { get; } = user;

    internal string Database { get; } = database;

    /// <exception cref="PgException">FATAL: 28000 without a user.</exception>
    internal static StartupParameters Read(StartupMessage message)
    {
        if (message["user"] is not { Length: > 0 } user)
        {
            throw new PgException(SqlState.InvalidAuthorizationSpecification, "no PostgreSQL user name specified in startup packet");
        }

        if (message["replication"] is { } replication && ParameterDefinition.ParseBoolean(replication) != false)
        {
            throw PgErrors.FeatureNotSupported("streaming replication");
        }

        return new StartupParameters(user, message["database"] is { Length: > 0 } database ? database : user, message);
    }

    /// <summary>The settings that the session starts with. Only who has been authenticated learns what is wrong with them.</summary>
    /// <exception cref="PgException">FATAL: 42601 for an unknown option, 42704 or 55P02 for a setting.</exception>
    internal Dictionary<string, string> ReadSettings()
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (message["options"] is { } options)
        {
            ReadOptions(options, settings);
        }

        foreach (var (name, value) in message.Parameters)
        {
            if (name is not ("user" or "database" or "options" or "replication"))
            {
                Add(settings, name, value);
            }
        }

        return settings;
    }

    /// <summary>The switches of a backend's command line that set parameters: -c name=value, --name=value.</summary>
    private static void ReadOptions(string options, Dictionary<string, string> settings)
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

    private static void Add(Dictionary<string, string> settings, string name, string value)
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
}
