using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>A composite type, or record when the fields are known: TEXT "(a,b)" of the fields' canonical forms.</summary>
public sealed class RecordCodec : PgTypeCodec
{
    private readonly PgTypeCodec[] _fields;
    private readonly int[] _typmods;
    private readonly uint _arrayOid;

    /// <summary>Makes the codec of a composite type.</summary>
    /// <param name="oid">pg_type.oid; <see cref="TypeOid.Record"/> for an anonymous one.</param>
    /// <param name="arrayOid">pg_type.typarray, or 0.</param>
    /// <param name="name">The type's name.</param>
    /// <param name="fields">Codecs of the fields.</param>
    /// <param name="typmods">Their type modifiers; null for none.</param>
    public RecordCodec(uint oid, uint arrayOid, string name, IReadOnlyList<PgTypeCodec> fields, IReadOnlyList<int>? typmods = null)
    {
        Oid = oid;
        _arrayOid = arrayOid;
        Name = name;
        _fields = [.. fields];
        _typmods = typmods is null ? [.. Enumerable.Repeat(-1, _fields.Length)] : [.. typmods];
        Collation = $"pg_record_{oid}_{string.Join('_', _fields.Select(field => field.Oid))}";
    }

    /// <summary>Codecs of the fields.</summary>
    public IReadOnlyList<PgTypeCodec> Fields => _fields;

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => _arrayOid;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation { get; }

    /// <summary>Reads a storage form.</summary>
    public PgDatum[] FromStorage(ReadOnlySpan<byte> text) => Parse(text, null);

    /// <summary>The storage form.</summary>
    public PgDatum ToStorage(ReadOnlySpan<PgDatum> values)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(values, null, writer);
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
            var x = FromStorage(a);
            var y = FromStorage(b);
            for (var i = 0; i < _fields.Length; i++)
            {
                var order = x[i].IsNull || y[i].IsNull ? x[i].IsNull.CompareTo(y[i].IsNull) : _fields[i].CompareValues(x[i], y[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => ToStorage(Parse(text, context));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => Write(FromStorage(value.Bytes), context, writer);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        if (count != _fields.Length)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"wrong number of columns: {count}, expected {_fields.Length}");
        }

        var values = new PgDatum[count];
        for (var i = 0; i < count; i++)
        {
            var type = (uint)reader.Int32();
            if (type != _fields[i].Oid)
            {
                var given = context.Types.FindCodec(type)?.Name ?? "???";
                throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"binary data has type {type} ({given}) instead of expected {_fields[i].Oid} ({_fields[i].Name}) in record column {i + 1}");
            }

            var length = reader.Int32();
            values[i] = length == -1 ? PgDatum.Null : _fields[i].Receive(reader.Bytes(length), _typmods[i], context);
        }

        reader.End();
        return ToStorage(values);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var values = FromStorage(value.Bytes);
        var scratch = new ArrayBufferWriter<byte>();
        writer.WriteInt32(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            writer.WriteInt32((int)_fields[i].Oid);
            if (values[i].IsNull)
            {
                writer.WriteInt32(-1);
                continue;
            }

            scratch.ResetWrittenCount();
            _fields[i].Send(values[i], context, scratch);
            writer.WriteInt32(scratch.WrittenCount);
            writer.Write(scratch.WrittenSpan);
        }
    }

    private void Write(ReadOnlySpan<PgDatum> values, TypeContext? context, IBufferWriter<byte> writer)
    {
        var scratch = new ArrayBufferWriter<byte>();
        writer.Append('(');
        for (var i = 0; i < values.Length; i++)
        {
            writer.Append(i > 0 ? "," : "");
            if (values[i].IsNull)
            {
                continue;
            }

            scratch.ResetWrittenCount();
            if (context is null)
            {
                _fields[i].WriteCanonical(values[i], scratch);
            }
            else
            {
                _fields[i].Output(values[i], context, scratch);
            }

            WriteField(scratch.WrittenSpan, writer);
        }

        writer.Append(')');
    }

    private static void WriteField(ReadOnlySpan<byte> text, IBufferWriter<byte> writer)
    {
        var quote = text.Length == 0;
        foreach (var c in text)
        {
            quote |= c is (byte)'"' or (byte)'\\' or (byte)'(' or (byte)')' or (byte)',' || Ascii.IsSpace(c);
        }

        if (!quote)
        {
            writer.Write(text);
            return;
        }

        writer.Append('"');
        foreach (var c in text)
        {
            // A quote or backslash is doubled.
            writer.WriteByte(c);
            if (c is (byte)'"' or (byte)'\\')
            {
                writer.WriteByte(c);
            }
        }

        writer.Append('"');
    }

    private PgDatum[] Parse(ReadOnlySpan<byte> text, TypeContext? context)
    {
        var at = 0;
        SkipSpace(text, ref at);
        if (at >= text.Length || text[at] != '(')
        {
            throw Malformed(text, "Missing left parenthesis.");
        }

        at++;
        var values = new PgDatum[_fields.Length];
        var buffer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                if (at >= text.Length || text[at] != ',')
                {
                    throw Malformed(text, "Too few columns.");
                }

                at++;
            }

            if (at < text.Length && text[at] is (byte)',' or (byte)')')
            {
                values[i] = PgDatum.Null;
                continue;
            }

            buffer.ResetWrittenCount();
            ReadField(text, ref at, buffer);
            values[i] = context is null ? _fields[i].ReadCanonical(buffer.WrittenSpan) : _fields[i].Input(buffer.WrittenSpan, _typmods[i], context);
        }

        if (at >= text.Length || text[at] != ')')
        {
            throw Malformed(text, "Too many columns.");
        }

        at++;
        SkipSpace(text, ref at);
        return at == text.Length ? values : throw Malformed(text, "Junk after right parenthesis.");
    }

    private static void ReadField(ReadOnlySpan<byte> text, ref int at, ArrayBufferWriter<byte> buffer)
    {
        var quoted = false;
        while (true)
        {
            if (at >= text.Length)
            {
                throw Malformed(text, "Unexpected end of input.");
            }

            var c = text[at];
            if (!quoted && c is (byte)',' or (byte)')')
            {
                return;
            }

            at++;
            if (c == '\\')
            {
                if (at >= text.Length)
                {
                    throw Malformed(text, "Unexpected end of input.");
                }

                buffer.WriteByte(text[at++]);
            }
            else if (c == '"')
            {
                if (quoted && at < text.Length && text[at] == '"')
                {
                    buffer.WriteByte(text[at++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else
            {
                buffer.WriteByte(c);
            }
        }
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && Ascii.IsSpace(text[at]))
        {
            at++;
        }
    }

    private static PgException Malformed(ReadOnlySpan<byte> text, string detail) =>
        new PgException(SqlState.InvalidTextRepresentation, $"malformed record literal: \"{Ascii.Text(text)}\"").WithDetail(detail);
}
