using System.Buffers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>The binary output functions, called by name.</summary>
internal static class SendFunctions
{
    [PgFunction("boolsend(boolean)")]
    [PgFunction("int2send(smallint)")]
    [PgFunction("int4send(integer)")]
    [PgFunction("int8send(bigint)")]
    [PgFunction("oidsend(oid)")]
    [PgFunction("float4send(real)")]
    [PgFunction("float8send(float8)")]
    [PgFunction("numeric_send(numeric)")]
    [PgFunction("textsend(text)")]
    [PgFunction("varcharsend(character varying)")]
    [PgFunction("bpcharsend(character)")]
    [PgFunction("namesend(name)")]
    [PgFunction("byteasend(bytea)")]
    [PgFunction("uuid_send(uuid)")]
    [PgFunction("date_send(date)")]
    [PgFunction("time_send(time)")]
    [PgFunction("timetz_send(timetz)")]
    [PgFunction("timestamp_send(timestamp)")]
    [PgFunction("timestamptz_send(timestamptz)")]
    [PgFunction("interval_send(interval)")]
    [PgFunction("json_send(json)")]
    [PgFunction("jsonb_send(jsonb)")]
    [PgFunction("jsonpath_send(jsonpath)")]
    [PgFunction("enum_send(anyenum)")]
    [PgFunction("array_send(anyarray)")]
    public static byte[] Send(CallSite site, FunctionContext context, PgDatum value)
    {
        var writer = new ArrayBufferWriter<byte>();
        context.Types.GetCodec(site.ArgumentTypes[0]).Send(value, context, writer);
        return writer.WrittenSpan.ToArray();
    }
}
