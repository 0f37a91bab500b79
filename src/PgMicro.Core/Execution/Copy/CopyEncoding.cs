using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Copy;

/// <summary>The encoding of COPY's data. Within the engine text is UTF-8; other encodings are converted line by line.</summary>
internal sealed class CopyEncoding
{
    private readonly Encoding? _encoding;

    private CopyEncoding(string name, Encoding? encoding)
    {
        Name = name;
        _encoding = encoding;
    }

    /// <summary>PostgreSQL's name.</summary>
    internal string Name { get; }

    internal static CopyEncoding Utf8 { get; } = new("UTF8", null);

    /// <summary>Whether data needs no conversion.</summary>
    internal bool IsUtf8 => _encoding is null;

    /// <summary>The encoding of a name, or null when PostgreSQL has none of that name.</summary>
    internal static CopyEncoding? Find(string name)
    {
        var key = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                key.Append(char.ToLowerInvariant(c));
            }
        }

        return key.ToString() switch
        {
            "utf8" or "unicode" or "sqlascii" => Utf8,
            "latin1" or "iso88591" => new CopyEncoding(
                "LATIN1", Encoding.GetEncoding("latin1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)),
            "latin2" or "iso88592" => Page("LATIN2", 28592),
            "latin3" or "iso88593" => Page("LATIN3", 28593),
            "latin4" or "iso88594" => Page("LATIN4", 28594),
            "latin5" or "iso88599" => Page("LATIN5", 28599),
            "latin9" or "iso885915" => Page("LATIN9", 28605),
            "iso88595" => Page("ISO_8859_5", 28595),
            "iso88596" => Page("ISO_8859_6", 28596),
            "iso88597" => Page("ISO_8859_7", 28597),
            "iso88598" => Page("ISO_8859_8", 28598),
            "win1250" or "windows1250" => Page("WIN1250", 1250),
            "win1251" or "win" or "windows1251" => Page("WIN1251", 1251),
            "win1252" or "windows1252" => Page("WIN1252", 1252),
            "win1253" or "windows1253" => Page("WIN1253", 1253),
            "win1254" or "windows1254" => Page("WIN1254", 1254),
            "win1255" or "windows1255" => Page("WIN1255", 1255),
            "win1256" or "windows1256" => Page("WIN1256", 1256),
            "win1257" or "windows1257" => Page("WIN1257", 1257),
            "win1258" or "windows1258" => Page("WIN1258", 1258),
            "win866" or "alt" => Page("WIN866", 866),
            "win874" => Page("WIN874", 874),
            "koi8r" or "koi8" => Page("KOI8R", 20866),
            "koi8u" => Page("KOI8U", 21866),
            "eucjp" => Page("EUC_JP", 51932),
            "euckr" => Page("EUC_KR", 51949),
            "euccn" => Page("EUC_CN", 51936),
            "sjis" or "shiftjis" or "mskanji" or "win932" or "windows932" => Page("SJIS", 932),
            "big5" or "win950" or "windows950" => Page("BIG5", 950),
            "gbk" or "win936" or "windows936" => Page("GBK", 936),
            "uhc" or "win949" or "windows949" => Page("UHC", 949),
            "gb18030" => Page("GB18030", 54936),
            _ => null,
        };
    }

    /// <summary>A line as UTF-8.</summary>
    /// <exception cref="PgException">22021 when it is not of the encoding.</exception>
    internal ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> line)
    {
        if (_encoding is null)
        {
            Types.TextFamilyCodec.CheckEncoding(line);
            return line;
        }

        try
        {
            return Encoding.UTF8.GetBytes(_encoding.GetString(line));
        }
        catch (DecoderFallbackException e)
        {
            var bytes = string.Join(' ', (e.BytesUnknown ?? []).Select(b => $"0x{b:x2}"));
            throw new PgException(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"{Name}\": {bytes}", e);
        }
    }

    /// <summary>UTF-8 as bytes of the encoding.</summary>
    /// <exception cref="PgException">22P05 when the encoding lacks a character.</exception>
    internal ReadOnlySpan<byte> FromUtf8(ReadOnlySpan<byte> text)
    {
        if (_encoding is null)
        {
            return text;
        }

        try
        {
            return _encoding.GetBytes(Encoding.UTF8.GetString(text));
        }
        catch (EncoderFallbackException e)
        {
            var sequence = string.Join(
                ' ', Encoding.UTF8.GetBytes(e.CharUnknownHigh != 0 ? $"{e.CharUnknownHigh}{e.CharUnknownLow}" : e.CharUnknown.ToString()).Select(b => $"0x{b:x2}"));
            throw new PgException(
                SqlState.UntranslatableCharacter,
                $"character with byte sequence {sequence} in encoding \"UTF8\" has no equivalent in encoding \"{Name}\"", e);
        }
    }

    private static CopyEncoding Page(string name, int codePage) => new(
        name, CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            ?? throw PgErrors.FeatureNotSupported($"encoding \"{name}\""));
}
