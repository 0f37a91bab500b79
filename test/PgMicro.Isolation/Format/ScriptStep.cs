namespace PgMicro.Isolation.Format;

/// <summary>One step of a script: a statement that one session runs.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Session">Who runs it.</param>
/// <param name="Sql">The statement as the script has it.</param>
/// <param name="RunsToItsEnd">Whether a wait in it is not told: it ends by itself, by a timeout (<c>a!:</c>).</param>
/// <param name="Ends">Another session whose waiting statement this one ends, though not at once (<c>a -&gt; b:</c>).</param>
/// <param name="Keeps">The variable that keeps the first value of the result (<c>a =&gt; name:</c>), to be used as <c>:name</c>.</param>
internal sealed record ScriptStep(int Number, string Session, string Sql, bool RunsToItsEnd, string? Ends, string? Keeps);
