using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>One statement of a command's text with positional parameters.</summary>
internal sealed class RewrittenStatement
{
    // Where a parameter of a name was found last: the commands of one text mostly have theirs in one order.
    private readonly int[] _places;

    internal RewrittenStatement(ClientStatement statement, string[]? parameterNames)
    {
        Statement = statement;
        ParameterNames = parameterNames;
        _places = new int[parameterNames?.Length ?? 0];
    }

    internal RewrittenStatement(string sql, string[]? parameterNames)
        : this(new ClientStatement(sql), parameterNames)
    {
    }

    /// <summary>Text with $1, $2 ….</summary>
    internal ClientStatement Statement { get; }

    internal string Sql => Statement.Sql;

    /// <summary>Names of $1, $2 …; null when the text was positional already.</summary>
    internal string[]? ParameterNames { get; }

    /// <summary>Whether a command has all parameters that the text names.</summary>
    internal bool Fits(NpgsqlParameterCollection parameters)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            if (Find(parameters, i) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The parameter of a place.</summary>
    internal NpgsqlParameter? Find(NpgsqlParameterCollection parameters, int index)
    {
        if (ParameterNames is null)
        {
            return parameters[index];
        }

        var name = ParameterNames[index];
        var place = _places[index];
        if (place < parameters.Count && parameters[place] is var guess && Plain(guess.ParameterName).SequenceEqual(name))
        {
            return guess;
        }

        place = parameters.IndexOf(name);
        if (place < 0)
        {
            return null;
        }

        _places[index] = place;
        return parameters[place];
    }

    private static ReadOnlySpan<char> Plain(string name) => name.Length > 0 && name[0] is '@' or ':' ? name.AsSpan(1) : name;
}

/// <summary>
/// Splits a command's text into statements and turns <c>@name</c> and <c>:name</c> placeholders into <c>$n</c>, each statement numbered on
/// its own, so that EF's batches of equal statements share one plan. It reads PostgreSQL's lexical structure (manual, chapter 4.1):
/// quotes, dollar quotes, comments, operators that contain @, and casts stay as they are.
/// </summary>
internal static class SqlRewriter
{
    private const int Capacity = 2048;
    private const int MostCharacters = 8 * 1024 * 1024;
    private static readonly ConcurrentDictionary<Key, RewrittenStatement[]> Cache = new(KeyComparer.Instance);
    private static readonly ConcurrentDictionary<string, ClientStatement> Statements = new(StringComparer.Ordinal);
    private static long _characters;

    /// <summary>The statements of a text.</summary>
    /// <param name="sql">The command's text.</param>
    /// <param name="parameters">The command's parameters.</param>
    /// <param name="named">Whether they have names.</param>
    internal static RewrittenStatement[] Rewrite(string sql, NpgsqlParameterCollection? parameters, bool named)
    {
        var key = new Key(sql, named);
        if (Cache.TryGetValue(key, out var known) && (!named || Fit(known, parameters!)))
        {
            return known;
        }

        return Rewrite(key, named ? parameters!.Contains : static _ => false);
    }

