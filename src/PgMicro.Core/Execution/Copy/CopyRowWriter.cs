using System.Buffers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Copy;

/// <summary>Rows of a query in COPY's text, CSV or binary form; one call writes one line or tuple.</summary>
internal sealed class CopyRowWriter
{
    private readonly CopyOptions _options;
    private readonly ClientEncoding _encoding;
    private readonly TypeContext _context;
    private readonly PgTypeCodec[] _codecs;
    private readonly string[] _names;
    private readonly bool[] _forceQuote;
    private readonly SearchValues<byte> _special;
    private readonly ArrayBufferWriter<byte> _value = new(256);
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    internal CopyRowWriter(CopyOptions options, TypeContext context, PgTypeCodec[] codecs, string[] names, bool[] forceQuote)
    {
        _options = options;
        _encoding = options.EncodingName is { } name ? ClientEncoding.Find(name)! : context.ClientEncoding ?? ClientEncoding.Utf8;
        _context = context;
        _codecs = codecs;
        _names = names;
        _forceQuote = forceQuote;
        _special = options.Format == CopyFormat.Csv
            ? SearchValues.Create([options.Delimiter, options.Quote, (byte)'\n', (byte)'\r'])
            : SearchValues.Create([.. "\b\f\n\r\t\v\\"u8, options.Delimiter]);
    }

    internal bool IsBinary => _options.Format == CopyFormat.Binary;

    internal int ColumnCount => _codecs.Length;

    /// <summary>Whether something comes before the first row.</summary>
    internal bool HasHeader => IsBinary || _options.Header != CopyHeader.None;

    internal void WriteHeader(IBufferWriter<byte> output)
    {
        if (IsBinary)
        {
            output.Write("PGCOPY\n"u8);
            output.Write((ReadOnlySpan<byte>)[0xFF, (byte)'\r', (byte)'\n', 0]);
            output.WriteInt32(0);
            output.WriteInt32(0);
            return;
        }

        _line.ResetWrittenCount();
        for (var i = 0; i < _names.Length; i++)
        {
            if (i > 0)
            {
                _line.WriteByte(_options.Delimiter);
            }

            var name = System.Text.Encoding.UTF8.GetBytes(_names[i]);
            if (_options.Format == CopyFormat.Csv)
            {
                WriteCsv(name, force: false, isLone: _names.Length == 1);
            }
            else
            {
                WriteText(name);
            }
        }

        EndLine(output);
    }

    internal void WriteRow(RowSource row, IBufferWriter<byte> output)
    {
        if (IsBinary)
        {
            WriteTuple(row, output);
            return;
        }

        _line.ResetWrittenCount();
        for (var i = 0; i < _codecs.Length; i++)
        {
            if (i > 0)
            {
                _line.WriteByte(_options.Delimiter);
            }

            if (row.Kind(i) == DatumKind.Null)
            {
                _line.Write(_options.Null);
                continue;
            }

            _value.ResetWrittenCount();
            _codecs[i].Output(row.GetDatum(i), _context, _value);
            if (_options.Format == CopyFormat.Csv)
            {
                WriteCsv(_value.WrittenSpan, _forceQuote[i], _codecs.Length == 1);
            }
            else
            {
                WriteText(_value.WrittenSpan);
            }
        }

        EndLine(output);
    }

    /// <summary>What comes after the last row of a binary file.</summary>
    internal static void WriteTrailer(IBufferWriter<byte> output) => output.WriteInt16(-1);

    private void WriteTuple(RowSource row, IBufferWriter<byte> output)
    {
        output.WriteInt16((short)_codecs.Length);
        for (var i = 0; i < _codecs.Length; i++)
        {
            if (row.Kind(i) == DatumKind.Null)
            {
                output.WriteInt32(-1);
                continue;
            }

            _value.ResetWrittenCount();
            _codecs[i].Send(row.GetDatum(i), _context, _value);
            output.WriteInt32(_value.WrittenCount);
            output.Write(_value.WrittenSpan);
        }
    }

    private void EndLine(IBufferWriter<byte> output)
    {
        _line.WriteByte((byte)'\n');
        output.Write(_encoding.FromUtf8(_line.WrittenSpan));
    }

    private void WriteText(ReadOnlySpan<byte> value)
    {
        while (value.IndexOfAny(_special) is >= 0 and var at)
        {
            _line.Write(value[..at]);
            _line.WriteByte((byte)'\\');
            var c = value[at];
            _line.WriteByte(c switch
            {
                (byte)'\b' => (byte)'b',
                (byte)'\f' => (byte)'f',
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                (byte)'\v' => (byte)'v',
                _ => c,
            });
            value = value[(at + 1)..];
        }

        _line.Write(value);
    }

    private void WriteCsv(ReadOnlySpan<byte> value, bool force, bool isLone)
    {
        var quoted = force || value.SequenceEqual(_options.Null) || (isLone && value.SequenceEqual("\\."u8)) || value.IndexOfAny(_special) >= 0;
        if (!quoted)
        {
            _line.Write(value);
            return;
        }

        _line.WriteByte(_options.Quote);
        foreach (var c in value)
        {
            if (c == _options.Quote || c == _options.Escape)
            {
                _line.WriteByte(_options.Escape);
            }

            _line.WriteByte(c);
        }

        _line.WriteByte(_options.Quote);
    }
}
