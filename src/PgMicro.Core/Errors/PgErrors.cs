namespace PgMicro.Core.Errors;

/// <summary>
/// Factories of the errors that more than one place raises, so that each text stands once.
/// Areas add their own in partial files (PgErrors.Binding.cs, PgErrors.Constraints.cs, ...).
/// </summary>
public static partial class PgErrors
{
    /// <summary>A clause or object that the engine does not honour (0A000), naming it.</summary>
    /// <param name="what">What is not supported, as the user wrote or knows it.</param>
    /// <param name="location">UTF-8 byte offset in the statement, or -1.</param>
    public static PgException FeatureNotSupported(string what, int location = -1) =>
        new PgException(SqlState.FeatureNotSupported, $"{what} is not supported").At(location);

    /// <summary>A function that exists in PostgreSQL's catalog and has no implementation here (0A000).</summary>
    public static PgException FunctionNotImplemented(string signature, int location = -1) =>
        new PgException(SqlState.FeatureNotSupported, $"function {signature} is not implemented").At(location);

    /// <summary>22P02 "invalid input syntax for type …".</summary>
    public static PgException InvalidTextRepresentation(string type, string value) =>
        new(SqlState.InvalidTextRepresentation, $"invalid input syntax for type {type}: \"{value}\"");

    /// <summary>22003 "… out of range".</summary>
    public static PgException OutOfRange(string type) =>
        new(SqlState.NumericValueOutOfRange, $"{type} out of range");

    /// <summary>22012 "division by zero".</summary>
    public static PgException DivisionByZero() => new(SqlState.DivisionByZero, "division by zero");
}
