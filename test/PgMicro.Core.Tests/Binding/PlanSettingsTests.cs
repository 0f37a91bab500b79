using PgMicro.Core.Execution;

namespace PgMicro.Core.Tests.Binding;

/// <summary>A cached plan is not used under settings that its literals were not read by.</summary>
public sealed class PlanSettingsTests
{
    [Fact]
    public void LiteralsAreReadByTheSettingsOfTheirStatement()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(PlanSettingsTests), InMemory = true });
        using var session = database.CreateSession();
        const string Query = "SELECT '2024-07-01 12:00'::timestamptz = '2024-07-01 12:00+00'::timestamptz, '01/02/2024'::date = '2024-01-02'::date";
        Assert.Equal((1L, 1L), Ask(session, Query));
        Ask(session, "SET TimeZone = 'Europe/Berlin'");
        Assert.Equal((0L, 1L), Ask(session, Query));
        Ask(session, "SET DateStyle = 'ISO, DMY'");
        Assert.Equal((0L, 0L), Ask(session, Query));
    }

    private static (long, long) Ask(PgSession session, string sql)
    {
        using var portal = session.Execute(session.Prepare(session.Parse(sql)[0], []), []);
        var row = portal.Read() ? (portal.GetInt64(0), portal.GetInt64(1)) : default;
        portal.Close();
        session.Sync();
        return row;
    }
}
