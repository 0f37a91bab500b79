using System.Buffers;
using System.Text;

namespace PgMicro.Core.Types.Xml;

/// <summary>xml: TEXT as it was written, checked to be well-formed content.</summary>
public sealed class XmlCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Xml;

    /// <inheritdoc/>
    public override string Name => "xml";

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        XmlText.Check(Encoding.UTF8.GetString(text), context.IsXmlOptionDocument);
        return PgDatum.FromText(text.ToArray());
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (!value.Bytes.StartsWith("<?xml"u8) || ReferenceEquals(context, TypeContext.Canonical))
        {
            writer.Write(value.Bytes);
            return;
        }

        var (declaration, body) = XmlText.Declaration.Split(value.GetString());
        writer.Append(declaration.ToString());
        writer.Append(declaration.ToString().Length == 0 && body.StartsWith('\n') ? body[1..] : body);
    }

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());
}
