using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

internal sealed partial class JsonPathExecutor
{
    private const long ObjectGeneration = 10_000_000_000;

    private JsonPathResult Method(JsonPathItem item, JsonbValue value, List<JsonbValue>? found, bool unwraps)
    {
        switch (item.Kind)
        {
            case JsonPathKind.Type:
                return Next(item, Text(TypeName(value)), found);
            case JsonPathKind.Size:
                return value.Kind != JsonbKind.Array && !IsLax
                    ? _ignoresStructure ? JsonPathResult.NotFound : NotApplicable(SqlState.SqlJsonArrayNotFound, item, "an array")
                    : Next(item, JsonbValue.FromNumber(value.Kind == JsonbKind.Array ? value.Elements.Count : 1), found);
        }

        if (unwraps && value.Kind == JsonbKind.Array)
        {
            return Unwrapped(item, value, found);
        }

        switch (item.Kind)
        {
            case JsonPathKind.Abs or JsonPathKind.Floor or JsonPathKind.Ceiling:
                return value.Kind != JsonbKind.Number ? NotApplicable(SqlState.NonNumericSqlJsonItem, item, "a numeric value") : Next(
                    item,
                    JsonbValue.FromNumber(item.Kind switch
                    {
                        JsonPathKind.Abs => value.Number.Abs(),
                        JsonPathKind.Floor => value.Number.Floor(),
                        _ => value.Number.Ceiling(),
                    }),
                    found);
            case JsonPathKind.Double:
                return Converted(item, value, found, "double precision", static text =>
                {
                    var number = FloatText.ParseDouble(text);
                    return double.IsFinite(number) ? JsonbValue.FromNumber(PgNumeric.FromDouble(number)) : null;
                });
            case JsonPathKind.BigInt:
                return Converted(item, value, found, "bigint", text => JsonbValue.FromNumber(Whole(value, text).ToInt64()));
            case JsonPathKind.Integer:
                return Converted(item, value, found, "integer", text => JsonbValue.FromNumber(Whole(value, text).ToInt32()));
            case JsonPathKind.NumberMethod or JsonPathKind.Decimal:
                return Number(item, value, found);
            case JsonPathKind.BooleanMethod:
                return Boolean(item, value, found);
            case JsonPathKind.StringMethod:
                return value.Kind switch
                {
                    JsonbKind.String => Next(item, JsonbValue.FromText(value.Text), found),
                    JsonbKind.Number => Next(item, JsonbValue.FromText(value.Number.ToUtf8()), found),
                    JsonbKind.Boolean => Next(item, Text(value.Boolean ? "true" : "false"), found),
                    _ => NotApplicable(SqlState.NonNumericSqlJsonItem, item, "a boolean, string, numeric, or datetime value"),
                };
            case JsonPathKind.KeyValue:
                return KeyValue(item, value, found);
            default:
                return Moment(item, value, found);
        }
    }

    private static JsonbValue Text(string text) => JsonbValue.FromText(Encoding.UTF8.GetBytes(text));

    private static string TypeName(JsonbValue value) => value.Kind switch
    {
        JsonbKind.Null => "null",
        JsonbKind.String => value.Moment?.TypeName ?? "string",
        JsonbKind.Number => "number",
        JsonbKind.Boolean => "boolean",
        JsonbKind.Array => "array",
        _ => "object",
    };

    private JsonPathResult NotApplicable(string sqlState, JsonPathItem item, string what) =>
        Fail(sqlState, $"jsonpath item method .{item.OperationName}() can only be applied to {what}");

    // bigint and integer take a number rounded and a string as their input functions do.
    private static PgNumeric Whole(JsonbValue value, byte[] text) =>
        value.Kind == JsonbKind.Number ? value.Number.Round(0) : IntegerText.Parse(text, long.MaxValue, "bigint");

