using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Copy;

/// <summary>
/// Cuts incoming data into lines (PostgreSQL's CopyReadLineText): finds out how lines end, keeps line ends within quotes and after
/// backslashes, and stops at the end-of-data marker <c>\.</c>.
/// </summary>
internal sealed class CopyLineReader(CopyOptions options)
{
    private readonly bool _isCsv = options.Format == CopyFormat.Csv;
    private readonly byte? _escape = options.Format == CopyFormat.Csv && options.Escape != options.Quote ? options.Escape : null;
    private byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;
    private int _scan;
    private LineEnd _lineEnd;
    private bool _inQuote;
    private bool _lastWasEscape;

    private enum LineEnd
    {
        Unknown,
        NewLine,
        CarriageReturn,
        Both,
    }

    /// <summary>Line ends within the quotes of the line read last.</summary>
    internal int EmbeddedLines { get; private set; }

    /// <summary>Whether the end-of-data marker was seen.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>What of the current line has been read so far.</summary>
    internal ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    internal void Add(ReadOnlySpan<byte> data)
    {
        if (IsEnded)
        {
            return;
        }

        if (_end + data.Length > _buffer.Length)
        {
            var used = _end - _start;
            var target = used + data.Length > _buffer.Length ? new byte[Math.Max(used + data.Length, _buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start, used).CopyTo(target);
            _buffer = target;
            _scan -= _start;
            _start = 0;
            _end = used;
        }

        data.CopyTo(_buffer.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>The next whole line; false when more data are needed, or at the end when there is none.</summary>
    /// <param name="isLast">No more data come.</param>
    /// <param name="line">The line without its end, valid until data are added.</param>
    internal bool TryRead(bool isLast, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (IsEnded)
        {
            return false;
        }

        if (_scan == _start)
        {
            EmbeddedLines = 0;
        }

        while (_scan < _end)
        {
            var at = _scan;
            var c = _buffer[at];
            if (_isCsv)
            {
                // A backslash opens a line, or a line ends in a carriage return: the next byte must be known.
                if (c is (byte)'\\' or (byte)'\r' && at + 1 >= _end && !isLast)
                {
                    return false;
                }

                if (_inQuote && c == _escape)
                {
                    _lastWasEscape = !_lastWasEscape;
                }

                if (c == options.Quote && !_lastWasEscape)
                {
                    _inQuote = !_inQuote;
                }

                if (c != _escape)
                {
                    _lastWasEscape = false;
                }

                if (_inQuote && c == (_lineEnd == LineEnd.NewLine ? (byte)'\n' : (byte)'\r'))
                {
                    EmbeddedLines++;
                }
            }

            if (c == '\r' && !_inQuote)
            {
                if (at + 1 >= _end && !isLast && _lineEnd is LineEnd.Unknown or LineEnd.Both)
                {
                    return false;
                }

                var length = 1;
                if (_lineEnd is LineEnd.Unknown or LineEnd.Both)
                {
                    if (at + 1 < _end && _buffer[at + 1] == '\n')
                    {
                        length = 2;
                        _lineEnd = LineEnd.Both;
                    }
                    else if (_lineEnd == LineEnd.Both)
                    {
                        throw Literal("carriage return", "\\r");
                    }
                    else
                    {
                        _lineEnd = LineEnd.CarriageReturn;
                    }
                }
                else if (_lineEnd == LineEnd.NewLine)
                {
                    throw Literal("carriage return", "\\r");
                }

                line = Take(at, length);
                return true;
            }

            if (c == '\n' && !_inQuote)
            {
                if (_lineEnd is LineEnd.CarriageReturn or LineEnd.Both)
                {
                    throw Literal("newline", "\\n");
                }

                _lineEnd = LineEnd.NewLine;
                line = Take(at, 1);
                return true;
            }

            if (c == '\\' && (!_isCsv || at == _start))
            {
                if (at + 1 >= _end)
                {
                    if (!isLast)
                    {
                        return false;
                    }
                }
                else if (_buffer[at + 1] == '.')
                {
                    if (!isLast && _end - at < 4)
                    {
                        return false;
                    }

                    if (TryEndMarker(at, out var found))
                    {
                        line = found;
                        return line.Length > 0;
                    }
                }
                else if (!_isCsv)
                {
                    _scan++;
                }
            }

            _scan++;
        }

        _scan = _end;
        if (isLast && _end > _start)
        {
            line = Take(_end, 0);
            return true;
        }

        return false;
    }

    private bool TryEndMarker(int at, out ReadOnlySpan<byte> line)
    {
        line = default;
        var after = at + 2;
        var style = _lineEnd;
        if (style == LineEnd.Both && after < _end)
        {
            if (_buffer[after] == '\n')
            {
                return _isCsv ? false : throw Marker("end-of-copy marker does not match previous newline style");
            }

            if (_buffer[after] != '\r')
            {
                return _isCsv ? false : throw Marker("end-of-copy marker corrupt");
            }

            after++;
        }

        if (after < _end)
        {
            var c = _buffer[after];
            if (c is not ((byte)'\r' or (byte)'\n'))
            {
                return _isCsv ? false : throw Marker("end-of-copy marker corrupt");
            }

            if ((style == LineEnd.NewLine && c != '\n') || (style == LineEnd.Both && c != '\n') || (style == LineEnd.CarriageReturn && c != '\r'))
            {
                throw Marker("end-of-copy marker does not match previous newline style");
            }
        }

        IsEnded = true;
        line = _buffer.AsSpan(_start, at - _start);
        _start = _scan = _end;
        return true;
    }

    private ReadOnlySpan<byte> Take(int at, int terminator)
    {
        var line = _buffer.AsSpan(_start, at - _start);
        _start = _scan = at + terminator;
        _inQuote = _lastWasEscape = false;
        return line;
    }

    private PgException Literal(string what, string escape) => _isCsv
        ? new PgException(SqlState.BadCopyFileFormat, $"unquoted {what} found in data").WithHint($"Use quoted CSV field to represent {what}.")
        : new PgException(SqlState.BadCopyFileFormat, $"literal {what} found in data").WithHint($"Use \"{escape}\" to represent {what}.");

    private static PgException Marker(string message) => new(SqlState.BadCopyFileFormat, message);
}
