using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>regclass, regtype, regproc and their like: INTEGER oid, shown as the object's name.</summary>
public sealed class RegCodec : PgTypeCodec
{
    /// <summary>Makes the codec of a reg type.</summary>
    public RegCodec(uint oid, string name)
    {
        Oid = oid;
        Name = name;
    }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        // There is an operator of that name.
        if (Oid is not (TypeOid.Regoper or TypeOid.Regoperator) && text.SequenceEqual("-"u8))
        {
            return PgDatum.FromInt64(0);
        }

        if (text.Length > 0 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            return PgDatum.FromInt64((long)IntegerText.ParseUnsigned(text, is32Bit: true, "oid"));
        }

        var resolver = context.Reg ?? throw PgErrors.FeatureNotSupported($"looking up a {Name} by name here");
        return PgDatum.FromInt64(resolver.Parse(Oid, Encoding.UTF8.GetString(text)));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var oid = (uint)value.Int64;
        writer.Append(oid == 0 ? Oid is TypeOid.Regoper or TypeOid.Regoperator ? "0" : "-" : context.Reg?.Format(Oid, oid) ?? oid.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = (uint)reader.Int32();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt32((int)(uint)value.Int64);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.AppendInteger(value.Int64);
}
