using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Conformance;

/// <summary>The engine in process, each database in memory.</summary>
internal sealed class EngineHost : IConformanceHost
{
    public Task<IConformanceDatabase> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult<IConformanceDatabase>(new EngineDatabase(
            PgDatabase.Open(new PgDatabaseOptions { Path = $"{name}-{Guid.NewGuid():N}", InMemory = true, DatabaseName = name })));
}

internal sealed class EngineDatabase(PgDatabase database) : IConformanceDatabase
{
    public Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        var all = new Dictionary<string, string>(SessionSettings.Default);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        return Task.FromResult<IConformanceTarget>(new EngineTarget(database.CreateSession(new PgSessionOptions { Settings = all })));
    }

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        return ValueTask.CompletedTask;
    }
}

internal sealed class EngineTarget : IConformanceTarget
{
    private readonly PgSession _session;
    private readonly List<AnswerNotice> _notices = [];

    internal EngineTarget(PgSession session)
    {
        _session = session;
        session.NoticeReceived += n => _notices.Add(new AnswerNotice(n.Severity, n.SqlState, n.Message, n.Detail, n.Hint));
    }

    public Task<StatementAnswer> ExecuteAsync(
        string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(Execute(sql, parameters, copyData));

    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private StatementAnswer Execute(string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData)
    {
        _notices.Clear();
        StatementAnswer answer;
        try
        {
            answer = Run(sql, parameters, copyData);
            _session.Sync();
        }
        catch (PgException e)
        {
            try
            {
                _session.Sync();
            }
            catch (PgException)
            {
                // The first error is the statement's answer.
            }

            answer = new StatementAnswer { Error = ToAnswer(e) };
        }

        return answer with { Notices = _notices.Count == 0 ? null : [.. _notices] };
    }

    private StatementAnswer Run(string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData)
    {
        var answer = new StatementAnswer();
        foreach (var statement in _session.Parse(sql))
        {
            var types = (parameters ?? []).Select(p => p.TypeOid != 0 ? p.TypeOid : TypeByName(p.TypeName)).ToArray();
            var prepared = parameters is null ? _session.Prepare(statement) : _session.Prepare(statement, types);
            var values = new PgDatum[prepared.ParameterTypes.Count];
            for (var i = 0; i < values.Length && i < (parameters?.Count ?? 0); i++)
            {
                var codec = _session.Types.GetCodec(prepared.ParameterTypes[i]);
                values[i] = parameters![i] switch
                {
                    { Binary: { } binary } => codec.Receive(binary, -1, _session),
                    { Text: { } text } => codec.Input(System.Text.Encoding.UTF8.GetBytes(text), -1, _session),
                    _ => PgDatum.Null,
                };
            }

            using var portal = _session.Execute(prepared, values);
            if (portal.CopyIn is { } sink)
            {
                if (copyData is null)
                {
                    sink.Fail("scripts hold no COPY data");
                }

                sink.Write(System.Text.Encoding.UTF8.GetBytes(copyData!));
                sink.Complete();
            }

            // A simple query gets what rules have added to it.
            var rowsOf = parameters is null && portal.AddedByRules.FirstOrDefault() is { } added ? added : portal;
            var columns = rowsOf.Columns;
            List<IReadOnlyList<string?>>? rows = columns is null ? null : [];
            if (columns is not null)
            {
                var codecs = columns.Select(c => _session.Types.GetCodec(c.TypeOid)).ToArray();
                while (rowsOf.Read())
                {
                    var row = new string?[columns.Count];
                    for (var i = 0; i < row.Length; i++)
                    {
                        row[i] = rowsOf.IsNull(i) ? null : codecs[i].OutputString(rowsOf.GetDatum(i), _session);
                    }

                    rows!.Add(row);
                }
            }

            answer = new StatementAnswer
            {
                ParamTypes = parameters is null ? null : [.. prepared.ParameterTypes.Select(TypeText)],
                Columns = columns?.Select(ToAnswer).ToArray(),
                Rows = rows,
                Copy = portal.CopyOut is { } copy ? ReadAll(copy) : null,
                Tag = portal.CommandTag,
            };
        }

        return answer;
    }

    private static string? ReadAll(PgMicro.Core.Execution.Copy.CopyOutSource source)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        while (source.ReadRow(buffer))
        {
        }

        return buffer.WrittenCount == 0 ? null : System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private uint TypeByName(string? name)
    {
        if (name is null or "unknown")
        {
            return 0;
        }

        var statement = _session.Parse($"SELECT NULL::{name}")[0];
        return _session.Prepare(statement, []).Columns![0].TypeOid;
    }

    private AnswerColumn ToAnswer(ColumnDescription column) => column.TypeOid < AnswerColumn.FirstUserOid
        ? new AnswerColumn(column.Name, column.TypeOid, null, column.Typmod)
        : new AnswerColumn(column.Name, 0, TypeText(column.TypeOid), column.Typmod);

    private string TypeText(uint oid)
    {
        if (oid < AnswerColumn.FirstUserOid)
        {
            return oid.ToString(CultureInfo.InvariantCulture);
        }

        var type = _session.Catalog.Type(oid)!;
        var schema = _session.Catalog.Namespace(type.typnamespace)!.nspname;
        return schema == "public" ? type.typname : $"{schema}.{type.typname}";
    }

    private static AnswerError ToAnswer(PgException e) => new()
    {
        Sqlstate = e.SqlState,
        Message = e.Message,
        Detail = e.Detail,
        Hint = e.Hint,
        Position = e.Position == 0 ? null : e.Position,
        InternalPosition = e.InternalPosition == 0 ? null : e.InternalPosition,
        InternalQuery = e.InternalQuery,
        Schema = e.SchemaName,
        Table = e.TableName,
        Column = e.ColumnName,
        Datatype = e.DataTypeName,
        Constraint = e.ConstraintName,
        Where = e.Where,
    };
}
