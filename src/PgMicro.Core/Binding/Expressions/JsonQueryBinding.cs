using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;
using Behavior = PgQuery.JsonBehaviorType;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>JSON_EXISTS, JSON_QUERY, JSON_VALUE.</summary>
internal static class JsonQueryBinding
{
    public static BoundExpr Transform(ParseState pstate, Pg.JsonFuncExpr node)
    {
        var (op, name, format) = node.Op switch
        {
            Pg.JsonExprOp.JsonExistsOp => (JsonExprOp.Exists, "JSON_EXISTS", JsonFormatType.Default),
            Pg.JsonExprOp.JsonQueryOp => (JsonExprOp.Query, "JSON_QUERY", JsonFormatType.Jsonb),
            _ => (JsonExprOp.Value, "JSON_VALUE", JsonFormatType.Default),
        };
        CheckClauses(node, op, name);
        var result = new BoundJsonExpr
        {
            Op = op,
            ColumnName = node.ColumnName.Length > 0 ? node.ColumnName : null,
            Location = node.Location,
            FormattedExpr = JsonBinding.Value(pstate, node.ContextItem, format, TypeOid.Jsonb),
            PathSpec = Path(pstate, node.Pathspec),
        };
        foreach (var argument in node.Passing)
        {
            var value = JsonBinding.Value(pstate, argument.JsonArgument.Val, JsonFormatType.Jsonb, 0, isArgument: true);
            result.PassingValues.Add(value);
            result.PassingNames.Add(argument.JsonArgument.Name);
        }

        (result.ReturningType, result.ReturningTypmod, result.ReturningFormat) = JsonBinding.Output(pstate, node.Output, false);
        switch (op)
        {
            case JsonExprOp.Exists:
                result.ReturningType = result.ReturningType == 0 ? TypeOid.Bool : result.ReturningType;
                result.UseIoCoercion = result.ReturningType != TypeOid.Bool;
                result.OnError = OnBehavior(pstate, node.OnError, JsonBehaviorType.False, result);
                break;
            case JsonExprOp.Query:
                result.ReturningType = result.ReturningType == 0 ? TypeOid.Jsonb : result.ReturningType;
                result.OmitQuotes = node.Quotes == Pg.JsonQuotes.JsQuotesOmit;
                result.Wrapper = node.Wrapper switch
                {
                    Pg.JsonWrapper.JswConditional => JsonWrapper.Conditional,
                    Pg.JsonWrapper.JswUnconditional => JsonWrapper.Unconditional,
                    Pg.JsonWrapper.JswNone => JsonWrapper.None,
                    _ => JsonWrapper.Unspecified,
                };
                result.UseJsonCoercion = result.ReturningType != TypeOid.Jsonb || result.OmitQuotes;
                result.OnEmpty = OnBehavior(pstate, node.OnEmpty, JsonBehaviorType.Null, result);
                result.OnError = OnBehavior(pstate, node.OnError, JsonBehaviorType.Null, result);
                break;
            default:
                result.ReturningType = result.ReturningType == 0 ? TypeOid.Text : result.ReturningType;
                result.OmitQuotes = true;
                result.UseIoCoercion = true;
                result.OnEmpty = OnBehavior(pstate, node.OnEmpty, JsonBehaviorType.Null, result);
                result.OnError = OnBehavior(pstate, node.OnError, JsonBehaviorType.Null, result);
                break;
        }

        result.Type = result.ReturningType;
        result.Typmod = result.ReturningTypmod;
        result.Collation = TypeFacts.Collation(pstate.Catalog, result.Type);
        return result;
    }

    /// <summary>A path, which must be of the type jsonpath.</summary>
    public static BoundExpr Path(ParseState pstate, Pg.Node node)
    {
        var path = ExpressionBinder.TransformRecurse(pstate, node)!;
        var location = ExprFacts.Location(path);
        return Coercion.CoerceToTargetType(pstate, path, path.Type, TypeOid.Jsonpath, -1, CoercionContext.Explicit, CoercionForm.ImplicitCast, location)
            ?? throw new PgException(
                SqlState.DatatypeMismatch, $"JSON path expression must be of type jsonpath, not of type {FormatType.Format(path.Type, pstate)}").At(location);
    }

