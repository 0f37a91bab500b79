namespace PgMicro.Core.Execution.Notifications;

/// <summary>What NOTIFY sent: the fields of PostgreSQL's NotificationResponse.</summary>
/// <param name="ProcessId">pg_backend_pid() of the session that sent it.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Payload">The payload, perhaps empty.</param>
public sealed record PgNotification(int ProcessId, string Channel, string Payload);
