using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Statements and parameters that no one should send: PostgreSQL's errors, and a session that goes on.</summary>
public sealed class StatementTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(StatementTests), InMemory = true });
    private readonly PgSession _session;

    public StatementTests() => _session = _database.CreateSession();

    public static TheoryData<string, string> Nested()
    {
        const int Half = 500_000;
        return new()
        {
            { "parentheses", "SELECT " + new string('(', Half) + "1" + new string(')', Half) },
            { "subqueries", string.Concat(Enumerable.Repeat("SELECT (", 50_000)) + "1" + new string(')', 50_000) },
            { "functions", "SELECT " + string.Concat(Enumerable.Repeat("abs(", 200_000)) + "1" + new string(')', 200_000) },
            { "arrays", "SELECT " + string.Concat(Enumerable.Repeat("ARRAY[", 100_000)) + "1" + new string(']', 100_000) },
            { "casts", "SELECT 1" + string.Concat(Enumerable.Repeat("::int", 200_000)) },
            { "not", "SELECT " + string.Concat(Enumerable.Repeat("NOT ", 200_000)) + "true" },
            { "case", "SELECT " + string.Concat(Enumerable.Repeat("CASE WHEN true THEN ", 50_000)) + "1" + string.Concat(Enumerable.Repeat(" END", 50_000)) },
            { "unions", string.Join(" UNION ALL ", Enumerable.Repeat("SELECT 1", 100_000)) },
            { "joins", "SELECT 1 FROM " + string.Join(" CROSS JOIN ", Enumerable.Range(0, 50_000).Select(i => "pg_am a" + i)) },
        };
    }

    [Theory]
    [MemberData(nameof(Nested))]
    public void A_megabyte_of_nesting_is_too_complex(string what, string sql)
    {
        Assert.NotEmpty(what);
        Assert.Equal(SqlState.StatementTooComplex, _session.Fails(sql).SqlState);
        Assert.Equal(["1"], _session.Run("SELECT 1"));
    }

    [Fact]
    public void A_long_chain_of_one_operator_is_not_too_complex()
    {
        Assert.Equal(["t"], _session.Run("SELECT " + string.Join(" OR ", Enumerable.Repeat("1 = 2", 2_000)) + " OR true"));
        Assert.Equal(["500"], _session.Run("SELECT " + string.Join(" + ", Enumerable.Repeat("1", 500))));

        // Constants are added before the statement is compiled, however many they are.
        Assert.Equal(["2000"], _session.Run("SELECT " + string.Join(" + ", Enumerable.Repeat("1", 2_000))));
    }

    [Fact]
    public void Zero_bytes_and_broken_surrogates_are_refused()
    {
        Assert.Equal(SqlState.CharacterNotInRepertoire, _session.Fails("SELECT 1\0, 2").SqlState);
        Assert.Equal(SqlState.CharacterNotInRepertoire, _session.Fails("SELECT '\ud800'").SqlState);
        Assert.Equal(["1"], _session.Run("SELECT 1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_wrong_number_of_parameters_is_a_protocol_violation(int count)
    {
        var prepared = _session.Prepare(_session.Parse("SELECT $1::int + $2::int")[0], []);
        var error = Assert.Throws<PgException>(() => _session.Execute(prepared, Enumerable.Repeat(PgDatum.FromInt64(1), count).ToArray()));
        Assert.Equal(SqlState.ProtocolViolation, error.SqlState);
        Assert.Equal($"bind message supplies {count} parameters, but prepared statement \"\" requires 2", error.Message);
    }

    [Theory]
    [InlineData("SELECT 1 +", "42601", "syntax error at end of input")]
    [InlineData("SELEC 1", "42601", "syntax error at or near \"SELEC\"")]
    [InlineData("SELECT 'open", "42601", "unterminated quoted string at or near \"'open\"")]
    [InlineData("SELECT $$open", "42601", "unterminated dollar-quoted string at or near \"$$open\"")]
    [InlineData("SELECT 1 /* open", "42601", "unterminated /* comment at or near \"/* open\"")]
    [InlineData("SELECT \"\"", "42601", "zero-length delimited identifier at or near \"\"\"\"")]
    [InlineData("SELECT 1; SELECT 2; SELEC 3", "42601", "syntax error at or near \"SELEC\"")]
    [InlineData("SELECT $70000", "42P02", "there is no parameter $70000")]
    public void A_malformed_statement_gets_PostgreSQLs_error(string sql, string sqlState, string message)
    {
        var error = _session.Fails(sql);
        Assert.Equal((sqlState, message), (error.SqlState, error.Message));
        Assert.Equal(["1"], _session.Run("SELECT 1"));
    }

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
    }
}