    private static void CheckClauses(Pg.JsonFuncExpr node, JsonExprOp op, string name)
    {
        if (op != JsonExprOp.Query && node.Output?.Returning is { } returning && JsonBinding.Format(returning.Format) != JsonFormatType.Default)
        {
            throw new PgException(SqlState.SyntaxError, $"cannot specify FORMAT JSON in RETURNING clause of {name}()").At(returning.Format.Location);
        }

        if (op == JsonExprOp.Query && node.Quotes == Pg.JsonQuotes.JsQuotesOmit && (node.Wrapper is Pg.JsonWrapper.JswConditional or Pg.JsonWrapper.JswUnconditional))
        {
            throw new PgException(SqlState.SyntaxError, "SQL/JSON QUOTES behavior must not be specified when WITH WRAPPER is used").At(node.Location);
        }

        switch (op)
        {
            case JsonExprOp.Exists:
                CheckBehavior(node, node.OnError, "ON ERROR", "Only ERROR, TRUE, FALSE, or UNKNOWN is allowed in ON ERROR for", name,
                    Behavior.JsonBehaviorError, Behavior.JsonBehaviorTrue, Behavior.JsonBehaviorFalse, Behavior.JsonBehaviorUnknown);
                break;
            case JsonExprOp.Query:
                Behavior[] query =
                [
                    Behavior.JsonBehaviorError, Behavior.JsonBehaviorNull, Behavior.JsonBehaviorEmpty, Behavior.JsonBehaviorEmptyArray,
                    Behavior.JsonBehaviorEmptyObject, Behavior.JsonBehaviorDefault,
                ];
                CheckBehavior(node, node.OnEmpty, "ON EMPTY", "Only ERROR, NULL, EMPTY ARRAY, EMPTY OBJECT, or DEFAULT expression is allowed in ON EMPTY for", name, query);
                CheckBehavior(node, node.OnError, "ON ERROR", "Only ERROR, NULL, EMPTY ARRAY, EMPTY OBJECT, or DEFAULT expression is allowed in ON ERROR for", name, query);
                break;
            default:
                Behavior[] value = [Behavior.JsonBehaviorError, Behavior.JsonBehaviorNull, Behavior.JsonBehaviorDefault];
                CheckBehavior(node, node.OnEmpty, "ON EMPTY", "Only ERROR, NULL, or DEFAULT expression is allowed in ON EMPTY for", name, value);
                CheckBehavior(node, node.OnError, "ON ERROR", "Only ERROR, NULL, or DEFAULT expression is allowed in ON ERROR for", name, value);
                break;
        }
    }

    private static void CheckBehavior(Pg.JsonFuncExpr node, Pg.JsonBehavior? behavior, string clause, string detail, string name, params Behavior[] allowed)
    {
        if (behavior is not null && Array.IndexOf(allowed, behavior.Btype) < 0)
        {
            throw new PgException(
                SqlState.SyntaxError, node.ColumnName.Length > 0 ? $"invalid {clause} behavior for column \"{node.ColumnName}\"" : $"invalid {clause} behavior")
                .WithDetail(node.ColumnName.Length > 0 ? $"{detail[..detail.LastIndexOf(" for", StringComparison.Ordinal)]} for {(name == "JSON_EXISTS" ? "EXISTS columns" : name == "JSON_QUERY" ? "formatted columns" : "scalar columns")}." : $"{detail} {name}().")
                .At(behavior.Location);
        }
    }

