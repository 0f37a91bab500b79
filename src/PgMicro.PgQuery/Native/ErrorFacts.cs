namespace PgMicro.PgQuery.Native;

/// <summary>What PostgreSQL reports with a lexer's or parser's message and libpg_query does not hand over: SQLSTATE,
/// DETAIL and HINT. A message that is not listed is a plain 42601.</summary>
internal static class ErrorFacts
{
    public static (string SqlState, string? Detail, string? Hint) Of(string message, string? fileName) => message switch
    {
        "LIMIT #,# syntax is not supported" => ("42601", null, "Use separate LIMIT and OFFSET clauses."),
        "missing argument" => ("42601", null, "Use NONE to denote the missing argument of a unary operator."),
        "invalid publication object list" =>
            ("42601", "One of TABLE or TABLES IN SCHEMA must be specified before a standalone table or schema name.", null),
        "invalid Unicode escape" when fileName == "scan.l" =>
            ("22025", null, @"Unicode escapes must be \uXXXX or \UXXXXXXXX."),
        "invalid Unicode escape" => ("42601", null, @"Unicode escapes must be \XXXX or \+XXXXXX."),
        @"unsafe use of \' in a string literal" =>
            ("22P06", null, @"Use '' to write quotes in strings. \' is insecure in client-only encodings."),
        "UNENCRYPTED PASSWORD is no longer supported" =>
            ("0A000", null, "Remove UNENCRYPTED to store the password in encrypted form instead."),
        "precision for type float must be at least 1 bit" or "precision for type float must be less than 54 bits" =>
            ("22023", null, null),
        "frame start cannot be UNBOUNDED FOLLOWING" or "frame end cannot be UNBOUNDED PRECEDING"
            or "frame starting from current row cannot have preceding rows"
            or "frame starting from following row cannot have preceding rows"
            or "frame starting from following row cannot end with current row" => ("42P20", null, null),
        "modulus for hash partition provided more than once" or "remainder for hash partition provided more than once" =>
            ("42710", null, null),
        "MATCH PARTIAL not yet implemented" or "current database cannot be changed"
            or "CREATE EXTENSION ... FROM is no longer supported" or "CREATE OR REPLACE CONSTRAINT TRIGGER is not supported" or "WITH CHECK OPTION not supported on recursive views"
            or "aggregates cannot have output arguments" or "CREATE SCHEMA IF NOT EXISTS cannot include schema elements" =>
            ("0A000", null, null),
        _ when message.EndsWith(" is not yet implemented", StringComparison.Ordinal)
            || message.Contains(" constraints cannot be marked ", StringComparison.Ordinal) => ("0A000", null, null),
        _ when message.StartsWith("invalid byte sequence for encoding", StringComparison.Ordinal) => ("22021", null, null),
        _ when message.StartsWith("unrecognized partitioning strategy", StringComparison.Ordinal) => ("22023", null, null),
        _ => ("42601", null, null),
    };
}
