using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace PgMicro.Core.Catalog;

/// <summary>
/// Reads an exported relation in COPY's text form, straight from the assembly's mapped memory. The first line names the columns.
/// </summary>
internal sealed unsafe class TsvReader : ICatalogFields
{
    private readonly byte* _data;
    private readonly int _length;
    private readonly int[] _map;
    private readonly int[] _starts;
    private int _position;
    private int _line;

    private TsvReader(byte* data, int length, ImmutableArray<string>? columns)
    {
        _data = data;
        _length = length;
        var header = NextLine();
        Header = Encoding.UTF8.GetString(header).Split('\t');
        _starts = new int[Header.Length + 1];
        var wanted = columns ?? [.. Header];
        _map = new int[wanted.Length];
        for (var i = 0; i < _map.Length; i++)
        {
            _map[i] = Array.IndexOf(Header, wanted[i]);
        }
    }

    /// <summary>The columns of the file.</summary>
    public string[] Header { get; }

    /// <summary>Opens an exported relation; null when it has no rows to export.</summary>
    /// <param name="relation">Name of the resource.</param>
    /// <param name="columns">Columns by which fields are numbered; null for the file's own.</param>
    public static TsvReader? Open(string relation, ImmutableArray<string>? columns = null) =>
        typeof(TsvReader).Assembly.GetManifestResourceStream($"Catalog/{relation}.tsv") is UnmanagedMemoryStream stream
            ? new TsvReader(stream.PositionPointer, checked((int)stream.Length), columns)
            : null;

    /// <summary>Reads text that stays where it is while it is read.</summary>
    public static TsvReader Open(byte* data, int length, ImmutableArray<string>? columns) => new(data, length, columns);

    public bool Read()
    {
        if (_position >= _length)
        {
            return false;
        }

        _line = _position;
        var line = NextLine();
        _starts[0] = 0;
        for (var i = 1; i < _starts.Length; i++)
        {
            var rest = line[_starts[i - 1]..];
            var tab = rest.IndexOf((byte)'\t');
            _starts[i] = _starts[i - 1] + (tab < 0 ? rest.Length : tab) + 1;
        }

        return true;
    }

    public uint Oid(int column) => Utf8Parser.TryParse(Field(column), out uint value, out _) ? value : 0;

    public short Int16(int column) => Utf8Parser.TryParse(Field(column), out short value, out _) ? value : (short)0;

    public int Int32(int column) => Utf8Parser.TryParse(Field(column), out int value, out _) ? value : 0;

    public long Int64(int column) => Utf8Parser.TryParse(Field(column), out long value, out _) ? value : 0;

    public float Single(int column) => Utf8Parser.TryParse(Field(column), out float value, out _) ? value : 0;

    public bool Boolean(int column) => Field(column) is [(byte)'t', ..];

    public char Char(int column) => Field(column) is [var first, ..] ? (char)first : '\0';

    public string Text(int column) => NullableText(column) ?? "";

    public string? NullableText(int column)
    {
        var field = Field(column);
        if (_map[column] < 0 || field.SequenceEqual("\\N"u8))
        {
            return null;
        }

        return field.Contains((byte)'\\') ? Unescape(Encoding.UTF8.GetString(field)) : Encoding.UTF8.GetString(field);
    }

    // COPY doubles the backslash of "\\x".
    public byte[] Bytes(int column) => NullableText(column) is ['\\', 'x', .. var digits] ? Convert.FromHexString(digits) : [];

    public bool IsNull(int column) => _map[column] < 0 || Field(column).SequenceEqual("\\N"u8);

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            result.Append(text[i] != '\\' ? text[i] : text[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', 'v' => '\v', var c => c });
        }

        return result.ToString();
    }

    private ReadOnlySpan<byte> Field(int column)
    {
        var i = _map[column];
        return i < 0 ? default : new ReadOnlySpan<byte>(_data + _line + _starts[i], _starts[i + 1] - _starts[i] - 1);
    }

    private ReadOnlySpan<byte> NextLine()
    {
        var rest = new ReadOnlySpan<byte>(_data + _position, _length - _position);
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        _position += line.Length + 1;
        return line;
    }
}
