using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Copy;

/// <summary>The options of a COPY, read and checked in the order in which PostgreSQL's ProcessCopyOptions does.</summary>
internal sealed class CopyOptions
{
    private readonly bool _isFrom;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private string? _delimiter;
    private string? _null;
    private string? _default;
    private string? _quote;
    private string? _escape;

    private CopyOptions(bool isFrom) => _isFrom = isFrom;

    internal CopyFormat Format { get; private set; }

    internal CopyHeader Header { get; private set; }

    internal bool Freeze { get; private set; }

    internal byte Delimiter { get; private set; }

    /// <summary>Text that stands for NULL.</summary>
    internal byte[] Null { get; private set; } = [];

    /// <summary>Text that stands for a column's default; null when there is none.</summary>
    internal byte[]? Default { get; private set; }

    internal byte Quote { get; private set; }

    internal byte Escape { get; private set; }

    internal bool ForceQuoteAll { get; private set; }

    internal IReadOnlyList<string> ForceQuote { get; private set; } = [];

    internal bool ForceNotNullAll { get; private set; }

    internal IReadOnlyList<string> ForceNotNull { get; private set; } = [];

    internal bool ForceNullAll { get; private set; }

    internal IReadOnlyList<string> ForceNull { get; private set; } = [];

    internal string? EncodingName { get; private set; }

    /// <summary>ON_ERROR ignore: rows whose values do not convert are skipped.</summary>
    internal bool IgnoreErrors { get; private set; }

