using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Extensions;

/// <summary>A Boolean search over the words of an ltree, wherever they are.</summary>
internal sealed class Ltxtquery
{
    private readonly Node _root;

    private Ltxtquery(Node root) => _root = root;

    internal static Ltxtquery Parse(string text)
    {
        var parser = new Parser([.. text.EnumerateRunes()]);
        return new Ltxtquery(parser.All());
    }

    internal bool Matches(string[] labels) => _root.Matches(labels);

    public override string ToString() => _root.Format(0);

    private abstract record Node
    {
        internal abstract bool Matches(string[] labels);

        // Binding strength of the surroundings: 0 none, 1 |, 2 &, 3 !.
        internal abstract string Format(int around);
    }

    private sealed record Word(string Name, bool IgnoreCase, bool IsPrefix, bool IsSubword) : Node
    {
        internal override bool Matches(string[] labels) => Array.Exists(labels, label =>
            IsSubword ? Array.Exists(label.Split('_', StringSplitOptions.RemoveEmptyEntries), MatchesWord) : MatchesWord(label));

        internal override string Format(int around) => Name + (IsSubword ? "%" : "") + (IgnoreCase ? "@" : "") + (IsPrefix ? "*" : "");

        private bool MatchesWord(string text)
        {
            var (word, name) = IgnoreCase ? (text.ToLowerInvariant(), Name.ToLowerInvariant()) : (text, Name);
            return IsPrefix ? word.StartsWith(name, StringComparison.Ordinal) : word == name;
        }
    }

    private sealed record Not(Node Inner) : Node
    {
        internal override bool Matches(string[] labels) => !Inner.Matches(labels);

        internal override string Format(int around) => Inner is Binary ? $"!( {Inner.Format(0)} )" : "!" + Inner.Format(3);
    }

    private sealed record Binary(bool IsAnd, Node Left, Node Right) : Node
    {
        internal override bool Matches(string[] labels) => IsAnd ? Left.Matches(labels) && Right.Matches(labels) : Left.Matches(labels) || Right.Matches(labels);

        internal override string Format(int around)
        {
            var own = IsAnd ? 2 : 1;
            var text = Left.Format(own) + (IsAnd ? " & " : " | ") + Right.Format(own);
            return around > own ? $"( {text} )" : text;
        }
    }

    private sealed class Parser(Rune[] runes)
    {
        private int _at;

        internal Node All()
        {
            Skip();
            if (_at == runes.Length)
            {
                throw new PgException(SqlState.SyntaxError, "syntax error").WithDetail("Empty query.");
            }

            var node = Or();
            return _at == runes.Length ? node : throw Error();
        }

        private Node Or()
        {
            var left = And();
            while (Take('|'))
            {
                left = new Binary(false, left, And());
            }

            return left;
        }

        private Node And()
        {
            var left = Factor();
            while (Take('&'))
            {
                left = new Binary(true, left, Factor());
            }

            return left;
        }

        private Node Factor()
        {
            if (Take('!'))
            {
                return new Not(Factor());
            }

            if (Take('('))
            {
                var inner = Or();
                return Take(')') ? inner : throw Error();
            }

            var start = _at;
            while (_at < runes.Length && LtreeCodec.IsLabelRune(runes[_at]))
            {
                _at++;
            }

            if (_at == start)
            {
                throw _at == runes.Length ? Error() : new PgException(SqlState.SyntaxError, "operand syntax error");
            }

            var (name, ignoreCase, prefix, subword) = (string.Concat(runes[start.._at]), false, false, false);
            for (; _at < runes.Length && runes[_at].Value is '@' or '*' or '%'; _at++)
            {
                ignoreCase |= runes[_at].Value == '@';
                prefix |= runes[_at].Value == '*';
                subword |= runes[_at].Value == '%';
            }

            Skip();
            return new Word(name, ignoreCase, prefix, subword);
        }

        private bool Take(char c)
        {
            if (_at == runes.Length || runes[_at].Value != c)
            {
                return false;
            }

            _at++;
            Skip();
            return true;
        }

        private void Skip()
        {
            while (_at < runes.Length && Rune.IsWhiteSpace(runes[_at]))
            {
                _at++;
            }
        }

        private static PgException Error() => new(SqlState.SyntaxError, "syntax error");
    }
}

/// <summary>ltxtquery: TEXT in its normal form.</summary>
public sealed class LtxtqueryCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Ltxtquery;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.LtxtqueryArray;

    /// <inheritdoc/>
    public override string Name => "ltxtquery";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromText(Ltxtquery.Parse(Encoding.UTF8.GetString(text)).ToString());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => Input(VersionedText.Read(binary, "ltxtquery", context), typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => VersionedText.Write(value.Bytes, context, writer);
}
