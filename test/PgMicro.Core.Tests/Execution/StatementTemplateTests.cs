using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Execution;

/// <summary>Texts that differ in constants only are parsed and analysed as one statement. That they mean the same shows in the server's conversations.</summary>
public sealed class StatementTemplateTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _session;

    public StatementTemplateTests()
    {
        _session = _database.CreateSession();
        _session.Run("""
            CREATE TABLE item (id integer PRIMARY KEY, name varchar(8), amount bigint, made date);
            INSERT INTO item SELECT n, 'n' || n, n * 10, '2024-01-01' FROM generate_series(1, 50) AS n;
            CREATE TABLE job (id integer, state text);
            CREATE INDEX waiting ON job (id) WHERE state = 'waiting';
            """);
    }

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("SELECT name FROM item WHERE id = {0}")]
    [InlineData("SELECT name FROM item WHERE {0}<id AND name <> 'it''s {0}' ORDER BY 1 LIMIT 5")]
    [InlineData("SELECT name FROM item WHERE id IN ({0}, 7, -{0}) OR amount BETWEEN -5 AND {0}00000000000;")]
    [InlineData("SELECT i.name FROM item i JOIN item o ON o.id = i.id AND o.amount > {0} WHERE i.made = '2024-01-{0}'")]
    [InlineData("UPDATE item SET amount = amount + -{0}, name = '{0}' WHERE id = {0}")]
    [InlineData("INSERT INTO item VALUES (1{0}0, 'é {0}', - {0}, '2024-01-{0}')")]
    [InlineData("DELETE FROM item WHERE id = {0}")]
    [InlineData("SELECT \"name\" FROM \"item\" WHERE id = {0} AND EXISTS (SELECT FROM job WHERE id > {0} AND state = 'x {0}')", false)]
    public void Another_constant_costs_no_parse(string shape, bool isTemplate = true)
    {
        for (var i = 10; i < 14; i++)
        {
            Run(string.Format(null, shape, i));
        }

        var (parses, analyses) = (_database.Parser.Parses, _database.Planner.Analyses);
        for (var i = 14; i < 20; i++)
        {
            Run(string.Format(null, shape, i));
        }

        Assert.Equal(isTemplate, (parses, analyses) == (_database.Parser.Parses, _database.Planner.Analyses));
    }

    [Theory]
    [InlineData("SELECT {0}")]
    [InlineData("SELECT name FROM item WHERE amount + {0} > 5")]
    [InlineData("SELECT name FROM item ORDER BY id LIMIT {0}")]
    [InlineData("SELECT name::varchar({0}) FROM item")]
    [InlineData("SELECT count(*) FROM item GROUP BY id + {0}")]
    [InlineData("SELECT name FROM item WHERE id = {0} -- a comment")]
    [InlineData("SELECT name FROM item WHERE name = E'{0}'")]
    [InlineData("SELECT name FROM item WHERE name = $${0}$$")]
    [InlineData("SELECT name FROM item WHERE made = date'2024-01-{0}'")]
    [InlineData("SELECT name FROM item WHERE id = {0}; SELECT 1")]
    [InlineData("SELECT name FROM item WHERE id = {0}.0")]
    [InlineData("SELECT name FROM item WHERE id = 1e{0}")]
    [InlineData("SELECT name FROM item WHERE name = 'a'\n'{0}'")]
    [InlineData("SELECT id FROM job WHERE state = '{0}'")]
    public void These_are_taken_as_they_are(string shape)
    {
        for (var i = 10; i < 20; i++)
        {
            Run(string.Format(null, shape, i), mayBeTemplate: false);
        }
    }

    [Fact]
    public void A_repeated_text_keeps_its_constants()
    {
        for (var i = 0; i < 10; i++)
        {
            Run("SELECT name FROM item WHERE id = 5", mayBeTemplate: false);
        }
    }

    [Fact]
    public void Errors_are_placed_in_the_text()
    {
        for (var i = 10; i < 20; i++)
        {
            Run($"SELECT name FROM item WHERE id = {i} AND name = 'é'");
        }

        var run = _session.FindTemplate("SELECT name FROM item WHERE id = 123 AND name = 'éé'")!;
        _session.Sync();
        Assert.Equal("SELECT name FROM item WHERE id =  $1 AND name =  $2", run.Statement.Statement.Text);
        Assert.Equal([8, 34, 38, 49, 53], new[] { 8, 35, 38, 50, 52 }.Select(run.ToPosition));
    }

    [Fact]
    public void What_a_type_refuses_is_left_to_the_text()
    {
        for (var i = 10; i < 20; i++)
        {
            Run($"SELECT name FROM item WHERE made = '2024-01-{i}'");
        }

        Assert.NotNull(_session.FindTemplate("SELECT name FROM item WHERE made = '2024-02-01'"));
        Assert.Null(_session.FindTemplate("SELECT name FROM item WHERE made = '2024-13-01'"));
        _session.Sync();
        Assert.Equal(36, Assert.Throws<PgException>(() => Run("SELECT name FROM item WHERE made = '2024-13-01'")).Position);
        _session.Sync();
        Assert.Null(_session.FindTemplate("SELECT name FROM item WHERE made = 'tomorrow-ish'"));
    }

    private void Run(string sql, bool mayBeTemplate = true)
    {
        var template = _session.FindTemplate(sql);
        Assert.True(mayBeTemplate || template is null, sql);
        var text = template is null ? _session.Parse(sql) : [];
        var runs = template is null ? text.Select(s => _session.Execute(_session.Prepare(s, []), [])) : [_session.Execute(template)];
        foreach (var run in runs)
        {
            using (run)
            {
                while (run.Read())
                {
                }
            }
        }

        _session.Sync();
        if (template is not null)
        {
            Assert.Equal(sql, _session.CurrentQuery);
        }
    }
}
