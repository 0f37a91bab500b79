using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>One row at a time, each in its own transaction.</summary>
internal static class Insert
{
    internal static Scenario Scenario { get; } = new(
        "insert", "INSERT one row, committed", Make, [new("ado", "mds", 1.5), new("ado", "npgsql", 1.0)]);

    private static IEnumerable<Case> Make(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("raw"))
        {
            var connection = stores.Own(stores.OpenRaw(stores.SqliteFile));
            var sql = new SqlText(Sql.InsertItem);
            yield return new Case("raw", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    Raw.Insert(connection, sql, i);
                }
            });
        }

        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            object time = subject == "mds" ? 1_700_000_000_000_000L : DateTime.UnixEpoch;
            var command = Ado.Command(
                stores.Open(subject), Sql.InsertItem, ("@name", "item number"), ("@quantity", 1), ("@amount", 1.5), ("@created", time), ("@active", true));
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    command.Parameters[1].Value = i;
                    command.ExecuteNonQuery();
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
