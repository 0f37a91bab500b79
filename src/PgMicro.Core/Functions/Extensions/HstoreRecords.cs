using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>hstore and rows.</summary>
internal static class HstoreRecords
{
    [PgFunction("hstore(record)")]
    public static byte[]? FromRecord(CallSite site, FunctionContext context, PgDatum row)
    {
        var pairs = new List<(byte[] Key, byte[]? Value)>();
        if (row.IsNull)
        {
            var type = context.Catalog.GetBaseType(site.ArgumentTypes[0]);
            if (context.Catalog.Type(type) is not { typtype: 'c' })
            {
                throw new PgException(SqlState.WrongObjectType, "record type has not been registered");
            }

            pairs.AddRange(JsonPopulate.Columns(context, type).Where(static c => c.Name is not null).Select(static c => (Encoding.UTF8.GetBytes(c.Name!), (byte[]?)null)));
            return PgHstore.From(pairs).ToStorage();
        }

        var fields = Composites.Anonymous(context).FromStorage(row.Bytes, out var shape);
        for (var i = 0; i < fields.Length; i++)
        {
            var value = fields[i].IsNull ? null : Encoding.UTF8.GetBytes(context.Types.GetCodec(shape.Types[i]).OutputString(fields[i], context));
            pairs.Add((Encoding.UTF8.GetBytes(shape.Names[i]), value));
        }

        return PgHstore.From(pairs).ToStorage();
    }

    [PgFunction("populate_record(anyelement,hstore)")]
    public static PgDatum Populate(CallSite site, FunctionContext context, PgDatum record, byte[]? value)
    {
        var type = context.Catalog.GetBaseType(site.ArgumentTypes[0]);
        var isNamed = context.Catalog.Type(type) is { typtype: 'c' };
        if (!isNamed && type != TypeOid.Record)
        {
            throw new PgException(SqlState.DatatypeMismatch, "first argument must be a rowtype");
        }

        if (value is null)
        {
            return record;
        }

        var store = PgHstore.FromStorage(value);
        if (isNamed)
        {
            var codec = (RecordCodec)context.Types.GetCodec(type);
            var columns = JsonPopulate.Columns(context, type);
            return codec.ToStorage(Fields(context, store, columns, record.IsNull ? null : codec.FromStorage(record.Bytes)));
        }

        if (record.IsNull)
        {
            throw new PgException(SqlState.DatatypeMismatch, "first argument must be a rowtype");
        }

        var anonymous = Composites.Anonymous(context);
        var present = anonymous.FromStorage(record.Bytes, out var shape);
        return anonymous.ToStorage(shape, Fields(context, store, [.. shape.Names.Select((n, i) => ((string?)n, shape.Types[i], shape.Typmods[i]))], present));
    }

    private static PgDatum[] Fields(FunctionContext context, PgHstore store, IReadOnlyList<(string? Name, uint Type, int Typmod)> columns, PgDatum[]? present)
    {
        var fields = new PgDatum[columns.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, type, typmod) = columns[i];
            fields[i] = present is null ? PgDatum.Null : present[i];
            if (name is not null && store.Find(Encoding.UTF8.GetBytes(name)) is var at and >= 0)
            {
                fields[i] = store.Pairs[at].Value is { } text ? context.Types.GetCodec(type).Input(text, typmod, context) : PgDatum.Null;
            }
        }

        return fields;
    }
}
