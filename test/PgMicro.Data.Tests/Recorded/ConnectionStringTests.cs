using System.Data.Common;
using Npgsql;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>What the keywords of a connection string do to the session.</summary>
public sealed class ConnectionStringTests : AdoTest
{
    [Fact]
    public Task Keywords_set_parameters() => Run(async (database, connection) =>
    {
        foreach (var keywords in (string[])
        [
            "Search Path=a,public", "SearchPath='\"Odd Name\"'", "Timezone=Asia/Tokyo", "Application Name=app one", "ApplicationName=app2", "Client Encoding=UTF8", "ClientEncoding=utf-8",
            "Options=-c search_path=b", "Options=-c search_path=b -c work_mem=8MB", "Options=-csearch_path=c --statement-timeout=1500", "Options=-c application_name=a\\ b\\\\c",
            "Options=-c search_path=b;Search Path=a", "Options=-c extra_float_digits=0 -c extra_float_digits=-3", "Options=-c my.own=7", "Options='-c DateStyle=German -c IntervalStyle=iso_8601'",
        ])
        {
            await using var other = database.Connect(keywords);
            await other.OpenAsync();
            await using var command = other.Command(
                """
                SELECT current_setting('search_path'), current_setting('TimeZone'), current_setting('application_name'), current_setting('client_encoding'),
                       current_setting('work_mem'), current_setting('statement_timeout'), current_setting('extra_float_digits'), current_setting('my.own', true),
                       current_setting('DateStyle'), current_setting('IntervalStyle')
                """);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            database.Log.Value(keywords, values);
        }
    });

    [Fact]
    public Task Reset_goes_back_to_the_keywords() => Run(async (database, connection) =>
    {
        await using var other = database.Connect("Options=-c search_path=b;Application Name=app");
        await other.OpenAsync();
        other.Execute("SET search_path = c; SET application_name = 'x'; RESET ALL");
        database.Log.Value("search_path", await other.Command("SHOW search_path").ExecuteScalarAsync());
        database.Log.Value("application_name", await other.Command("SHOW application_name").ExecuteScalarAsync());
    });

    [Fact]
    public Task Options_that_cannot_be() => Run(async (database, connection) =>
    {
        foreach (var keywords in (string[])
        [
            "Options=-c nonsense=1", "Options=-c search_path", "Options=--work-mem", "Options=-c", "Options=-c server_version=1", "Options=-c max_connections=1",
            "Options=-c work_mem=x", "Timezone=Nowhere/None", "Client Encoding=nonsense", "Options=-c autovacuum=off",
        ])
        {
            await using var other = database.Connect(keywords);
            try
            {
                await other.OpenAsync();
                database.Log.Line($"{keywords}: no error");
            }
            catch (PostgresException e)
            {
                database.Log.Line($"{keywords}: {e.SqlState} {e.MessageText}");
            }
        }
    });

    [Fact]
    public Task Detail_is_told_where_it_is_wanted() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)");
        foreach (var keywords in (string[])["Include Error Detail=true", "Include Error Detail=false", "IncludeErrorDetail=False"])
        {
            await using var other = database.Connect(keywords);
            await other.OpenAsync();
            foreach (var sql in (string[])["INSERT INTO t VALUES (1)", "SELECT nothing", "DO $$ BEGIN RAISE EXCEPTION 'm' USING DETAIL = 'd', HINT = 'h'; END $$"])
            {
                try
                {
                    other.Execute(sql);
                }
                catch (PostgresException e)
                {
                    database.Log.Line($"{keywords}: {e.Message} | {e.Detail} | {e.Hint} | {e.Where}");
                }
            }
        }
    });
}

/// <summary>Connection strings as text, next to Npgsql's own.</summary>
public sealed class ConnectionStringBuilderTests
{
    [Theory]
    [InlineData("Nonsense=1")]
    [InlineData("Command Timeout=x")]
    [InlineData("Command Timeout=-1")]
    [InlineData("CommandTimeout=soon")]
    [InlineData("Pooling=maybe")]
    [InlineData("Include Error Detail=perhaps")]
    public void What_Npgsql_refuses_is_refused_in_its_words(string text)
    {
        var expected = Assert.Throws<ArgumentException>(() => new NpgsqlConnectionStringBuilder(text));
        var actual = Assert.Throws<ArgumentException>(() => new PgMicroConnectionStringBuilder(text));
        Assert.Equal((expected.Message, expected.ParamName), (actual.Message, actual.ParamName));
    }

    [Fact]
    public void Unknown_keywords_are_errors_to_set_and_to_get()
    {
        DbConnectionStringBuilder want = new NpgsqlConnectionStringBuilder(), got = new PgMicroConnectionStringBuilder();
        foreach (var action in (Action<DbConnectionStringBuilder>[])[static b => b["Nonsense"] = 1, static b => _ = b["Nonsense"]])
        {
            Assert.Equal(Assert.Throws<ArgumentException>(() => action(want)).Message, Assert.Throws<ArgumentException>(() => action(got)).Message);
        }
    }

    [Theory]
    [InlineData("Search Path=a;Options=-c x.y=1;Client Encoding=UTF8;Timezone=UTC;Application Name=n;Include Error Detail=False")]
    [InlineData("SearchPath=a;ClientEncoding=UTF8;ApplicationName=n;IncludeErrorDetail=false;UID=u;DB=d")]
    public void Keywords_are_read_as_Npgsql_does(string text)
    {
        var (want, got) = (new NpgsqlConnectionStringBuilder(text), new PgMicroConnectionStringBuilder(text));
        Assert.Equal(
            (want.SearchPath, want.Options, want.ClientEncoding, want.Timezone, want.ApplicationName, want.IncludeErrorDetail, want.Username, want.Database),
            (got.SearchPath, got.Options, got.ClientEncoding, got.Timezone, got.ApplicationName, got.IncludeErrorDetail, got.Username, got.Database));
        Assert.True(got.ContainsKey("searchpath"));
        Assert.True(got.Remove("SEARCH PATH"));
        Assert.Null(got.SearchPath);
    }

    [Theory]
    [InlineData("C.UTF-8", null)]
    [InlineData("c.utf8", null)]
    [InlineData("C", null)]
    [InlineData("POSIX", null)]
    [InlineData("de_DE.UTF-8", "0A000")]
    [InlineData("en_US", "0A000")]
    public void Locales_are_those_that_compare_by_code_points(string locale, string? error)
    {
        var builder = new PgMicroConnectionStringBuilder { DataSource = "locales", Mode = PgMicroOpenMode.Memory };
        builder["Locale"] = locale;
        using var connection = new PgMicroConnection(builder.ConnectionString);
        Assert.Equal(error, (Record.Exception(connection.Open) as PostgresException)?.SqlState);
    }
}