    /// <summary>Whether a command has all parameters that its statements name.</summary>
    internal static bool Fit(RewrittenStatement[] statements, NpgsqlParameterCollection parameters)
    {
        foreach (var statement in statements)
        {
            if (!statement.Fits(parameters))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The statements of a text.</summary>
    /// <param name="sql">The command's text.</param>
    /// <param name="isParameter">Whether a name is one of the command's parameters.</param>
    /// <param name="named">Whether the command has named parameters.</param>
    internal static RewrittenStatement[] Rewrite(string sql, Func<string, bool> isParameter, bool named) => Rewrite(new Key(sql, named), isParameter);

    private static RewrittenStatement[] Rewrite(Key key, Func<string, bool> isParameter)
    {
        var scanner = new Scanner(key.Sql, isParameter, key.Named);
        var result = scanner.Run();
        if (scanner.HasUnknownNames)
        {
            // What was no parameter now may be one next time.
            return result;
        }

        // Texts of batches are long: it is their length that counts.
        if (Cache.Count >= Capacity || Interlocked.Add(ref _characters, key.Sql.Length) > MostCharacters)
        {
            Cache.Clear();
            Interlocked.Exchange(ref _characters, 0);
        }

        Cache[key] = result;
        return result;
    }

    /// <summary>One object for all equal statements, of whatever command.</summary>
    private static ClientStatement Shared(string sql)
    {
        if (Statements.TryGetValue(sql, out var known))
        {
            return known;
        }

        if (Statements.Count >= Capacity)
        {
            Statements.Clear();
        }

        return Statements.GetOrAdd(sql, static text => new ClientStatement(text));
    }

    private readonly record struct Key(string Sql, bool Named);

    // A text of a thousand statements is not read whole to be found: its length, its ends and some characters tell enough.
    private sealed class KeyComparer : IEqualityComparer<Key>
    {
        internal static readonly KeyComparer Instance = new();
        private const int Ends = 48;
        private const int Samples = 16;

        public bool Equals(Key x, Key y) => x.Named == y.Named && string.Equals(x.Sql, y.Sql);

        public int GetHashCode(Key key)
        {
            var sql = key.Sql.AsSpan();
            if (sql.Length <= 4 * Ends)
            {
                return string.GetHashCode(sql);
            }

            var hash = new HashCode();
            hash.Add(sql.Length);
            hash.Add(string.GetHashCode(sql[..Ends]));
            hash.Add(string.GetHashCode(sql[^Ends..]));
            for (var i = 1; i <= Samples; i++)
            {
                hash.Add(sql[(int)((long)sql.Length * i / (Samples + 1))]);
            }

            return hash.ToHashCode();
        }
    }

    private ref struct Scanner(string sql, Func<string, bool> isParameter, bool named)
    {
        private readonly List<RewrittenStatement> _statements = [];
        private readonly List<string> _names = [];
        private readonly StringBuilder _text = new();
        private int _copied;
        private int _parentheses;
        private int _atomicDepth;
        private bool _blank = true;
        private string _previousWord = "";

        internal bool HasUnknownNames { get; private set; }

        internal RewrittenStatement[] Run()
        {
            var i = 0;
            while (i < sql.Length)
            {
                var c = sql[i];
                switch (c)
                {
                    case '\'':
                        i = SkipQuoted(i, '\'', backslash: false);
                        _blank = false;
                        break;
                    case '"':
                        i = SkipQuoted(i, '"', backslash: false);
                        _blank = false;
                        break;
                    case '-' when Peek(i + 1) == '-':
                        var eol = sql.IndexOf('\n', i);
                        i = eol < 0 ? sql.Length : eol + 1;
                        break;
                    case '/' when Peek(i + 1) == '*':
                        i = SkipComment(i);
                        break;
                    case '$' when DollarTag(i) is { } tag:
                        var close = sql.IndexOf(tag, i + tag.Length, StringComparison.Ordinal);
                        i = close < 0 ? sql.Length : close + tag.Length;
                        _blank = false;
                        break;
                    case '@' or ':' when named && IsPlaceholder(i, out var length):
                        Replace(i, length);
                        i += length;
                        _blank = false;
                        break;
                    case ':' when Peek(i + 1) is ':' or '=':
                        i += 2;
                        break;
                    case ';' when _parentheses == 0 && _atomicDepth == 0:
                        Finish(i);
                        i++;
                        _copied = i;
                        break;
                    default:
                        i = Other(i);
                        break;
                }
            }

            Finish(sql.Length);
            return [.. _statements];
        }

        private readonly char Peek(int i) => i < sql.Length ? sql[i] : '\0';

        private int Other(int i)
        {
            var c = sql[i];
            if (char.IsLetter(c) || c == '_' || c > 127)
            {
                var start = i;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '$' || sql[i] > 127))
                {
                    i++;
                }

                _blank = false;
                if (i - start == 1 && Peek(i) == '\'' && c is 'e' or 'E' && i - start == 1)
                {
                    return SkipQuoted(i, '\'', backslash: true);
                }

                var word = sql[start..i];
                if (word.Equals("atomic", StringComparison.OrdinalIgnoreCase) && _previousWord.Equals("begin", StringComparison.OrdinalIgnoreCase))
                {
                    _atomicDepth++;
                }
                else if (_atomicDepth > 0 && word.Equals("case", StringComparison.OrdinalIgnoreCase))
                {
                    _atomicDepth++;
                }
                else if (_atomicDepth > 0 && word.Equals("end", StringComparison.OrdinalIgnoreCase))
                {
                    _atomicDepth--;
                }

                _previousWord = word;
                return i;
            }

            if (char.IsAsciiDigit(c))
            {
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] == '_'))
                {
                    i++;
                }

