using System.Runtime.CompilerServices;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Infrastructure;

/// <summary>Tests whose one body runs on PostgreSQL to record and on a file to compare.</summary>
public abstract class RecordedTest
{
    /// <summary>Runs a body on a database of its own, then records or compares its transcript.</summary>
    /// <param name="body">The test.</param>
    /// <param name="create">Whether the database is there already; a file never is.</param>
    /// <param name="test">The test's name.</param>
    protected async Task Run(Func<TestDatabase, Task> body, bool create = true, [CallerMemberName] string test = "")
    {
        var name = $"{GetType().Name}.{test}";
        await using var database = new TestDatabase(name);
        await database.PrepareAsync(create);
        try
        {
            await body(database);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{name} stopped after:\n{Tail(database.Transcript.ToString())}", e);
        }

        Recordings.Check("EFCore.PgMicro.FunctionalTests", name, database.Transcript);
    }

    private static string Tail(string text) => text.Length > 1500 ? "…" + text[^1500..] : text;
}
