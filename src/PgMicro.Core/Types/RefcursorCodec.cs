namespace PgMicro.Core.Types;

/// <summary>refcursor: TEXT.</summary>
public sealed class RefcursorCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Refcursor;

    /// <inheritdoc/>
    public override string Name => "refcursor";
}
