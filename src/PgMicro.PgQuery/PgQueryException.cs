namespace PgMicro.PgQuery;

/// <summary>PostgreSQL's lexer or parser rejected a text. <see cref="Exception.Message"/> is PostgreSQL's own.</summary>
public sealed class PgQueryException : Exception
{
    internal PgQueryException(string message, string sqlState)
        : base(message) => SqlState = sqlState;

    /// <summary>The SQLSTATE that PostgreSQL 17 reports with this message; mostly 42601.</summary>
    public string SqlState { get; }

    /// <summary>PostgreSQL's HINT, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>PostgreSQL's DETAIL, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>1-based position of the error in code points; 0 when there is none.</summary>
    public int CursorPosition { get; init; }

    /// <summary>The C file of PostgreSQL that raised it, such as <c>scan.l</c>; null when it was raised here.</summary>
    public string? FileName { get; init; }

    /// <summary>The C function of PostgreSQL that raised it; null when it was raised here.</summary>
    public string? FuncName { get; init; }

    /// <summary>The line in <see cref="FileName"/>; 0 when unknown.</summary>
    public int LineNumber { get; init; }

    /// <summary>PostgreSQL's CONTEXT, or null.</summary>
    public string? Context { get; init; }

    /// <summary>The text is nested too deeply to be parsed: SQLSTATE 54001.</summary>
    public bool IsTooComplex => SqlState == "54001";
}
