using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Copy;

/// <summary>A running COPY FROM: data in, rows into the table, errors with the line that they come from.</summary>
internal sealed class CopyFrom : IDisposable
{
    /// <summary>Bytes of a line or value that an error's context shows.</summary>
    private const int MaxShown = 100;

    private readonly PgSession _session;
    private readonly CopyTarget _target;
    private readonly CopyOptions _options;
    private readonly ClientEncoding _encoding;
    private readonly CopyColumn[] _columns;
    private readonly CopyColumn[] _missing;
    private readonly CopyLineReader _lines;
    private readonly CopyFieldReader _reader;
    private readonly CopyFields _fields = new();
    private readonly CopyBinaryReader? _binary;
    private readonly bool _buffersRows;
    private long _lineNumber;
    private long _count;
    private long _skipped;
    private byte[] _line = [];
    private int _lineLength = -1;
    private CopyColumn? _column;
    private int _field = -1;

    /// <summary>Starts a COPY FROM.</summary>
    /// <param name="session">The session, ready to write.</param>
    /// <param name="target">The table.</param>
    /// <param name="options">The options.</param>
    /// <param name="columns">Columns that the data have, in their order.</param>
    internal CopyFrom(PgSession session, CopyTarget target, CopyOptions options, CopyColumn[] columns)
    {
        _session = session;
        _target = target;
        _options = options;
        _columns = columns;
        _encoding = options.EncodingName is { } name ? ClientEncoding.Find(name)! : session.ClientEncoding ?? ClientEncoding.Utf8;
        _missing = [.. target.Columns.Except(columns)];
        _lines = new CopyLineReader(options);
        _reader = new CopyFieldReader(options);
        _binary = IsBinary ? new CopyBinaryReader(columns.Length) : null;
        _buffersRows = !Array.Exists(_missing, static c => c.HasVolatileDefault);
    }

    internal bool IsBinary => _options.Format == CopyFormat.Binary;

    internal int ColumnCount => _columns.Length;

    internal void Write(ReadOnlySpan<byte> data)
    {
        try
        {
            if (_binary is not null)
            {
                _binary.Add(data);
                ReadTuples(isLast: false);
            }
            else
            {
                _lines.Add(data);
                ReadLines(isLast: false);
            }
        }
        catch (PgException e)
        {
            throw InContext(e);
        }
        catch (Storage.SqliteException e)
        {
            throw InContext(SqliteErrors.Map(e));
        }
    }

    /// <summary>The end of the data; returns the number of rows inserted.</summary>
    internal long Complete()
    {
        try
        {
            if (_binary is not null)
            {
                ReadTuples(isLast: true);
            }
            else
            {
                ReadLines(isLast: true);
            }
        }
        catch (PgException e)
        {
            throw InContext(e);
        }
        catch (Storage.SqliteException e)
        {
            throw InContext(SqliteErrors.Map(e));
        }

        if (_skipped > 0)
        {
            _session.Notice(new PgNotice(
                "NOTICE", SqlState.SuccessfulCompletion,
                _skipped == 1 ? "1 row was skipped due to data type incompatibility" : $"{_skipped} rows were skipped due to data type incompatibility"));
        }

        _target.Finish();
        return _count;
    }

    /// <summary>Adds the context of an error: the line, and the column whose value is read.</summary>
    internal PgException InContext(PgException error)
    {
        // The next line is being read when none is current.
        var number = _column is null && _lineLength < 0 && !IsBinary ? _lineNumber + 1 : _lineNumber;
        if (number == 0)
        {
            return error;
        }

        var context = new StringBuilder($"COPY {_target.TableName}, line {number}");
        if (_column is not null)
        {
            context.Append($", column {_column.Table.Name}");
            if (!IsBinary)
            {
                context.Append(": ").Append(_field < 0 ? "null input" : $"\"{Shown(_fields.Bytes(_field))}\"");
            }
        }
        else if (_lineLength >= 0 && !IsBinary && !(_buffersRows && error.SqlState is SqlState.UniqueViolation or SqlState.ExclusionViolation))
        {
            context.Append($": \"{Shown(_line.AsSpan(0, _lineLength))}\"");
        }

        error.Where = error.Where is null ? context.ToString() : $"{error.Where}\n{context}";
        return error;
    }

    public void Dispose() => _target.Dispose();

    private static string Shown(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxShown)
        {
            return Encoding.UTF8.GetString(text);
        }

