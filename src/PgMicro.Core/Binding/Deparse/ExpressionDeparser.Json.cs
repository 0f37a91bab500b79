using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <content>SQL/JSON expressions.</content>
public sealed partial class ExpressionDeparser
{
    private void JsonConstructor(BoundJsonConstructorExpr x)
    {
        if (x.ConstructorType is JsonConstructorType.ObjectAgg or JsonConstructorType.ArrayAgg)
        {
            JsonAggregate(x);
            return;
        }

        _out.Append(x.ConstructorType switch
        {
            JsonConstructorType.Object => "JSON_OBJECT(",
            JsonConstructorType.Array => "JSON_ARRAY(",
            JsonConstructorType.Parse => "JSON(",
            JsonConstructorType.Scalar => "JSON_SCALAR(",
            _ => "JSON_SERIALIZE(",
        });
        for (var i = 0; i < x.Args.Count; i++)
        {
            _out.Append(i == 0 ? "" : x.ConstructorType == JsonConstructorType.Object && i % 2 != 0 ? " : " : ", ");
            JsonArgument(x.Args[i], isKey: x.ConstructorType == JsonConstructorType.Object && i % 2 == 0);
        }

        JsonOptions(x);
        _out.Append(')');
    }

    private void JsonAggregate(BoundJsonConstructorExpr x)
    {
        const int MaxArguments = 2;
        var isObject = x.ConstructorType == JsonConstructorType.ObjectAgg;
        var (args, filter) = x.Func switch
        {
            BoundAggref aggregate => (aggregate.Args.Where(static t => !t.ResJunk).Select(static t => t.Expr).ToList(), aggregate.AggFilter),
            BoundWindowFunc window => (window.Args, window.AggFilter),
            _ => ([], null),
        };
        _out.Append(isObject ? "JSON_OBJECTAGG(" : "JSON_ARRAYAGG(");
        for (var i = 0; i < Math.Min(args.Count, isObject ? MaxArguments : 1); i++)
        {
            // ABSENT ON NULL and WITH UNIQUE are arguments of the function and clauses here.
            _out.Append(i == 0 ? "" : " : ");
            JsonArgument(args[i], isKey: isObject && i == 0);
        }

        if (x.Func is BoundAggref { AggOrder.Count: > 0 } ordered)
        {
            _out.Append(" ORDER BY ");
            OrderBy(ordered);
        }

        JsonOptions(x);
        if (filter is not null)
        {
            _out.Append(") FILTER (WHERE ");
            Expr(filter, false);
        }

        _out.Append(')');
        if (x.Func is BoundWindowFunc over)
        {
            _out.Append(" OVER ").Append((_context.Window ?? throw Errors.PgErrors.FeatureNotSupported("printing a window function"))(over.WinRef));
        }
    }

    // A key needs no type.
    private void JsonArgument(BoundExpr expr, bool isKey)
    {
        if (isKey && expr is BoundConst { Type: TypeOid.Text } key)
        {
            Const(key, -1);
        }
        else
        {
            Expr(expr, true);
        }
    }

    private void JsonOptions(BoundJsonConstructorExpr x)
    {
        if (x.AbsentOnNull && x.ConstructorType is JsonConstructorType.Object or JsonConstructorType.ObjectAgg && x.AbsentOnNull)
        {
            _out.Append(" ABSENT ON NULL");
        }
        else if (!x.AbsentOnNull && x.ConstructorType is JsonConstructorType.Array or JsonConstructorType.ArrayAgg && !x.AbsentOnNull)
        {
            _out.Append(" NULL ON NULL");
        }

        _out.Append(x.Unique ? " WITH UNIQUE KEYS" : "");
        if (x.ConstructorType is not (JsonConstructorType.Parse or JsonConstructorType.Scalar))
        {
            JsonReturning(x.ReturningType, x.ReturningTypmod, x.ReturningFormat, true);
        }
    }

