using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

[PgAggregate("json_agg(anyelement)")]
internal class JsonAgg
{
    private ArrayBufferWriter<byte>? _text;

    public void Step(CallSite site, FunctionContext context, PgDatum value)
    {
        var type = site.ArgumentTypes[0];
        if (_text is null)
        {
            _text = new ArrayBufferWriter<byte>();
            _text.Append('[');
        }
        else
        {
            _text.Append(!value.IsNull && JsonWriter.IsStructured(context, type) ? ", \n " : ", ");
        }

        JsonWriter.Write(context, type, value, _text);
    }

    public byte[]? Final() => _text is null ? null : [.. _text.WrittenSpan, (byte)']'];
}

[PgAggregate("jsonb_agg(anyelement)")]
internal class JsonbAgg
{
    private List<JsonbValue>? _items;

    public void Step(CallSite site, FunctionContext context, PgDatum value) =>
        (_items ??= []).Add(JsonWriter.ToJsonb(context, site.ArgumentTypes[0], value));

    public PgDatum Final() => _items is null ? PgDatum.Null : JsonbValue.FromElements(_items).ToDatum();
}

[PgAggregate("json_object_agg(\"any\",\"any\")")]
internal class JsonObjectAgg
{
    private ArrayBufferWriter<byte>? _text;

    public void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        if (key.IsNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for object key");
        }

        Begin();
        _text!.Append(_text!.WrittenCount > 2 ? ", " : "");
        JsonbValue.WriteString(JsonWriter.Key(context, site.ArgumentTypes[0], key), _text);
        _text.Append(" : ");
        JsonWriter.Write(context, site.ArgumentTypes[1], value, _text);
    }

    /// <summary>Notes that there is a row, be it one that adds no member.</summary>
    protected void Begin()
    {
        if (_text is null)
        {
            _text = new ArrayBufferWriter<byte>();
            _text.Append("{ ");
        }
    }

    public byte[]? Final() => _text is null ? null : [.. _text.WrittenSpan, (byte)' ', (byte)'}'];
}

[PgAggregate("jsonb_object_agg(\"any\",\"any\")")]
internal class JsonbObjectAgg
{
    private List<(byte[] Key, JsonbValue Value)>? _members;

    public void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        if (key.IsNull)
        {
            throw new PgException(SqlState.InvalidParameterValue, "field name must not be null");
        }

        (_members ??= []).Add((JsonWriter.Key(context, site.ArgumentTypes[0], key), JsonWriter.ToJsonb(context, site.ArgumentTypes[1], value)));
    }

    /// <summary>Notes that there is a row, be it one that adds no member.</summary>
    protected void Begin() => _members ??= [];

    public PgDatum Final() => _members is null ? PgDatum.Null : JsonbValue.FromMembers(_members).ToDatum();
}
