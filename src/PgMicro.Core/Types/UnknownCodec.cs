namespace PgMicro.Core.Types;

/// <summary>unknown: TEXT.</summary>
public sealed class UnknownCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Unknown;

    /// <inheritdoc/>
    public override string Name => "unknown";
}
