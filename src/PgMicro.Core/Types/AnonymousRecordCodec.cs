using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The type record: TEXT "n(a,b)", where n is the <see cref="RecordShape"/> of the value and the rest a composite's storage form.</summary>
public sealed class AnonymousRecordCodec(ITypeResolver types) : PgTypeCodec
{
    /// <summary>The collation's name.</summary>
    public const string CollationName = "pg_record";

    private readonly ConcurrentDictionary<RecordShape, RecordCodec> _byShape = new();

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Record;

    /// <inheritdoc/>
    public override string Name => "record";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => CollationName;

    /// <summary>Codec of the records of a shape.</summary>
    public RecordCodec OfShape(RecordShape shape) => _byShape.GetOrAdd(shape, static (shape, types) => new RecordCodec(
        TypeOid.Record, TypeOid.RecordArray, "record", [.. shape.Types.Select(types.GetCodec)], shape.Typmods), types);

    /// <summary>Parts a storage form into its shape and its columns.</summary>
    public static RecordShape Split(ReadOnlySpan<byte> storage, out ReadOnlySpan<byte> columns)
    {
        if (Utf8Parser.TryParse(storage, out int id, out var length) && RecordShape.FromId(id) is { } shape)
        {
            columns = storage[length..];
            return shape;
        }

        throw PgErrors.FeatureNotSupported("a record whose columns are not known");
    }

    /// <summary>Reads a storage form.</summary>
    public PgDatum[] FromStorage(ReadOnlySpan<byte> storage, out RecordShape shape)
    {
        shape = Split(storage, out var columns);
        return OfShape(shape).FromStorage(columns);
    }

    /// <summary>The storage form of a record of a shape.</summary>
    public PgDatum ToStorage(RecordShape shape, ReadOnlySpan<PgDatum> values)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.AppendInteger(shape.Id);
        OfShape(shape).WriteStorage(values, writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        try
        {
            var x = FromStorage(a, out var left);
            var y = FromStorage(b, out var right);
            for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
            {
                if (left.Types[i] != right.Types[i])
                {
                    return left.Types[i].CompareTo(right.Types[i]);
                }

                var order = RecordCodec.CompareColumn(OfShape(left).Fields[i], x[i], y[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return x.Length.CompareTo(y.Length);
        }
        catch (PgException)
        {
            // A collation callback cannot report.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        throw new PgException(SqlState.FeatureNotSupported, "input of anonymous composite types is not implemented");

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var codec = OfShape(Split(value.Bytes, out var columns));
        codec.Output(codec.FromStorage(columns), context, writer);
    }

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) =>
        throw new PgException(SqlState.FeatureNotSupported, "input of anonymous composite types is not implemented");

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var codec = OfShape(Split(value.Bytes, out var columns));
        codec.Send(codec.FromStorage(columns), context, writer);
    }
}
