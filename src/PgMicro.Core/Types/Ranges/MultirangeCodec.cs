using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Ranges;

/// <summary>A multirange type: TEXT "{[1,3),[5,8)}", in order, without empty, overlapping or adjacent ranges.</summary>
public sealed class MultirangeCodec : PgTypeCodec
{
    private readonly uint _arrayOid;

    /// <summary>Makes the codec of a multirange type.</summary>
    public MultirangeCodec(uint oid, uint arrayOid, string name, RangeCodec range)
    {
        Oid = oid;
        _arrayOid = arrayOid;
        Name = name;
        Range = range;
        Collation = string.Create(CultureInfo.InvariantCulture, $"pg_multirange_{oid}");
    }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => _arrayOid != 0 ? _arrayOid : base.ArrayOid;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation { get; }

    /// <summary>Codec of the ranges.</summary>
    public RangeCodec Range { get; }

    /// <summary>Reads a storage form.</summary>
    public PgRangeValue[] FromStorage(ReadOnlySpan<byte> text)
    {
        var ranges = new List<PgRangeValue>();
        Split(text, ranges, static (codec, part) => codec.FromStorage(part), Range);
        return [.. ranges];
    }

    /// <summary>The storage form of normalised ranges.</summary>
    public PgDatum ToStorage(ReadOnlySpan<PgRangeValue> ranges)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('{');
        for (var i = 0; i < ranges.Length; i++)
        {
            writer.Append(i > 0 ? "," : "");
            writer.Write(Range.ToStorage(ranges[i]).Bytes);
        }

        writer.Append('}');
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <summary>multirange_canonicalize: sorts, drops empty ranges and joins what overlaps or touches.</summary>
    public PgRangeValue[] Normalize(IEnumerable<PgRangeValue> ranges)
    {
        var sorted = ranges.Where(static r => !r.IsEmpty).ToList();
        sorted.Sort((a, b) => Range.Compare(a, b));
        var result = new List<PgRangeValue>(sorted.Count);
        foreach (var range in sorted)
        {
            if (result.Count > 0 && (RangeMath.Overlaps(Range, result[^1], range) || RangeMath.Adjacent(Range, result[^1], range)))
            {
                result[^1] = RangeMath.Merge(Range, result[^1], range);
            }
            else
            {
                result.Add(range);
            }
        }

        return [.. result];
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
            PgRangeValue[] x = FromStorage(a), y = FromStorage(b);
            for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
            {
                if (Range.Compare(x[i], y[i]) is var order and not 0)
                {
                    return order;
                }
            }

            return x.Length.CompareTo(y.Length);
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var ranges = new List<PgRangeValue>();
        Split(text, ranges, static (state, part) => state.Range.FromStorage(state.Range.Input(part, -1, state.context).Bytes), (Range, context));
        return ToStorage(Normalize(ranges));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (ReferenceEquals(context, TypeContext.Canonical))
        {
            writer.Write(value.Bytes);
            return;
        }

        writer.Append('{');
        var ranges = FromStorage(value.Bytes);
        for (var i = 0; i < ranges.Length; i++)
        {
            writer.Append(i > 0 ? "," : "");
            Range.Output(Range.ToStorage(ranges[i]), context, writer);
        }

        writer.Append('}');
    }

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        var ranges = new List<PgRangeValue>();
        for (var i = 0; i < count; i++)
        {
            ranges.Add(Range.FromStorage(Range.Receive(reader.Bytes(reader.Int32()), -1, context).Bytes));
        }

        reader.EndMessage();
        return ToStorage(Normalize(ranges));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var ranges = FromStorage(value.Bytes);
        var scratch = new ArrayBufferWriter<byte>();
        writer.WriteInt32(ranges.Length);
        foreach (var range in ranges)
        {
            scratch.ResetWrittenCount();
            Range.Send(Range.ToStorage(range), context, scratch);
            writer.WriteInt32(scratch.WrittenCount);
            writer.Write(scratch.WrittenSpan);
        }
    }

    private delegate PgRangeValue PartReader<TState>(TState state, ReadOnlySpan<byte> text);

    private static void Split<TState>(ReadOnlySpan<byte> text, List<PgRangeValue> ranges, PartReader<TState> read, TState state)
    {
        var at = 0;
        SkipSpace(text, ref at);
        if (at == text.Length || text[at] != '{')
        {
            throw Malformed(text, "Missing left brace.");
        }

        at++;
        var (seen, expectRange) = (0, true);
        while (true)
        {
            SkipSpace(text, ref at);
            if (at == text.Length)
            {
                throw Malformed(text, "Unexpected end of input.");
            }

            if (!expectRange)
            {
                if (text[at] is not ((byte)',' or (byte)'}'))
                {
                    throw Malformed(text, "Expected comma or end of multirange.");
                }

                if (text[at++] == '}')
                {
                    break;
                }

                expectRange = true;
                continue;
            }

            if (text[at] is (byte)'[' or (byte)'(')
            {
                var start = at;
                SkipRange(text, ref at);
                ranges.Add(read(state, text[start..at]));
            }
            else if (text[at] == '}' && seen == 0)
            {
                at++;
                break;
            }
            else if (Ascii.StartsWithIgnoreCase(text[at..], "empty"u8))
            {
                at += 5;
            }
            else
            {
                throw Malformed(text, "Expected range start.");
            }

            seen++;
            expectRange = false;
        }

        SkipSpace(text, ref at);
        if (at != text.Length)
        {
            throw Malformed(text, "Junk after closing right brace.");
        }
    }

    private static void SkipRange(ReadOnlySpan<byte> text, ref int at)
    {
        var quoted = false;
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '\\')
            {
                at++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is (byte)']' or (byte)')')
            {
                return;
            }
        }

        throw Malformed(text, "Unexpected end of input.");
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && Ascii.IsSpace(text[at]))
        {
            at++;
        }
    }

    private static PgException Malformed(ReadOnlySpan<byte> text, string detail) =>
        new PgException(SqlState.InvalidTextRepresentation, $"malformed multirange literal: \"{Ascii.Text(text)}\"").WithDetail(detail);
}
