using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.TextSearch;

/// <summary>A tsvector: words in byte order, each once.</summary>
internal sealed class PgTsVector
{
    private PgTsVector(TsLexeme[] lexemes) => Lexemes = lexemes;

    internal TsLexeme[] Lexemes { get; }

    internal static PgTsVector Empty { get; } = new([]);

    /// <summary>Sorts words, joins the positions of equal ones.</summary>
    internal static PgTsVector From(IEnumerable<(byte[] Text, IEnumerable<ushort> Positions)> words)
    {
        var sorted = words.ToList();
        sorted.Sort(static (a, b) => a.Text.AsSpan().SequenceCompareTo(b.Text));
        var lexemes = new List<TsLexeme>(sorted.Count);
        for (var i = 0; i < sorted.Count;)
        {
            var positions = new List<ushort>();
            var text = sorted[i].Text;
            for (; i < sorted.Count && sorted[i].Text.AsSpan().SequenceEqual(text); i++)
            {
                positions.AddRange(sorted[i].Positions);
            }

            lexemes.Add(new TsLexeme(text, Unique(positions)));
        }

        return new PgTsVector([.. lexemes]);
    }

    /// <summary>Takes words that are in order already.</summary>
    internal static PgTsVector FromSorted(IEnumerable<TsLexeme> lexemes) => new([.. lexemes]);

    /// <summary>Reads tsvector text, canonical or not.</summary>
    internal static PgTsVector Parse(ReadOnlySpan<byte> text)
    {
        var reader = new TsTokenReader(text, isQuery: false);
        var words = new List<(byte[] Text, IEnumerable<ushort> Positions)>();
        while (true)
        {
            var positions = new List<ushort>();
            if (reader.Word(positions) is not { } word)
            {
                return From(words);
            }

            if (word.Length > TsLexeme.MaxLength)
            {
                throw new PgException(SqlState.ProgramLimitExceeded, $"word is too long ({word.Length} bytes, max {TsLexeme.MaxLength} bytes)");
            }

            words.Add((word, positions));
        }
    }

