namespace PgMicro.PgQuery.Tests;

public class ConcurrencyTests
{
    [Fact]
    public void Many_threads_parse_and_fail_independently()
    {
        var errors = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 16).Select(n => new Thread(() =>
        {
            try
            {
                for (var i = 0; i < 200; i++)
                {
                    var name = $"t{n}_{i}";
                    var tree = PgQueryParser.Parse($"SELECT * FROM {name} WHERE a = {i}");
                    Assert.Equal(name, tree.Stmts[0].Stmt.SelectStmt.FromClause[0].RangeVar.Relname);
                    var e = Assert.Throws<PgQueryException>(() => PgQueryParser.Parse($"SELECT * FROM {name} {name} {name}"));
                    Assert.Equal($"syntax error at or near \"{name}\"", e.Message);
                    Assert.Equal(2, PgQueryParser.Split($"SELECT '{name}'; SELECT 2").Count);
                }
            }
            catch (Exception e)
            {
                errors.Enqueue(e);
            }
        })).ToList();

        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Empty(errors);
    }
}
