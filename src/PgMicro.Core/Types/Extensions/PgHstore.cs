using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Extensions;

/// <summary>An hstore value: keys, shorter ones first, with texts or NULL.</summary>
internal sealed class PgHstore
{
    private PgHstore(List<(byte[] Key, byte[]? Value)> pairs) => Pairs = pairs;

    internal IReadOnlyList<(byte[] Key, byte[]? Value)> Pairs { get; }

    /// <summary>Of several pairs with one key the first stays.</summary>
    internal static PgHstore From(IEnumerable<(byte[] Key, byte[]? Value)> pairs)
    {
        var sorted = pairs.ToList();
        var order = sorted.Select((pair, index) => (pair, index)).ToList();
        order.Sort(static (a, b) => CompareKeys(a.pair.Key, b.pair.Key) is var c and not 0 ? c : a.index.CompareTo(b.index));
        var unique = new List<(byte[] Key, byte[]? Value)>(order.Count);
        foreach (var (pair, _) in order)
        {
            if (unique.Count == 0 || CompareKeys(unique[^1].Key, pair.Key) != 0)
            {
                unique.Add(pair);
            }
        }

        return new PgHstore(unique);
    }

    internal static PgHstore FromStorage(ReadOnlySpan<byte> text) => From(new Reader(text.ToArray()).All());

    internal static int CompareKeys(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);

    internal int Find(ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, Pairs.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = CompareKeys(Pairs[middle].Key, key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    internal byte[] ToStorage()
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Pairs.Count; i++)
        {
            writer.Append(i > 0 ? ", " : "");
            Quote(Pairs[i].Key, writer);
            writer.Append("=>");
            if (Pairs[i].Value is { } value)
            {
                Quote(value, writer);
            }
            else
            {
                writer.Append("NULL");
            }
        }

        return writer.WrittenSpan.ToArray();
    }

    internal static int Compare(PgHstore a, PgHstore b)
    {
        if (a.Pairs.Count == 0 || b.Pairs.Count == 0)
        {
            return a.Pairs.Count.CompareTo(b.Pairs.Count);
        }

        // As the bytes of PostgreSQL's own form compare: all texts in a row, then their number, then where each ends.
        byte[] x = a.Strings(), y = b.Strings();
        if (x.AsSpan(0, Math.Min(x.Length, y.Length)).SequenceCompareTo(y.AsSpan(0, Math.Min(x.Length, y.Length))) is var order and not 0)
        {
            return order;
        }

        if (x.Length != y.Length || a.Pairs.Count != b.Pairs.Count)
        {
            return x.Length != y.Length ? x.Length.CompareTo(y.Length) : a.Pairs.Count.CompareTo(b.Pairs.Count);
        }

        for (var i = 0; i < a.Pairs.Count; i++)
        {
            order = a.Pairs[i].Key.Length.CompareTo(b.Pairs[i].Key.Length);
            order = order != 0 ? order : (a.Pairs[i].Value?.Length ?? 0).CompareTo(b.Pairs[i].Value?.Length ?? 0);
            order = order != 0 ? order : (a.Pairs[i].Value is null).CompareTo(b.Pairs[i].Value is null);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private byte[] Strings()
    {
        var writer = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in Pairs)
        {
            writer.Write(key);
            writer.Write(value ?? []);
        }

        return writer.WrittenSpan.ToArray();
    }

    private static void Quote(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> writer)
    {
        writer.Append('"');
        foreach (var c in text)
        {
            if (c is (byte)'"' or (byte)'\\')
            {
                writer.Append('\\');
            }

            writer.WriteByte(c);
        }

        writer.Append('"');
    }

    private sealed class Reader(byte[] text)
    {
        private int _at;

        internal List<(byte[] Key, byte[]? Value)> All()
        {
            var pairs = new List<(byte[] Key, byte[]? Value)>();
            while (true)
            {
                if (Word(isKey: true, out _) is not { } key)
                {
                    return pairs;
                }

                Skip();
                Expect('=');
                Expect('>');
                var value = Word(isKey: false, out var quoted) ?? throw EndOfString();
                pairs.Add((key, !quoted && Encoding.ASCII.GetString(value).Equals("null", StringComparison.OrdinalIgnoreCase) ? null : value));
                Skip();
                if (_at == text.Length)
                {
                    return pairs;
                }

                Expect(',');
            }
        }

        private byte[]? Word(bool isKey, out bool quoted)
        {
            quoted = false;
            Skip();
            if (_at == text.Length)
            {
                return null;
            }

            var word = new ArrayBufferWriter<byte>();
            if (text[_at] == '"')
            {
                quoted = true;
                for (_at++; ; _at++)
                {
                    if (_at == text.Length)
                    {
                        throw EndOfString();
                    }

                    if (text[_at] == '"')
                    {
                        _at++;
                        return word.WrittenSpan.ToArray();
                    }

                    if (text[_at] == '\\' && ++_at == text.Length)
                    {
                        throw EndOfString();
                    }

                    word.WriteByte(text[_at]);
                }
            }

            if (isKey && text[_at] == '=')
            {
                throw Near();
            }

            for (; _at < text.Length && !Ascii.IsSpace(text[_at]) && text[_at] != (isKey ? '=' : ','); _at++)
            {
                if (text[_at] == '\\' && ++_at == text.Length)
                {
                    throw EndOfString();
                }

                word.WriteByte(text[_at]);
            }

            return word.WrittenSpan.ToArray();
        }

        private void Skip()
        {
            while (_at < text.Length && Ascii.IsSpace(text[_at]))
            {
                _at++;
            }
        }

        private void Expect(char c)
        {
            if (_at == text.Length)
            {
                throw EndOfString();
            }

            if (text[_at] != c)
            {
                throw Near();
            }

            _at++;
        }

        private PgException Near()
        {
            Rune.DecodeFromUtf8(text.AsSpan(_at), out var rune, out _);
            return new PgException(SqlState.SyntaxError, $"syntax error in hstore, near \"{rune}\" at position {_at}");
        }

        private static PgException EndOfString() => new(SqlState.SyntaxError, "syntax error in hstore: unexpected end of string");
    }
}

/// <summary>hstore: TEXT '"key"=>"value", …' in the order of keys.</summary>
public sealed class HstoreCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Hstore;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.HstoreArray;

    /// <inheritdoc/>
    public override string Name => "hstore";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_hstore";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        try
        {
            return a.SequenceEqual(b) ? 0 : PgHstore.Compare(PgHstore.FromStorage(a), PgHstore.FromStorage(b));
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(PgHstore.FromStorage(text).ToStorage());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = reader.Int32();
        var pairs = new List<(byte[] Key, byte[]? Value)>();
        for (var i = 0; i < count; i++)
        {
            var keyLength = reader.Int32();
            if (keyLength < 0)
            {
                throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for hstore key");
            }

            var key = reader.Bytes(keyLength).ToArray();
            var length = reader.Int32();
            pairs.Add((key, length < 0 ? null : reader.Bytes(length).ToArray()));
        }

        reader.End();
        return PgDatum.FromText(PgHstore.From(pairs).ToStorage());
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var pairs = PgHstore.FromStorage(value.Bytes).Pairs;
        writer.WriteInt32(pairs.Count);
        foreach (var (key, text) in pairs)
        {
            writer.WriteInt32(key.Length);
            writer.Write(key);
            writer.WriteInt32(text?.Length ?? -1);
            writer.Write(text ?? []);
        }
    }
}
