using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.TextSearch;

/// <summary>Reads one word of tsvector or tsquery text: quotes, backslashes, and for a tsvector the positions after a colon.</summary>
internal ref struct TsTokenReader(ReadOnlySpan<byte> text, bool isQuery, bool isWeb = false)
{
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>Where the next word is looked for.</summary>
    internal int At { get; set; }

    internal readonly bool AtEnd => At >= _text.Length;

    internal readonly byte Current => At < _text.Length ? _text[At] : (byte)0;

    internal void SkipSpace()
    {
        while (At < _text.Length && Ascii.IsSpace(_text[At]))
        {
            At++;
        }
    }

    /// <summary>The next word, or null at the end.</summary>
    /// <exception cref="PgException">42601 when the text is malformed.</exception>
    internal byte[]? Word(List<ushort>? positions = null)
    {
        SkipSpace();
        if (AtEnd)
        {
            return null;
        }

        var word = new ArrayBufferWriter<byte>();
        if (!isWeb && Current == '\'')
        {
            Quoted(word);
        }
        else
        {
            if (isQuery && IsOperator(Current))
            {
                throw SyntaxError();
            }

            // A colon at the very start belongs to the word.
            var first = true;
            for (; !AtEnd && !Ascii.IsSpace(Current) && !(Current == ':' && !first) && !(isQuery && IsOperator(Current)) && !(isWeb && Current == '"'); At++)
            {
                if (!isWeb && Current == '\\')
                {
                    At++;
                    if (AtEnd)
                    {
                        throw new PgException(SqlState.SyntaxError, $"there is no escaped character: \"{Ascii.Text(_text)}\"");
                    }
                }

                word.WriteByte(Current);
                first = false;
            }
        }

        if (word.WrittenCount == 0)
        {
            throw SyntaxError();
        }

        if (!isQuery && Current == ':')
        {
            At++;
            Positions(positions);
        }

        return word.WrittenSpan.ToArray();
    }

    internal static bool IsOperator(byte c) => c is (byte)'!' or (byte)'&' or (byte)'|' or (byte)'(' or (byte)')' or (byte)'<';

    internal readonly PgException SyntaxError() =>
        new(SqlState.SyntaxError, $"syntax error in {(isQuery ? "tsquery" : "tsvector")}: \"{Ascii.Text(_text)}\"");

    private void Quoted(ArrayBufferWriter<byte> word)
    {
        for (At++; ; At++)
        {
            if (AtEnd)
            {
                throw SyntaxError();
            }

            if (Current == '\'')
            {
                At++;
                if (Current != '\'' || AtEnd)
                {
                    return;
                }
            }
            else if (Current == '\\')
            {
                At++;
                if (AtEnd)
                {
                    throw new PgException(SqlState.SyntaxError, $"there is no escaped character: \"{Ascii.Text(_text)}\"");
                }
            }

            word.WriteByte(Current);
        }
    }

    private void Positions(List<ushort>? positions)
    {
        while (true)
        {
            if (AtEnd || !Ascii.IsDigit(Current))
            {
                throw SyntaxError();
            }

            var start = At;
            while (!AtEnd && Ascii.IsDigit(Current))
            {
                At++;
            }

            var number = long.TryParse(_text[start..At], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : TsLexeme.MaxPosition;
            var position = (int)Math.Min(number, TsLexeme.MaxPosition);
            if (position == 0)
            {
                throw new PgException(SqlState.SyntaxError, $"wrong position info in tsvector: \"{Ascii.Text(_text)}\"");
            }

            var weight = 0;
            if (WeightOf(Current) is var given and >= 0 && !AtEnd)
            {
                weight = given;
                At++;
            }

            positions?.Add(TsLexeme.Entry(position, weight));
            if (AtEnd || Ascii.IsSpace(Current))
            {
                return;
            }

            if (Current != ',')
            {
                throw SyntaxError();
            }

            At++;
        }
    }

    private static int WeightOf(byte c) => c switch
    {
        (byte)'a' or (byte)'A' or (byte)'*' => 3,
        (byte)'b' or (byte)'B' => 2,
        (byte)'c' or (byte)'C' => 1,
        (byte)'d' or (byte)'D' => 0,
        _ => -1,
    };
}
