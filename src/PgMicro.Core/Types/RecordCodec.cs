using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>
/// A composite type, or record when the fields are known: TEXT "(a,b)" of the fields' canonical forms by attribute number. A dropped attribute
/// keeps its place, empty; attributes that were added later may be missing at the end.
/// </summary>
public sealed class RecordCodec : PgTypeCodec
{
    private readonly PgTypeCodec?[] _fields;
    private readonly int[] _typmods;
    private readonly int _live;
    private readonly uint _arrayOid;

    /// <summary>Makes the codec of a composite type.</summary>
    /// <param name="oid">pg_type.oid; <see cref="TypeOid.Record"/> for an anonymous one.</param>
    /// <param name="arrayOid">pg_type.typarray, or 0.</param>
    /// <param name="name">The type's name.</param>
    /// <param name="fields">Codecs of the fields by attribute number; null for a dropped one.</param>
    /// <param name="typmods">Their type modifiers; null for none.</param>
    public RecordCodec(uint oid, uint arrayOid, string name, IReadOnlyList<PgTypeCodec?> fields, IReadOnlyList<int>? typmods = null)
    {
        Oid = oid;
        _arrayOid = arrayOid;
        Name = name;
        _fields = [.. fields];
        _typmods = typmods is null ? [.. Enumerable.Repeat(-1, _fields.Length)] : [.. typmods];
        _live = _fields.Count(static field => field is not null);
        Collation = $"pg_record_{oid}_{string.Join('_', _fields.Select(field => field?.Oid ?? 0))}";
    }

    /// <summary>Codecs of the fields by attribute number; null for a dropped one.</summary>
    public IReadOnlyList<PgTypeCodec?> Fields => _fields;

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

    /// <summary>Reads a storage form: values by attribute number.</summary>
    public PgDatum[] FromStorage(ReadOnlySpan<byte> text) => Parse(text, null);

    /// <summary>The storage form of values by attribute number.</summary>
    public PgDatum ToStorage(ReadOnlySpan<PgDatum> values)
    {
        var writer = new ArrayBufferWriter<byte>();
        WriteStorage(values, writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <summary>Writes the storage form of values by attribute number.</summary>
    internal void WriteStorage(ReadOnlySpan<PgDatum> values, IBufferWriter<byte> writer) => Write(values, null, writer);

    /// <summary>The order of two values of a column: a NULL is after all others.</summary>
    internal static int CompareColumn(PgTypeCodec? codec, in PgDatum a, in PgDatum b) =>
        codec is null ? 0 : a.IsNull || b.IsNull ? a.IsNull.CompareTo(b.IsNull) : codec.CompareValues(a, b);

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
                var order = CompareColumn(_fields[i], x[i], y[i]);
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
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => Output(FromStorage(value.Bytes), context, writer);

    /// <summary>Writes the text of values by attribute number.</summary>
    internal void Output(ReadOnlySpan<PgDatum> values, TypeContext context, IBufferWriter<byte> writer) => Write(values, context, writer);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        if (count != _live)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"wrong number of columns: {count}, expected {_live}");
        }

        var values = new PgDatum[_fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (_fields[i] is not { } field)
            {
                continue;
            }

            var type = (uint)reader.Int32();
            if (type != field.Oid)
            {
                var given = context.Types.FindCodec(type)?.Name ?? "???";
                throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"binary data has type {type} ({given}) instead of expected {field.Oid} ({field.Name}) in record column {i + 1}");
            }

            var length = reader.Int32();
            if (length < -1 || length > reader.Rest.Length)
            {
                throw new PgException(SqlState.InvalidBinaryRepresentation, "insufficient data left in message");
            }

            values[i] = length == -1 ? PgDatum.Null : field.Receive(reader.Bytes(length), _typmods[i], context);
        }

        reader.End();
        return ToStorage(values);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => Send(FromStorage(value.Bytes), context, writer);

    /// <summary>Writes the binary form of values by attribute number.</summary>
    internal void Send(ReadOnlySpan<PgDatum> values, TypeContext context, IBufferWriter<byte> writer)
    {
        var scratch = new ArrayBufferWriter<byte>();
        writer.WriteInt32(_live);
        for (var i = 0; i < values.Length; i++)
        {
            if (_fields[i] is not { } field)
            {
                continue;
            }

            writer.WriteInt32((int)field.Oid);
            if (values[i].IsNull)
            {
                writer.WriteInt32(-1);
                continue;
            }

            scratch.ResetWrittenCount();
            field.Send(values[i], context, scratch);
            writer.WriteInt32(scratch.WrittenCount);
            writer.Write(scratch.WrittenSpan);
        }
    }

    private void Write(ReadOnlySpan<PgDatum> values, TypeContext? context, IBufferWriter<byte> writer)
    {
        var scratch = new ArrayBufferWriter<byte>();
        writer.Append('(');
        var first = true;
        for (var i = 0; i < values.Length; i++)
        {
            // A dropped attribute has its place in storage only.
            if (_fields[i] is not { } field)
            {
                if (context is null)
                {
                    writer.Append(first ? "" : ",");
                    first = false;
                }

                continue;
            }

            writer.Append(first ? "" : ",");
            first = false;
            if (values[i].IsNull)
            {
                continue;
            }

            scratch.ResetWrittenCount();
            if (context is null)
            {
                field.WriteCanonical(values[i], scratch);
            }
            else
            {
                field.Output(values[i], context, scratch);
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
        var first = true;
        for (var i = 0; i < values.Length; i++)
        {
            if (_fields[i] is null && context is not null)
            {
                continue;
            }

            if (!first)
            {
                if (at >= text.Length || text[at] != ',')
                {
                    if (context is null && at < text.Length && text[at] == ')')
                    {
                        break;
                    }

                    throw Malformed(text, "Too few columns.");
                }

                at++;
            }

            first = false;
            if (at < text.Length && text[at] is (byte)',' or (byte)')')
            {
                values[i] = PgDatum.Null;
                continue;
            }

            buffer.ResetWrittenCount();
            ReadField(text, ref at, buffer);
            if (_fields[i] is { } field)
            {
                values[i] = context is null ? field.ReadCanonical(buffer.WrittenSpan) : field.Input(buffer.WrittenSpan, _typmods[i], context);
            }
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
