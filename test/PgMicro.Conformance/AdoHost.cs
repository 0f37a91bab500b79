using Npgsql;
using NpgsqlTypes;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Data;
using PgMicro.Data.Converters;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Conformance;

/// <summary>The engine behind its ADO.NET provider, each database in memory: values pass the converters on their way in and out.</summary>
internal sealed class AdoHost : IConformanceHost
{
    public Task<IConformanceDatabase> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult<IConformanceDatabase>(new AdoDatabase(name));
}

internal sealed class AdoDatabase : IConformanceDatabase
{
    private readonly PgMicroConnectionStringBuilder _settings;
    private readonly PgMicroConnection _holder;

    internal AdoDatabase(string name)
    {
        _settings = new PgMicroConnectionStringBuilder { DataSource = $"{name}-{Guid.NewGuid():N}", Mode = PgMicroOpenMode.Memory, Database = name, CommandTimeout = 10 };

        // The database lives as long as a connection to it.
        _holder = new PgMicroConnection(_settings.ConnectionString);
        _holder.Open();
    }

    public Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        var all = new Dictionary<string, string>(SessionSettings.Default);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        var options = string.Join(' ', all.Select(static s => $"-c {s.Key}={s.Value.Replace("\\", "\\\\").Replace(" ", "\\ ")}"));
        var connection = new PgMicroConnection(new PgMicroConnectionStringBuilder(_settings.ConnectionString) { Options = options }.ConnectionString);
        connection.Open();
        return Task.FromResult<IConformanceTarget>(new AdoTarget(connection));
    }

    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}

internal sealed class AdoTarget(PgMicroConnection connection) : IConformanceTarget
{
    private readonly Dictionary<(uint, string?, string), NpgsqlParameter> _parameters = [];
    private readonly Dictionary<uint, string> _typeNames = [];

    public Task<StatementAnswer> ExecuteAsync(
        string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData = null, CancellationToken cancellationToken = default)
    {
        try
        {
            using var command = new PgMicroCommand(sql, connection);
            foreach (var parameter in parameters ?? [])
            {
                command.Parameters.Add(ToParameter(parameter));
            }

            return Task.FromResult(Read(command));
        }
        catch (PostgresException e)
        {
            return Task.FromResult(new StatementAnswer { Error = new() { Sqlstate = e.SqlState, Message = e.MessageText, Detail = e.Detail, Hint = e.Hint } });
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private StatementAnswer Read(PgMicroCommand command)
    {
        using var reader = command.ExecuteReader();
        StatementAnswer answer;
        do
        {
            var columns = reader.FieldCount == 0 ? null : Enumerable.Range(0, reader.FieldCount).Select(i => Column(reader, i)).ToArray();
            List<IReadOnlyList<string?>>? rows = columns is null ? null : [];
            while (reader.Read())
            {
                rows!.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader, i))]);
            }

            answer = new StatementAnswer { Columns = columns, Rows = rows };
        }
        while (reader.NextResult());

        reader.Close();
        return answer with { Tag = Tag(command.CommandText, answer.Rows?.Count, reader.RecordsAffected) };
    }

    /// <summary>A value as an application gets it, in the text form that it has when it is sent back as a parameter.</summary>
    private string? Text(PgMicroDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        try
        {
            var value = Value(reader, ordinal);
            var session = connection.Session;
            var codec = session.Types.GetCodec(session.Catalog.GetBaseType(reader.GetDataTypeOID(ordinal)));
            return codec.OutputString(TypeConverters.Of(codec).ForWriting(value.GetType()).WriteObject(value, session), session);
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or PgException { SqlState: SqlState.FeatureNotSupported })
        {
            // What no CLR type holds, such as numerics of more than 28 digits, and what is only read, such as records.
            return reader.GetText(ordinal);
        }
    }

    /// <summary>A value by the CLR type that holds all of it: the default ones have no network masks, months or nulls in arrays.</summary>
    private static object Value(PgMicroDataReader reader, int ordinal) => reader.GetDataTypeOID(ordinal) switch
    {
        TypeOid.Inet => reader.GetFieldValue<NpgsqlInet>(ordinal),
        TypeOid.Interval => reader.GetFieldValue<NpgsqlInterval>(ordinal),
        TypeOid.BoolArray => reader.GetFieldValue<bool?[]>(ordinal),
        TypeOid.Int2Array => reader.GetFieldValue<short?[]>(ordinal),
        TypeOid.Int4Array => reader.GetFieldValue<int?[]>(ordinal),
        TypeOid.Int8Array => reader.GetFieldValue<long?[]>(ordinal),
        _ => reader.GetValue(ordinal),
    };

    /// <summary>The parameter that an application would give: the value's CLR object and its type's name.</summary>
    private NpgsqlParameter ToParameter(StatementParameter parameter)
    {
        var type = parameter.TypeOid != 0 ? TypeName(parameter.TypeOid) : parameter.TypeName?.Replace("\"", "");
        if (type is null or "unknown")
        {
            return new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = parameter.Text ?? (object)DBNull.Value };
        }

        if (parameter.Text is not { } text)
        {
            return new NpgsqlParameter { DataTypeName = type, Value = DBNull.Value };
        }

        var key = (parameter.TypeOid, parameter.TypeName, text);
        if (!_parameters.TryGetValue(key, out var known))
        {
            using var command = new PgMicroCommand($"SELECT CAST($1 AS {parameter.TypeName ?? type})", connection);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = text });
            using var reader = command.ExecuteReader();
            reader.Read();
            _parameters[key] = known = new NpgsqlParameter { DataTypeName = type, Value = Value(reader, 0) };
        }

        return known.Clone();
    }

    private string TypeName(uint oid)
    {
        if (!_typeNames.TryGetValue(oid, out var name))
        {
            using var command = new PgMicroCommand($"SELECT format_type({oid}, -1)", connection);
            _typeNames[oid] = name = (string)command.ExecuteScalar()!;
        }

        return name;
    }

    private static AnswerColumn Column(PgMicroDataReader reader, int ordinal)
    {
        var oid = reader.GetDataTypeOID(ordinal);
        if (oid < AnswerColumn.FirstUserOid)
        {
            return new AnswerColumn(reader.GetName(ordinal), oid, null, -1);
        }

        var name = reader.GetDataTypeName(ordinal);
        var dot = name.IndexOf('.');
        var (schema, type) = (name[..dot], name[(dot + 1)..]);
        type = type.EndsWith("[]", StringComparison.Ordinal) ? "_" + type[..^2] : type;
        return new AnswerColumn(reader.GetName(ordinal), 0, schema == "public" ? type : $"{schema}.{type}", -1);
    }

    /// <summary>ADO.NET has no command tags: it is made of the first word and the counts of rows, as far as those are told.</summary>
    private static string Tag(string sql, int? rows, int affected)
    {
        var text = sql.AsSpan().TrimStart();
        while (text.StartsWith("--"))
        {
            var end = text.IndexOf('\n');
            text = end < 0 ? [] : text[(end + 1)..].TrimStart();
        }

        var word = text[..(text.IndexOfAny(" \t\r\n(;") is >= 0 and var length ? length : text.Length)].ToString().ToUpperInvariant();
        return affected >= 0 ? word == "INSERT" ? $"INSERT 0 {affected}" : $"{word} {affected}"
            : rows is { } count && word != "CALL" ? $"SELECT {count}"
            : word;
    }
}
