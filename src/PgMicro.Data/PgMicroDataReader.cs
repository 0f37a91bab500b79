using System.Collections.ObjectModel;
using System.Collections;
using System.Data.Common;
using System.Data;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using PgMicro.Data.Converters;

namespace PgMicro.Data;

/// <summary>
/// Reads the results of a command's statements, each run when the reader reaches it. Closing runs those left and then ends the implicit
/// transaction, as the Sync message does; errors of either leave Close.
/// </summary>
public sealed class PgMicroDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly PgMicroConnection _connection;
    private readonly PgSession _session;
    private readonly StatementList _statements;
    private readonly CommandBehavior _behavior;
    private List<long>? _rows;
    private long? _firstRows;
    private const int ParametersOnStack = 64;
    private const uint FirstUserOid = 16384;
    private int _next;
    private Portal? _portal;
    private ResultColumn[] _columns = [];
    private bool _onRow;
    private bool _peeked;
    private bool _hasRows;
    private bool _closed;
    private bool _counted;
    private long _recordsAffected = -1;

    private PgMicroDataReader(PgMicroConnection connection, string text, in StatementList statements, CommandBehavior behavior)
    {
        _connection = connection;
        Text = text;
        _session = connection.Session;
        _statements = statements;
        _behavior = behavior;
    }

    /// <summary>Rows that each statement so far has inserted, updated or deleted; -1 for one that does not.</summary>
    public IReadOnlyList<long> StatementRows => RowCounts();

    /// <summary>The command's text.</summary>
    internal string Text { get; }

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override int FieldCount => _closed ? throw Closed() : _columns.Length;

    /// <inheritdoc/>
    public override bool HasRows => _hasRows || (_portal is not null && !_onRow && Peek());

    /// <inheritdoc/>
    public override bool IsClosed => _closed;

    /// <inheritdoc/>
    public override int RecordsAffected => (int)_recordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override bool Read()
    {
        if (_closed)
        {
            throw Closed();
        }

        if (_peeked)
        {
            _peeked = false;
            return _onRow = true;
        }

        if (_onRow && (_behavior & CommandBehavior.SingleRow) != 0)
        {
            _columns = [];
            return _onRow = false;
        }

        return _portal is not null && (_onRow = ReadRow());
    }

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken) =>
        Cancellation.Run(this, static r => r.Read(), _connection, cancellationToken);

    /// <inheritdoc/>
    public override bool NextResult()
    {
        if (_closed)
        {
            throw Closed();
        }

        if ((_behavior & (CommandBehavior.SingleResult | CommandBehavior.SingleRow)) == 0)
        {
            return Advance();
        }

        // What follows the one result that is wanted runs all the same.
        while (Advance())
        {
        }

        return false;
    }

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) =>
        Cancellation.Run(this, static r => r.NextResult(), _connection, cancellationToken);

    /// <inheritdoc/>
    public override void Close()
    {
        if (_closed)
        {
            return;
        }

        try
        {
            while (Advance())
            {
            }

            if (Release())
            {
                _session.Sync();
            }
        }
        catch (PgException e)
        {
            throw _connection.Fail(e);
        }
        finally
        {
            End();
            if ((_behavior & CommandBehavior.CloseConnection) != 0)
            {
                _connection.Close();
            }
        }
    }

    /// <inheritdoc/>
    public override Task CloseAsync()
    {
        try
        {
            Close();
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Row(ordinal).IsNull(ordinal);

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken) => Task.FromResult(IsDBNull(ordinal));

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal)
    {
        var portal = Row(ordinal);
        var column = _columns[ordinal];
        var value = new StoredValue(portal, ordinal);
        if (column.Last is Converter<T> converter && !value.IsNull)
        {
            return converter.Read(value, _session);
        }

        if (typeof(T) == typeof(object) && !value.IsNull)
        {
            return (T)GetValue(ordinal);
        }

        if (typeof(T) == typeof(TextReader) && !value.IsNull)
        {
            _ = column.Converters.ForReading(typeof(char[])); // what is no text is not read as one
            return (T)(object)GetTextReader(ordinal);
        }

        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        var found = column.Converters.ForReading(type == typeof(TextReader) ? typeof(char[]) : type);
        if (value.IsNull)
        {
            return typeof(T) == typeof(object) ? (T)(object)DBNull.Value
                : Nullable.GetUnderlyingType(typeof(T)) is not null ? default!
                : throw new InvalidCastException($"Column '{column.Description.Name}' is null.");
        }

        column.Last = found;
        return found is Converter<T> exact ? exact.Read(value, _session) : (T)found.ReadObject(value, _session);
    }

    /// <inheritdoc/>
    public override Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken) => Task.FromResult(GetFieldValue<T>(ordinal));

    /// <inheritdoc/>
    public override object GetValue(int ordinal)
    {
        var value = new StoredValue(Row(ordinal), ordinal);
        return value.IsNull ? DBNull.Value
            : _columns[ordinal] is { IsSingleBit: true } bit ? bit.Converters.ForReading(typeof(bool)).ReadObject(value, _session)
            : _columns[ordinal].Converters.Default.ReadObject(value, _session);
    }

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => GetFieldValue<char>(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    /// <summary>A value of any type in PostgreSQL's text form, as psql shows it; null for NULL.</summary>
    public string? GetText(int ordinal)
    {
        var portal = Row(ordinal);
        return portal.IsNull(ordinal) ? null : _columns[ordinal].Codec.OutputString(portal.GetDatum(ordinal), _session);
    }

    /// <summary>An interval or time as a TimeSpan.</summary>
    public TimeSpan GetTimeSpan(int ordinal) => GetFieldValue<TimeSpan>(ordinal);

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => GetFieldValue<Stream>(ordinal);

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new StringReader(GetString(ordinal));

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var value = new StoredValue(Row(ordinal), ordinal);
        if (value.Kind is not (DatumKind.Blob or DatumKind.Text))
        {
            throw new InvalidCastException($"GetBytes() not supported for type {GetDataTypeName(ordinal)}");
        }

        return Copy(value.Bytes, dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Copy(GetString(ordinal).AsSpan(), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal)
    {
        var column = Column(ordinal);
        if (column.Description.TypeOid == TypeOid.Char)
        {
            return "char";
        }

        if (column.Description.TypeOid >= FirstUserOid)
        {
            return QualifiedName(column.Description.TypeOid);
        }

        var typmod = column.Description.Typmod >= 0 ? column.Codec.TypmodOut(column.Description.Typmod) : "";
        var space = typmod.IndexOf(" with", StringComparison.Ordinal);
        return space < 0 ? column.Codec.Name + typmod : column.Codec.Name[..column.Codec.Name.IndexOf(' ')] + typmod;
    }

    /// <summary>pg_type.oid of a column.</summary>
    public uint GetDataTypeOID(int ordinal) => Column(ordinal).Description.TypeOid;

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => Column(ordinal) is { IsSingleBit: true } ? typeof(bool) : Column(ordinal).Converters.FieldType;

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Column(ordinal).Description.Name;

    /// <inheritdoc/>
    public override int GetOrdinal(string name)
    {
        foreach (var comparison in (ReadOnlySpan<StringComparison>)[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                if (_columns[i].Description.Name.Equals(name, comparison))
                {
                    return i;
                }
            }
        }

        throw new IndexOutOfRangeException("Field not found in row: " + name);
    }

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    public ReadOnlyCollection<DbColumn> GetColumnSchema() =>
        new([.. _columns.Select((c, i) => (DbColumn)new PgMicroDbColumn(
            _session, c.Description, c.Codec, i, GetFieldType(i), GetDataTypeName(i), Database, (_behavior & CommandBehavior.KeyInfo) != 0))]);

    /// <inheritdoc/>
    public override Task<ReadOnlyCollection<DbColumn>> GetColumnSchemaAsync(CancellationToken cancellationToken = default) => Task.FromResult(GetColumnSchema());

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable() => _columns.Length == 0 ? null : PgMicroDbColumn.ToTable(GetColumnSchema());

    internal static PgMicroDataReader Start(PgMicroConnection connection, string text, in StatementList statements, CommandBehavior behavior, int timeout)
    {
        if (connection.Reader is { } running)
        {
            throw new Npgsql.NpgsqlOperationInProgressException(new Npgsql.NpgsqlCommand(running.Text));
        }

        var reader = new PgMicroDataReader(connection, text, statements, behavior);
        connection.Reader = reader;
        connection.Deadline.Start(connection.Session, timeout);
        try
        {
            reader.Advance();
        }
        catch
        {
            reader.End();
            throw;
        }

        return reader;
    }

    /// <summary>Cancels the running statement.</summary>
    internal void Cancel() => _session.Cancel();

    /// <summary>Gives up without running what is left; the session rolls back.</summary>
    internal void Abandon()
    {
        _portal?.Dispose();
        End();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                Close();
            }
            catch (Npgsql.PostgresException e) when (e.SqlState == SqlState.QueryCanceled)
            {
                // Who cancels the command and then disposes of the reader has been served.
            }
        }

        base.Dispose(disposing);
    }

    private static long Copy<T>(ReadOnlySpan<T> source, long offset, T[]? buffer, int bufferOffset, int length)
    {
        if (buffer is null)
        {
            return source.Length;
        }

        var count = (int)Math.Min(length, Math.Max(0, source.Length - offset));
        source.Slice((int)Math.Min(offset, source.Length), count).CopyTo(buffer.AsSpan(bufferOffset));
        return count;
    }

    private string Database => _connection.Database;

    // The types of users and of extensions have their schema's name too.
    private string QualifiedName(uint type)
    {
        var row = _session.Catalog.Type(type)!;
        return row.typelem != 0 && _session.Catalog.ArrayTypeOf(row.typelem) == type
            ? QualifiedName(row.typelem) + "[]"
            : $"{_session.Catalog.Namespace(row.typnamespace)?.nspname}.{row.typname}";
    }

    private Portal Row(int ordinal) => _onRow && (uint)ordinal < (uint)_columns.Length
        ? _portal!
        : throw (_closed ? Closed()
            : _onRow ? new IndexOutOfRangeException($"Column must be between 0 and {_columns.Length - 1}")
            : new InvalidOperationException("No resultset is currently being traversed"));

    private static InvalidOperationException Closed() => new("The reader is closed");

    private ResultColumn Column(int ordinal) => (uint)ordinal < (uint)_columns.Length
        ? _columns[ordinal]
        : throw (_closed ? Closed() : new IndexOutOfRangeException($"Ordinal must be between 0 and {_columns.Length - 1}"));

    private bool Peek() => _peeked || (_peeked = ReadRow());

    private bool ReadRow()
    {
        try
        {
            var row = _portal!.Read();
            _hasRows |= row;
            if (!row)
            {
                CountRows();
            }

            return row;
        }
        catch (PgException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Finishes the current result and runs statements up to the next that has one.</summary>
    private bool Advance()
    {
        try
        {
            FinishResult();
            while (_next < _statements.Count)
            {
                var statement = _statements[_next++];
                _counted = false;
                if ((_behavior & CommandBehavior.SchemaOnly) != 0)
                {
                    if (Describe(statement) is { Columns: { } described } prepared)
                    {
                        SetColumns(described, prepared.Plan);
                        return true;
                    }

                    continue;
                }

                _portal = Execute(statement);
                if (_portal.Columns is { } columns)
                {
                    SetColumns(columns, _portal.Statement.Plan);
                    return true;
                }

                Count();
            }

            return false;
        }
        catch (Exception e)
        {
            _portal?.Dispose();
            if (e is PgException pg)
            {
                throw Failed(pg);
            }

            _next = _statements.Count;
            throw;
        }
    }

    /// <summary>An error ends the command: the connection is free for the next at once.</summary>
    private Npgsql.PostgresException Failed(PgException e)
    {
        var error = _connection.Fail(e);
        _next = _statements.Count;
        _portal = null;
        Release();
        return error;
    }

    private void FinishResult()
    {
        _onRow = _peeked = _hasRows = false;
        if (_portal is null)
        {
            _columns = [];
            return;
        }

        // The statement runs to its end whether or not its rows are wanted, for its effects and its errors.
        while ((_behavior & CommandBehavior.SingleRow) == 0 && _portal.Read())
        {
        }

        _portal.Close();
        Count();
        _columns = [];
    }

    private void Count()
    {
        var portal = _portal!;
        CountRows();
        _portal = null;
        portal.Dispose();
    }

    /// <summary>Adds what the statement has changed, once, as soon as its rows are read.</summary>
    private void CountRows()
    {
        if (_counted)
        {
            return;
        }

        _counted = true;
        var rows = _portal!.RowsAffected;
        if (_firstRows is null && _rows is null)
        {
            _firstRows = rows;
        }
        else
        {
            RowCounts().Add(rows);
        }

        if (rows >= 0)
        {
            _recordsAffected = Math.Max(0, _recordsAffected) + rows;
            _statements[_next - 1].Owner?.Add(rows);
        }
    }

    private PreparedStatement Describe(in PlannedStatement statement)
    {
        var types = new uint[statement.Text.ParameterNames?.Length ?? statement.Parameters?.Count ?? 0];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = _connection.ParameterTypes.Oid(_session, Parameter(statement, i));
        }

        return _session.Prepare(statement.Text.Statement, types);
    }

    private Portal Execute(in PlannedStatement statement)
    {
        var text = statement.Text;
        var count = text.ParameterNames?.Length ?? statement.Parameters?.Count ?? 0;
        if (count == 0)
        {
            return _session.Execute(_session.Prepare(text.Statement, []), []);
        }

        var (parameters, values) = _connection.RoomForParameters(count);
        Span<uint> types = count <= ParametersOnStack ? stackalloc uint[count] : new uint[count];
        for (var i = 0; i < count; i++)
        {
            types[i] = _connection.ParameterTypes.Oid(_session, parameters[i] = Parameter(statement, i));
        }

        var prepared = _session.Prepare(text.Statement, types);
        var writers = prepared.Plan.ClientParameters as ParameterWriter.Known?[];
        if (writers is null || writers.Length < count)
        {
            prepared.Plan.ClientParameters = writers = new ParameterWriter.Known?[count];
        }

        for (var i = 0; i < count && i < prepared.ParameterTypes.Count; i++)
        {
            values[i] = ParameterWriter.Write(_session, parameters[i], i, types[i], prepared.ParameterTypes[i], ref writers[i]);
        }

        try
        {
            return _session.Execute(prepared, values.AsSpan(0, count));
        }
        finally
        {
            // The connection keeps the room, not what was in it.
            Array.Clear(values, 0, count);
            Array.Clear(parameters, 0, count);
        }
    }

    private List<long> RowCounts()
    {
        if (_rows is null)
        {
            _rows = new List<long>(_statements.Count);
            if (_firstRows is { } first)
            {
                _rows.Add(first);
            }
        }

        return _rows;
    }

    private static Npgsql.NpgsqlParameter Parameter(in PlannedStatement statement, int i) =>
        statement.Text.Find(statement.Parameters!, i) ?? throw new InvalidOperationException($"Parameter '{statement.Text.ParameterNames![i]}' was removed.");

    private void SetColumns(IReadOnlyList<ColumnDescription> columns, ExecutablePlan plan)
    {
        // Worked out once for a plan.
        if (plan.ClientColumns is ResultColumn[] known && known.Length == columns.Count)
        {
            _columns = known;
            return;
        }

        _columns = new ResultColumn[columns.Count];
        for (var i = 0; i < _columns.Length; i++)
        {
            var codec = _session.Types.GetCodec(_session.Catalog.GetBaseType(columns[i].TypeOid));
            _columns[i] = new ResultColumn(columns[i], codec, TypeConverters.Of(codec));
        }

        plan.ClientColumns = _columns;
    }

    private void End()
    {
        _closed = true;
        _onRow = false;
        _portal = null;
        Release();
    }

    /// <summary>Gives the connection up; false when it has been already.</summary>
    private bool Release()
    {
        if (!ReferenceEquals(_connection.Reader, this))
        {
            return false;
        }

        _connection.Reader = null;
        _connection.Deadline.Stop();
        return true;
    }

    private sealed class ResultColumn(ColumnDescription description, PgTypeCodec codec, TypeConverters converters)
    {
        internal ColumnDescription Description { get; } = description;

        internal PgTypeCodec Codec { get; } = codec;

        internal TypeConverters Converters { get; } = converters;

        /// <summary>bit(1), which is a bool.</summary>
        internal bool IsSingleBit { get; } = description.TypeOid == TypeOid.Bit && description.Typmod == 1;

        internal Converter? Last { get; set; }
    }
}
