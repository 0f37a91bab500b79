using System.Text;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>The words of a PL/pgSQL body: what the parser's tree does not say is looked for among them.</summary>
internal sealed class BodyWords
{
    private readonly byte[] _bytes;
    private readonly List<Pg.ScanToken> _tokens;
    private int _line = 1;
    private int _counted;

    internal BodyWords(string body)
    {
        _bytes = Encoding.UTF8.GetBytes(body);
        _tokens = [.. PgQueryParser.Scan(body).Tokens.Where(static t => t.Token is not (Pg.Token.SqlComment or Pg.Token.CComment))];
    }

    internal int Count => _tokens.Count;

    internal Pg.ScanToken this[int index] => _tokens[index];

    internal bool Is(int index, string word) => Text(index).Equals(word, StringComparison.OrdinalIgnoreCase);

    internal string Text(int index) => Encoding.UTF8.GetString(_bytes, _tokens[index].Start, _tokens[index].End - _tokens[index].Start);

    internal string Name(int index) => Text(index) is ['"', .., '"'] quoted ? quoted[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : Text(index).ToLowerInvariant();

    /// <summary>Whether a statement or a section of a block could begin here: words that are in nothing but the middle of a statement elsewhere may be names of columns.</summary>
    internal bool BeginsStatement(int index) => index == 0
        || _tokens[index - 1].Token is Pg.Token.Ascii59 or Pg.Token.BeginP or Pg.Token.Declare or Pg.Token.Then or Pg.Token.Else
        || Text(index - 1) is ">>" || Is(index - 1, "loop");

    /// <summary>The line of a word, from 1; asked of one word after the other.</summary>
    internal int Line(int index)
    {
        for (; _counted < _tokens[index].Start; _counted++)
        {
            _line += _bytes[_counted] == '\n' ? 1 : 0;
        }

        return _line;
    }

    /// <summary>How many characters are before a word.</summary>
    internal int CharactersBefore(int index) => Encoding.UTF8.GetString(_bytes, 0, _tokens[index].Start).EnumerateRunes().Count();
}
