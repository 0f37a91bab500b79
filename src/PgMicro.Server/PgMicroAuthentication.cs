namespace PgMicro.Server;

/// <summary>How clients prove who they are.</summary>
public enum PgMicroAuthentication
{
    /// <summary>They are believed. Only for clients of this machine.</summary>
    Trust,

    /// <summary>By the role's password, which does not cross the wire (SCRAM-SHA-256, RFC 5802 and 7677).</summary>
    ScramSha256,
}
