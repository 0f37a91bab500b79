using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using PgMicro.Core.Errors;

namespace PgMicro.Server.Protocol;

/// <summary>Text that comes from a client: always checked to be UTF-8.</summary>
internal static class ClientText
{
    /// <summary>Checks text.</summary>
    /// <exception cref="PgException">22021, naming the bytes of the first bad sequence.</exception>
    internal static void Check(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            throw Invalid(text);
        }
    }

    private static PgException Invalid(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeFromUtf8(text, out _, out var length) == OperationStatus.Done)
        {
            text = text[length..];
        }

        var expected = text[0] switch { >= 0xF0 and < 0xF8 => 4, >= 0xE0 and < 0xF0 => 3, >= 0xC0 and < 0xE0 => 2, _ => 1 };
        var shown = new StringBuilder();
        foreach (var b in text[..Math.Min(expected, text.Length)])
        {
            shown.Append(CultureInfo.InvariantCulture, $" 0x{b:x2}");
        }

        return new PgException(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"UTF8\":{shown}");
    }
}
