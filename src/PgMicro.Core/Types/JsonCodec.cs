namespace PgMicro.Core.Types;

/// <summary>json: TEXT as it was written.</summary>
public sealed class JsonCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Json;

    /// <inheritdoc/>
    public override string Name => "json";

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        new Json.JsonReader(text, decode: false).ReadDocument();
        return PgDatum.FromText(text.ToArray());
    }
}
