using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Json;

/// <summary>The aggregates behind JSON_ARRAYAGG and JSON_OBJECTAGG that leave NULL out.</summary>
[PgAggregate("json_agg_strict(anyelement)")]
internal sealed class JsonAggStrict : JsonAgg
{
    public new void Step(CallSite site, FunctionContext context, PgDatum value)
    {
        if (!value.IsNull)
        {
            base.Step(site, context, value);
        }
    }
}

[PgAggregate("jsonb_agg_strict(anyelement)")]
internal sealed class JsonbAggStrict : JsonbAgg
{
    public new void Step(CallSite site, FunctionContext context, PgDatum value)
    {
        if (!value.IsNull)
        {
            base.Step(site, context, value);
        }
    }
}

[PgAggregate("json_object_agg_strict(\"any\",\"any\")")]
internal sealed class JsonObjectAggStrict : JsonObjectAgg
{
    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        JsonKeys.Check(key);
        if (!value.IsNull)
        {
            base.Step(site, context, key, value);
        }
        else
        {
            Begin();
        }
    }
}

[PgAggregate("json_object_agg_unique(\"any\",\"any\")")]
internal sealed class JsonObjectAggUnique : JsonObjectAgg
{
    private readonly JsonKeys _keys = new();

    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        _keys.Add(site, context, key);
        base.Step(site, context, key, value);
    }
}

[PgAggregate("json_object_agg_unique_strict(\"any\",\"any\")")]
internal sealed class JsonObjectAggUniqueStrict : JsonObjectAgg
{
    private readonly JsonKeys _keys = new();

    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        _keys.Add(site, context, key);
        if (!value.IsNull)
        {
            base.Step(site, context, key, value);
        }
        else
        {
            Begin();
        }
    }
}

[PgAggregate("jsonb_object_agg_strict(\"any\",\"any\")")]
internal sealed class JsonbObjectAggStrict : JsonbObjectAgg
{
    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        if (key.IsNull || !value.IsNull)
        {
            base.Step(site, context, key, value);
        }
        else
        {
            Begin();
        }
    }
}

[PgAggregate("jsonb_object_agg_unique(\"any\",\"any\")")]
internal sealed class JsonbObjectAggUnique : JsonbObjectAgg
{
    private readonly JsonKeys _keys = new();

    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        if (!key.IsNull)
        {
            _keys.Add(site, context, key, isNamed: false);
        }

        base.Step(site, context, key, value);
    }
}

[PgAggregate("jsonb_object_agg_unique_strict(\"any\",\"any\")")]
internal sealed class JsonbObjectAggUniqueStrict : JsonbObjectAgg
{
    private readonly JsonKeys _keys = new();

    public new void Step(CallSite site, FunctionContext context, PgDatum key, PgDatum value)
    {
        if (!key.IsNull)
        {
            _keys.Add(site, context, key, isNamed: false);
        }

        if (key.IsNull || !value.IsNull)
        {
            base.Step(site, context, key, value);
        }
        else
        {
            Begin();
        }
    }
}

/// <summary>The keys that an object has so far.</summary>
internal sealed class JsonKeys
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Takes a key; 22030 when it is there already.</summary>
    public void Add(CallSite site, FunctionContext context, PgDatum key, bool isNamed = true)
    {
        Check(key);
        var name = JsonWriter.Key(context, site.ArgumentTypes[0], key);
        if (!_keys.Add(Encoding.UTF8.GetString(name)))
        {
            throw JsonMaking.DuplicateKey(isNamed ? name : null);
        }
    }

    /// <summary>22004 for a NULL key.</summary>
    public static void Check(PgDatum key)
    {
        if (key.IsNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for object key");
        }
    }
}
