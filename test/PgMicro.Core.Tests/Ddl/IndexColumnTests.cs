using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Storage;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Ddl;

/// <summary>Unique indexes over what functions of ours compute, in a file that a stock SQLite reads.</summary>
public sealed class IndexColumnTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _session;

    public IndexColumnTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run(
            """
            CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text, kind text, tags text[], extra int);
            CREATE UNIQUE INDEX t_email ON t (lower(email));
            CREATE UNIQUE INDEX t_kind ON t (kind) WHERE lower(kind) = 'one';
            CREATE UNIQUE INDEX t_both ON t (upper(email) DESC, extra, (initcap(kind))) NULLS NOT DISTINCT WHERE 'a' = ANY (tags);
            CREATE INDEX t_plain ON t (reverse(email));
            INSERT INTO t (email, kind, tags) VALUES ('Ann@x', 'two', '{a}'), ('Bob@x', 'One', '{b}')
            """);
    }

    public void Dispose()
    {
        using (var stock = SqliteConnectionHandle.Open(_file.FileName))
        {
            var tables = new List<string>();
            using (var names = stock.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table'"))
            {
                while (names.Step())
                {
                    tables.Add(names.GetString(0));
                }
            }

            Assert.Contains("t", tables);
            Assert.All(tables, table => stock.Execute($"SELECT * FROM \"{table}\""));
        }

        _session.Dispose();
        _database.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void A_duplicate_is_refused_with_PostgreSQLs_error()
    {
        var error = _session.Fails("INSERT INTO t (email) VALUES ('ANN@X')");
        Assert.Equal(
            (SqlState.UniqueViolation, "duplicate key value violates unique constraint \"t_email\"", "Key (lower(email))=(ann@x) already exists.", "t_email"),
            (error.SqlState, error.Message, error.Detail, error.ConstraintName));
        Assert.Equal("t_email", _session.Fails("UPDATE t SET email = 'bOB@x' WHERE id = 1").ConstraintName);
        _session.Run("INSERT INTO t (kind) VALUES ('Two'), ('Two')");
        Assert.Equal("t_kind", _session.Fails("INSERT INTO t (kind) VALUES ('One')").ConstraintName);
        _session.Run("UPDATE t SET kind = 'x' WHERE kind = 'One'; INSERT INTO t (kind) VALUES ('One')");
        Assert.Equal("t_both", _session.Fails("INSERT INTO t (tags) VALUES ('{x,a}'), ('{a,y}')").ConstraintName);
        Assert.Equal("t_email", _session.Fails("MERGE INTO t USING (VALUES ('boB@X')) AS s (e) ON false WHEN NOT MATCHED THEN INSERT (email) VALUES (e)").ConstraintName);
        Assert.Equal("t_email", _session.Fails("UPDATE t SET (email, extra) = (SELECT 'ANN@x', 1) WHERE id = 2").ConstraintName);
    }

    [Fact]
    public void It_is_an_arbiter()
    {
        Assert.Equal(
            ["1|anN@X|7"], _session.Run("INSERT INTO t (email) VALUES ('anN@X') ON CONFLICT (lower(email)) DO UPDATE SET extra = 7, email = excluded.email RETURNING id, email, extra"));
        Assert.Empty(_session.Run("INSERT INTO t (email) VALUES ('ann@X') ON CONFLICT DO NOTHING RETURNING id"));
        Assert.Equal(["7"], _session.Run("SELECT extra FROM t WHERE lower(email) = 'ann@x'"));
    }

    [Fact]
    public void It_finds_rows()
    {
        _session.Run("INSERT INTO t (email) SELECT 'Many' || g FROM generate_series(1, 500) g; ANALYZE");
        Assert.Contains("t_email", string.Join('\n', _session.Run("EXPLAIN SELECT * FROM t WHERE lower(email) = 'many77'")), StringComparison.Ordinal);
        Assert.Equal(["Many77"], _session.Run("SELECT email FROM t WHERE lower(email) = 'many77'"));
        Assert.Equal(["2"], _session.Run("SELECT count(*) FROM t a JOIN t b ON lower(a.email) = lower(b.email) WHERE a.id < 3"));
        Assert.Equal(["Bob@x|"], _session.Run("SELECT a.email, lower(b.email) FROM t a LEFT JOIN t b ON b.id = -a.id WHERE a.id = 2"));
        Assert.Equal(["bob@x"], _session.Run("SELECT lower(email) FROM t WHERE id = 2"));
        Assert.Equal(["t_email|CREATE UNIQUE INDEX t_email ON public.t USING btree (lower(email))"], _session.Run("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = 't_email'"));
    }

    [Theory]
    [InlineData("ALTER TABLE t ALTER extra TYPE bigint")]
    [InlineData("ALTER TABLE t ALTER email TYPE varchar(100)")]
    [InlineData("ALTER TABLE t RENAME email TO mail; ALTER TABLE t RENAME mail TO email")]
    [InlineData("ALTER TABLE t ADD COLUMN more int DEFAULT 3; ALTER TABLE t DROP COLUMN more")]
    [InlineData("ALTER TABLE t DROP COLUMN extra; ALTER TABLE t ADD COLUMN extra int")]
    [InlineData("ALTER INDEX t_email RENAME TO x; ALTER INDEX x RENAME TO t_email")]
    [InlineData("REINDEX TABLE t")]
    [InlineData("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t")]
    [InlineData("ALTER TABLE t DROP CONSTRAINT t_pkey")]
    [InlineData("DROP INDEX t_kind, t_both")]
    [InlineData("BEGIN; DROP INDEX t_email; ROLLBACK")]
    [InlineData("DROP INDEX t_email; CREATE UNIQUE INDEX t_email ON t (lower(email))")]
    [InlineData("CREATE TEMP TABLE v (LIKE t INCLUDING ALL); INSERT INTO v (email) VALUES ('q')")]
    [InlineData("CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s; ALTER TABLE s.t SET SCHEMA public")]
    public void It_stays_through(string sql)
    {
        _session.Run(sql);
        Assert.Equal("t_email", _session.Fails("INSERT INTO t (email) VALUES ('ANN@X')").ConstraintName);
        _session.Run("INSERT INTO t (email, kind) VALUES ('Cid', 'three')");
        Assert.Equal("t_email", _session.Fails("UPDATE t SET email = 'CID' WHERE email = 'Bob@x'").ConstraintName);
        Assert.Equal(["3"], _session.Run("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Rows_that_are_there_are_checked()
    {
        _session.Run("CREATE TABLE d (v text); INSERT INTO d VALUES ('a'), ('A')");
        var error = _session.Fails("CREATE UNIQUE INDEX d_v ON d (lower(v))");
        Assert.Equal((SqlState.UniqueViolation, "could not create unique index \"d_v\"", "Key (lower(v))=(a) is duplicated."), (error.SqlState, error.Message, error.Detail));
        _session.Run("DELETE FROM d WHERE v = 'a'; CREATE UNIQUE INDEX d_v ON d (lower(v)); DROP INDEX d_v");
        using var statement = _session.Connection.Prepare("SELECT count(*) FROM pragma_table_info('d')");
        Assert.True(statement.Step());
        Assert.Equal(2, statement.GetInt64(0));
    }

    [Fact]
    public void Copies_and_materialized_views_have_it()
    {
        _session.Run("CREATE MATERIALIZED VIEW m AS SELECT email FROM t; CREATE UNIQUE INDEX m_email ON m (lower(email)); INSERT INTO t (email) VALUES ('Zed'); REFRESH MATERIALIZED VIEW m");
        Assert.Equal(["Zed"], _session.Run("SELECT email FROM m WHERE lower(email) = 'zed'"));
    }

    [Fact]
    public void A_transaction_in_a_branch_keeps_it()
    {
        using var other = _database.CreateSession();
        _session.Run("BEGIN; INSERT INTO t (email) VALUES ('First')");
        other.Run("INSERT INTO t (email) VALUES ('Second')");
        _session.Run("UPDATE t SET email = 'FIRST2' WHERE email = 'First'");
        _session.Run("COMMIT");
        Assert.Equal("t_email", _session.Fails("INSERT INTO t (email) VALUES ('SECOND')").ConstraintName);
        Assert.Equal("t_email", other.Fails("INSERT INTO t (email) VALUES ('first2')").ConstraintName);
        Assert.Equal(["FIRST2"], other.Run("SELECT email FROM t WHERE lower(email) = 'first2'"));
    }
}
