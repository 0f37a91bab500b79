using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.Targets;

/// <summary>A session on a server over the wire.</summary>
public sealed class WireTarget : IConformanceTarget
{
    private readonly WireConnection _connection;
    private readonly Dictionary<uint, string> _typeNames = [];
    private string? _copyData;

    private WireTarget(WireConnection connection) => _connection = connection;

    /// <summary>Opens a session.</summary>
    public static async Task<WireTarget> OpenAsync(
        string host, int port, string user, string database, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>(SessionSettings.Default);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        return new WireTarget(await WireConnection.OpenAsync(host, port, user, database, all, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<StatementAnswer> ExecuteAsync(
        string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData = null, CancellationToken cancellationToken = default)
    {
        _copyData = copyData;
        RawAnswer raw;
        if (parameters is null)
        {
            raw = await SimpleAsync(sql, cancellationToken);
        }
        else
        {
            var oids = new uint[parameters.Count];
            for (var i = 0; i < oids.Length; i++)
            {
                oids[i] = await TypeOidAsync(parameters[i], cancellationToken);
            }

            raw = await ExtendedAsync(sql, parameters, oids, cancellationToken);
        }

        if (raw.Error is not null)
        {
            return new StatementAnswer { Notices = raw.Notices, Error = raw.Error };
        }

        AnswerColumn[]? columns = null;
        if (raw.Columns is not null)
        {
            columns = new AnswerColumn[raw.Columns.Count];
            for (var i = 0; i < columns.Length; i++)
            {
                var (name, oid, typmod) = raw.Columns[i];
                columns[i] = oid < AnswerColumn.FirstUserOid
                    ? new AnswerColumn(name, oid, null, typmod)
                    : new AnswerColumn(name, 0, await TypeNameAsync(oid, cancellationToken), typmod);
            }
        }

        string[]? types = null;
        if (raw.ParamTypes is not null)
        {
            types = new string[raw.ParamTypes.Length];
            for (var i = 0; i < types.Length; i++)
            {
                types[i] = raw.ParamTypes[i] < AnswerColumn.FirstUserOid
                    ? raw.ParamTypes[i].ToString(CultureInfo.InvariantCulture)
                    : await TypeNameAsync(raw.ParamTypes[i], cancellationToken);
            }
        }

        return new StatementAnswer
        {
            ParamTypes = types,
            Columns = columns,
            Rows = columns is null ? null : raw.Rows,
            Copy = raw.Copy?.ToString(),
            Tag = raw.Tag,
            Notices = raw.Notices,
        };
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<RawAnswer> SimpleAsync(string sql, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        WireConnection.CString(body, sql);
        _connection.Add('Q', body.ToArray());
        await _connection.FlushAsync(cancellationToken);
        return await FinishAsync(cancellationToken);
    }

    private async Task<RawAnswer> ExtendedAsync(
        string sql, IReadOnlyList<StatementParameter> parameters, uint[] oids, CancellationToken cancellationToken)
    {
        var parse = new MemoryStream();
        parse.WriteByte(0);
        WireConnection.CString(parse, sql);
        WireConnection.Int16(parse, oids.Length);
        foreach (var oid in oids)
        {
            WireConnection.Int32(parse, (int)oid);
        }

        var bind = new MemoryStream();
        bind.Write([0, 0]);
        WireConnection.Int16(bind, parameters.Count);
        foreach (var parameter in parameters)
        {
            WireConnection.Int16(bind, parameter.Binary is null ? 0 : 1);
        }

        WireConnection.Int16(bind, parameters.Count);
        foreach (var parameter in parameters)
        {
            var value = parameter.Binary ?? (parameter.Text is null ? null : Encoding.UTF8.GetBytes(parameter.Text));
            WireConnection.Int32(bind, value?.Length ?? -1);
            bind.Write(value);
        }

        WireConnection.Int16(bind, 0);
        _connection.Add('P', parse.ToArray());
        _connection.Add('D', [(byte)'S', 0]);
        _connection.Add('B', bind.ToArray());
        _connection.Add('E', [0, 0, 0, 0, 0]);
        _connection.Add('S', []);
        await _connection.FlushAsync(cancellationToken);
        return await FinishAsync(cancellationToken);
    }

    private async Task<RawAnswer> FinishAsync(CancellationToken cancellationToken)
    {
        var answer = new RawAnswer();
        while (true)
        {
            var (type, body) = await _connection.ReadAsync(cancellationToken);
            switch (type)
            {
                case 't':
                    answer.ParamTypes = new uint[BinaryPrimitives.ReadInt16BigEndian(body)];
                    for (var i = 0; i < answer.ParamTypes.Length; i++)
                    {
                        answer.ParamTypes[i] = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(2 + (4 * i)));
                    }

                    break;
                case 'T':
                    answer.Columns = Columns(body);
                    break;
                case 'D':
                    answer.Rows.Add(Row(body));
                    break;
                case 'C':
                    answer.Tag = Encoding.UTF8.GetString(body, 0, body.Length - 1);
                    break;
                case 'd':
                    (answer.Copy ??= new StringBuilder()).Append(Encoding.UTF8.GetString(body));
                    break;
                case 'G':
                    if (_copyData is null)
                    {
                        _connection.Add('f', "scripts hold no COPY data\0"u8);
                    }
                    else
                    {
                        _connection.Add('d', Encoding.UTF8.GetBytes(_copyData));
                        _connection.Add('c', []);
                    }

                    await _connection.FlushAsync(cancellationToken);
                    break;
                case 'N':
                    (answer.Notices ??= []).Add(Notice(body));
                    break;
                case 'E':
                    answer.Error = Error(body);
                    if (WireConnection.Fields(body)['V'] is "FATAL" or "PANIC")
                    {
                        throw new TargetLostException($"{answer.Error.Sqlstate} {answer.Error.Message}") { Error = answer.Error };
                    }

                    break;
                case 'Z':
                    return answer;
            }
        }
    }

    private static List<(string Name, uint Oid, int Typmod)> Columns(byte[] body)
    {
        var columns = new List<(string, uint, int)>(BinaryPrimitives.ReadInt16BigEndian(body));
        for (var i = 2; i < body.Length;)
        {
            var end = Array.IndexOf(body, (byte)0, i);
            var oid = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(end + 7));
            var typmod = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(end + 13));
            columns.Add((Encoding.UTF8.GetString(body, i, end - i), oid, typmod));
            i = end + 19;
        }

        return columns;
    }

    private static string?[] Row(byte[] body)
    {
        var row = new string?[BinaryPrimitives.ReadInt16BigEndian(body)];
        var at = 2;
        for (var i = 0; i < row.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at));
            at += 4;
            if (length >= 0)
            {
                row[i] = Encoding.UTF8.GetString(body, at, length);
                at += length;
            }
        }