                _blank = false;
                return i;
            }

            if (c == '(')
            {
                _parentheses++;
            }
            else if (c == ')' && _parentheses > 0)
            {
                _parentheses--;
            }

            _blank &= char.IsWhiteSpace(c);
            return i + 1;
        }

        private bool IsPlaceholder(int i, out int length)
        {
            length = 0;
            var first = Peek(i + 1);
            if (!(char.IsLetter(first) || first == '_' || (sql[i] == '@' && char.IsAsciiDigit(first))) || (i > 0 && sql[i - 1] == sql[i]))
            {
                return false;
            }

            var end = i + 1;
            while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] is '_' or '.' or '$'))
            {
                end++;
            }

            while (end > i + 1 && sql[end - 1] == '.')
            {
                end--;
            }

            // A slice bound in brackets, as in a[1:n], is no placeholder unless a parameter has that name.
            length = end - i;
            var known = isParameter(sql.Substring(i + 1, length - 1));
            HasUnknownNames |= !known;
            return known;
        }

        private void Replace(int i, int length)
        {
            var name = sql.Substring(i + 1, length - 1);
            var index = _names.FindIndex(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                index = _names.Count;
                _names.Add(name);
            }

            _text.Append(sql, _copied, i - _copied).Append('$').Append(index + 1);
            _copied = i + length;
        }

        private void Finish(int end)
        {
            _text.Append(sql, _copied, end - _copied);
            if (!_blank)
            {
                _statements.Add(new RewrittenStatement(Shared(_text.ToString().Trim()), named ? [.. _names] : null));
            }

            _text.Clear();
            _names.Clear();
            _copied = end;
            _blank = true;
            _previousWord = "";
        }

        private readonly int SkipQuoted(int i, char quote, bool backslash)
        {
            for (i++; i < sql.Length; i++)
            {
                if (backslash && sql[i] == '\\')
                {
                    i++;
                }
                else if (sql[i] == quote)
                {
                    if (Peek(i + 1) != quote)
                    {
                        return i + 1;
                    }

                    i++;
                }
            }

            return sql.Length;
        }

        private readonly int SkipComment(int i)
        {
            var depth = 1;
            for (i += 2; i < sql.Length && depth > 0; i++)
            {
                if (sql[i] == '/' && Peek(i + 1) == '*')
                {
                    depth++;
                    i++;
                }
                else if (sql[i] == '*' && Peek(i + 1) == '/')
                {
                    depth--;
                    i++;
                }
            }

            return i;
        }

        private readonly string? DollarTag(int i)
        {
            if (i > 0 && (char.IsLetterOrDigit(sql[i - 1]) || sql[i - 1] == '_'))
            {
                return null;
            }

            var end = i + 1;
            while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_') && !(end == i + 1 && char.IsAsciiDigit(sql[end])))
            {
                end++;
            }

            return Peek(end) == '$' ? sql[i..(end + 1)] : null;
        }
    }
}
