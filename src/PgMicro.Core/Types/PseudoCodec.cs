using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>A pseudo-type: no value of it is read or shown, except void, which is empty, and anyarray, which is shown as text.</summary>
public sealed class PseudoCodec : PgTypeCodec
{
    /// <summary>Makes the codec of a pseudo-type.</summary>
    public PseudoCodec(uint oid, string name)
    {
        Oid = oid;
        Name = name;
    }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.None;

    /// <inheritdoc/>
    public override uint ArrayOid => 0;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        Oid == TypeOid.Void ? PgDatum.FromText(ReadOnlyMemory<byte>.Empty) : throw Refused("accept");

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (Oid == TypeOid.AnyArray)
        {
            // In pg_statistic: the text of an array of whatever type.
            writer.Write(value.Bytes);
        }
        else if (Oid != TypeOid.Void)
        {
            throw Refused("display");
        }
    }

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) =>
        Oid == TypeOid.AnyArray ? PgDatum.FromText(text.ToArray()) : base.ReadCanonical(text);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Input(binary, typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (Oid != TypeOid.Void)
        {
            throw Refused("display");
        }
    }

    private PgException Refused(string verb) => new(SqlState.FeatureNotSupported, $"cannot {verb} a value of type {Name}");
}
