namespace PgMicro.Core.Binding.Deparse;

/// <summary>The routine whose body is printed: its parameters are shown by their names.</summary>
/// <param name="Name">pg_proc.proname.</param>
/// <param name="ParameterNames">Names of the input parameters, "" for those without; null when none has one.</param>
/// <param name="Indents">Whether clauses go on lines of their own.</param>
internal sealed record RoutineScope(string Name, string[]? ParameterNames, bool Indents)
{
    /// <summary>The name of a parameter by its number; null for one without.</summary>
    internal string? NameOf(int number) =>
        ParameterNames is { } names && number <= names.Length && names[number - 1].Length > 0 ? names[number - 1] : null;
}
