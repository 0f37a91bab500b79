namespace PgMicro.Core.Execution.Routines;

/// <summary>A running routine, as the CONTEXT of messages tells it (PostgreSQL's ErrorContextCallback).</summary>
internal interface IErrorContext
{
    /// <summary>What has called it; null when no other routine has.</summary>
    IErrorContext? Caller { get; }

    /// <summary>Its lines, innermost first; empty for none.</summary>
    string ContextLines { get; }
}

/// <summary>The CONTEXT field of what is said while routines run.</summary>
internal static class ErrorContexts
{
    /// <summary>The lines of a routine and all that have called it, innermost first.</summary>
    internal static string? All(IErrorContext? context)
    {
        var lines = new List<string>();
        for (; context is not null; context = context.Caller)
        {
            if (context.ContextLines is { Length: > 0 } own)
            {
                lines.Add(own);
            }
        }

        return lines.Count > 0 ? string.Join('\n', lines) : null;
    }
}
