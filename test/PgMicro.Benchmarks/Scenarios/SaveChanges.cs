using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>A thousand new rows in one transaction, the way each subject does it best.</summary>
internal static class SaveChanges
{
    private const int Count = 1000;

    internal static Scenario Scenario { get; } = new(
        "save", "1,000 new rows: SaveChanges of EF; a loop in a transaction for the others", Make,
        [new("ef", "ef-npgsql", 0.4), new("ado", "mds", 1.5), new("ado", "npgsql", 0.4)]);

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
                    connection.Execute("BEGIN");
                    for (var j = 0; j < Count; j++)
                    {
                        Raw.Insert(connection, sql, j);
                    }

                    connection.Execute("COMMIT");
                }
            });
        }

        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            object time = subject == "mds" ? 1_700_000_000_000_000L : DateTime.UnixEpoch;
            var connection = stores.Open(subject);
            var command = Ado.Command(
                connection, Sql.InsertItem, ("@name", "item number"), ("@quantity", 1), ("@amount", 1.5), ("@created", time), ("@active", true));
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using var transaction = connection.BeginTransaction();
                    command.Transaction = transaction;
                    for (var j = 0; j < Count; j++)
                    {
                        command.Parameters[1].Value = j;
                        command.ExecuteNonQuery();
                    }

                    transaction.Commit();
                }
            });
        }

        foreach (var subject in new[] { "ef", "ef-npgsql" }.Where(run.Wants))
        {
            var options = stores.Options(subject);
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using var shop = new Shop(options);
                    for (var j = 0; j < Count; j++)
                    {
                        shop.Items.Add(new Item { Name = "item number", Quantity = j, Amount = j * 1.5, Created = DateTime.UnixEpoch, Active = true });
                    }

                    shop.SaveChanges();
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