        var length = MaxShown;
        while ((text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return Encoding.UTF8.GetString(text[..length]) + "...";
    }

    private void ReadLines(bool isLast)
    {
        while (_lines.TryRead(isLast, out var line))
        {
            _session.CheckForInterrupts();
            var number = _lineNumber + 1 + _lines.EmbeddedLines;
            line = _encoding.ToUtf8(line);
            _lineNumber = number;
            KeepLine(line);
            if (number == 1 + _lines.EmbeddedLines && _options.Header != CopyHeader.None)
            {
                if (_options.Header == CopyHeader.Match)
                {
                    CheckHeader(line);
                }
            }
            else
            {
                ReadRow(line);
            }

            _lineLength = -1;
        }
    }

    private void KeepLine(ReadOnlySpan<byte> line)
    {
        // An error shows no more than its beginning.
        var length = Math.Min(line.Length, MaxShown + 4);
        if (_line.Length < length)
        {
            _line = new byte[MaxShown + 4];
        }

        line[..length].CopyTo(_line);
        _lineLength = length;
    }

    private void CheckHeader(ReadOnlySpan<byte> line)
    {
        _reader.Read(line, _fields);
        if (_fields.Count != _columns.Length)
        {
            throw new PgException(SqlState.BadCopyFileFormat, $"wrong number of fields in header line: got {_fields.Count}, expected {_columns.Length}");
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            var name = _columns[i].Table.Name;
            if (_fields.IsNull(i))
            {
                throw new PgException(
                    SqlState.BadCopyFileFormat,
                    $"column name mismatch in header line field {i + 1}: got null value (\"{Encoding.UTF8.GetString(_options.Null)}\"), expected \"{name}\"");
            }

            var given = Encoding.UTF8.GetString(_fields.Bytes(i));
            if (given != name)
            {
                throw new PgException(SqlState.BadCopyFileFormat, $"column name mismatch in header line field {i + 1}: got \"{given}\", expected \"{name}\"");
            }
        }
    }

    private void ReadRow(ReadOnlySpan<byte> line)
    {
        if (_columns.Length == 0)
        {
            if (line.Length > 0)
            {
                throw new PgException(SqlState.BadCopyFileFormat, "extra data after last expected column");
            }
        }
        else
        {
            _reader.Read(line, _fields);
            if (_fields.Count > _columns.Length)
            {
                throw new PgException(SqlState.BadCopyFileFormat, "extra data after last expected column");
            }

            for (var i = 0; i < _columns.Length; i++)
            {
                if (i >= _fields.Count)
                {
                    throw new PgException(SqlState.BadCopyFileFormat, $"missing data for column \"{_columns[i].Table.Name}\"");
                }

                if (!ReadField(_columns[i], i))
                {
                    return;
                }
            }
        }

        InsertRow();
    }

    /// <summary>Converts a field; false when the row is to be skipped.</summary>
    private bool ReadField(CopyColumn column, int field)
    {
        if (_fields.IsDefault(field))
        {
            if (!column.HasDefault)
            {
                throw new PgException(SqlState.BadCopyFileFormat, "unexpected default marker in COPY data")
                    .WithDetail($"Column \"{column.Table.Name}\" has no default value.");
            }

            _target.Values[column.Position] = column.Default();
            return true;
        }

        if (_fields.IsNull(field))
        {
            if (column.ForceNotNull)
            {
                _fields.SetText(field, _options.Null);
            }
        }
        else if (column.ForceNull && _fields.Bytes(field).SequenceEqual(_options.Null))
        {
            _fields.SetNull(field);
        }

        _column = column;
        var isNull = _fields.IsNull(field);
        _field = isNull ? -1 : field;
        try
        {
            _target.Values[column.Position] = isNull ? column.Null() : column.Input(_fields.Bytes(field));
        }
        catch (PgException e) when (_options.IgnoreErrors && (e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal)))
        {
            Skip(column);
            _column = null;
            return false;
        }

        _column = null;
        return true;
    }

    private void Skip(CopyColumn column)
    {
        _skipped++;
        if (_options.IsVerbose)
        {
            var shown = _field < 0 ? "null input" : $"\"{Shown(_fields.Bytes(_field))}\"";
            _session.Notice(new PgNotice(
                "NOTICE", SqlState.SuccessfulCompletion,
                $"skipping row due to data type incompatibility at line {_lineNumber} for column \"{column.Table.Name}\": {shown}",
                Where: $"COPY {_target.TableName}"));
        }
    }

    private void InsertRow()
    {
        foreach (var column in _missing)
        {
            _target.Values[column.Position] = column.Default();
        }

        if (_target.Insert())
        {
            _count++;
        }
    }

    private void ReadTuples(bool isLast)
    {
        while (_binary!.TryReadTuple(isLast, () => _lineNumber++))
        {
            _session.CheckForInterrupts();
            _lineLength = 0;
            for (var i = 0; i < _columns.Length; i++)
            {
                var column = _columns[i];
                _column = column;
                _target.Values[column.Position] = _binary.IsNull(i) ? column.Null() : column.Receive(_binary.Field(i));
                _column = null;
            }

            InsertRow();
            _lineLength = -1;
        }
    }
}
