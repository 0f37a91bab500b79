using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Conformance;

/// <summary>What the conformance tests run against.</summary>
internal static class ConformanceEngine
{
    /// <summary>Makes databases of the engine; null as long as the engine cannot be asked.</summary>
    public static IConformanceHost? Host { get; } = new EngineHost();

    /// <summary>Why the tests cannot run; null when they can.</summary>
    public static string? SkipReason => Host is null ? "the engine has no conformance target yet" : null;

    /// <summary>Why tests that need a folder of the shared test material cannot run; null when they can.</summary>
    public static string? SkipReasonWithout(string folder) =>
        SkipReason ?? (Directory.Exists(SharedFolder.Folder(folder)) ? null : $"the folder ../shared/{folder} is not beside the repository");
}

/// <summary>A theory that is skipped while the engine, or a folder of shared test material that it needs, is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineTheoryAttribute : TheoryAttribute
{
    public EngineTheoryAttribute(string? folder = null) =>
        Skip = folder is null ? ConformanceEngine.SkipReason : ConformanceEngine.SkipReasonWithout(folder);
}
