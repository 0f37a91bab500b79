using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>pg_node_tree: TEXT that only the catalog writes.</summary>
public sealed class PgNodeTreeCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.PgNodeTree;

    /// <inheritdoc/>
    public override string Name => "pg_node_tree";

    /// <inheritdoc/>
    public override uint ArrayOid => 0;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        throw new PgException(SqlState.FeatureNotSupported, "cannot accept a value of type pg_node_tree");

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());
}
