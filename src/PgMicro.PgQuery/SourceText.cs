using System.Text;

namespace PgMicro.PgQuery;

/// <summary>One SQL text in the three measures in use: the parse tree counts UTF-8 bytes, PostgreSQL's error positions
/// count code points from 1, C# counts UTF-16 units. Text of ASCII alone, where all are the same, costs nothing.</summary>
public sealed class SourceText
{
    private readonly bool _ascii;

    public SourceText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        _ascii = Ascii.IsValid(text);
    }

    /// <summary>The text itself.</summary>
    public string Text { get; }

    /// <summary>The length of the UTF-8 form in bytes.</summary>
    public int ByteLength => _ascii ? Text.Length : Encoding.UTF8.GetByteCount(Text);

    /// <summary>The 1-based code point position of a byte offset of the parse tree (0 for a negative one, which means
    /// "unknown" there). An offset past the end counts as the end.</summary>
    public int ToCursorPosition(int byteOffset)
    {
        if (byteOffset < 0)
        {
            return 0;
        }

        return 1 + (_ascii ? Math.Min(byteOffset, Text.Length) : Walk(byteOffset, int.MaxValue).CodePoints);
    }

    /// <summary>The UTF-16 index of a byte offset of the parse tree (-1 for a negative one).</summary>
    public int ToIndex(int byteOffset)
    {
        if (byteOffset < 0)
        {
            return -1;
        }

        return _ascii ? Math.Min(byteOffset, Text.Length) : Walk(byteOffset, int.MaxValue).Index;
    }

    /// <summary>The UTF-16 index of a 1-based code point position (-1 for 0, which means "none").</summary>
    public int CursorPositionToIndex(int cursorPosition)
    {
        if (cursorPosition <= 0)
        {
            return -1;
        }

        return _ascii ? Math.Min(cursorPosition - 1, Text.Length) : Walk(int.MaxValue, cursorPosition - 1).Index;
    }

    /// <summary>The part of the text that the parse tree names by byte offset and length; a length of 0 means "to the
    /// end", as in <c>RawStmt.stmt_len</c>.</summary>
    public ReadOnlySpan<char> Slice(int byteOffset, int byteLength)
    {
        var start = ToIndex(byteOffset);
        return byteLength == 0 ? Text.AsSpan(start) : Text.AsSpan(start, ToIndex(byteOffset + byteLength) - start);
    }

    private (int Index, int CodePoints) Walk(int maxBytes, int maxCodePoints)
    {
        int index = 0, bytes = 0, codePoints = 0;
        while (index < Text.Length && bytes < maxBytes && codePoints < maxCodePoints)
        {
            var c = Text[index];
            if (c < 0x80)
            {
                bytes++;
            }
            else if (c < 0x800)
            {
                bytes += 2;
            }
            else if (char.IsHighSurrogate(c) && index + 1 < Text.Length && char.IsLowSurrogate(Text[index + 1]))
            {
                bytes += 4;
                index++;
            }
            else
            {
                bytes += 3;
            }

            index++;
            codePoints++;
        }

        return (index, codePoints);
    }
}
