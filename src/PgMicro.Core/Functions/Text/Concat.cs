using System.Buffers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Text;

/// <summary>concat, concat_ws, || with a value of another type: output functions of the arguments' types.</summary>
internal static class Concat
{
    [PgFunction("concat(\"any\")")]
    public static byte[] All(CallSite site, FunctionContext context, FunctionArguments arguments)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < arguments.Count; i++)
        {
            Append(writer, context, site.ArgumentTypes[i], arguments, i);
        }

        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("concat_ws(text,\"any\")")]
    public static byte[]? WithSeparator(CallSite site, FunctionContext context, byte[]? separator, FunctionArguments arguments)
    {
        if (separator is null)
        {
            return null;
        }

        var writer = new ArrayBufferWriter<byte>();
        var isFirst = true;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments.IsNull(i))
            {
                continue;
            }

            if (!isFirst)
            {
                writer.Write(separator);
            }

            isFirst = false;
            Append(writer, context, site.ArgumentTypes[i + 1], arguments, i);
        }

        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("textanycat(text,anynonarray)")]
    public static byte[] TextAny(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, PgDatum right)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Write(left);
        context.Types.GetCodec(site.ArgumentTypes[1]).Output(right, context, writer);
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("anytextcat(anynonarray,text)")]
    public static byte[] AnyText(CallSite site, FunctionContext context, PgDatum left, ReadOnlySpan<byte> right)
    {
        var writer = new ArrayBufferWriter<byte>();
        context.Types.GetCodec(site.ArgumentTypes[0]).Output(left, context, writer);
        writer.Write(right);
        return writer.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> writer, FunctionContext context, uint type, FunctionArguments arguments, int index)
    {
        if (arguments.IsNull(index))
        {
            return;
        }

        if (type is TypeOid.Text or TypeOid.Varchar)
        {
            writer.Write(arguments.Bytes(index));
        }
        else
        {
            context.Types.GetCodec(type).Output(arguments.Datum(index), context, writer);
        }
    }
}
