using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>JSON_EXISTS, JSON_QUERY and JSON_VALUE.</summary>
internal static unsafe class JsonQueries
{
    private const int FirstVariable = 5;

    /// <summary>(spec, context item, path, default ON EMPTY, default ON ERROR, PASSING values …).</summary>
    internal static void Evaluate(nint result, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1) || FunctionArgument.IsNull(values, 2))
        {
            return;
        }

        var session = FunctionArgument.Context(result);
        var spec = JsonExprSpec.FromId(FunctionArgument.Int32(values, 0));
        var value = Evaluate(session, spec, values, out var isEmpty, out var isError);
        if (TakesOnEmpty(spec, isEmpty))
        {
            value = spec.OnEmpty == JsonOutcome.Error ? throw NoItem(spec)
                : Outcome(session, spec, spec.OnEmpty, spec.DefaultOnEmpty, FunctionArgument.Datum(values, 3), "ON EMPTY");
        }
        else if (isEmpty || isError)
        {
            value = spec.OnError == JsonOutcome.Error ? throw NoItem(spec)
                : Outcome(session, spec, spec.OnError, spec.DefaultOnError, FunctionArgument.Datum(values, 4), "ON ERROR");
        }

        FunctionResult.Write(result, value);
    }

    /// <summary>(spec, context item, path, unused, unused, PASSING values …): 1 when ON EMPTY's default is the result, 2 when ON ERROR's is, else 0.</summary>
    internal static void Missing(nint result, nint* values, int count)
    {
        var missing = 0;
        if (!FunctionArgument.IsNull(values, 1) && !FunctionArgument.IsNull(values, 2))
        {
            var spec = JsonExprSpec.FromId(FunctionArgument.Int32(values, 0));
            Evaluate(FunctionArgument.Context(result), spec, values, out var isEmpty, out var isError);
            missing = TakesOnEmpty(spec, isEmpty) ? 1 : isEmpty || isError ? 2 : 0;
        }

        FunctionResult.Write(result, PgDatum.FromInt64(missing));
    }

    private static bool TakesOnEmpty(JsonExprSpec spec, bool isEmpty) => isEmpty && spec.OnEmpty != JsonOutcome.Unspecified;

    private static PgDatum Evaluate(FunctionContext session, JsonExprSpec spec, nint* values, out bool isEmpty, out bool isError)
    {
        var variables = new List<(byte[] Name, JsonbValue Value)>();
        for (var i = 0; i < spec.VariableNames.Count; i++)
        {
            variables.Add((
                System.Text.Encoding.UTF8.GetBytes(spec.VariableNames[i]),
                Variable(session, spec.VariableTypes[i], FunctionArgument.Datum(values, FirstVariable + i))));
        }

        var path = JsonPath.Parse(FunctionArgument.Bytes(values, 2));
        var item = JsonbValue.Parse(FunctionArgument.Bytes(values, 1));
        return Evaluate(session, spec, item, path, variables, out isEmpty, out isError);
    }

    private static PgException NoItem(JsonExprSpec spec) => new(
        SqlState.NoSqlJsonItem, "no SQL/JSON item found for specified path" + (spec.Column is null ? "" : $" of column \"{spec.Column}\""));

    private static PgDatum Evaluate(
        FunctionContext session, JsonExprSpec spec, JsonbValue item, JsonPath path, List<(byte[] Name, JsonbValue Value)> variables,
        out bool isEmpty, out bool isError)
    {
        isEmpty = false;
        isError = true;
        var throws = spec.OnError == JsonOutcome.Error;
        var found = new List<JsonbValue>();
        var outcome = JsonPathExecutor.Evaluate(
            session, path, item, name => variables.Find(v => v.Name.AsSpan().SequenceEqual(name)).Value, throws, true,
            spec.Kind == JsonExprKind.Exists ? null : found);
        if (outcome == JsonPathResult.Error)
        {
            return PgDatum.Null;
        }

        isError = false;
        if (spec.Kind == JsonExprKind.Exists)
        {
            return Boolean(session, spec, outcome == JsonPathResult.Ok);
        }

        var wraps = spec.Wrapping == JsonWrapping.Unconditional ? found.Count > 0 : spec.Wrapping == JsonWrapping.Conditional && found.Count > 1;
        if (found.Count == 0)
        {
            isEmpty = true;
            return PgDatum.Null;
        }

        var result = wraps ? JsonbValue.FromElements(found) : found[0];
        if ((!wraps && found.Count > 1) || (spec.Kind == JsonExprKind.Value && result.Kind >= JsonbKind.Array))
        {
            isError = true;
            return throws ? throw NotSingle(spec, found.Count > 1) : PgDatum.Null;
        }

        try
        {
            return spec.Kind == JsonExprKind.Value ? Scalar(session, spec, result) : Coerced(session, spec, result);
        }
        catch (PgException e) when (!throws && IsDataError(e))
        {
            isError = true;
            return PgDatum.Null;
        }
    }

    private static PgException NotSingle(JsonExprSpec spec, bool isMany)
    {
        var what = spec.Kind == JsonExprKind.Value ? "must return single scalar item" : "must return single item when no wrapper is requested";
        var where = spec.Column is not null ? $"for column \"{spec.Column}\"" : spec.Kind == JsonExprKind.Value ? "in JSON_VALUE" : "in JSON_QUERY";
        var error = new PgException(isMany ? SqlState.MoreThanOneSqlJsonItem : SqlState.SqlJsonScalarRequired, $"JSON path expression {where} {what}");
        return spec.Kind == JsonExprKind.Query ? error.WithHint("Use the WITH WRAPPER clause to wrap SQL/JSON items into an array.") : error;
    }

    // JSON_VALUE: the scalar's text through the type's input function.
    private static PgDatum Scalar(FunctionContext session, JsonExprSpec spec, JsonbValue value)
    {
        if (session.Catalog.Type(spec.Type) is { typtype: 'd' })
        {
            var source = value.Kind switch
            {
                JsonbKind.Null => null,
                JsonbKind.String => JsonSource.OfText(MomentText(session, value)),
                _ => JsonSource.OfText(value.ToDatum().Memory),
            };
            return new JsonPopulate(session).Value(spec.Type, spec.Typmod, source, null);
        }

        if (value.Kind == JsonbKind.Null)
        {
            return PgDatum.Null;
        }

        if (spec.Type is TypeOid.Json or TypeOid.Jsonb)
        {
            return session.Types.GetCodec(spec.Type).Input(value.ToDatum().Bytes, spec.Typmod, session);
        }

        var text = value.Kind switch
        {
            JsonbKind.String => MomentText(session, value),
            JsonbKind.Boolean => value.Boolean ? new[] { (byte)'t' } : new[] { (byte)'f' },
            _ => value.ToDatum().Memory,
        };
        return Input(session, spec, text.Span);
    }

    // Dates and times are written as their types write them.
    private static ReadOnlyMemory<byte> MomentText(FunctionContext session, JsonbValue value)
    {
        if (value.Moment is not { } moment)
        {
            return value.Text;
        }

        var writer = new ArrayBufferWriter<byte>();
        var storage = moment.Type == TypeOid.Timetz ? TimetzCodec.ToStorage(moment.Value, moment.Offset) : PgDatum.FromInt64(moment.Value);
        session.Types.GetCodec(moment.Type).Output(storage, session, writer);
        return writer.WrittenMemory;
    }

    private static PgDatum Input(FunctionContext session, JsonExprSpec spec, ReadOnlySpan<byte> text)
    {
        var codec = session.Types.GetCodec(spec.Type);
        var value = codec.Input(text, spec.Typmod, session);
        return spec.Typmod < 0 ? value : codec.ApplyTypmod(value, spec.Typmod, false, session);
    }

    // JSON_QUERY: as json_populate_record makes a column.
    private static PgDatum Coerced(FunctionContext session, JsonExprSpec spec, JsonbValue value)
    {
        if (spec.Type == TypeOid.Jsonb && !spec.OmitsQuotes)
        {
            return value.ToDatum();
        }

        var source = !spec.OmitsQuotes ? JsonSource.Whole(value)
            : JsonSource.OfText(value.Kind == JsonbKind.String ? JsonbValue.Parse(value.ToDatum().Bytes).Text : value.ToDatum().Memory);
        return new JsonPopulate(session).Value(spec.Type, spec.Typmod, source, null);
    }

    private static PgDatum Boolean(FunctionContext session, JsonExprSpec spec, bool value) => spec.Type == TypeOid.Bool
        ? PgDatum.FromBoolean(value)
        : spec.Type is TypeOid.Int4 or TypeOid.Int2 or TypeOid.Int8 ? PgDatum.FromInt64(value ? 1 : 0)
        : Input(session, spec, value ? "true"u8 : "false"u8);

    private static bool IsDataError(PgException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState == SqlState.SyntaxError;

    private static PgDatum Outcome(FunctionContext session, JsonExprSpec spec, JsonOutcome outcome, JsonDefault kind, PgDatum @default, string clause)
    {
        try
        {
            switch (outcome)
            {
                case JsonOutcome.True or JsonOutcome.False:
                    return Boolean(session, spec, outcome == JsonOutcome.True);
                case JsonOutcome.EmptyArray:
                    return Coerced(session, spec, JsonbValue.FromElements([]));
                case JsonOutcome.EmptyObject:
                    return Coerced(session, spec, JsonbValue.FromMembers([]));
                case JsonOutcome.Default:
                    return Default(session, spec, kind, @default);
                default:
                    return Nothing(session, spec);
            }
        }
        catch (PgException e) when (spec.OnError != JsonOutcome.Error && IsDataError(e))
        {
            var name = outcome switch { JsonOutcome.EmptyArray => "EMPTY ARRAY", JsonOutcome.EmptyObject => "EMPTY OBJECT", _ => outcome.ToString().ToUpperInvariant() };
            throw new PgException(SqlState.DatatypeMismatch, $"could not coerce {clause} expression ({name}) to the RETURNING type", e).WithDetail(e.Message);
        }
    }

    private static PgDatum Nothing(FunctionContext session, JsonExprSpec spec) => session.Catalog.Type(spec.Type) is { typtype: 'd' }
        ? new JsonPopulate(session).Value(spec.Type, spec.Typmod, null, null) : PgDatum.Null;

    private static PgDatum Default(FunctionContext session, JsonExprSpec spec, JsonDefault kind, PgDatum value)
    {
        switch (kind.Coercion)
        {
            case JsonDefaultCoercion.Json:
                return value.IsNull ? Nothing(session, spec) : Coerced(session, spec, JsonbValue.Parse(value.Bytes));
            case JsonDefaultCoercion.Text when !value.IsNull:
                var text = new ArrayBufferWriter<byte>();
                session.Types.GetCodec(kind.Type).Output(value, session, text);
                return session.Types.GetCodec(spec.Type).Input(text.WrittenSpan, -1, session);
            case JsonDefaultCoercion.Domain:
                session.CheckDomain(spec.Type, value);
                return value;
            default:
                return value;
        }
    }

    private static JsonbValue Variable(FunctionContext session, uint type, PgDatum value)
    {
        if (value.IsNull)
        {
            return JsonbValue.Null;
        }

        switch (type)
        {
            case TypeOid.Date or TypeOid.Time or TypeOid.Timestamp or TypeOid.Timestamptz:
                // In UTC, whatever the session's zone.
                return JsonbValue.FromMoment(new JsonMoment(type, value.Int64, 0));
            case TypeOid.Timetz:
                var (time, offset) = TimetzCodec.FromStorage(value.Bytes);
                return JsonbValue.FromMoment(new JsonMoment(type, time, offset));
            default:
                return JsonWriter.ToJsonb(session, type, value);
        }
    }
}
