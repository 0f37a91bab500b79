namespace PgMicro.Core.Types;

/// <summary>text: TEXT.</summary>
public sealed class TextCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Text;

    /// <inheritdoc/>
    public override string Name => "text";
}
