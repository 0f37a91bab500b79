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

    private SqlCall JsonQuery(BoundJsonExpr json)
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
            Column = json.ColumnName,
            VariableNames = json.PassingNames,
            VariableTypes = json.PassingValues.ConvertAll(static v => v.Type),
        });
        return new SqlCall(
            EngineFunctions.JsonExpr,
            [SqlLiteral.Of(spec.Id), Expr(json.FormattedExpr), Expr(json.PathSpec), Default(json.OnEmpty), Default(json.OnError), .. json.PassingValues.Select(Expr)]);
    }

    private SqlExpr Default(JsonBehavior? behavior) => behavior?.Expr is { } value ? Expr(value) : SqlLiteral.Null;
}
