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
            StartupSettings.AddOptions(settings, options);
        }

        foreach (var (name, value) in message.Parameters)
        {
            if (name is not ("user" or "database" or "options" or "replication"))
            {
                StartupSettings.Add(settings, name, value);
            }
        }

        return settings;
    }
}
