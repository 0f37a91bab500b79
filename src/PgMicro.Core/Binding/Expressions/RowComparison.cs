using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Comparisons of rows, column by column.</summary>
internal static class RowComparison
{
    private const uint BtreeAm = 403;
    private const int NotEqual = 6;

    public static BoundExpr Make(ParseState pstate, IReadOnlyList<string> name, List<BoundExpr> lefts, List<BoundExpr> rights, int location)
    {
        if (lefts.Count != rights.Count)
        {
            throw new PgException(SqlState.SyntaxError, "unequal number of entries in row expressions").At(location);
        }

        if (lefts.Count == 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot compare rows of zero length").At(location);
        }

        var catalog = pstate.Catalog;
        var ops = new List<BoundOpExpr>(lefts.Count);
        for (var i = 0; i < lefts.Count; i++)
        {
            var op = (BoundOpExpr)OperatorResolution.MakeOp(pstate, name, lefts[i], rights[i], pstate.LastSrf, location);
            if (op.Type != TypeOid.Bool)
            {
                throw new PgException(
                    SqlState.DatatypeMismatch, $"row comparison operator must yield type boolean, not type {FormatType.Format(op.Type, catalog)}").At(location);
            }

            if (op.OpRetSet)
            {
                throw new PgException(SqlState.DatatypeMismatch, "row comparison operator must not return a set").At(location);
            }

            ops.Add(op);
        }

        if (ops.Count == 1)
        {
            return ops[0];
        }

        // The kind of comparison is the one that some btree family gives to every column's operator.
        var meanings = ops.ConvertAll(op => Meanings(catalog, op.OpNo));
        var strategy = 0;
        for (var s = 1; s <= NotEqual && strategy == 0; s++)
        {
            if (meanings.TrueForAll(m => m.Exists(x => x.Strategy == s)))
            {
                strategy = s;
            }
        }

        if (strategy == 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"could not determine interpretation of row comparison operator {string.Join('.', name)}")
                .WithHint("Row comparison operators must be associated with btree operator families.").At(location);
        }

        if (strategy is (int)RowCompareType.Eq or NotEqual)
        {
            return new BoundBoolExpr
            {
                BoolOp = strategy == NotEqual ? BoolExprType.Or : BoolExprType.And,
                Args = ops.ConvertAll(BoundExpr (o) => o),
                Location = location,
            };
        }

        return new BoundRowCompareExpr
        {
            RcType = (RowCompareType)strategy,
            Type = TypeOid.Bool,
            OpNos = ops.ConvertAll(o => o.OpNo),
            OpFamilies = meanings.ConvertAll(m => m.Find(x => x.Strategy == strategy).Family),
            LArgs = ops.ConvertAll(o => o.Args[0]),
            RArgs = ops.ConvertAll(o => o.Args[1]),
            Location = location,
        };
    }

    private static List<(uint Family, int Strategy)> Meanings(CatalogSnapshot catalog, uint op)
    {
        var result = new List<(uint, int)>();
        foreach (var amop in catalog.AmopsOfOperator(op))
        {
            if (amop.amopmethod == BtreeAm)
            {
                result.Add((amop.amopfamily, amop.amopstrategy));
            }
        }

        if (result.Count == 0 && catalog.Operator(op) is { oprnegate: not 0 } row)
        {
            foreach (var amop in catalog.AmopsOfOperator(row.oprnegate))
            {
                if (amop.amopmethod == BtreeAm && amop.amopstrategy == (int)RowCompareType.Eq)
                {
                    result.Add((amop.amopfamily, NotEqual));
                }
            }
        }

        return result;
    }
}
