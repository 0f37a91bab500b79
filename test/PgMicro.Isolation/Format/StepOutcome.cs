namespace PgMicro.Isolation.Format;

/// <summary>What a step gave.</summary>
/// <param name="Number">The step.</param>
/// <param name="Session">Who ran it.</param>
/// <param name="Sql">What was run.</param>
internal sealed record StepOutcome(int Number, string Session, string Sql)
{
    /// <summary>What a step that waits gives at first.</summary>
    internal const string Waits = "waits";

    /// <summary>The lines of the answer, or <see cref="Waits"/>.</summary>
    public required string Answer { get; init; }

    /// <summary>The step after which a waiting one goes on; 0 when it does not.</summary>
    public int ContinuesAfter { get; init; }

    /// <summary>What it gives then.</summary>
    public string? Continuation { get; init; }
}
