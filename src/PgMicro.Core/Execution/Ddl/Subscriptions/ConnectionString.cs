using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl.Subscriptions;

/// <summary>A libpq connection string, as far as its form is to be looked at and a password to be found.</summary>
internal static class ConnectionString
{
    private static readonly HashSet<string> s_options =
    [
        "service", "user", "password", "passfile", "channel_binding", "connect_timeout", "dbname", "host", "hostaddr", "port", "client_encoding", "options",
        "application_name", "fallback_application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode",
        "sslnegotiation", "sslcompression", "sslcert", "sslkey", "sslcertmode", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer", "require_auth",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "gssencmode", "krbsrvname", "gsslib", "gssdelegation", "replication", "target_session_attrs", "load_balance_hosts",
        "requiressl", "authtype", "tty",
    ];

    /// <summary>Checks the form of a connection string.</summary>
    /// <returns>Whether it has a password.</returns>
    /// <exception cref="PgException">42601.</exception>
    internal static bool HasPassword(string text)
    {
        if (text.StartsWith("postgresql://", StringComparison.Ordinal) || text.StartsWith("postgres://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':');
        }

        var hasPassword = false;
        for (var i = 0; ;)
        {
            SkipSpaces(text, ref i);
            if (i >= text.Length)
            {
                return hasPassword;
            }

            var start = i;
            while (i < text.Length && text[i] != '=' && !char.IsWhiteSpace(text[i]))
            {
                i++;
            }

            var name = text[start..i];
            SkipSpaces(text, ref i);
            if (i >= text.Length || text[i] != '=')
            {
                throw Invalid($"missing \"=\" after \"{name}\" in connection info string\n");
            }

            i++;
            var value = Value(text, ref i);
            if (!s_options.Contains(name))
            {
                throw Invalid($"invalid connection option \"{name}\"\n");
            }

            hasPassword |= name == "password" && value.Length > 0;
        }
    }

    private static string Value(string text, ref int i)
    {
        SkipSpaces(text, ref i);
        var value = new System.Text.StringBuilder();
        var isQuoted = i < text.Length && text[i] == '\'';
        i += isQuoted ? 1 : 0;
        for (; i < text.Length; i++)
        {
            if (isQuoted ? text[i] == '\'' : char.IsWhiteSpace(text[i]))
            {
                i++;
                return value.ToString();
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }

            value.Append(text[i]);
        }

        return isQuoted ? throw Invalid("unterminated quoted string in connection info string\n") : value.ToString();
    }

    private static void SkipSpaces(string text, ref int i)
    {
        while (i < text.Length && char.IsWhiteSpace(text[i]))
        {
            i++;
        }
    }

    private static PgException Invalid(string what) => new(SqlState.SyntaxError, "invalid connection string syntax: " + what);
}