    private static JsonBehavior OnBehavior(ParseState pstate, Pg.JsonBehavior? node, JsonBehaviorType missing, BoundJsonExpr expr)
    {
        var kind = node?.Btype switch
        {
            null => missing,
            Behavior.JsonBehaviorError => JsonBehaviorType.Error,
            Behavior.JsonBehaviorTrue => JsonBehaviorType.True,
            Behavior.JsonBehaviorFalse => JsonBehaviorType.False,
            Behavior.JsonBehaviorUnknown => JsonBehaviorType.Unknown,
            Behavior.JsonBehaviorEmpty or Behavior.JsonBehaviorEmptyArray => JsonBehaviorType.EmptyArray,
            Behavior.JsonBehaviorEmptyObject => JsonBehaviorType.EmptyObject,
            Behavior.JsonBehaviorDefault => JsonBehaviorType.Default,
            _ => JsonBehaviorType.Null,
        };
        var behavior = new JsonBehavior { BehaviorType = kind, Location = node?.Location ?? -1 };
        if (kind != JsonBehaviorType.Default)
        {
            return behavior;
        }

        var value = ExpressionBinder.TransformRecurse(pstate, node!.Expr)!;
        var location = ExprFacts.Location(value);
        if (!MayBeDefault(value) || ExprFacts.Any(value, static e => e is BoundAggref or BoundWindowFunc or BoundSubLink))
        {
            throw new PgException(SqlState.DatatypeMismatch, "can only specify a constant, non-aggregate function, or operator expression for DEFAULT").At(location);
        }

        if (ExprFacts.Any(value, static e => e is BoundVar))
        {
            throw new PgException(SqlState.DatatypeMismatch, "DEFAULT expression must not contain column references").At(location);
        }

        if (ExprFacts.ReturnsSet(value))
        {
            throw new PgException(SqlState.DatatypeMismatch, "DEFAULT expression must not return a set").At(location);
        }

        behavior.Expr = value;
        if (value.Type == expr.ReturningType)
        {
            return behavior;
        }

        // NULL and jsonb become the type as what the path finds does, when the query runs.
        behavior.Coerce = value is BoundConst { Value.IsNull: true } || value.Type == TypeOid.Jsonb;
        if (value.Type == TypeOid.Bool && TypeFacts.GetBaseType(pstate.Catalog, expr.ReturningType) != TypeOid.Int4)
        {
            // So does a boolean, which counts as the FALSE of JSON_EXISTS whatever it is.
            behavior.Coerce = true;
            behavior.Expr = new BoundConst { Type = TypeOid.Jsonb, Value = JsonbValue.False.ToDatum() };
        }

        if (behavior.Coerce)
        {
            return behavior;
        }

        // A text or bit string that is too long is an error, not cut.
        var context = TypeFacts.Require(pstate.Catalog, expr.ReturningType).typcategory is 'S' or 'V' ? CoercionContext.Assignment : CoercionContext.Explicit;
        behavior.Expr = Coercion.CoerceToTargetType(
                pstate, value, value.Type, expr.ReturningType, expr.ReturningTypmod, context, CoercionForm.ExplicitCast, location)
            ?? throw new PgException(
                SqlState.CannotCoerce,
                $"cannot cast behavior expression of type {FormatType.Format(value.Type, pstate)} to {FormatType.Format(expr.ReturningType, pstate)}")
                .WithHint($"You will need to explicitly cast the expression to type {FormatType.Format(expr.ReturningType, pstate)}.")
                .At(location);
        return behavior;
    }

    // A constant, a function or an operator, under any number of coercions.
    private static bool MayBeDefault(BoundExpr expr) => expr switch
    {
        BoundConst or BoundFuncExpr or BoundOpExpr => true,
        BoundCoerceViaIO x => MayBeDefault(x.Arg),
        BoundCoerceToDomain x => MayBeDefault(x.Arg),
        BoundArrayCoerceExpr x => MayBeDefault(x.Arg),
        BoundConvertRowtypeExpr x => MayBeDefault(x.Arg),
        BoundRelabelType x => MayBeDefault(x.Arg),
        BoundCollateExpr x => MayBeDefault(x.Arg),
        _ => false,
    };
}
