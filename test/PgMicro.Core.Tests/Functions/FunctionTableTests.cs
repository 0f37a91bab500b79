using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Functions;

public sealed class FunctionTableTests
{
    [Fact]
    public void Entry_points_run_over_a_connection()
    {
        using var connection = Open();
        Assert.Equal(42, connection.QueryInt64("SELECT int4pl_177(40, 2)"));
        Assert.Equal(0, connection.QueryInt64("SELECT count(int4pl_177(40, NULL))"));
        Assert.Equal(3, connection.QueryInt64("SELECT sum_2108(c) FROM (SELECT 1 AS c UNION ALL SELECT NULL UNION ALL SELECT 2)"));
        Assert.Equal(SqlState.NumericValueOutOfRange, Assert.Throws<PgException>(() => connection.QueryInt64("SELECT int4pl_177(2147483647, 1)")).SqlState);
        Assert.Equal(SqlState.DivisionByZero, Assert.Throws<PgException>(() => connection.QueryInt64("SELECT int4div_154(1, 0)")).SqlState);
    }

    [Fact]
    public void Templates_and_bodies_agree()
    {
        using var connection = Open();
        foreach (var function in FunctionTable.All)
        {
            if (function is not { Kind: FunctionKind.Scalar, SqliteTemplate: { } template, SqliteName: { } name, NeedsCallSite: false, ArgumentCount: 2 }
                || !function.Deterministic || !template.Contains('<') && !template.Contains('>') && !template.Contains('='))
            {
                continue;
            }

            foreach (var (a, b) in new[] { ("1", "2"), ("2", "1"), ("1", "1"), ("NULL", "1"), ("1", "NULL") })
            {
                var inline = connection.QueryText($"SELECT {string.Format(template, a, b)}");
                Assert.Equal(inline, connection.QueryText($"SELECT {name}({a}, {b})"));
            }
        }
    }

    private static SqliteConnectionHandle Open()
    {
        var connection = SqliteConnectionHandle.Open(":memory:");
        FunctionTable.RegisterAll(connection);
        return connection;
    }
}
