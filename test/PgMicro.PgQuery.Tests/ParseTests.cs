using Pg = PgQuery;

namespace PgMicro.PgQuery.Tests;

public class ParseTests
{
    [Fact]
    public void A_statement_becomes_a_tree_with_byte_offsets()
    {
        var result = PgQueryParser.Parse("SELECT 'é', b FROM t");

        Assert.StartsWith("17", result.Version.ToString(), StringComparison.Ordinal);
        var select = Assert.Single(result.Stmts).Stmt.SelectStmt;
        Assert.Equal("t", Assert.Single(select.FromClause).RangeVar.Relname);
        var column = select.TargetList[1].ResTarget;
        Assert.Equal("b", Assert.Single(column.Val.ColumnRef.Fields).String.Sval);
        Assert.Equal(13, column.Location);
        Assert.Equal(Pg.Node.NodeOneofCase.AConst, select.TargetList[0].ResTarget.Val.NodeCase);
    }
}
