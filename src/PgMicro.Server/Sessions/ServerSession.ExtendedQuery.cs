using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Cursors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;

namespace PgMicro.Server.Sessions;

/// <content>The extended query protocol.</content>
internal sealed partial class ServerSession
{
    private static readonly IReadOnlyList<uint> NoTypes = [];

    private readonly Dictionary<string, ServerPortal> _portals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _emptyStatements = new(StringComparer.Ordinal);
    private UnnamedStatement? _unnamed;
    private ServerPortal? _running;

    private void Parse(in ParseMessage message)
    {
        var name = message.StatementName;
        if (name.Length == 0)
        {
            _unnamed = null;
        }
        else if (_engine.PreparedStatements.ContainsKey(name) || _emptyStatements.Contains(name))
        {
            throw new PgException(SqlState.DuplicatePreparedStatement, $"prepared statement \"{name}\" already exists");
        }

        var statements = _engine.Parse(message.Sql);
        if (statements.Count > 1)
        {
            throw new PgException(SqlState.SyntaxError, "cannot insert multiple commands into a prepared statement");
        }

        foreach (var type in message.ParameterTypes)
        {
            if (type != 0 && _engine.Catalog.Type(type) is null)
            {
                throw new PgException(SqlState.UndefinedObject, $"type with OID {type} does not exist");
            }
        }

        var prepared = statements.Count == 0 ? null : _engine.Prepare(statements[0], message.ParameterTypes);
        if (name.Length == 0)
        {
            _unnamed = new UnnamedStatement(prepared);
        }
        else if (prepared is null)
        {
            _emptyStatements.Add(name);
        }
        else
        {
            _engine.PreparedStatements.Add(name, prepared);
        }

        ParseComplete.Write(_writer);
    }

    private void Bind(BindMessage message)
    {
        var prepared = FindStatement(message.StatementName);
        if (_engine.TransactionStatus == TransactionStatus.Failed && prepared is not { Statement.EndsTransaction: true })
        {
            throw InFailedTransaction();
        }

        var types = prepared?.ParameterTypes ?? NoTypes;
        if (message.ParameterCount != types.Count)
        {
            throw new PgException(
                SqlState.ProtocolViolation,
                $"bind message supplies {message.ParameterCount} parameters, but prepared statement \"{message.StatementName}\" requires {types.Count}");
        }

        if (message.PortalName.Length > 0 && (_portals.ContainsKey(message.PortalName) || FindCursor(message.PortalName) is not null))
        {
            throw new PgException(SqlState.DuplicateCursor, $"cursor \"{message.PortalName}\" already exists");
        }

        DropPortal(message.PortalName);
        _engine.EnsureTransaction();
        if (prepared is not null)
        {
            prepared.Plan = _engine.Database.Planner.Revalidate(_engine, prepared);
        }

        var values = types.Count == 0 ? [] : new PgDatum[types.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadValue(ref message, i, types[i]);
        }

        var formats = message.ReadResultFormats();
        var columns = prepared?.Columns;
        if (columns is not null && formats.Length > 1 && formats.Length != columns.Count)
        {
            throw new PgException(
                SqlState.ProtocolViolation, $"bind message has {formats.Length} result formats but query has {columns.Count} columns");
        }

        foreach (var format in formats)
        {
            FormatCodes.IsBinary(format);
        }

        _portals.Add(message.PortalName, new ServerPortal(prepared, values, formats, _engine.Transaction.Savepoints));
        BindComplete.Write(_writer);
    }

    private static PgException InFailedTransaction() =>
        new(SqlState.InFailedSqlTransaction, "current transaction is aborted, commands ignored until end of transaction block");

    private PgDatum ReadValue(ref BindMessage message, int index, uint type)
    {
        var hidden = false;
        try
        {
            if (!message.ReadValue(out var value))
            {
                return PgDatum.Null;
            }

            hidden = true;
            var isBinary = message.IsBinary(index);
            var codec = _engine.Types.GetCodec(type);
            if (isBinary)
            {
                return Receive(codec, value, index);
            }

            // What cannot be read as text is not shown either.
            if (_engine.ClientEncoding is { } encoding)
            {
                var text = encoding.ToUtf8(value);
                hidden = false;
                return codec.Input(text, -1, _engine);
            }

            TextFamilyCodec.CheckEncoding(value);
            hidden = false;
            return codec.Input(value, -1, _engine);
        }
        catch (PgException e)
        {
            var place = message.PortalName.Length == 0 ? $"unnamed portal parameter ${index + 1}" : $"portal \"{message.PortalName}\" parameter ${index + 1}";
            place = hidden ? place : place + " = '...'";
            e.Where = e.Where is null ? place : e.Where + "\n" + place;
            throw;
        }
    }

    private PgDatum Receive(PgTypeCodec codec, ReadOnlySpan<byte> value, int index)
    {
        try
        {
            return codec.Receive(value, -1, _engine);
        }
        catch (PgException e) when (e.Message == PgErrors.IncorrectBinaryFormat().Message)
        {
            throw new PgException(e.SqlState, $"incorrect binary data format in bind parameter {index + 1}");
        }
    }

