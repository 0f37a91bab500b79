using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Codecs;

/// <summary>
/// An enum of one catalog snapshot. A value is stored as its label's enumsortorder, so that values sort in declaration order and
/// renaming a label changes no row.
/// </summary>
public sealed class EnumCodec : PgTypeCodec
{
    private readonly PgType _type;
    private readonly FrozenDictionary<string, float> _orders;
    private readonly FrozenDictionary<float, byte[]> _labels;

    internal EnumCodec(PgType type, ImmutableArray<PgEnum> values)
    {
        _type = type;
        _orders = values.ToFrozenDictionary(static v => v.enumlabel, static v => v.enumsortorder);
        _labels = values.ToFrozenDictionary(static v => v.enumsortorder, static v => Encoding.UTF8.GetBytes(v.enumlabel));
    }

    /// <inheritdoc/>
    public override uint Oid => _type.oid;

    /// <inheritdoc/>
    public override string Name => CatalogNames.QuoteIdentifier(_type.typname);

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.None;

    /// <inheritdoc/>
    public override uint ArrayOid => _type.typarray;

    /// <summary>The storage form of a label.</summary>
    public static PgDatum FromSortOrder(float order) =>
        order == MathF.Floor(order) ? PgDatum.FromInt64((long)order) : PgDatum.FromDouble(order);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var label = Encoding.UTF8.GetString(text);
        return _orders.TryGetValue(label, out var order)
            ? FromSortOrder(order)
            : throw new PgException(SqlState.InvalidTextRepresentation, $"invalid input value for enum {Name}: \"{label}\"");
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(Label(value));

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Input(binary, typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(Label(value));

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) =>
        writer.Write(Encoding.ASCII.GetBytes(((float)value.Double).ToString("R", CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => FromSortOrder(float.Parse(text, CultureInfo.InvariantCulture));

    private byte[] Label(in PgDatum value) =>
        _labels.TryGetValue((float)value.Double, out var label)
            ? label
            : throw new PgException(SqlState.InvalidBinaryRepresentation, $"invalid internal value for enum: {value}");
}
