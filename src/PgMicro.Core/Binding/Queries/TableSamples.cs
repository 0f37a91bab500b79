using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>TABLESAMPLE (the rules of transformRangeTableSample).</summary>
internal static class TableSamples
{
    private const uint TsmHandlerType = 3310;

    internal static TableSampleClause Transform(ParseState pstate, Pg.RangeTableSample sample, RangeTableEntry entry)
    {
        if (entry is not { RteKind: RteKind.Relation, RelKind: 'r' or 'm' or 'p' })
        {
            throw new PgException(SqlState.WrongObjectType, "TABLESAMPLE clause can only be applied to tables and materialized views")
                .At(sample.Relation.RangeVar?.Location ?? sample.Location);
        }

        var name = string.Join('.', sample.Method.Select(static n => n.String.Sval));
        var method = pstate.Catalog.ProcsByName(sample.Method[^1].String.Sval)
            .FirstOrDefault(p => p.prorettype == TsmHandlerType && p.proargtypes is [TypeOid.Internal]
                && (sample.Method.Count == 1 || sample.Method[0].String.Sval == "pg_catalog"))
            ?? throw new PgException(SqlState.UndefinedObject, $"tablesample method {name} does not exist").At(sample.Location);
        if (sample.Args.Count != 1)
        {
            throw new PgException(SqlState.InvalidTablesampleArgument, $"tablesample method {name} requires 1 argument, not {sample.Args.Count}").At(sample.Location);
        }

        var result = new TableSampleClause { TsmHandler = method.oid, Args = [Value(pstate, sample.Args[0], TypeOid.Float4, "TABLESAMPLE")] };
        if (sample.Repeatable is not null)
        {
            result.Repeatable = Value(pstate, sample.Repeatable, TypeOid.Float8, "REPEATABLE");
        }

        return result;
    }

    private static BoundExpr Value(ParseState pstate, Pg.Node node, uint type, string construct)
    {
        var expr = Coercion.CoerceToSpecificType(pstate, ExpressionBinder.Transform(pstate, node, ParseExprKind.FromFunction), type, construct);
        Collations.Assign(pstate, expr);
        return expr;
    }
}
