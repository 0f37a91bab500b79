using System.Buffers;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>DataRow (D): encodes the rows of one result.</summary>
internal sealed class DataRow : IDisposable
{
    private readonly Field[] _fields;
    private readonly TypeContext _context;
    private byte[] _scratch = [];

    /// <param name="columns">The columns.</param>
    /// <param name="formats">Format codes as Bind gave them: none for text, one for all, or one for each.</param>
    /// <param name="context">The session's settings.</param>
    internal DataRow(IReadOnlyList<ColumnDescription> columns, ReadOnlySpan<short> formats, TypeContext context)
    {
        _context = context;
        _fields = new Field[columns.Count];
        for (var i = 0; i < _fields.Length; i++)
        {
            var binary = formats.Length switch { 0 => 0, 1 => formats[0], _ => formats[i] } == 1;
            var codec = context.Types.GetCodec(columns[i].TypeOid);
            var encoding = EncodingOf(codec, binary);
            _fields[i] = new Field(codec, encoding, encoding is FieldEncoding.Output or FieldEncoding.Raw);
        }
    }

    private enum FieldEncoding : byte
    {
        Output,
        Send,
        Raw,
        Decimal,
        Int16,
        Int32,
        Int64,
    }

    /// <summary>Writes the portal's current row.</summary>
    internal void Write(MessageWriter writer, Portal portal)
    {
        var start = writer.Begin((byte)'D');
        try
        {
            writer.Int16((short)_fields.Length);
            for (var i = 0; i < _fields.Length; i++)
            {
                WriteField(writer, portal, i);
            }
        }
        catch
        {
            writer.Abandon(start);
            throw;
        }

        writer.End(start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = [];
        }
    }

    private static FieldEncoding EncodingOf(PgTypeCodec codec, bool binary) => codec.Oid switch
    {
        TypeOid.Text or TypeOid.Varchar or TypeOid.Bpchar => FieldEncoding.Raw,
        TypeOid.Int2 => binary ? FieldEncoding.Int16 : FieldEncoding.Decimal,
        TypeOid.Int4 => binary ? FieldEncoding.Int32 : FieldEncoding.Decimal,
        TypeOid.Int8 => binary ? FieldEncoding.Int64 : FieldEncoding.Decimal,
        _ => binary ? FieldEncoding.Send : FieldEncoding.Output,
    };

    private void WriteField(MessageWriter writer, Portal portal, int column)
    {
        var kind = portal.Kind(column);
        if (kind == DatumKind.Null)
        {
            writer.Int32(-1);
            return;
        }

        var (codec, encoding, isText) = _fields[column];
        var start = writer.BeginValue();
        switch (encoding)
        {
            case FieldEncoding.Raw when kind == DatumKind.Text:
                writer.Bytes(portal.GetBytes(column));
                break;
            case FieldEncoding.Decimal when kind == DatumKind.Integer:
                writer.AppendInteger(portal.GetInt64(column));
                break;
            case FieldEncoding.Int16 when kind == DatumKind.Integer:
                writer.Int16((short)portal.GetInt64(column));
                break;
            case FieldEncoding.Int32 when kind == DatumKind.Integer:
                writer.Int32((int)portal.GetInt64(column));
                break;
            case FieldEncoding.Int64 when kind == DatumKind.Integer:
                writer.WriteInt64(portal.GetInt64(column));
                break;
            case FieldEncoding.Send or FieldEncoding.Int16 or FieldEncoding.Int32 or FieldEncoding.Int64:
                codec.Send(Datum(portal, column, kind), _context, writer);
                break;
            default:
                codec.Output(Datum(portal, column, kind), _context, writer);
                break;
        }

        if (isText)
        {
            writer.Convert(start);
        }

        writer.EndValue(start);
    }

    // Bytes of the row are lent to the codec in one buffer, not copied to an array of their own.
    private PgDatum Datum(Portal portal, int column, DatumKind kind)
    {
        switch (kind)
        {
            case DatumKind.Integer:
                return PgDatum.FromInt64(portal.GetInt64(column));
            case DatumKind.Real:
                return PgDatum.FromDouble(portal.GetDouble(column));
        }

        var bytes = portal.GetBytes(column);
        if (_scratch.Length < bytes.Length)
        {
            Dispose();
            _scratch = ArrayPool<byte>.Shared.Rent(Math.Max(256, bytes.Length));
        }

        bytes.CopyTo(_scratch);
        var copy = _scratch.AsMemory(0, bytes.Length);
        return kind == DatumKind.Text ? PgDatum.FromText(copy) : PgDatum.FromBlob(copy);
    }

    private readonly record struct Field(PgTypeCodec Codec, FieldEncoding Encoding, bool IsText);
}
