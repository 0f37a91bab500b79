using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // The text of an index: it is looked for as it was written.
    private bool _isStored;

    /// <summary>
    /// Whether an expression may be lowered to a subquery that computes its volatile operands: SQLite has aggregates and windows in there computed by
    /// that subquery, so they must be columns by then.
    /// </summary>
    internal static bool MayHoldOperands(BoundExpr expr) => expr is BoundCaseExpr { Arg: not null } or BoundNullIfExpr or BoundDistinctExpr or BoundCoerceToDomain
        or BoundScalarArrayOpExpr or BoundRowCompareExpr or BoundRelabelType or BoundArrayCoerceExpr or BoundSubscriptingRef or BoundJsonExpr
        or BoundBoolExpr { BoolOp: not BoolExprType.Not };

    /// <summary>An expression that names an operand more than once: a volatile one is computed by a subquery, once.</summary>
    private SqlExpr Once(BoundExpr operand, Func<SqlExpr, SqlExpr> body) => Once([operand], values => body(values[0]));

    /// <summary>An expression that names operands more than once: the volatile ones are computed by a subquery, once, in the order given.</summary>
    private SqlExpr Once(IReadOnlyList<BoundExpr> operands, Func<IReadOnlyList<SqlExpr>, SqlExpr> body)
    {
        var values = new SqlExpr[operands.Count];
        var computed = new List<SqlExpr>();
        var alias = "";
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Expr(operands[i]);
            if (values[i] is not (SqlColumn or SqlLiteral or SqlParameter) && Volatility.Has(Catalog, operands[i]))
            {
                alias = alias.Length == 0 ? NewAlias() : alias;
                computed.Add(values[i]);
                values[i] = new SqlColumn(alias, "c" + computed.Count);
            }
        }

        var result = body(values);
        if (computed.Count == 0)
        {
            return result;
        }

        // A subquery that names nothing outside of it would be computed for the first row only.
        if (_scope.Sources.Values.Select(static s => s.Anchor).FirstOrDefault(static a => a is not null) is { } anchor)
        {
            computed.Add(anchor);
        }

        return new SqlScalar(new SqlSelect { Columns = [result], From = new SqlDerived(new SqlSelect { Columns = computed }, alias, computed.Count, false) });
    }

    /// <summary>
    /// AND or OR as a value. SQLite computes both sides there; where that shows, by an error or an effect, the second must wait for the first.
    /// </summary>
    private SqlExpr Connective(BoundBoolExpr logic)
    {
        var op = logic.BoolOp == BoolExprType.And ? "AND" : "OR";
        var firstOfParameters = logic.Args.FindIndex(static a => !LevelReferences.Any(a));
        var last = logic.Args.Count - 1;
        while (last >= 0 && (_isStored || !Shows(last)))
        {
            last--;
        }

        return last <= 0 ? new SqlChain(op, logic.Args.ConvertAll(Expr)) : From(0);

        SqlExpr From(int at)
        {
            if (at >= last)
            {
                return at == logic.Args.Count - 1 ? Expr(logic.Args[at]) : new SqlChain(op, logic.Args.Skip(at).Select(Expr).ToList());
            }

            var isAnd = logic.BoolOp == BoolExprType.And;
            return Once(logic.Args[at], first => isAnd
                ? new SqlCase([(new SqlBinary("IS", first, SqlLiteral.False), SqlLiteral.False)], new SqlChain(op, [first, From(at + 1)]))
                : new SqlCase([(first, SqlLiteral.True)], new SqlChain(op, [first, From(at + 1)])));
        }

        // PostgreSQL's planner computes what is of parameters only, unless such an operand before it has decided.
        bool Shows(int at) => Fallible.Check(Catalog, logic.Args[at]) || Volatility.Has(Catalog, logic.Args[at])
            || (firstOfParameters >= 0 && firstOfParameters < at && Fallible.CheckAny(Catalog, logic.Args[at]));
    }
}
