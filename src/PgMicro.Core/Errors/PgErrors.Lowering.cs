namespace PgMicro.Core.Errors;

public static partial class PgErrors
{
    /// <summary>54001 "stack depth limit exceeded".</summary>
    public static PgException StatementTooComplex() => new(SqlState.StatementTooComplex, "stack depth limit exceeded")
    {
        Hint = "Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.",
    };
}
