using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>int2vector and oidvector: TEXT of numbers between single blanks; one-dimensional arrays of lower bound 0.</summary>
public sealed class VectorCodec : PgTypeCodec
{
    private readonly uint _oid;

    private VectorCodec(uint oid, string name, PgTypeCodec element)
    {
        _oid = oid;
        Name = name;
        Element = element;
        Collation = "pg_" + name;
    }

    /// <summary>int2vector.</summary>
    public static VectorCodec Int2Vector { get; } = new(TypeOid.Int2Vector, "int2vector", new Int2Codec());

    /// <summary>oidvector.</summary>
    public static VectorCodec OidVector { get; } = new(TypeOid.OidVector, "oidvector", new OidCodec());

    /// <summary>Codec of the elements.</summary>
    public PgTypeCodec Element { get; }

    /// <inheritdoc/>
    public override uint Oid => _oid;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation { get; }

    /// <summary>Reads a storage form.</summary>
    public PgArray FromStorage(ReadOnlySpan<byte> text) => ToArray(Split(text, TypeContext.Canonical));

    /// <summary>The storage form.</summary>
    public PgDatum ToStorage(PgArray array)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < array.Elements.Length; i++)
        {
            if (i > 0)
            {
                writer.Append(' ');
            }

            writer.AppendInteger(array.Elements[i].Int64);
        }

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
            var x = Split(a, TypeContext.Canonical);
            var y = Split(b, TypeContext.Canonical);

            // oidvector compares lengths first (btoidvectorcmp); int2vector as arrays do.
            var order = _oid == TypeOid.OidVector ? x.Count.CompareTo(y.Count) : 0;
            for (var i = 0; order == 0 && i < Math.Min(x.Count, y.Count); i++)
            {
                order = x[i].Int64.CompareTo(y[i].Int64);
            }

            return order != 0 ? order : x.Count.CompareTo(y.Count);
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => ToStorage(ToArray(Split(text, context)));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        // ARRAY[]::oidvector is an array of no dimensions, which no vector is.
        if (value.Bytes is [(byte)'{', ..])
        {
            throw new PgException(SqlState.DatatypeMismatch, $"array is not a valid {Name}");
        }

        writer.Write(value.Bytes);
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var array = ArrayBinary.Read(binary, Element, -1, context);
        return array.Dimensions.Length > 1 || array.HasNull || (array.Dimensions.Length == 1 && array.LowerBounds[0] != 0)
            ? throw new PgException(SqlState.InvalidBinaryRepresentation, $"invalid {Name} data")
            : ToStorage(array);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        ArrayBinary.Write(FromStorage(value.Bytes), Element, context, writer);

    private PgArray ToArray(List<PgDatum> elements) => new(Element.Oid, [elements.Count], [0], elements.ToArray());

    private List<PgDatum> Split(ReadOnlySpan<byte> text, TypeContext context)
    {
        var elements = new List<PgDatum>();
        for (var i = 0; ;)
        {
            while (i < text.Length && Ascii.IsSpace(text[i]))
            {
                i++;
            }

            if (i == text.Length)
            {
                return elements;
            }

            var start = i;
            if (_oid == TypeOid.OidVector)
            {
                // As strtoul: a number ends where its digits do.
                i += text[i] is (byte)'+' or (byte)'-' ? 1 : 0;
                while (i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9')
                {
                    i++;
                }

                if (i == start || text[i - 1] is not (>= (byte)'0' and <= (byte)'9'))
                {
                    throw new PgException(SqlState.InvalidTextRepresentation, $"invalid input syntax for type oid: \"{System.Text.Encoding.UTF8.GetString(text[start..])}\"");
                }
            }

            while (_oid != TypeOid.OidVector && i < text.Length && !Ascii.IsSpace(text[i]))
            {
                i++;
            }

            elements.Add(Element.Input(text[start..i], -1, context));
        }
    }
}
