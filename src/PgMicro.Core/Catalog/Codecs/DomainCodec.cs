using System.Buffers;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Codecs;

/// <summary>A domain: its base type under the domain's type modifier. Constraints are checked by the coercion that the binder adds.</summary>
public sealed class DomainCodec : PgTypeCodec
{
    private readonly PgType _type;

    internal DomainCodec(PgType type, PgTypeCodec baseCodec)
    {
        _type = type;
        Base = baseCodec;
    }

    /// <summary>The codec of the type below.</summary>
    public PgTypeCodec Base { get; }

    // Below all domains: the constraints of each are checked together, under this one's name.
    private PgTypeCodec Root => Base is DomainCodec inner ? inner.Root : Base;

    private int RootTypmod => _type.typtypmod < 0 && Base is DomainCodec inner ? inner.RootTypmod : _type.typtypmod;

    /// <inheritdoc/>
    public override uint Oid => _type.oid;

    /// <inheritdoc/>
    public override string Name => CatalogNames.QuoteIdentifier(_type.typname);

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => Base.ColumnType;

    /// <inheritdoc/>
    public override string? Collation => Base.Collation;

    /// <inheritdoc/>
    public override uint ArrayOid => _type.typarray;

    /// <inheritdoc/>
    public override char Delimiter => Base.Delimiter;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => Base.Compare(a, b);

    /// <inheritdoc/>
    public override int CompareValues(in PgDatum a, in PgDatum b) => Base.CompareValues(a, b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => Checked(Root.Input(text, RootTypmod, context), context);

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => Base.Output(value, context, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Checked(Root.Receive(binary, RootTypmod, context), context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => Base.Send(value, context, writer);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        Base.ApplyTypmod(value, _type.typtypmod, isExplicit, context);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => Base.WriteCanonical(value, writer);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => Base.ReadCanonical(text);

    private PgDatum Checked(PgDatum value, TypeContext context)
    {
        context.CheckDomain(Oid, value);
        return value;
    }
}