    internal byte[] ToStorage()
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Lexemes.Length; i++)
        {
            writer.Append(i > 0 ? " " : "");
            Quote(Lexemes[i].Text, writer);
            var positions = Lexemes[i].Positions;
            for (var k = 0; k < positions.Length; k++)
            {
                writer.Append(k == 0 ? ':' : ',');
                writer.AppendInteger(TsLexeme.Position(positions[k]));
                writer.Append(TsLexeme.Weight(positions[k]) switch { 3 => "A", 2 => "B", 1 => "C", _ => "" });
            }
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Index of a word, or the complement of where it would be.</summary>
    internal int Find(ReadOnlySpan<byte> word)
    {
        var (low, high) = (0, Lexemes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Lexemes[middle].Text.AsSpan().SequenceCompareTo(word);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>The words that an operand stands for: one, or all with a prefix.</summary>
    internal Range Matching(ReadOnlySpan<byte> word, bool isPrefix)
    {
        var found = Find(word);
        if (!isPrefix)
        {
            return found < 0 ? 0..0 : found..(found + 1);
        }

        var first = found < 0 ? ~found : found;
        var last = first;
        while (last < Lexemes.Length && Lexemes[last].Text.AsSpan().StartsWith(word))
        {
            last++;
        }

        return first..last;
    }

    /// <summary>As PostgreSQL orders its binary forms: by size, then number of words, then word by word.</summary>
    internal static int Compare(PgTsVector a, PgTsVector b)
    {
        if (a.Size() != b.Size() || a.Lexemes.Length != b.Lexemes.Length)
        {
            return a.Size() != b.Size() ? a.Size().CompareTo(b.Size()) : a.Lexemes.Length.CompareTo(b.Lexemes.Length);
        }

        for (var i = 0; i < a.Lexemes.Length; i++)
        {
            var (x, y) = (a.Lexemes[i], b.Lexemes[i]);
            if (x.Positions.Length > 0 != y.Positions.Length > 0)
            {
                return x.Positions.Length > 0 ? -1 : 1;
            }

            if (x.Text.AsSpan().SequenceCompareTo(y.Text) is var order and not 0)
            {
                return order;
            }

            if (x.Positions.Length != y.Positions.Length)
            {
                return x.Positions.Length > y.Positions.Length ? -1 : 1;
            }

            for (var k = 0; k < x.Positions.Length; k++)
            {
                if (TsLexeme.Position(x.Positions[k]) != TsLexeme.Position(y.Positions[k]))
                {
                    return TsLexeme.Position(x.Positions[k]) > TsLexeme.Position(y.Positions[k]) ? -1 : 1;
                }

                if (TsLexeme.Weight(x.Positions[k]) != TsLexeme.Weight(y.Positions[k]))
                {
                    return TsLexeme.Weight(x.Positions[k]) > TsLexeme.Weight(y.Positions[k]) ? -1 : 1;
                }
            }
        }

        return 0;
    }

    internal static void Quote(ReadOnlySpan<byte> text, IBufferWriter<byte> writer)
    {
        writer.Append('\'');
        foreach (var c in text)
        {
            if (c is (byte)'\'' or (byte)'\\')
            {
                writer.WriteByte(c);
            }

            writer.WriteByte(c);
        }

        writer.Append('\'');
    }

    /// <summary>Positions in order, each once with its greatest weight, no more than a tsvector holds.</summary>
    internal static ushort[] Unique(List<ushort> positions)
    {
        if (positions.Count < 2)
        {
            return [.. positions];
        }

        var result = new List<ushort>(positions.Count);
        foreach (var entry in positions.OrderBy(TsLexeme.Position).ThenByDescending(TsLexeme.Weight))
        {
            if (result.Count > 0 && TsLexeme.Position(result[^1]) == TsLexeme.Position(entry))
            {
                continue;
            }

            if (result.Count == TsLexeme.MaxPositions)
            {
                break;
            }

            result.Add(entry);
        }

        return [.. result];
    }

    // VARSIZE of PostgreSQL's form.
    private int Size()
    {
        var area = 0;
        foreach (var lexeme in Lexemes)
        {
            area += lexeme.Text.Length;
            if (lexeme.Positions.Length > 0)
            {
                area += (area & 1) + 2 + (lexeme.Positions.Length * 2);
            }
        }

        return 8 + (Lexemes.Length * 4) + area;
    }
}

/// <summary>tsvector: TEXT in PostgreSQL's output form.</summary>
public sealed class TsVectorCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.TsVector;

    /// <inheritdoc/>
    public override string Name => "tsvector";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_tsvector";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        try
        {
            return a.SequenceEqual(b) ? 0 : PgTsVector.Compare(PgTsVector.Parse(a), PgTsVector.Parse(b));
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(PgTsVector.Parse(text).ToStorage());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        if (count < 0)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid size of tsvector");
        }

        var words = new List<(byte[] Text, IEnumerable<ushort> Positions)>();
        for (var i = 0; i < count; i++)
        {
            var length = reader.Rest.IndexOf((byte)0);
            if (length < 0)
            {
                throw new PgException(SqlState.ProtocolViolation, "invalid string in message");
            }

            var text = reader.Bytes(length).ToArray();
            reader.Byte();
            var positions = new ushort[(ushort)reader.Int16()];
            for (var k = 0; k < positions.Length; k++)
            {
                positions[k] = (ushort)reader.Int16();
            }

            words.Add((text, positions));
        }

        reader.End();
        return PgDatum.FromText(PgTsVector.From(words).ToStorage());
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var vector = PgTsVector.Parse(value.Bytes);
        writer.WriteInt32(vector.Lexemes.Length);
        foreach (var lexeme in vector.Lexemes)
        {
            writer.Write(lexeme.Text);
            writer.WriteByte(0);
            writer.WriteInt16((short)lexeme.Positions.Length);
            foreach (var position in lexeme.Positions)
            {
                writer.WriteInt16((short)position);
            }
        }
    }
}