    /// <summary>LOG_VERBOSITY verbose.</summary>
    internal bool IsVerbose { get; private set; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="PgException">42601, 22023, 0A000 with PostgreSQL's text and position.</exception>
    internal static CopyOptions Read(bool isFrom, IEnumerable<Pg.Node> nodes)
    {
        var options = new CopyOptions(isFrom);
        foreach (var node in nodes)
        {
            options.Add(node.DefElem);
        }

        options.Check();
        return options;
    }

    private void Add(Pg.DefElem option)
    {
        if (option.Defname is "format" or "freeze" or "delimiter" or "null" or "default" or "header" or "quote" or "escape" or "force_quote"
                or "force_not_null" or "force_null" or "encoding" or "on_error" or "log_verbosity"
            && !_seen.Add(option.Defname))
        {
            throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
        }

        switch (option.Defname)
        {
            case "format":
                var format = OptionValues.String(option);
                Format = format switch
                {
                    "text" => CopyFormat.Text,
                    "csv" => CopyFormat.Csv,
                    "binary" => CopyFormat.Binary,
                    _ => throw new PgException(SqlState.InvalidParameterValue, $"COPY format \"{format}\" not recognized").At(option.Location),
                };
                break;
            case "freeze":
                Freeze = OptionValues.Boolean(option);
                break;
            case "delimiter":
                _delimiter = OptionValues.String(option);
                break;
            case "null":
                _null = OptionValues.String(option);
                break;
            case "default":
                _default = OptionValues.String(option);
                break;
            case "header":
                Header = ReadHeader(option);
                break;
            case "quote":
                _quote = OptionValues.String(option);
                break;
            case "escape":
                _escape = OptionValues.String(option);
                break;
            case "force_quote":
                (ForceQuoteAll, ForceQuote) = Columns(option);
                break;
            case "force_not_null":
                (ForceNotNullAll, ForceNotNull) = Columns(option);
                break;
            case "force_null":
                (ForceNullAll, ForceNull) = Columns(option);
                break;
            case "encoding":
                EncodingName = OptionValues.String(option);
                if (Types.ClientEncoding.Find(EncodingName) is null)
                {
                    throw new PgException(SqlState.InvalidParameterValue, "argument to option \"encoding\" must be a valid encoding name").At(option.Location);
                }

                break;
            case "on_error":
                IgnoreErrors = ReadOnError(option);
                break;
            case "log_verbosity":
                var verbosity = OptionValues.String(option);
                IsVerbose = verbosity switch
                {
                    "default" => false,
                    "verbose" => true,
                    _ => throw new PgException(SqlState.InvalidParameterValue, $"COPY LOG_VERBOSITY \"{verbosity}\" not recognized").At(option.Location),
                };
                break;
            default:
                throw new PgException(SqlState.SyntaxError, $"option \"{option.Defname}\" not recognized").At(option.Location);
        }
    }

    private CopyHeader ReadHeader(Pg.DefElem option)
    {
        if (OptionValues.IsAbsent(option))
        {
            return CopyHeader.Line;
        }

        if (OptionValues.TryBoolean(option) is { } value)
        {
            return value ? CopyHeader.Line : CopyHeader.None;
        }

        var text = OptionValues.String(option);
        if (text.Equals("match", StringComparison.OrdinalIgnoreCase))
        {
            return _isFrom ? CopyHeader.Match : throw new PgException(SqlState.FeatureNotSupported, $"cannot use \"{text}\" with HEADER in COPY TO");
        }

        throw new PgException(SqlState.SyntaxError, "header requires a Boolean value or \"match\"");
    }

    private bool ReadOnError(Pg.DefElem option)
    {
        var text = OptionValues.String(option);
        if (!_isFrom)
        {
            throw new PgException(SqlState.InvalidParameterValue, "COPY ON_ERROR cannot be used with COPY TO").At(option.Location);
        }

        return text.ToLowerInvariant() switch
        {
            "stop" => false,
            "ignore" => true,
            _ => throw new PgException(SqlState.InvalidParameterValue, $"COPY ON_ERROR \"{text}\" not recognized").At(option.Location),
        };
    }

    private static (bool All, IReadOnlyList<string> Names) Columns(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        Pg.Node.NodeOneofCase.AStar => (true, []),
        Pg.Node.NodeOneofCase.List => (false, [.. option.Arg.List.Items.Select(i => i.String.Sval)]),
        _ => throw new PgException(SqlState.InvalidParameterValue, $"argument to option \"{option.Defname}\" must be a list of column names").At(option.Location),
    };

    private void Check()
    {
        var isCsv = Format == CopyFormat.Csv;
        if (Format == CopyFormat.Binary)
        {
            RejectInBinary(_delimiter, "DELIMITER");
            RejectInBinary(_null, "NULL");
            RejectInBinary(_default, "DEFAULT");
        }

        var delimiter = _delimiter ?? (isCsv ? "," : "\t");
        var nullText = _null ?? (isCsv ? "" : "\\N");
        if (Encoding.UTF8.GetByteCount(delimiter) != 1)
        {
            throw Unsupported("COPY delimiter must be a single one-byte character");
        }

        if (delimiter[0] is '\n' or '\r')
        {
            throw Invalid("COPY delimiter cannot be newline or carriage return");
        }

        if (nullText.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw Invalid("COPY null representation cannot use newline or carriage return");
        }

        if (_default is not null && _default.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw Invalid("COPY default representation cannot use newline or carriage return");
        }

        if (!isCsv && (delimiter[0] is '\\' or '.' || char.IsAsciiLetterLower(delimiter[0]) || char.IsAsciiDigit(delimiter[0])))
        {
            throw Invalid($"COPY delimiter cannot be \"{delimiter}\"");
        }

        if (Format == CopyFormat.Binary && Header != CopyHeader.None)
        {
            throw Unsupported("cannot specify HEADER in BINARY mode");
        }

        CheckQuoting(isCsv, delimiter);
        CheckColumnLists(isCsv);
        if (nullText.Contains(delimiter[0], StringComparison.Ordinal))
        {
            throw Invalid("COPY delimiter character must not appear in the NULL specification");
        }

        if (isCsv && nullText.Contains((char)Quote, StringComparison.Ordinal))
        {
            throw Invalid("CSV quote character must not appear in the NULL specification");
        }

        if (Freeze && !_isFrom)
        {
            throw Invalid("COPY FREEZE cannot be used with COPY TO");
        }

        CheckDefault(isCsv, delimiter, nullText);
        if (Format == CopyFormat.Binary && IgnoreErrors)
        {
            throw new PgException(SqlState.SyntaxError, "only ON_ERROR STOP is allowed in BINARY mode");
        }

        Delimiter = (byte)delimiter[0];
        Null = Encoding.UTF8.GetBytes(nullText);
        Default = _default is null ? null : Encoding.UTF8.GetBytes(_default);
    }

    private void CheckQuoting(bool isCsv, string delimiter)
    {
        if (!isCsv && _quote is not null)
        {
            throw Unsupported("COPY QUOTE requires CSV mode");
        }

        var quote = _quote ?? "\"";
        if (isCsv && Encoding.UTF8.GetByteCount(quote) != 1)
        {
            throw Unsupported("COPY quote must be a single one-byte character");
        }

        if (isCsv && delimiter[0] == quote[0])
        {
            throw Invalid("COPY delimiter and quote must be different");
        }

        if (!isCsv && _escape is not null)
        {
            throw Unsupported("COPY ESCAPE requires CSV mode");
        }

        var escape = _escape ?? quote;
        if (isCsv && Encoding.UTF8.GetByteCount(escape) != 1)
        {
            throw Unsupported("COPY escape must be a single one-byte character");
        }

        if (isCsv)
        {
            Quote = (byte)quote[0];
            Escape = (byte)escape[0];
        }
    }

    private void CheckColumnLists(bool isCsv)
    {
        if (!isCsv && _seen.Contains("force_quote"))
        {
            throw Unsupported("COPY FORCE_QUOTE requires CSV mode");
        }

        if (_seen.Contains("force_quote") && _isFrom)
        {
            throw Unsupported("COPY FORCE_QUOTE cannot be used with COPY FROM");
        }

        if (!isCsv && _seen.Contains("force_not_null"))
        {
            throw Unsupported("COPY FORCE_NOT_NULL requires CSV mode");
        }

        if (_seen.Contains("force_not_null") && !_isFrom)
        {
            throw Invalid("COPY FORCE_NOT_NULL cannot be used with COPY TO");
        }

        if (!isCsv && _seen.Contains("force_null"))
        {
            throw Unsupported("COPY FORCE_NULL requires CSV mode");
        }

        if (_seen.Contains("force_null") && !_isFrom)
        {
            throw Invalid("COPY FORCE_NULL cannot be used with COPY TO");
        }
    }

    private void CheckDefault(bool isCsv, string delimiter, string nullText)
    {
        if (_default is null)
        {
            return;
        }

        if (!_isFrom)
        {
            throw Unsupported("COPY DEFAULT cannot be used with COPY TO");
        }

        if (_default.Contains(delimiter[0], StringComparison.Ordinal))
        {
            throw Unsupported("COPY delimiter character must not appear in the DEFAULT specification");
        }

        if (isCsv && _default.Contains((char)Quote, StringComparison.Ordinal))
        {
            throw Unsupported("CSV quote character must not appear in the DEFAULT specification");
        }

        if (nullText == _default)
        {
            throw Unsupported("NULL specification and DEFAULT specification cannot be the same");
        }
    }

    private static void RejectInBinary(string? value, string name)
    {
        if (value is not null)
        {
            throw new PgException(SqlState.SyntaxError, $"cannot specify {name} in BINARY mode");
        }
    }

    private static PgException Unsupported(string message) => new(SqlState.FeatureNotSupported, message);

    private static PgException Invalid(string message) => new(SqlState.InvalidParameterValue, message);
}
