using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.TextSearch;

/// <summary>Makes the node of an operand; null drops it as PostgreSQL drops stop words.</summary>
internal delegate TsNode TsOperandMaker(byte[] text, int weights, bool isPrefix);

/// <summary>tsquery text to nodes and back.</summary>
internal static class PgTsQuery
{
    internal const int MaxDistance = 16384;

    /// <summary>Reads a storage form; null for the empty query.</summary>
    internal static TsNode? FromStorage(ReadOnlySpan<byte> text) =>
        Parse(text, static (word, weights, isPrefix) => new TsValue(word, weights, isPrefix));

    /// <summary>The storage form.</summary>
    internal static byte[] ToStorage(TsNode? query)
    {
        if (query is null)
        {
            return [];
        }

        var writer = new ArrayBufferWriter<byte>();
        query.Write(writer, -1, false);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the text form; null when there is no operand.</summary>
    /// <exception cref="PgException">42601 when it is malformed.</exception>
    internal static TsNode? Parse(ReadOnlySpan<byte> text, TsOperandMaker make)
    {
        var reader = new TsTokenReader(text, isQuery: true);
        reader.SkipSpace();
        if (reader.AtEnd)
        {
            return null;
        }

        var node = Or(ref reader, text, make);
        reader.SkipSpace();
        return reader.AtEnd ? node : throw reader.SyntaxError();
    }

    /// <summary>CompareTSQ.</summary>
    internal static int Compare(TsNode? a, TsNode? b)
    {
        var order = (a?.Count ?? 0).CompareTo(b?.Count ?? 0);
        order = order != 0 ? order : (a?.OperandBytes ?? 0).CompareTo(b?.OperandBytes ?? 0);
        return order != 0 || a is null || b is null ? order : TsNode.Compare(a, b);
    }

    private static TsNode Or(ref TsTokenReader reader, ReadOnlySpan<byte> text, TsOperandMaker make)
    {
        var left = And(ref reader, text, make);
        while (Take(ref reader, '|'))
        {
            left = new TsBinary(TsOperator.Or, left, And(ref reader, text, make));
        }

        return left;
    }

    private static TsNode And(ref TsTokenReader reader, ReadOnlySpan<byte> text, TsOperandMaker make)
    {
        var left = Phrase(ref reader, text, make);
        while (Take(ref reader, '&'))
        {
            left = new TsBinary(TsOperator.And, left, Phrase(ref reader, text, make));
        }

        return left;
    }

    private static TsNode Phrase(ref TsTokenReader reader, ReadOnlySpan<byte> text, TsOperandMaker make)
    {
        var left = Operand(ref reader, text, make);
        while (Distance(ref reader, text) is var distance and >= 0)
        {
            left = new TsBinary(TsOperator.Phrase, left, Operand(ref reader, text, make), distance);
        }

        return left;
    }

    private static TsNode Operand(ref TsTokenReader reader, ReadOnlySpan<byte> text, TsOperandMaker make)
    {
        global::System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Take(ref reader, '!'))
        {
            return new TsNot(Operand(ref reader, text, make));
        }

        if (Take(ref reader, '('))
        {
            var inner = Or(ref reader, text, make);
            return Take(ref reader, ')') ? inner : throw reader.SyntaxError();
        }

        reader.SkipSpace();
        if (reader.AtEnd)
        {
            throw new PgException(SqlState.SyntaxError, $"no operand in tsquery: \"{Ascii.Text(text)}\"");
        }

        if (reader.Current == ':')
        {
            throw reader.SyntaxError();
        }

        var word = reader.Word()!;
        if (word.Length > TsLexeme.MaxLength)
        {
            throw new PgException(SqlState.ProgramLimitExceeded, $"word is too long in tsquery: \"{Ascii.Text(text)}\"");
        }

        var (weights, isPrefix) = (0, false);
        if (reader.Current == ':')
        {
            for (reader.At++; !reader.AtEnd; reader.At++)
            {
                var bit = reader.Current switch { (byte)'a' or (byte)'A' => 8, (byte)'b' or (byte)'B' => 4, (byte)'c' or (byte)'C' => 2, (byte)'d' or (byte)'D' => 1, _ => 0 };
                if (bit == 0 && reader.Current != '*')
                {
                    break;
                }

                isPrefix |= bit == 0;
                weights |= bit;
            }
        }

        return make(word, weights, isPrefix);
    }

