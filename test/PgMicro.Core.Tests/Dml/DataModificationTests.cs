using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Dml;

/// <summary>Statements that change rows; what they give was recorded from PostgreSQL 17.</summary>
public sealed class DataModificationTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _session;

    public DataModificationTests() => _session = _database.CreateSession();

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void A_statement_does_not_see_its_own_writes()
    {
        Run("CREATE TABLE t (id int PRIMARY KEY, v int)");
        Assert.Equal("INSERT 0 3", Run("INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)"));
        Assert.Equal("3 rows: 4|60, 5|60, 6|60; INSERT 0 3", Run("INSERT INTO t SELECT id + 3, (SELECT sum(v) FROM t) FROM t RETURNING id, v"));
        Assert.Equal("UPDATE 6", Run("UPDATE t SET v = (SELECT max(v) FROM t) - v"));
        Assert.Equal("6 rows: 1|50, 2|40, 3|30, 4|0, 5|0, 6|0; SELECT 6", Run("SELECT id, v FROM t ORDER BY id"));
        Assert.Equal("1 rows: 6|6; DELETE 1", Run("DELETE FROM t WHERE id = 6 RETURNING id, (SELECT count(*) FROM t)"));
    }

    [Fact]
    public void An_update_takes_the_first_matching_row_of_its_from_list()
    {
        Run("CREATE TABLE t (id int PRIMARY KEY, v int)");
        Run("CREATE TABLE s (id int, v int)");
        Run("INSERT INTO t VALUES (1, 0)");
        Run("INSERT INTO s VALUES (1, 7), (1, 7), (2, 8)");
        Assert.Equal("1 rows: 1|7|7; UPDATE 1", Run("UPDATE t SET v = s.v FROM s WHERE s.id = t.id RETURNING t.id, t.v, s.v"));
        Assert.Equal("DELETE 1", Run("DELETE FROM t USING s WHERE s.id = t.id"));
    }

    [Fact]
    public void A_plan_runs_again_with_other_parameters()
    {
        Run("CREATE TABLE t (id int PRIMARY KEY, v text)");
        var insert = _session.Prepare(_session.Parse("INSERT INTO t VALUES ($1, $2) RETURNING id, v, xmin IS NULL")[0], []);
        Assert.Equal([TypeOid.Int4, TypeOid.Text], insert.ParameterTypes);
        Assert.Equal("1 rows: 1|a|0; INSERT 0 1", Read(_session.Execute(insert, [PgDatum.FromInt64(1), PgDatum.FromText("a")])));
        Assert.Equal("1 rows: 2|NULL|0; INSERT 0 1", Read(_session.Execute(insert, [PgDatum.FromInt64(2), PgDatum.Null])));
        var error = Assert.Throws<PgException>(() => _session.Execute(insert, [PgDatum.FromInt64(2), PgDatum.Null]));
        Assert.Equal(("23505", "Key (id)=(2) already exists.", "t_pkey"), (error.SqlState, error.Detail, error.ConstraintName));
    }

    [Fact]
    public void A_failing_row_is_shown_cut_at_64_bytes_between_characters()
    {
        Run("CREATE TABLE t (id int CHECK (id > 0), \"Text\" text NOT NULL UNIQUE)");
        var error = Assert.Throws<PgException>(() => Run($"INSERT INTO t VALUES (-1, 'a{new string('é', 40)}')"));
        Assert.Equal(
            ("23514", $"Failing row contains (-1, a{new string('é', 31)}...).", "t_id_check"), (error.SqlState, error.Detail, error.ConstraintName));
        Run("INSERT INTO t VALUES (1, 'x')");
        error = Assert.Throws<PgException>(() => Run("INSERT INTO t VALUES (2, 'x')"));
        Assert.Equal(("Key (\"Text\")=(x) already exists.", "t_Text_key"), (error.Detail, error.ConstraintName));
        error = Assert.Throws<PgException>(() => Run("UPDATE t SET \"Text\" = NULL"));
        Assert.Equal(("23502", "Failing row contains (1, null).", "Text"), (error.SqlState, error.Detail, error.ColumnName));
    }

    private string Run(string sql)
    {
        var portal = _session.Execute(_session.Prepare(_session.Parse(sql)[0], []), []);
        var result = Read(portal);
        _session.Sync();
        return result;
    }

    private static string Read(Portal portal)
    {
        using (portal)
        {
            if (portal.Columns is not { } columns)
            {
                return portal.CommandTag;
            }

            var rows = new List<string>();
            while (portal.Read())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, columns.Count).Select(i => portal.GetDatum(i).ToString())));
            }

            return $"{rows.Count} rows: {string.Join(", ", rows)}; {portal.CommandTag}";
        }
    }
}