    private void JsonReturning(uint type, int typmod, JsonFormatType format, bool formatByDefault)
    {
        if (type == 0)
        {
            return;
        }

        _out.Append(" RETURNING ").Append(TypeText(type, typmod));
        if (!formatByDefault || (format != JsonFormatType.Default && format != (type == TypeOid.Jsonb ? JsonFormatType.Jsonb : JsonFormatType.Json)))
        {
            JsonFormat(format);
        }
    }

    private void JsonFormat(JsonFormatType format) =>
        _out.Append(format switch { JsonFormatType.Json => " FORMAT JSON", JsonFormatType.Jsonb => " FORMAT JSONB", _ => "" });

    private void JsonPredicate(BoundJsonIsPredicate x)
    {
        Open();
        Operand(x.Expr, true, x);
        _out.Append(" IS JSON").Append(x.ItemType switch
        {
            JsonValueType.Scalar => " SCALAR",
            JsonValueType.Array => " ARRAY",
            JsonValueType.Object => " OBJECT",
            _ => "",
        }).Append(x.UniqueKeys ? " WITH UNIQUE KEYS" : "");
        Close();
    }

    private void JsonQuery(BoundJsonExpr x, bool showImplicit)
    {
        _out.Append(x.Op switch { JsonExprOp.Exists => "JSON_EXISTS(", JsonExprOp.Query => "JSON_QUERY(", _ => "JSON_VALUE(" });
        Expr(x.FormattedExpr, showImplicit);
        _out.Append(", ");
        if (x.PathSpec is BoundConst path)
        {
            Const(path, -1);
        }
        else
        {
            Expr(x.PathSpec, showImplicit);
        }

        for (var i = 0; i < x.PassingValues.Count; i++)
        {
            _out.Append(i == 0 ? " PASSING " : ", ");
            Expr(x.PassingValues[i] is BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast, Args: [var written] } ? written : x.PassingValues[i], showImplicit);
            _out.Append(" AS ").Append(Identifiers.Quote(x.PassingNames[i]));
        }

        if (x.Op != JsonExprOp.Exists || x.ReturningType != TypeOid.Bool)
        {
            JsonReturning(x.ReturningType, x.ReturningTypmod, x.Op == JsonExprOp.Query ? x.ReturningFormat : JsonFormatType.Default, true);
        }

        if (x.Op == JsonExprOp.Query)
        {
            _out.Append(x.Wrapper switch
            {
                JsonWrapper.Conditional => " WITH CONDITIONAL WRAPPER",
                JsonWrapper.Unconditional => " WITH UNCONDITIONAL WRAPPER",
                _ => " WITHOUT WRAPPER",
            }).Append(x.OmitQuotes ? " OMIT QUOTES" : " KEEP QUOTES");
        }

        var usual = x.Op == JsonExprOp.Exists ? JsonBehaviorType.False : JsonBehaviorType.Null;
        JsonBehavior(x.OnEmpty, usual, "EMPTY");
        JsonBehavior(x.OnError, usual, "ERROR");
        _out.Append(')');
    }

    private void JsonBehavior(JsonBehavior? behavior, JsonBehaviorType usual, string when)
    {
        if (behavior is null || behavior.BehaviorType == usual)
        {
            return;
        }

        _out.Append(behavior.BehaviorType switch
        {
            JsonBehaviorType.Null => " NULL",
            JsonBehaviorType.Error => " ERROR",
            JsonBehaviorType.Empty => " EMPTY",
            JsonBehaviorType.True => " TRUE",
            JsonBehaviorType.False => " FALSE",
            JsonBehaviorType.Unknown => " UNKNOWN",
            JsonBehaviorType.EmptyArray => " EMPTY ARRAY",
            JsonBehaviorType.EmptyObject => " EMPTY OBJECT",
            _ => " DEFAULT ",
        });
        if (behavior.BehaviorType == JsonBehaviorType.Default)
        {
            Expr(behavior.Expr, false);
        }

        _out.Append(" ON ").Append(when);
    }
}