        return row;
    }

    private static AnswerNotice Notice(byte[] body)
    {
        var fields = WireConnection.Fields(body);
        return new AnswerNotice(fields['V'], fields['C'], fields['M'], fields.GetValueOrDefault('D'), fields.GetValueOrDefault('H'));
    }

    private static AnswerError Error(byte[] body)
    {
        var fields = WireConnection.Fields(body);
        return new AnswerError
        {
            Sqlstate = fields['C'],
            Message = fields['M'],
            Detail = fields.GetValueOrDefault('D'),
            Hint = fields.GetValueOrDefault('H'),
            Position = Number(fields.GetValueOrDefault('P')),
            InternalPosition = Number(fields.GetValueOrDefault('p')),
            InternalQuery = fields.GetValueOrDefault('q'),
            Schema = fields.GetValueOrDefault('s'),
            Table = fields.GetValueOrDefault('t'),
            Column = fields.GetValueOrDefault('c'),
            Datatype = fields.GetValueOrDefault('d'),
            Constraint = fields.GetValueOrDefault('n'),
            Where = fields.GetValueOrDefault('W'),
        };
    }

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private async Task<uint> TypeOidAsync(StatementParameter parameter, CancellationToken cancellationToken)
    {
        if (parameter.TypeOid != 0 || parameter.TypeName is null or "unknown")
        {
            return parameter.TypeOid;
        }

        var raw = await SimpleAsync($"SELECT '{parameter.TypeName.Replace("'", "''", StringComparison.Ordinal)}'::regtype::oid", cancellationToken);
        return raw.Error is null
            ? uint.Parse(raw.Rows[0][0]!, CultureInfo.InvariantCulture)
            : throw new FormatException($"parameter type {parameter.TypeName}: {raw.Error.Message}");
    }

    private async Task<string> TypeNameAsync(uint oid, CancellationToken cancellationToken)
    {
        if (!_typeNames.TryGetValue(oid, out var name))
        {
            var raw = await SimpleAsync(
                $"SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname FROM pg_catalog.pg_type t "
                + $"JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = {oid}",
                cancellationToken);
            name = raw.Error is null && raw.Rows.Count == 1 ? raw.Rows[0][0]! : $"type {oid}";
            _typeNames[oid] = name;
        }

        return name;
    }

    private sealed class RawAnswer
    {
        public uint[]? ParamTypes { get; set; }
        public List<(string Name, uint Oid, int Typmod)>? Columns { get; set; }
        public List<string?[]> Rows { get; } = [];
        public StringBuilder? Copy { get; set; }
        public string? Tag { get; set; }
        public List<AnswerNotice>? Notices { get; set; }
        public AnswerError? Error { get; set; }
    }
}
