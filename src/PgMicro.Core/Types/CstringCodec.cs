namespace PgMicro.Core.Types;

/// <summary>cstring: TEXT.</summary>
public sealed class CstringCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Cstring;

    /// <inheritdoc/>
    public override string Name => "cstring";
}
