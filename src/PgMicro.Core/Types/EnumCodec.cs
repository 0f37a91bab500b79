using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>One pg_enum row.</summary>
/// <param name="Label">enumlabel.</param>
/// <param name="SortOrder">enumsortorder.</param>
/// <param name="Oid">pg_enum.oid.</param>
public sealed record EnumLabel(string Label, float SortOrder, uint Oid);

/// <summary>An enum: INTEGER or REAL enumsortorder in a column of no affinity, so that labels can be renamed and put between others.</summary>
public sealed class EnumCodec : PgTypeCodec
{
    private readonly Dictionary<double, EnumLabel> _bySortOrder;
    private readonly Dictionary<string, EnumLabel> _byLabel;
    private readonly uint _arrayOid;

    /// <summary>Makes the codec of an enum type.</summary>
    public EnumCodec(uint oid, uint arrayOid, string name, IReadOnlyList<EnumLabel> labels)
    {
        Oid = oid;
        _arrayOid = arrayOid;
        Name = name;
        Labels = [.. labels.OrderBy(label => label.SortOrder)];
        _bySortOrder = labels.ToDictionary(label => (double)label.SortOrder);
        _byLabel = labels.ToDictionary(label => label.Label, StringComparer.Ordinal);
    }

    /// <summary>The labels in order.</summary>
    public IReadOnlyList<EnumLabel> Labels { get; }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => _arrayOid;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.None;

    /// <summary>The storage form of a label.</summary>
    public static PgDatum ToDatum(EnumLabel label) =>
        label.SortOrder == (long)label.SortOrder ? PgDatum.FromInt64((long)label.SortOrder) : PgDatum.FromDouble(label.SortOrder);

    /// <summary>The label of a storage form.</summary>
    /// <exception cref="PgException">22P03 when there is none.</exception>
    public EnumLabel FromStorage(in PgDatum value) => _bySortOrder.TryGetValue(value.Double, out var label)
        ? label
        : throw new PgException(SqlState.InvalidBinaryRepresentation, $"invalid internal value for enum: {value}");

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var label = Encoding.UTF8.GetString(text);
        if (!_byLabel.TryGetValue(label, out var found))
        {
            throw new PgException(SqlState.InvalidTextRepresentation, $"invalid input value for enum {context.ShownType(Oid, Name)}: \"{label}\"");
        }

        return ToSafeDatum(found, context);
    }

    /// <summary>The storage form of a label that may be used.</summary>
    /// <exception cref="PgException">55P04 for one that the running transaction has added.</exception>
    public PgDatum ToSafeDatum(EnumLabel label, TypeContext context) => context.IsSafeEnumValue(Oid, label.Oid)
        ? ToDatum(label)
        : throw new PgException(SqlState.UnsafeNewEnumValueUsage, $"unsafe use of new value \"{label.Label}\" of enum type {context.ShownType(Oid, Name)}")
            .WithHint("New enum values must be committed before they can be used.");

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Append(FromStorage(value).Label);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        return Input(TextFamilyCodec.ReceiveText(binary, context), typmod, context);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => TextFamilyCodec.SendText(value, this, context, writer);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Append(value.ToString());

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? PgDatum.FromInt64(whole)
            : PgDatum.FromDouble(FloatText.ParseDouble(text));
}
