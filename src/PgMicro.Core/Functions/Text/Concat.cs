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
        AppendCast(writer, context, site.ArgumentTypes[1], right);
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("anytextcat(anynonarray,text)")]
    public static byte[] AnyText(CallSite site, FunctionContext context, PgDatum left, ReadOnlySpan<byte> right)
    {
        var writer = new ArrayBufferWriter<byte>();
        AppendCast(writer, context, site.ArgumentTypes[0], left);
        writer.Write(right);
        return writer.WrittenSpan.ToArray();
    }

    // Both are SQL functions over a cast to text, which for some types is not their output.
    private static void AppendCast(ArrayBufferWriter<byte> writer, FunctionContext context, uint type, PgDatum value)
    {
        switch (type)
        {
            case TypeOid.Bool:
                writer.Write(value.Int64 != 0 ? "true"u8 : "false"u8);
                break;
            case TypeOid.Bpchar:
                writer.Write(value.Bytes.TrimEnd((byte)' '));
                break;
            case TypeOid.Inet or TypeOid.Cidr:
                writer.Append(Types.Network.PgInet.FromStorage(value.Bytes).ToCidrString());
                break;
            default:
                context.Types.GetCodec(type).Output(value, context, writer);
                break;
        }
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
