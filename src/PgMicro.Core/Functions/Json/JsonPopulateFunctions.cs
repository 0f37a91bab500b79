using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>json[b]_populate_record and json[b]_populate_recordset for a record whose type is known.</summary>
internal static class JsonPopulateFunctions
{
    [PgFunction("json_populate_record(anyelement,json,boolean)")]
    public static PgDatum Json(CallSite site, FunctionContext context, PgDatum record, byte[]? json, bool? useJsonAsText) =>
        Record(site, context, record, json is null ? null : JsonSource.Of(json, false), "json_populate_record");

    [PgFunction("jsonb_populate_record(anyelement,jsonb)")]
    public static PgDatum Jsonb(CallSite site, FunctionContext context, PgDatum record, byte[]? json) =>
        Record(site, context, record, json is null ? null : JsonSource.Of(json, true), "jsonb_populate_record");

    [PgFunction("jsonb_populate_record_valid(anyelement,jsonb)")]
    public static bool JsonbValid(CallSite site, FunctionContext context, PgDatum record, byte[]? json)
    {
        try
        {
            Jsonb(site, context, record, json);
            return true;
        }
        catch (PgException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            return false;
        }
    }

    [PgSetFunction("json_populate_recordset(anyelement,json,boolean)")]
    public static IEnumerable<PgDatum>? JsonSet(CallSite site, FunctionContext context, PgDatum record, byte[]? json, bool? useJsonAsText) =>
        json is null ? null : Records(site, context, record, JsonSource.Of(json, false), "json_populate_recordset");

    [PgSetFunction("jsonb_populate_recordset(anyelement,jsonb)")]
    public static IEnumerable<PgDatum>? JsonbSet(CallSite site, FunctionContext context, PgDatum record, byte[]? json) =>
        json is null ? null : Records(site, context, record, JsonSource.Of(json, true), "jsonb_populate_recordset");

    /// <summary>One member of an object for a column of json[b]_to_record(set): (type, typmod, 1 for jsonb, function's name, object, member's name).</summary>
    internal static unsafe void Member(nint result, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 4))
        {
            return;
        }

        var session = FunctionArgument.Context(result);
        var json = JsonSource.Of(FunctionArgument.Bytes(values, 4), FunctionArgument.Boolean(values, 2));
        var function = FunctionArgument.String(values, 3);
        CheckObject(json, function);
        var name = FunctionArgument.String(values, 5);
        FunctionResult.Write(result, new JsonPopulate(session).Value(
            FunctionArgument.UInt32(values, 0), FunctionArgument.Int32(values, 1), json.Member(global::System.Text.Encoding.UTF8.GetBytes(name)), name));
    }

    private static void CheckObject(JsonSource json, string function)
    {
        if (json.Kind != JsonbKind.Object)
        {
            throw new PgException(
                SqlState.InvalidParameterValue,
                function.EndsWith("set", StringComparison.Ordinal) ? $"argument of {function} must be an array of objects"
                : $"cannot call populate_composite on {(json.Kind == JsonbKind.Array ? "an array" : "a scalar")}");
        }
    }

    private static PgDatum Record(CallSite site, FunctionContext context, PgDatum record, JsonSource? json, string function)
    {
        var shape = Shape(site, context, record, function);
        if (json is null)
        {
            return record;
        }

        CheckObject(json, function);
        return shape.Make(new JsonPopulate(context).Fields(shape.Columns, json, shape.Defaults));
    }

    private static IEnumerable<PgDatum> Records(CallSite site, FunctionContext context, PgDatum record, JsonSource json, string function)
    {
        var shape = Shape(site, context, record, function);
        if (json.Kind != JsonbKind.Array)
        {
            throw new PgException(
                SqlState.InvalidParameterValue,
                json.Kind == JsonbKind.Object
                    ? $"cannot call {function} on {(json.IsBinary ? "a non-array" : "an object")}"
                    : $"cannot call {function} on a {(json.IsBinary ? "non-array" : "scalar")}");
        }

        var populate = new JsonPopulate(context);
        return json.Elements.Select(element =>
        {
            CheckObject(element, function);
            return shape.Make(populate.Fields(shape.Columns, element, shape.Defaults));
        });
    }

    private static RowShape Shape(CallSite site, FunctionContext context, PgDatum record, string function)
    {
        var declared = site.ArgumentTypes[0];
        var type = context.Catalog.GetBaseType(declared);
        if (context.Catalog.Type(type) is { typtype: 'c' })
        {
            var codec = (RecordCodec)context.Types.GetCodec(type);
            return new RowShape(JsonPopulate.Columns(context, type), record.IsNull ? null : codec.FromStorage(record.Bytes), Make);

            PgDatum Make(PgDatum[] values)
            {
                var made = codec.ToStorage(values);
                if (declared != type)
                {
                    context.CheckDomain(declared, made);
                }

                return made;
            }
        }

        if (type != TypeOid.Record)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"first argument of {function} must be a row type");
        }

        if (record.IsNull)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"could not determine row type for result of {function}")
                .WithHint("Provide a non-null record argument, or call the function in the FROM clause using a column definition list.");
        }

        var anonymous = Composites.Anonymous(context);
        var defaults = anonymous.FromStorage(record.Bytes, out var shape);
        return new RowShape(
            [.. shape.Names.Select((n, i) => ((string?)n, shape.Types[i], shape.Typmods[i]))], defaults, values => anonymous.ToStorage(shape, values));
    }

    private sealed record RowShape(IReadOnlyList<(string? Name, uint Type, int Typmod)> Columns, PgDatum[]? Defaults, Func<PgDatum[], PgDatum> Make);
}
