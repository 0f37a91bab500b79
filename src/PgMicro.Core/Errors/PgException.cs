namespace PgMicro.Core.Errors;

/// <summary>
/// An error as PostgreSQL reports it: the fields of its ErrorResponse message
/// (manual: "Error and Notice Message Fields").
/// </summary>
public sealed class PgException : Exception
{
    /// <summary>Makes an error of severity ERROR.</summary>
    public PgException(string sqlState, string message, Exception? inner = null)
        : base(message, inner) => SqlState = sqlState;

    /// <summary>ERROR, FATAL or PANIC.</summary>
    public string Severity { get; init; } = "ERROR";

    /// <summary>The five characters of the SQLSTATE.</summary>
    public string SqlState { get; }

    /// <summary>The DETAIL field.</summary>
    public string? Detail { get; set; }

    /// <summary>The HINT field.</summary>
    public string? Hint { get; set; }

    /// <summary>Where in the statement text, as a 1-based count of code points; 0 when unknown.</summary>
    public int Position { get; set; }

    /// <summary>
    /// Where in the statement text, as a UTF-8 byte offset as the parse tree has it; -1 when unknown.
    /// The session turns it into <see cref="Position"/>.
    /// </summary>
    public int Location { get; set; } = -1;

    /// <summary>Position within <see cref="InternalQuery"/>.</summary>
    public int InternalPosition { get; set; }

    /// <summary>Text of a failed internally generated command.</summary>
    public string? InternalQuery { get; set; }

    /// <summary>The CONTEXT field.</summary>
    public string? Where { get; set; }

    /// <summary>Schema of the object concerned.</summary>
    public string? SchemaName { get; set; }

    /// <summary>Table concerned.</summary>
    public string? TableName { get; set; }

    /// <summary>Column concerned.</summary>
    public string? ColumnName { get; set; }

    /// <summary>Data type concerned.</summary>
    public string? DataTypeName { get; set; }

    /// <summary>Constraint concerned.</summary>
    public string? ConstraintName { get; set; }

    /// <summary>The function of PostgreSQL's that raises it, where clients go by its name: there is nothing else to tell the error by.</summary>
    public string? Routine { get; init; }

    /// <summary>Sets the location unless one is known already.</summary>
    public PgException At(int location)
    {
        if (Location < 0)
        {
            Location = location;
        }

        return this;
    }

    /// <summary>Adds a line to the CONTEXT field: what has called what raised the error.</summary>
    public PgException AddContext(string line)
    {
        if (!IsContextComplete)
        {
            Where = Where is null ? line : Where + "\n" + line;
        }

        return this;
    }

    /// <summary>Whether the CONTEXT field tells all callers already: an error that a handler raises again as it was.</summary>
    internal bool IsContextComplete { get; set; }

    /// <summary>Sets the DETAIL field.</summary>
    public PgException WithDetail(string? detail)
    {
        Detail = detail;
        return this;
    }

    /// <summary>Sets the HINT field.</summary>
    public PgException WithHint(string? hint)
    {
        Hint = hint;
        return this;
    }
}