    private static bool Take(ref TsTokenReader reader, char c)
    {
        reader.SkipSpace();
        if (reader.Current != c || reader.AtEnd)
        {
            return false;
        }

        reader.At++;
        return true;
    }

    // The distance of a phrase operator, or -1 when none is next.
    private static int Distance(ref TsTokenReader reader, ReadOnlySpan<byte> text)
    {
        reader.SkipSpace();
        if (reader.Current != '<')
        {
            return -1;
        }

        var close = text[reader.At..].IndexOf((byte)'>');
        var inner = close < 0 ? default : text.Slice(reader.At + 1, close - 1);
        if (inner.SequenceEqual("-"u8))
        {
            reader.At += close + 1;
            return 1;
        }

        if (inner.Length == 0 || !long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var distance))
        {
            throw reader.SyntaxError();
        }

        if (distance > MaxDistance)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"distance in phrase operator must be an integer value between zero and {MaxDistance} inclusive");
        }

        reader.At += close + 1;
        return (int)distance;
    }
}

/// <summary>tsquery: TEXT in PostgreSQL's output form.</summary>
public sealed class TsQueryCodec : PgTypeCodec
{
    private const byte Value = 1, Operator = 2;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.TsQuery;

    /// <inheritdoc/>
    public override string Name => "tsquery";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_tsquery";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        try
        {
            return a.SequenceEqual(b) ? 0 : PgTsQuery.Compare(PgTsQuery.FromStorage(a), PgTsQuery.FromStorage(b));
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
        var query = PgTsQuery.FromStorage(text);
        if (query is null)
        {
            context.Notice(new PgNotice("NOTICE", SqlState.SuccessfulCompletion, $"text-search query doesn't contain lexemes: \"{Ascii.Text(text)}\""));
        }

        return PgDatum.FromText(PgTsQuery.ToStorage(query));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        if (count < 0 || count > binary.Length)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid size of tsquery");
        }

        var query = count == 0 ? null : Read(ref reader);
        reader.End();
        return PgDatum.FromText(PgTsQuery.ToStorage(query));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var query = PgTsQuery.FromStorage(value.Bytes);
        writer.WriteInt32(query?.Count ?? 0);
        if (query is not null)
        {
            Write(query, writer);
        }
    }

    // Operators stand before their operands, the right one first.
    private static TsNode Read(ref WireReader reader)
    {
        global::System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (reader.Byte())
        {
            case Value:
                var weights = reader.Byte();
                var isPrefix = reader.Byte() != 0;
                var length = reader.Rest.IndexOf((byte)0);
                if (length < 0)
                {
                    throw new PgException(SqlState.ProtocolViolation, "invalid string in message");
                }

                if (weights > 15)
                {
                    throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid tsquery: invalid weight bitmap");
                }

                var text = reader.Bytes(length).ToArray();
                reader.Byte();
                return new TsValue(text, weights, isPrefix);
            case Operator:
                var op = (TsOperator)reader.Byte();
                if (op is < TsOperator.Not or > TsOperator.Phrase)
                {
                    throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid tsquery: unrecognized operator type");
                }

                var distance = op == TsOperator.Phrase ? (ushort)reader.Int16() : 0;
                var right = Read(ref reader);
                return op == TsOperator.Not ? new TsNot(right) : new TsBinary(op, Read(ref reader), right, distance);
            default:
                throw new PgException(SqlState.InvalidBinaryRepresentation, "unrecognized tsquery node type");
        }
    }

    private static void Write(TsNode node, IBufferWriter<byte> writer)
    {
        switch (node)
        {
            case TsValue value:
                writer.WriteByte(Value);
                writer.WriteByte((byte)value.Weights);
                writer.WriteByte(value.IsPrefix ? (byte)1 : (byte)0);
                writer.Write(value.Text);
                writer.WriteByte(0);
                break;
            case TsNot not:
                writer.WriteByte(Operator);
                writer.WriteByte((byte)TsOperator.Not);
                Write(not.Operand, writer);
                break;
            case TsBinary binary:
                writer.WriteByte(Operator);
                writer.WriteByte((byte)binary.Operator);
                if (binary.Operator == TsOperator.Phrase)
                {
                    writer.WriteInt16((short)binary.Distance);
                }

                Write(binary.Right, writer);
                Write(binary.Left, writer);
                break;
        }
    }
}
