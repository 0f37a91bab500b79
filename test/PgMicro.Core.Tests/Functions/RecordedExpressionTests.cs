using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Core.Tests.Functions;

/// <summary>Scalar expressions through the whole engine against what PostgreSQL 17 answered.</summary>
public sealed class RecordedExpressionTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pgmicro-functions-{Guid.NewGuid():N}.db");

    public void Dispose()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_file + suffix);
        }
    }

    [Fact]
    public void Expressions_answer_as_recorded()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = _file });
        using var session = database.CreateSession();
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Functions", "expressions.tsv")))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var fields = line.Split('\t');
            var expected = fields[1] == "\\N" ? "\\N" : fields[1].Replace("\\n", "\n").Replace("\\\\", "\\");
            var actual = Ask(session, fields[0].Replace("\\\\", "\\"));
            count++;
            if (actual != expected)
            {
                wrong.Add($"{fields[0]} -> {actual} instead of {expected}");
            }
        }

        Assert.True(count > 150);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static string Ask(PgSession session, string expression)
    {
        try
        {
            var statement = session.Parse($"SELECT ({expression})::text")[0];
            using var portal = session.Execute(session.Prepare(statement, []), []);
            portal.Read();
            return portal.IsNull(0) ? "\\N" : Encoding.UTF8.GetString(portal.GetBytes(0));
        }
        catch (PgException e)
        {
            return $"!{e.SqlState} {e.Message}";
        }
        finally
        {
            session.Sync();
        }
    }
}
