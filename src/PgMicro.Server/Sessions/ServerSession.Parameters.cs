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
    private bool _parametersChanged;

    private void OnParameterChanged(string name, string value) => _parametersChanged = true;

    private void ReportAllParameters()
    {
        foreach (var name in ReportedParameters)
        {
            if (_engine.GetSetting(name, missingOk: true) is { } value)
            {
                _reported[name] = value;
                ParameterStatus.Write(_writer, name, value);
            }
        }
    }

    // Told once, when the client is next asked for a query, and only what is not what it knows.
    private void ReportChangedParameters()
    {
        if (!_parametersChanged)
        {
            return;
        }

        _parametersChanged = false;
        foreach (var name in ReportedParameters)
        {
            if (_engine.GetSetting(name, missingOk: true) is { } value && value != _reported.GetValueOrDefault(name))
            {
                _reported[name] = value;
                ParameterStatus.Write(_writer, name, value);
            }
        }
    }
}
