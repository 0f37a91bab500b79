using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>SQL/JSON expressions.</summary>
internal static class JsonBinding
{
    /// <summary>The bound form of a SQL/JSON expression; null when the node is none.</summary>
    public static BoundExpr? TryTransform(ParseState pstate, Pg.Node node)
    {
        _ = pstate;
        return node.NodeCase switch
        {
            Pg.Node.NodeOneofCase.JsonObjectConstructor => throw PgErrors.FeatureNotSupported("JSON_OBJECT", node.JsonObjectConstructor.Location),
            Pg.Node.NodeOneofCase.JsonArrayConstructor => throw PgErrors.FeatureNotSupported("JSON_ARRAY", node.JsonArrayConstructor.Location),
            Pg.Node.NodeOneofCase.JsonArrayQueryConstructor => throw PgErrors.FeatureNotSupported("JSON_ARRAY", node.JsonArrayQueryConstructor.Location),
            Pg.Node.NodeOneofCase.JsonObjectAgg => throw PgErrors.FeatureNotSupported("JSON_OBJECTAGG", node.JsonObjectAgg.Constructor.Location),
            Pg.Node.NodeOneofCase.JsonArrayAgg => throw PgErrors.FeatureNotSupported("JSON_ARRAYAGG", node.JsonArrayAgg.Constructor.Location),
            Pg.Node.NodeOneofCase.JsonParseExpr => throw PgErrors.FeatureNotSupported("JSON", node.JsonParseExpr.Location),
            Pg.Node.NodeOneofCase.JsonScalarExpr => throw PgErrors.FeatureNotSupported("JSON_SCALAR", node.JsonScalarExpr.Location),
            Pg.Node.NodeOneofCase.JsonSerializeExpr => throw PgErrors.FeatureNotSupported("JSON_SERIALIZE", node.JsonSerializeExpr.Location),
            Pg.Node.NodeOneofCase.JsonIsPredicate => throw PgErrors.FeatureNotSupported("IS JSON", node.JsonIsPredicate.Location),
            Pg.Node.NodeOneofCase.JsonFuncExpr => throw PgErrors.FeatureNotSupported(
                node.JsonFuncExpr.Op switch
                {
                    Pg.JsonExprOp.JsonExistsOp => "JSON_EXISTS",
                    Pg.JsonExprOp.JsonQueryOp => "JSON_QUERY",
                    _ => "JSON_VALUE",
                },
                node.JsonFuncExpr.Location),
            _ => null,
        };
    }
}
