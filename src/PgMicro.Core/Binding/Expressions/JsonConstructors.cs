using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>JSON_OBJECT, JSON_ARRAY, their aggregates, JSON(), JSON_SCALAR, JSON_SERIALIZE and IS JSON.</summary>
internal static class JsonConstructors
{
    public static BoundExpr Object(ParseState pstate, Pg.JsonObjectConstructor node)
    {
        var args = new List<BoundExpr>();
        foreach (var pair in node.Exprs)
        {
            args.Add(Known(pstate, ExpressionBinder.TransformRecurse(pstate, pair.JsonKeyValue.Key)!));
            args.Add(JsonBinding.Value(pstate, pair.JsonKeyValue.Value, JsonFormatType.Default, 0));
        }

        return Construct(pstate, JsonConstructorType.Object, args, node.Output, node.AbsentOnNull, node.Unique, node.Location);
    }

    public static BoundExpr Array(ParseState pstate, Pg.JsonArrayConstructor node)
    {
        var args = new List<BoundExpr>();
        foreach (var item in node.Exprs)
        {
            args.Add(JsonBinding.Value(pstate, item.JsonValueExpr, JsonFormatType.Default, 0));
        }

        return Construct(pstate, JsonConstructorType.Array, args, node.Output, node.AbsentOnNull, false, node.Location);
    }

    // JSON_ARRAY(query) is (SELECT JSON_ARRAYAGG(a) FROM (query) q(a)).
    public static BoundExpr ArrayOfQuery(ParseState pstate, Pg.JsonArrayQueryConstructor node)
    {
        var column = new Pg.ColumnRef { Location = node.Location };
        column.Fields.Add(Name("q"));
        column.Fields.Add(Name("a"));
        var alias = new Pg.Alias { Aliasname = "q" };
        alias.Colnames.Add(Name("a"));
        var aggregate = new Pg.JsonArrayAgg
        {
            Arg = new Pg.JsonValueExpr { RawExpr = new Pg.Node { ColumnRef = column }, Format = node.Format ?? new Pg.JsonFormat { Location = -1 } },
            AbsentOnNull = node.AbsentOnNull,
            Constructor = new Pg.JsonAggConstructor { Output = node.Output, Location = node.Location },
        };
        var select = new Pg.SelectStmt { Op = Pg.SetOperation.SetopNone, LimitOption = Pg.LimitOption.Default };
        select.TargetList.Add(new Pg.Node { ResTarget = new Pg.ResTarget { Val = new Pg.Node { JsonArrayAgg = aggregate }, Location = node.Location } });
        select.FromClause.Add(new Pg.Node { RangeSubselect = new Pg.RangeSubselect { Subquery = node.Query, Alias = alias } });
        CheckSingleColumn(pstate, node);
        return SubLinks.Transform(
            pstate,
            new Pg.SubLink { SubLinkType = Pg.SubLinkType.ExprSublink, Subselect = new Pg.Node { SelectStmt = select }, Location = node.Location });
    }

    public static BoundExpr ObjectAgg(ParseState pstate, Pg.JsonObjectAgg node)
    {
        var key = Known(pstate, ExpressionBinder.TransformRecurse(pstate, node.Arg.Key)!);
        var value = JsonBinding.Value(pstate, node.Arg.Value, JsonFormatType.Default, 0);
        List<BoundExpr> args = [key, value];
        var returning = Returning(pstate, node.Constructor.Output, args);
        var name = (returning.Format == JsonFormatType.Jsonb ? "jsonb" : "json") + "_object_agg" + (node.Unique ? "_unique" : "") + (node.AbsentOnNull ? "_strict" : "");
        return Aggregate(pstate, name, args, node.Constructor, returning, JsonConstructorType.ObjectAgg, node.AbsentOnNull, node.Unique);
    }

