using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>An array of any element type: TEXT, PostgreSQL's array output over the elements' canonical forms.</summary>
public sealed class ArrayCodec : PgTypeCodec
{
    private readonly uint _oid;
    private readonly Action<PgDatum, IBufferWriter<byte>> _writeCanonical;
    private readonly ArrayText.ElementReader _readCanonical;

    /// <summary>Makes the codec of an array type.</summary>
    /// <param name="element">Codec of its elements.</param>
    /// <param name="oid">pg_type.oid of the array type; 0 for the built-in one of the element.</param>
    public ArrayCodec(PgTypeCodec element, uint oid = 0)
    {
        Element = element;
        _oid = oid != 0 ? oid : element.ArrayOid;
        _writeCanonical = (value, writer) => Element.WriteCanonical(value, writer);
        _readCanonical = text => Element.ReadCanonical(text);
        Collation = string.Create(CultureInfo.InvariantCulture, $"pg_array_{element.Oid}");
    }

    /// <summary>Codec of the elements.</summary>
    public PgTypeCodec Element { get; }

    /// <inheritdoc/>
    public override uint Oid => _oid;

    /// <inheritdoc/>
    public override string Name => Element.Name + "[]";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => 0;

    /// <inheritdoc/>
    public override char Delimiter => Element.Delimiter;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        try
        {
            return PgArray.Compare(FromStorage(a), FromStorage(b), Element);
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <summary>Reads a storage form: an array's, or that of an int2vector or oidvector, which are taken for arrays and have no braces.</summary>
    public PgArray FromStorage(ReadOnlySpan<byte> text) => Element.Oid is TypeOid.Int2 or TypeOid.Oid && (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
        ? (Element.Oid == TypeOid.Oid ? VectorCodec.OidVector : VectorCodec.Int2Vector).FromStorage(text)
        : ArrayText.Parse(text, Element.Oid, Delimiter, _readCanonical);

    /// <summary>The storage form.</summary>
    public PgDatum ToStorage(PgArray array)
    {
        var writer = new ArrayBufferWriter<byte>();
        ArrayText.Write(array, Delimiter, writer, _writeCanonical);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        ToStorage(ArrayText.Parse(text, Element.Oid, Delimiter, element => Element.Input(element, typmod, context)));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (ReferenceEquals(context, TypeContext.Canonical))
        {
            writer.Write(value.Bytes);
            return;
        }

        ArrayText.Write(FromStorage(value.Bytes), Delimiter, writer, (element, to) => Element.Output(element, context, to));
    }

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) =>
        ToStorage(ArrayBinary.Read(binary, Element, typmod, context));

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        ArrayBinary.Write(FromStorage(value.Bytes), Element, context, writer);

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => Element.TypmodIn(arguments);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => Element.TypmodOut(typmod);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context)
    {
        if (typmod < 0)
        {
            return value;
        }

        var array = FromStorage(value.Bytes);
        var elements = array.Elements;
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = elements[i].IsNull ? elements[i] : Element.ApplyTypmod(elements[i], typmod, isExplicit, context);
        }

        return ToStorage(array);
    }
}