    private JsonPathResult Converted(JsonPathItem item, JsonbValue value, List<JsonbValue>? found, string type, Func<byte[], JsonbValue?> convert)
    {
        if (value.Kind is not (JsonbKind.Number or JsonbKind.String) || value.Moment is not null)
        {
            return NotApplicable(SqlState.NonNumericSqlJsonItem, item, "a string or numeric value");
        }

        var text = value.Kind == JsonbKind.Number ? value.Number.ToUtf8() : value.Text.ToArray();
        JsonbValue? result;
        try
        {
            result = convert(text);
        }
        catch (PgException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return Fail(
                SqlState.NonNumericSqlJsonItem,
                $"argument \"{Encoding.UTF8.GetString(text)}\" of jsonpath item method .{item.OperationName}() is invalid for type {type}");
        }

        return result is null
            ? Fail(SqlState.NonNumericSqlJsonItem, $"NaN or Infinity is not allowed for jsonpath item method .{item.OperationName}()")
            : Next(item, result, found);
    }

    private JsonPathResult Number(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        int? typmod = null;
        if (item.Left is not null)
        {
            if (SmallArgument(item, item.Left, "precision") is not { } precision)
            {
                return JsonPathResult.Error;
            }

            var arguments = new List<string> { Show(precision) };
            if (item.Right is not null)
            {
                if (SmallArgument(item, item.Right, "scale") is not { } scale)
                {
                    return JsonPathResult.Error;
                }

                arguments.Add(Show(scale));
            }

            typmod = _context.Types.GetCodec(TypeOid.Numeric).TypmodIn(arguments);
        }

        return Converted(item, value, found, "numeric", text =>
        {
            var number = PgNumeric.Parse(text);
            return !number.IsFinite ? null : JsonbValue.FromNumber(typmod is { } modifier ? NumericCodec.ApplyTypmod(number, modifier) : number);
        });
    }

    private static string Show(int number) => number.ToString(global::System.Globalization.CultureInfo.InvariantCulture);

    private int? SmallArgument(JsonPathItem item, JsonPathItem argument, string what)
    {
        var number = argument.Value!.Number;
        if (number < int.MinValue || number > int.MaxValue)
        {
            Fail(SqlState.NonNumericSqlJsonItem, $"{what} of jsonpath item method .{item.OperationName}() is out of range for type integer");
            return null;
        }

        return number.ToInt32();
    }

    private JsonPathResult Boolean(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        bool? result = null;
        switch (value.Kind)
        {
            case JsonbKind.Boolean:
                result = value.Boolean;
                break;
            case JsonbKind.Number when value.Number.Scale == 0 && value.Number >= int.MinValue && value.Number <= int.MaxValue:
                result = value.Number.Sign != 0;
                break;
            case JsonbKind.String when value.Moment is null && BoolCodec.TryParse(value.Text.Span, out var parsed):
                result = parsed;
                break;
            case JsonbKind.Number or JsonbKind.String when value.Moment is null:
                var text = value.Kind == JsonbKind.Number ? value.Number.ToString() : Encoding.UTF8.GetString(value.Text.Span);
                return Fail(
                    SqlState.NonNumericSqlJsonItem, $"argument \"{text}\" of jsonpath item method .{item.OperationName}() is invalid for type boolean");
        }

        return result is { } known
            ? Next(item, known ? JsonbValue.True : JsonbValue.False, found)
            : NotApplicable(SqlState.NonNumericSqlJsonItem, item, "a boolean, string, or numeric value");
    }

    private JsonPathResult KeyValue(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        if (value.Kind != JsonbKind.Object)
        {
            return NotApplicable(SqlState.SqlJsonObjectNotFound, item, "an object");
        }

        if (value.Elements.Count == 0)
        {
            return JsonPathResult.NotFound;
        }

        if (item.Next is null && found is null)
        {
            return JsonPathResult.Ok;
        }

        var id = JsonbValue.FromNumber((_base.Id * ObjectGeneration) + (JsonbLayout.OffsetOf(_base.Value, value) ?? 0));
        var result = JsonPathResult.NotFound;
        for (var i = 0; i < value.Keys.Count; i++)
        {
            var pair = JsonbValue.FromMembers(
                [("key"u8.ToArray(), JsonbValue.FromText(value.Keys[i])), ("value"u8.ToArray(), value.Elements[i]), ("id"u8.ToArray(), id)]);
            result = InBase(pair, _generatedObjects++, () => Next(item, pair, found));
            if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
            {
                break;
            }
        }

        return result;
    }
}