    public static BoundExpr ArrayAgg(ParseState pstate, Pg.JsonArrayAgg node)
    {
        List<BoundExpr> args = [JsonBinding.Value(pstate, node.Arg, JsonFormatType.Default, 0)];
        var returning = Returning(pstate, node.Constructor.Output, args);
        var name = (returning.Format == JsonFormatType.Jsonb ? "jsonb" : "json") + "_agg" + (node.AbsentOnNull ? "_strict" : "");
        return Aggregate(pstate, name, args, node.Constructor, returning, JsonConstructorType.ArrayAgg, node.AbsentOnNull, false);
    }

    public static BoundExpr Parse(ParseState pstate, Pg.JsonParseExpr node)
    {
        var output = JsonBinding.Output(pstate, node.Output, false);
        var type = output.Type == 0 ? TypeOid.Json : output.Type;
        if (!node.UniqueKeys)
        {
            return JsonBinding.Value(pstate, node.Expr, JsonFormatType.Json, type);
        }

        var arg = ParseArgument(pstate, node.Expr.RawExpr, node.Expr.Format);
        return arg.Type == TypeOid.Text
            ? new BoundJsonConstructorExpr
            {
                ConstructorType = JsonConstructorType.Parse,
                Args = [arg],
                Type = type,
                ReturningType = type,
                Unique = true,
                Location = node.Location,
            }
            : throw new PgException(SqlState.CannotCoerce, "cannot use non-string types with WITH UNIQUE KEYS clause").At(node.Location);
    }

    public static BoundExpr Scalar(ParseState pstate, Pg.JsonScalarExpr node)
    {
        var arg = Known(pstate, ExpressionBinder.TransformRecurse(pstate, node.Expr)!);
        var made = JsonBinding.Call(pstate, "to_json", node.Location, arg);
        return new BoundJsonConstructorExpr
        {
            ConstructorType = JsonConstructorType.Scalar,
            Args = [arg],
            Func = made,
            Type = made.Type,
            ReturningType = made.Type,
            Location = node.Location,
        };
    }

    public static BoundExpr Serialize(ParseState pstate, Pg.JsonSerializeExpr node)
    {
        var arg = JsonBinding.Value(pstate, node.Expr, JsonFormatType.Json, 0);
        var (type, typmod, format) = JsonBinding.Output(pstate, node.Output, true);
        if (type is not (0 or TypeOid.Bytea) && TypeFacts.Category(pstate.Catalog, type) != 'S')
        {
            throw new PgException(SqlState.DatatypeMismatch, $"cannot use type {FormatType.Format(type, pstate)} in RETURNING clause of JSON_SERIALIZE()")
                .WithHint("Try returning a string type or bytea.");
        }

        (type, format) = type == 0 ? (TypeOid.Text, JsonFormatType.Json) : (type, format);
        return JsonBinding.Coerce(pstate, arg, type, typmod, type == TypeOid.Bytea ? JsonFormatType.Json : format, node.Location);
    }

    public static BoundExpr IsJson(ParseState pstate, Pg.JsonIsPredicate node)
    {
        var arg = ParseArgument(pstate, node.Expr, node.Format);
        if (arg.Type is not (TypeOid.Text or TypeOid.Json or TypeOid.Jsonb))
        {
            throw new PgException(SqlState.DatatypeMismatch, $"cannot use type {FormatType.Format(arg.Type, pstate)} in IS JSON predicate");
        }

        return new BoundJsonIsPredicate
        {
            Expr = arg,
            ItemType = node.ItemType switch
            {
                Pg.JsonValueType.JsTypeObject => JsonValueType.Object,
                Pg.JsonValueType.JsTypeArray => JsonValueType.Array,
                Pg.JsonValueType.JsTypeScalar => JsonValueType.Scalar,
                _ => JsonValueType.Any,
            },
            UniqueKeys = node.UniqueKeys,
            Location = node.Location,
        };
    }

