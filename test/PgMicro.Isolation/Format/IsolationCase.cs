namespace PgMicro.Isolation.Format;

/// <summary>One run of a script: one of its orders of steps with one choice of its variations.</summary>
/// <param name="Label">What distinguishes it from the script's other cases.</param>
/// <param name="Setup">Statements that are run before, in a session of their own.</param>
/// <param name="Steps">The steps in order.</param>
internal sealed record IsolationCase(string Label, IReadOnlyList<string> Setup, IReadOnlyList<ScriptStep> Steps);
