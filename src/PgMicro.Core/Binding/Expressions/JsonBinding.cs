using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>SQL/JSON: values with FORMAT, RETURNING, and the constructors. The query functions are in <see cref="JsonQueryBinding"/>.</summary>
internal static class JsonBinding
{
    /// <summary>The bound form of a SQL/JSON expression; null when the node is none.</summary>
    public static BoundExpr? TryTransform(ParseState pstate, Pg.Node node) => node.NodeCase switch
    {
        Pg.Node.NodeOneofCase.JsonObjectConstructor => JsonConstructors.Object(pstate, node.JsonObjectConstructor),
        Pg.Node.NodeOneofCase.JsonArrayConstructor => JsonConstructors.Array(pstate, node.JsonArrayConstructor),
        Pg.Node.NodeOneofCase.JsonArrayQueryConstructor => JsonConstructors.ArrayOfQuery(pstate, node.JsonArrayQueryConstructor),
        Pg.Node.NodeOneofCase.JsonObjectAgg => JsonConstructors.ObjectAgg(pstate, node.JsonObjectAgg),
        Pg.Node.NodeOneofCase.JsonArrayAgg => JsonConstructors.ArrayAgg(pstate, node.JsonArrayAgg),
        Pg.Node.NodeOneofCase.JsonParseExpr => JsonConstructors.Parse(pstate, node.JsonParseExpr),
        Pg.Node.NodeOneofCase.JsonScalarExpr => JsonConstructors.Scalar(pstate, node.JsonScalarExpr),
        Pg.Node.NodeOneofCase.JsonSerializeExpr => JsonConstructors.Serialize(pstate, node.JsonSerializeExpr),
        Pg.Node.NodeOneofCase.JsonIsPredicate => JsonConstructors.IsJson(pstate, node.JsonIsPredicate),
        Pg.Node.NodeOneofCase.JsonFuncExpr => JsonQueryBinding.Transform(pstate, node.JsonFuncExpr),
        _ => null,
    };

    /// <summary>A value with FORMAT, made json or jsonb where its use asks for that.</summary>
    /// <param name="pstate">The statement's state.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="defaultFormat">The format of one without FORMAT.</param>
    /// <param name="target">The type wanted; 0 for what the format says.</param>
    /// <param name="isArgument">Whether PASSING gives it to a path.</param>
    public static BoundExpr Value(ParseState pstate, Pg.JsonValueExpr value, JsonFormatType defaultFormat, uint target, bool isArgument = false)
    {
        var expr = ExpressionBinder.TransformRecurse(pstate, value.RawExpr)!;
        var location = ExprFacts.Location(expr);
        if (expr.Type == TypeOid.Unknown && (target == 0 || target == TypeOid.Json))
        {
            expr = Coercion.CoerceType(pstate, expr, TypeOid.Unknown, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, location);
        }

        var written = Format(value.Format);
        var type = expr.Type;
        var isString = TypeFacts.Category(pstate.Catalog, type) == 'S';
        JsonFormatType format;
        if (written != JsonFormatType.Default)
        {
            if (value.Format.Encoding != Pg.JsonEncoding.JsEncDefault && type != TypeOid.Bytea)
            {
                throw new PgException(SqlState.DatatypeMismatch, "JSON ENCODING clause is only allowed for bytea input type").At(value.Format.Location);
            }

            CheckEncoding(value.Format);
            format = type is TypeOid.Json or TypeOid.Jsonb ? JsonFormatType.Default : written;
        }
        else if (isArgument)
        {
            if (isString || type is TypeOid.Bool or TypeOid.Numeric or TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 or TypeOid.Float4 or TypeOid.Float8 or TypeOid.Date
                or TypeOid.Time or TypeOid.Timetz or TypeOid.Timestamp or TypeOid.Timestamptz)
            {
                return expr;
            }

            format = defaultFormat;
        }
        else
        {
            format = type is TypeOid.Json or TypeOid.Jsonb ? JsonFormatType.Default : defaultFormat;
        }

        if (format == JsonFormatType.Default && (target == 0 || type == target))
        {
            return expr;
        }

        if (!isArgument && target == 0 && type != TypeOid.Bytea && !isString)
        {
            throw new PgException(
                SqlState.DatatypeMismatch,
                $"cannot use non-string types with {(written == JsonFormatType.Default ? "implicit" : "explicit")} FORMAT JSON clause")
                .At(value.Format is { Location: >= 0 } f && written != JsonFormatType.Default ? f.Location : location);
        }

        if (format == JsonFormatType.Json && type == TypeOid.Bytea)
        {
            expr = Call(pstate, "convert_from", location, expr, Text("utf8"));
            type = TypeOid.Text;
        }

        var wanted = target != 0 ? target : format == JsonFormatType.Jsonb ? TypeOid.Jsonb : TypeOid.Json;
        return Coercion.CoerceToTargetType(pstate, expr, type, wanted, -1, CoercionContext.Explicit, CoercionForm.ExplicitCast, location)
            ?? (target != 0
                ? throw Coercion.CannotCast(pstate, type, wanted, location)
                : Converted(pstate, wanted, location, expr, isArgument));
    }