    // The argument of JSON() and IS JSON: strings as text, bytea decoded, everything else as it is.
    private static BoundExpr ParseArgument(ParseState pstate, Pg.Node node, Pg.JsonFormat? format)
    {
        var expr = ExpressionBinder.TransformRecurse(pstate, node)!;
        var location = ExprFacts.Location(expr);
        if (expr.Type == TypeOid.Bytea)
        {
            return JsonBinding.Call(pstate, "convert_from", location, expr, JsonBinding.Text("utf8"));
        }

        if (format is { Encoding: not (Pg.JsonEncoding.JsEncDefault or Pg.JsonEncoding.Undefined) })
        {
            throw new PgException(SqlState.DatatypeMismatch, "cannot use JSON FORMAT ENCODING clause for non-bytea input types").At(location);
        }

        return expr.Type == TypeOid.Unknown || (TypeFacts.Category(pstate.Catalog, expr.Type) == 'S' && expr.Type != TypeOid.Text)
            ? Coercion.CoerceToTargetType(pstate, expr, expr.Type, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, location) ?? expr
            : expr;
    }

    private static BoundExpr Known(ParseState pstate, BoundExpr expr) => expr.Type == TypeOid.Unknown
        ? Coercion.CoerceType(pstate, expr, TypeOid.Unknown, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, ExprFacts.Location(expr))
        : expr;

    private static Pg.Node Name(string name) => new() { String = new Pg.String { Sval = name } };

    private static void CheckSingleColumn(ParseState pstate, Pg.JsonArrayQueryConstructor node)
    {
        var query = SubLinks.Transform(
            pstate, new Pg.SubLink { SubLinkType = Pg.SubLinkType.ExistsSublink, Subselect = node.Query, Location = node.Location }).Subselect;
        if (SubLinks.Columns(query).Count != 1)
        {
            throw new PgException(SqlState.SyntaxError, "subquery must return only one column").At(node.Location);
        }
    }

    private static (uint Type, int Typmod, JsonFormatType Format) Returning(ParseState pstate, Pg.JsonOutput? output, List<BoundExpr> args)
    {
        var returning = JsonBinding.Output(pstate, output, true);
        return returning.Type != 0 ? returning
            : args.Exists(static a => a.Type == TypeOid.Jsonb) ? (TypeOid.Jsonb, -1, JsonFormatType.Jsonb) : (TypeOid.Json, -1, JsonFormatType.Json);
    }

    private static BoundExpr Construct(
        ParseState pstate, JsonConstructorType kind, List<BoundExpr> args, Pg.JsonOutput? output, bool absentOnNull, bool unique, int location)
    {
        var (type, typmod, format) = Returning(pstate, output, args);
        var made = format == JsonFormatType.Jsonb ? TypeOid.Jsonb : TypeOid.Json;
        var expr = new BoundJsonConstructorExpr
        {
            ConstructorType = kind,
            Args = args,
            Type = made,
            ReturningType = type,
            ReturningTypmod = typmod,
            ReturningFormat = format,
            AbsentOnNull = absentOnNull,
            Unique = unique,
            Location = location,
        };
        return JsonBinding.Coerce(pstate, expr, type, typmod, format, location);
    }

    private static BoundExpr Aggregate(
        ParseState pstate, string name, List<BoundExpr> args, Pg.JsonAggConstructor node, (uint Type, int Typmod, JsonFormatType Format) returning,
        JsonConstructorType kind, bool absentOnNull, bool unique)
    {
        var call = new Pg.FuncCall { Location = node.Location, AggFilter = node.AggFilter, Over = node.Over };
        call.AggOrder.Add(node.AggOrder);
        var result = FunctionResolution.ParseFuncOrColumn(pstate, ["pg_catalog", name], args, pstate.LastSrf, call, false, node.Location)!;
        var expr = new BoundJsonConstructorExpr
        {
            ConstructorType = kind,
            Func = result,
            Type = result.Type,
            ReturningType = returning.Type,
            ReturningTypmod = returning.Typmod,
            ReturningFormat = returning.Format,
            AbsentOnNull = absentOnNull,
            Unique = unique,
            Location = node.Location,
        };
        return JsonBinding.Coerce(pstate, expr, returning.Type, returning.Typmod, returning.Format, node.Location);
    }
}