    private void Describe(in DescribeMessage message)
    {
        IReadOnlyList<ColumnDescription>? columns;
        short[] formats = [];
        var types = NoTypes;
        if (message.IsPortal)
        {
            if (!_portals.ContainsKey(message.Name) && FindCursor(message.Name) is { } cursor)
            {
                // A portal's formats are those of Bind, and there was none: only FETCH makes a BINARY cursor's rows binary.
                columns = cursor.Plan.RowColumns;
            }
            else
            {
                var portal = FindPortal(message.Name);
                columns = portal.Statement?.Columns;
                formats = portal.ResultFormats;
            }
        }
        else
        {
            var prepared = FindStatement(message.Name);
            columns = prepared?.Columns;
            types = prepared?.ParameterTypes ?? NoTypes;
        }

        if (columns is not null && _engine.TransactionStatus == TransactionStatus.Failed)
        {
            throw InFailedTransaction();
        }

        if (!message.IsPortal)
        {
            ParameterDescription.Write(_writer, types);
        }

        if (columns is null)
        {
            NoData.Write(_writer);
        }
        else
        {
            RowDescription.Write(_writer, columns, formats, _engine.Catalog);
        }
    }

    private async ValueTask ExecuteAsync(ExecuteMessage message)
    {
        if (!_portals.ContainsKey(message.PortalName) && FindCursor(message.PortalName) is { } cursor)
        {
            await ExecuteCursorAsync(cursor, message.MaxRows).ConfigureAwait(false);
            return;
        }

        var portal = FindPortal(message.PortalName);
        if (portal.Statement is not { } statement)
        {
            EmptyQueryResponse.Write(_writer);
            return;
        }

        if (portal.Run is { Columns: null })
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"portal \"{message.PortalName}\" cannot be run");
        }

        var wasInBlock = _engine.TransactionStatus != TransactionStatus.Idle;
        portal.WasSuspended |= portal.Run is not null;
        _running = portal;
        var run = portal.Run ??= _engine.Execute(statement, portal.Parameters);
        if (run.Columns is { } columns)
        {
            portal.Encoder ??= new DataRow(columns, portal.ResultFormats, _engine);
            var (rows, atEnd) = await SendRowsAsync(run, portal.Encoder, message.MaxRows).ConfigureAwait(false);
            if (!atEnd)
            {
                portal.WasSuspended = true;
                PortalSuspended.Write(_writer);
                return;
            }

            CommandComplete.Write(_writer, portal.WasSuspended ? run.TagOf(rows) : run.CommandTag);
        }
        else
        {
            await CopyAsync(run).ConfigureAwait(false);
            CommandComplete.Write(_writer, run.CommandTag);
        }

        if (wasInBlock && _engine.TransactionStatus == TransactionStatus.Idle)
        {
            DropPortals();
        }
    }

    /// <summary>Execute of a portal that SQL declared: as FETCH FORWARD, with a SELECT's answers.</summary>
    private async ValueTask ExecuteCursorAsync(Cursor cursor, int maxRows)
    {
        var name = cursor.Name.Replace("\"", "\"\"", StringComparison.Ordinal);
        var count = maxRows > 0 ? maxRows.ToString(CultureInfo.InvariantCulture) : "ALL";
        var fetch = _engine.Prepare(_engine.Parse($"FETCH FORWARD {count} FROM \"{name}\"")[0], []);
        using var run = _engine.Execute(fetch, []);
        using var encoder = new DataRow(run.Columns!, [], _engine);
        var (rows, _) = await SendRowsAsync(run, encoder, 0).ConfigureAwait(false);
        if (maxRows > 0 && rows == maxRows)
        {
            PortalSuspended.Write(_writer);
        }
        else
        {
            CommandComplete.Write(_writer, string.Create(CultureInfo.InvariantCulture, $"SELECT {rows}"));
        }
    }

    // The portal that rolls back does not end itself.
    private void DropPortalsWithin(Transaction.Savepoint savepoint)
    {
        foreach (var (name, portal) in _portals.ToArray())
        {
            if (portal != _running && portal.Savepoints.Contains(savepoint))
            {
                DropPortal(name);
            }
        }
    }

    private void Close(in CloseMessage message)
    {
        if (message.IsPortal)
        {
            DropPortal(message.Name);
            if (FindCursor(message.Name) is not null)
            {
                _engine.CloseCursor(message.Name);
            }
        }
        else if (message.Name.Length == 0)
        {
            _unnamed = null;
        }
        else if (!_engine.PreparedStatements.Remove(message.Name))
        {
            _emptyStatements.Remove(message.Name);
        }

        CloseComplete.Write(_writer);
    }

    /// <summary>The statement of a name; null for one of an empty query string.</summary>
    private PreparedStatement? FindStatement(string name)
    {
        if (name.Length == 0)
        {
            return _unnamed is { } unnamed
                ? unnamed.Statement
                : throw new PgException(SqlState.InvalidSqlStatementName, "unnamed prepared statement does not exist");
        }

        return _engine.PreparedStatements.TryGetValue(name, out var prepared) ? prepared
            : _emptyStatements.Contains(name) ? null
            : throw new PgException(SqlState.InvalidSqlStatementName, $"prepared statement \"{name}\" does not exist");
    }

    /// <summary>A cursor that SQL declared: to the protocol it is a portal.</summary>
    private Cursor? FindCursor(string name) => _engine.Cursors.FirstOrDefault(c => c.Name == name);

    private ServerPortal FindPortal(string name) => _portals.TryGetValue(name, out var portal)
        ? portal
        : throw new PgException(SqlState.InvalidCursorName, $"portal \"{name}\" does not exist");

    private void DropPortal(string name)
    {
        if (_portals.Remove(name, out var portal))
        {
            portal.Dispose();
        }
    }

    private void DropPortals()
    {
        foreach (var portal in _portals.Values)
        {
            portal.Dispose();
        }

        _portals.Clear();
    }

    private sealed record UnnamedStatement(PreparedStatement? Statement);
}
