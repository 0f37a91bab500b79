using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>A domain: its base type's codec under its own name. Constraints are checked by expressions, not here.</summary>
public sealed class DomainCodec(uint oid, uint arrayOid, string name, PgTypeCodec baseType, int typmod) : PgTypeCodec
{
    /// <summary>The codec of the base type.</summary>
    public PgTypeCodec BaseType => baseType;

    /// <inheritdoc/>
    public override uint Oid => oid;

    /// <inheritdoc/>
    public override uint ArrayOid => arrayOid;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => baseType.ColumnType;

    /// <inheritdoc/>
    public override string? Collation => baseType.Collation;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => baseType.Compare(a, b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int unused, TypeContext context) => baseType.Input(text, typmod, context);

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => baseType.Output(value, context, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int unused, TypeContext context) => baseType.Receive(binary, typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => baseType.Send(value, context, writer);
}
