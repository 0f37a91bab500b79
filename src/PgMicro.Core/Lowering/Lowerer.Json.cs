using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private SqlExpr JsonConstructor(BoundJsonConstructorExpr constructor)
    {
        if (constructor.ConstructorType == JsonConstructorType.Parse)
        {
            return new SqlCall(EngineFunctions.JsonParse, [SqlLiteral.Of(constructor.Type == TypeOid.Jsonb ? 1 : 0), Expr(constructor.Args[0])]);
        }

        var flags = (constructor.Type == TypeOid.Jsonb ? 1 : 0) | (constructor.AbsentOnNull ? 2 : 0) | (constructor.Unique ? 4 : 0);
        var site = CallSite.Get(0, constructor.Type, constructor.Args.ConvertAll(static a => a.Type));
        var call = new SqlCall(
            constructor.ConstructorType == JsonConstructorType.Object ? EngineFunctions.JsonObject : EngineFunctions.JsonArray,
            [SqlLiteral.Of(flags), SqlLiteral.Of(site.Id), .. constructor.Args.Select(Expr)]);
        return constructor.Coercion is null ? call : WithCaseTest(call, constructor.Coercion);
    }

    private SqlCall IsJson(BoundJsonIsPredicate test) => new(
        EngineFunctions.IsJson,
        [SqlLiteral.Of((int)test.ItemType), SqlLiteral.Of(test.UniqueKeys ? 1 : 0), SqlLiteral.Of(test.Expr.Type), Expr(test.Expr)]);

    private SqlExpr JsonQuery(BoundJsonExpr json)
    {
        static JsonOutcome Outcome(JsonBehavior? behavior) => behavior?.BehaviorType switch
        {
            null => JsonOutcome.Unspecified,
            JsonBehaviorType.Error => JsonOutcome.Error,
            JsonBehaviorType.EmptyArray or JsonBehaviorType.Empty => JsonOutcome.EmptyArray,
            JsonBehaviorType.EmptyObject => JsonOutcome.EmptyObject,
            JsonBehaviorType.True => JsonOutcome.True,
            JsonBehaviorType.False => JsonOutcome.False,
            JsonBehaviorType.Default => JsonOutcome.Default,
            _ => JsonOutcome.Null,
        };
        var (kindOnEmpty, valueOnEmpty) = Default(json, json.OnEmpty);
        var (kindOnError, valueOnError) = Default(json, json.OnError);
        var spec = JsonExprSpec.Intern(new JsonExprSpec
        {
            Kind = json.Op switch { JsonExprOp.Exists => JsonExprKind.Exists, JsonExprOp.Query => JsonExprKind.Query, _ => JsonExprKind.Value },
            Type = json.ReturningType,
            Typmod = json.ReturningTypmod,
            Wrapping = json.Wrapper switch
            {
                JsonWrapper.Conditional => JsonWrapping.Conditional,
                JsonWrapper.Unconditional => JsonWrapping.Unconditional,
                _ => JsonWrapping.None,
            },
            OmitsQuotes = json.OmitQuotes,
            OnEmpty = Outcome(json.OnEmpty),
            OnError = Outcome(json.OnError),
            DefaultOnEmpty = kindOnEmpty,
            DefaultOnError = kindOnError,
            Column = json.ColumnName,
            VariableNames = json.PassingNames,
            VariableTypes = json.PassingValues.ConvertAll(static v => v.Type),
        });
        var id = SqlLiteral.Of(spec.Id);
        List<BoundExpr> operands = [json.FormattedExpr, json.PathSpec, .. json.PassingValues];
        return valueOnEmpty is null or BoundConst && valueOnError is null or BoundConst
            ? Call(operands.ConvertAll(Expr))
            : Once(operands, Call);

        SqlExpr Call(IReadOnlyList<SqlExpr> given) => new SqlCall(
            EngineFunctions.JsonExpr, [id, given[0], given[1], Guarded(given, valueOnEmpty, 1), Guarded(given, valueOnError, 2), .. given.Skip(2)]);

        // A default is computed only where it is the result.
        SqlExpr Guarded(IReadOnlyList<SqlExpr> given, BoundExpr? value, int outcome)
        {
            if (value is null or BoundConst)
            {
                return value is null ? SqlLiteral.Null : Expr(value);
            }

            var missing = new SqlCall(EngineFunctions.JsonExprMissing, [id, given[0], given[1], SqlLiteral.Null, SqlLiteral.Null, .. given.Skip(2)]);
            return new SqlCase([(new SqlBinary("=", missing, SqlLiteral.Of(outcome)), Expr(value))], null);
        }
    }

    // What is to be computed of DEFAULT: without the coercion whose errors are told as the clause's. Unless ON ERROR is ERROR, PostgreSQL passes over
    // what constraints of domains say within the expression, but for those of an array's elements.
    private static (JsonDefault Kind, BoundExpr? Value) Default(BoundJsonExpr json, JsonBehavior? behavior)
    {
        if (behavior?.Expr is not { } expr)
        {
            return default;
        }

        var (coercion, value) = expr switch
        {
            _ when behavior.Coerce => (JsonDefaultCoercion.Json, expr),
            BoundCoerceViaIO io => (JsonDefaultCoercion.Text, io.Arg),
            BoundCoerceToDomain domain => (JsonDefaultCoercion.Domain, domain.Arg),
            _ => (JsonDefaultCoercion.None, expr),
        };
        return (new JsonDefault(coercion, value.Type), json.OnError?.BehaviorType == JsonBehaviorType.Error ? value : Unconstrained(value));

        static BoundExpr Unconstrained(BoundExpr expr) => expr switch
        {
            BoundCoerceToDomain domain => Unconstrained(domain.Arg),
            BoundArrayCoerceExpr => expr,
            _ => expr.MapChildren(Unconstrained),
        };
    }
}
