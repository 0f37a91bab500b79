using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Lowering;

public sealed class BoundTreeValidatorTests
{
    public static TheoryData<BoundExpr, string> Broken => new()
    {
        { new BoundConst { Value = PgDatum.FromInt64(1) }, "BoundConst has no type" },
        { new BoundVar { Type = TypeOid.Int4, Varno = 1, Varattno = 1 }, "a column reference names range table entry 1 of 0" },
        { new BoundVar { Type = TypeOid.Int4, Varno = 1, Varattno = 1, Varlevelsup = 1 }, "a column reference reaches 1 levels up out of 1" },
        { new BoundParam { Type = TypeOid.Unknown, ParamId = 1 }, "a parameter's type has not been inferred" },
        { new BoundCaseTestExpr { Type = TypeOid.Int4 }, "a placeholder of CASE stands outside one" },
        { new BoundSetToDefault { Type = TypeOid.Int4 }, "BoundSetToDefault stands in a SELECT" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_tree_that_cannot_be_lowered_is_named(BoundExpr expr, string violation) =>
        Assert.Equal([violation], BoundTreeValidator.Violations(Select(expr)));

    [Fact]
    public void A_sort_clause_without_its_target_is_named()
    {
        var query = Select(new BoundConst { Type = TypeOid.Int4, Value = PgDatum.FromInt64(1) });
        Assert.Empty(BoundTreeValidator.Violations(query));
        query.SortClause.Add(new SortGroupClause { TleSortGroupRef = 7 });
        Assert.Equal(["a sort or group clause refers to target 7, which is not there"], BoundTreeValidator.Violations(query));
    }

    private static BoundQuery Select(BoundExpr expr)
    {
        var query = new BoundQuery { CommandType = CommandType.Select };
        query.TargetList.Add(new TargetEntry { Expr = expr, ResNo = 1, ResName = "c" });
        return query;
    }
}
