using PgMicro.Server.Messages.Backend;

namespace PgMicro.Server.Sessions;

/// <content>Run-time parameters that the client is kept informed of.</content>
internal sealed partial class ServerSession
{
    // PostgreSQL 17's parameters with GUC_REPORT.
    private static readonly string[] ReportedParameters =
    [
        "in_hot_standby", "integer_datetimes", "TimeZone", "IntervalStyle", "is_superuser", "application_name", "default_transaction_read_only",
        "scram_iterations", "DateStyle", "standard_conforming_strings", "session_authorization", "client_encoding", "server_version", "server_encoding",
    ];

    private readonly Dictionary<string, string> _reported = new(StringComparer.Ordinal);
    private readonly List<string> _changed = [];
    private string? _reportedUser;

    private void OnParameterChanged(string name, string value)
    {
        if (!_changed.Contains(name))
        {
            _changed.Add(name);
        }

        if (name == "client_encoding")
        {
            _writer.Encoding = _engine.ClientEncoding;
        }
    }

    /// <summary>A reported parameter's value.</summary>
    private string? ValueOf(string name) => name switch
    {
        "is_superuser" => _engine.Catalog.FindRole(_engine.CurrentUser) is { rolsuper: true } ? "on" : "off",
        "session_authorization" => _engine.SessionUser,
        _ => _engine.GetSetting(name, missingOk: true),
    };

    private void ReportAllParameters()
    {
        foreach (var name in ReportedParameters)
        {
            if (ValueOf(name) is { } value)
            {
                _reported[name] = value;
                ParameterStatus.Write(_writer, name, value);
            }
        }
    }

    // Told once, when the client is next asked for a query, and only what is not what it knows; what changed last comes first.
    private void ReportChangedParameters()
    {
        for (var i = _changed.Count - 1; i >= 0; i--)
        {
            Report(_changed[i]);
        }

        _changed.Clear();
        if (!ReferenceEquals(_reportedUser, _engine.CurrentUser))
        {
            _reportedUser = _engine.CurrentUser;
            Report("is_superuser");
            Report("session_authorization");
        }
    }

    private void Report(string name)
    {
        if (_reported.TryGetValue(name, out var known) && ValueOf(name) is { } value && value != known)
        {
            _reported[name] = value;
            ParameterStatus.Write(_writer, name, value);
        }
    }
}