    // What PASSING converts is shown as it was written.
    private static BoundExpr Converted(ParseState pstate, uint wanted, int location, BoundExpr expr, bool isArgument)
    {
        var call = Call(pstate, wanted == TypeOid.Json ? "to_json" : "to_jsonb", location, expr);
        if (isArgument && call is BoundFuncExpr function)
        {
            function.FuncFormat = CoercionForm.ImplicitCast;
        }

        return call;
    }

    /// <summary>RETURNING: type, modifier and format; a type of 0 when it is not there.</summary>
    public static (uint Type, int Typmod, JsonFormatType Format) Output(ParseState pstate, Pg.JsonOutput? output, bool allowsFormat)
    {
        if (output?.TypeName is null)
        {
            return (0, -1, JsonFormatType.Default);
        }

        var (type, typmod) = TypeNames.Resolve(pstate, output.TypeName);
        if (output.TypeName.Setof)
        {
            throw new PgException(SqlState.FeatureNotSupported, "returning SETOF types is not supported in SQL/JSON functions");
        }

        if (pstate.Catalog.Type(type) is { typtype: 'p' })
        {
            throw new PgException(SqlState.FeatureNotSupported, "returning pseudo-types is not supported in SQL/JSON functions");
        }

        var format = Format(output.Returning?.Format);
        if (format == JsonFormatType.Default)
        {
            return (type, typmod, type == TypeOid.Jsonb ? JsonFormatType.Jsonb : JsonFormatType.Json);
        }

        var location = output.Returning!.Format.Location;
        if (!allowsFormat && type is not (TypeOid.Bytea or TypeOid.Json or TypeOid.Jsonb) && TypeFacts.Category(pstate.Catalog, type) != 'S')
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot use JSON format with non-string output types").At(location);
        }

        if (type != TypeOid.Bytea && output.Returning.Format.Encoding != Pg.JsonEncoding.JsEncDefault)
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot set JSON encoding for non-bytea output types").At(location);
        }

        CheckEncoding(output.Returning.Format);
        return (type, typmod, format);
    }

    /// <summary>Converts a JSON result to RETURNING's type.</summary>
    /// <exception cref="PgException">42846.</exception>
    public static BoundExpr Coerce(ParseState pstate, BoundExpr expr, uint type, int typmod, JsonFormatType format, int location)
    {
        if (type == 0 || type == expr.Type)
        {
            return expr;
        }

        if (format == JsonFormatType.Json && type == TypeOid.Bytea)
        {
            var text = Coercion.CoerceToTargetType(pstate, expr, expr.Type, TypeOid.Text, -1, CoercionContext.Explicit, CoercionForm.ExplicitCast, location)!;
            return Call(pstate, "convert_to", location, text, Text("utf8"));
        }

        return Coercion.CoerceToTargetType(pstate, expr, expr.Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, location)
            ?? throw Coercion.CannotCast(pstate, expr.Type, type, -1);
    }

    /// <summary>FORMAT as the bound tree has it.</summary>
    public static JsonFormatType Format(Pg.JsonFormat? format) => format?.FormatType switch
    {
        Pg.JsonFormatType.JsFormatJson => JsonFormatType.Json,
        Pg.JsonFormatType.JsFormatJsonb => JsonFormatType.Jsonb,
        _ => JsonFormatType.Default,
    };

    /// <summary>A call of a function of pg_catalog.</summary>
    public static BoundExpr Call(ParseState pstate, string name, int location, params BoundExpr[] args) =>
        FunctionResolution.ParseFuncOrColumn(pstate, ["pg_catalog", name], [.. args], pstate.LastSrf, new Pg.FuncCall { Location = location }, false, location)!;

    /// <summary>A text constant.</summary>
    public static BoundConst Text(string text) => new() { Type = TypeOid.Text, Collation = 100, Value = PgDatum.FromText(text) };

    private static void CheckEncoding(Pg.JsonFormat format)
    {
        if (format.Encoding is Pg.JsonEncoding.JsEncUtf16 or Pg.JsonEncoding.JsEncUtf32)
        {
            throw new PgException(SqlState.FeatureNotSupported, "unsupported JSON encoding").WithHint("Only UTF8 JSON encoding is supported.").At(format.Location);
        }
    }
}
