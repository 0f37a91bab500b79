using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>pg_ndistinct, pg_dependencies and pg_mcv_list: what ANALYZE computes for CREATE STATISTICS. They are shown, never read.</summary>
public sealed class ExtendedStatisticsCodec : TextFamilyCodec
{
    /// <summary>Makes the codec of one of them.</summary>
    public ExtendedStatisticsCodec(uint oid, string name)
    {
        Oid = oid;
        Name = name;
    }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => 0;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        throw new PgException(SqlState.FeatureNotSupported, $"cannot accept a value of type {Name}");

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Input(binary, typmod, context);
}
