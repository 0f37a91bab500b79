namespace PgMicro.Core.Errors;

public static partial class PgErrors
{
    /// <summary>54001 "stack depth limit exceeded".</summary>
    public static PgException StackDepthExceeded() => new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded")
        .WithHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.");

    /// <summary>42P08 for a parameter that two uses want to be of different types.</summary>
    /// <param name="number">The parameter's number.</param>
    /// <param name="first">The type deduced first.</param>
    /// <param name="second">The other type.</param>
    /// <param name="location">Where the parameter stands.</param>
    public static PgException InconsistentParameterTypes(int number, string first, string second, int location) =>
        new PgException(SqlState.AmbiguousParameter, $"inconsistent types deduced for parameter ${number}")
            .WithDetail($"{first} versus {second}").At(location);

    /// <summary>42P18 for a parameter whose type nothing decides.</summary>
    public static PgException IndeterminateParameterType(int number, int location = -1) =>
        new PgException(SqlState.IndeterminateDatatype, $"could not determine data type of parameter ${number}").At(location);
}
