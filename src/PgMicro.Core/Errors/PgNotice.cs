namespace PgMicro.Core.Errors;

/// <summary>A NOTICE, WARNING, INFO, LOG or DEBUG message sent while a statement runs.</summary>
public sealed record PgNotice(
    string Severity, string SqlState, string Message, string? Detail = null, string? Hint = null, int Position = 0, string? Where = null)
{
    /// <summary>Byte offset in the statement's text, from which its <see cref="Position"/> follows; -1 for none.</summary>
    internal int Location { get; init; } = -1;
}
