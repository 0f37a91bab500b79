using PgMicro.Core.Errors;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>StartupMessage: protocol version and parameters.</summary>
internal sealed class StartupMessage
{
    /// <summary>Version code of CancelRequest.</summary>
    internal const int CancelRequest = (1234 << 16) | 5678;

    /// <summary>Version code of SSLRequest.</summary>
    internal const int SslRequest = (1234 << 16) | 5679;

    /// <summary>Version code of GSSENCRequest.</summary>
    internal const int GssEncRequest = (1234 << 16) | 5680;

    private StartupMessage(int major, int minor) => (MajorVersion, MinorVersion) = (major, minor);

    internal int MajorVersion { get; }

    internal int MinorVersion { get; }

    /// <summary>user, database, options, replication and run-time parameters, in the order they came.</summary>
    internal List<KeyValuePair<string, string>> Parameters { get; } = [];

    /// <summary>Protocol options (_pq_.*), none of which the server knows.</summary>
    internal List<string> UnknownOptions { get; } = [];

    internal string? this[string name] => Parameters.FindLast(p => p.Key == name).Value;

    /// <exception cref="PgException">FATAL: 0A000 for another major version, 08P01 for a malformed packet.</exception>
    internal static StartupMessage Read(ReadOnlySpan<byte> packet)
    {
        var reader = new PayloadReader(packet);
        var version = reader.Int32();
        var message = new StartupMessage(version >> 16, version & 0xFFFF);
        if (message.MajorVersion != 3)
        {
            throw new PgException(
                SqlState.FeatureNotSupported,
                $"unsupported frontend protocol {(ushort)message.MajorVersion}.{message.MinorVersion}: server supports 3.0 to 3.0")
            { Severity = "FATAL" };
        }

        try
        {
            while (true)
            {
                var name = reader.CString();
                if (name.Length == 0)
                {
                    break;
                }

                if (name.StartsWith("_pq_.", StringComparison.Ordinal))
                {
                    reader.CString();
                    message.UnknownOptions.Add(name);
                }
                else
                {
                    message.Parameters.Add(new(name, reader.CString()));
                }
            }

            reader.End();
        }
        catch (PgException e) when (e.SqlState == SqlState.ProtocolViolation)
        {
            throw new PgException(SqlState.ProtocolViolation, "invalid startup packet layout: expected terminator as last byte") { Severity = "FATAL" };
        }

        return message;
    }
}
