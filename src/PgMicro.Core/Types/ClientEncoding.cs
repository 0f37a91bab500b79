using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>A character set that clients and COPY's data may use (manual: "Character Set Support"). Within the engine text is UTF-8.</summary>
public sealed class ClientEncoding
{
    /// <summary>The one that PostgreSQL cannot convert to UTF-8 either.</summary>
    internal const int MuleInternal = 7;

    private const int NoPage = 0;

    private static readonly (string Name, int Page)[] Known =
    [
        ("SQL_ASCII", NoPage), ("EUC_JP", 51932), ("EUC_CN", 51936), ("EUC_KR", 51949), ("EUC_TW", 51950), ("EUC_JIS_2004", NoPage), ("UTF8", NoPage),
        ("MULE_INTERNAL", NoPage), ("LATIN1", 28591), ("LATIN2", 28592), ("LATIN3", 28593), ("LATIN4", 28594), ("LATIN5", 28599), ("LATIN6", 28600),
        ("LATIN7", 28603), ("LATIN8", 28604), ("LATIN9", 28605), ("LATIN10", 28606), ("WIN1256", 1256), ("WIN1258", 1258), ("WIN866", 866), ("WIN874", 874),
        ("KOI8R", 20866), ("WIN1251", 1251), ("WIN1252", 1252), ("ISO_8859_5", 28595), ("ISO_8859_6", 28596), ("ISO_8859_7", 28597), ("ISO_8859_8", 28598),
        ("WIN1250", 1250), ("WIN1253", 1253), ("WIN1254", 1254), ("WIN1255", 1255), ("WIN1257", 1257), ("KOI8U", 21866), ("SJIS", 932), ("BIG5", 950),
        ("GBK", 936), ("UHC", 949), ("GB18030", 54936), ("JOHAB", 1361), ("SHIFT_JIS_2004", NoPage),
    ];

    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["unicode"] = "UTF8",
        ["iso88591"] = "LATIN1",
        ["iso88592"] = "LATIN2",
        ["iso88593"] = "LATIN3",
        ["iso88594"] = "LATIN4",
        ["iso88599"] = "LATIN5",
        ["iso885910"] = "LATIN6",
        ["iso885913"] = "LATIN7",
        ["iso885914"] = "LATIN8",
        ["iso885915"] = "LATIN9",
        ["iso885916"] = "LATIN10",
        ["abc"] = "WIN1258",
        ["tcvn"] = "WIN1258",
        ["tcvn5712"] = "WIN1258",
        ["vscii"] = "WIN1258",
        ["alt"] = "WIN866",
        ["koi8"] = "KOI8R",
        ["win"] = "WIN1251",
        ["windows866"] = "WIN866",
        ["windows874"] = "WIN874",
        ["windows1250"] = "WIN1250",
        ["windows1251"] = "WIN1251",
        ["windows1252"] = "WIN1252",
        ["windows1253"] = "WIN1253",
        ["windows1254"] = "WIN1254",
        ["windows1255"] = "WIN1255",
        ["windows1256"] = "WIN1256",
        ["windows1257"] = "WIN1257",
        ["windows1258"] = "WIN1258",
        ["shiftjis"] = "SJIS",
        ["mskanji"] = "SJIS",
        ["win932"] = "SJIS",
        ["windows932"] = "SJIS",
        ["win949"] = "UHC",
        ["windows949"] = "UHC",
        ["win950"] = "BIG5",
        ["windows950"] = "BIG5",
        ["win936"] = "GBK",
        ["windows936"] = "GBK",
    }.ToFrozenDictionary();

    private readonly Encoding? _encoding;
    private readonly bool _singleByte;

    private ClientEncoding(int number, Encoding? encoding)
    {
        Number = number;
        _encoding = encoding;
        _singleByte = encoding?.IsSingleByte ?? false;
    }

    /// <summary>UTF-8.</summary>
    public static ClientEncoding Utf8 { get; } = new(6, null);

    /// <summary>PostgreSQL's number.</summary>
    public int Number { get; }

    /// <summary>PostgreSQL's name.</summary>
    public string Name => Known[Number].Name;

    /// <summary>The number of an encoding's name; -1 when PostgreSQL has none of that name.</summary>
    public static int NumberOf(string name)
    {
        var key = Key(name);
        if (Aliases.TryGetValue(key, out var real))
        {
            return Array.FindIndex(Known, k => k.Name == real);
        }

        return Array.FindIndex(Known, k => Key(k.Name) == key);
    }

    /// <summary>The name of a number; empty when there is none.</summary>
    public static string NameOf(int number) => number >= 0 && number < Known.Length ? Known[number].Name : "";

    /// <summary>The encoding of a name, or null when PostgreSQL has none of that name.</summary>
    /// <exception cref="PgException">0A000 for one that cannot be converted to UTF8 here.</exception>
    public static ClientEncoding? Find(string name)
    {
        var number = NumberOf(name);
        switch (number)
        {
            case < 0:
                return null;
            case 6:
                return Utf8;
            case 0:
                return new ClientEncoding(0, null);
        }

        var (known, page) = Known[number];
        var encoding = page == NoPage ? null
            : page == 28591 ? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            : CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        return encoding is null ? throw PgErrors.FeatureNotSupported($"encoding \"{known}\"") : new ClientEncoding(number, encoding);
    }

    /// <summary>Text of a client, checked, as UTF-8.</summary>
    /// <exception cref="PgException">22021 when it is not of the encoding, 22P05 when a byte of it stands for no character.</exception>
    public ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> text)
    {
        if (_encoding is null)
        {
            TextFamilyCodec.CheckEncoding(text);
            return text;
        }

        if (text.IndexOf((byte)0) >= 0)
        {
            throw Invalid([0]);
        }

        string decoded;
        try
        {
            decoded = _encoding.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw _singleByte ? NoCharacter(text[e.Index]) : Invalid(e.BytesUnknown ?? []);
        }

        if (_singleByte && Known[Number].Name.StartsWith("WIN", StringComparison.Ordinal))
        {
            // Windows shows the bytes that its pages leave undefined as control characters; PostgreSQL refuses them.
            var undefined = decoded.AsSpan().IndexOfAnyInRange('\u0080', '\u009F');
            if (undefined >= 0)
            {
                throw NoCharacter(text[undefined]);
            }
        }

        return Encoding.UTF8.GetBytes(decoded);
    }

    /// <summary>UTF-8 as bytes of the encoding.</summary>
    /// <exception cref="PgException">22P05 when the encoding lacks a character.</exception>
    public ReadOnlySpan<byte> FromUtf8(ReadOnlySpan<byte> text)
    {
        if (_encoding is null || System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        var decoded = Encoding.UTF8.GetString(text);
        if (_singleByte && Known[Number].Name.StartsWith("WIN", StringComparison.Ordinal) && decoded.AsSpan().IndexOfAnyInRange('\u0080', '\u009F') is >= 0 and var at)
        {
            throw NoEquivalent(decoded.Substring(at, 1));
        }

        try
        {
            return _encoding.GetBytes(decoded);
        }
        catch (EncoderFallbackException e)
        {
            throw NoEquivalent(e.CharUnknownHigh != 0 ? $"{e.CharUnknownHigh}{e.CharUnknownLow}" : e.CharUnknown.ToString());
        }
    }

    /// <summary>Text as bytes of the encoding, with a question mark for what it lacks: for messages about errors, which must get through.</summary>
    public byte[] FromText(string text)
    {
        if (_encoding is null)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var lenient = (Encoding)_encoding.Clone();
        lenient.EncoderFallback = EncoderFallback.ReplacementFallback;
        return lenient.GetBytes(text);
    }

    private static string Key(string name)
    {
        var key = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                key.Append(char.ToLowerInvariant(c));
            }
        }

        return key.ToString();
    }

    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        var shown = new StringBuilder();
        foreach (var b in bytes)
        {
            shown.Append(shown.Length > 0 ? " " : "").Append(CultureInfo.InvariantCulture, $"0x{b:x2}");
        }

        return shown.ToString();
    }

    private PgException Invalid(ReadOnlySpan<byte> bytes) =>
        new(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"{Name}\": {Shown(bytes)}");

    private PgException NoCharacter(byte value) => new(
        SqlState.UntranslatableCharacter, $"character with byte sequence {Shown([value])} in encoding \"{Name}\" has no equivalent in encoding \"UTF8\"");

    private PgException NoEquivalent(string character) => new(
        SqlState.UntranslatableCharacter,
        $"character with byte sequence {Shown(Encoding.UTF8.GetBytes(character))} in encoding \"UTF8\" has no equivalent in encoding \"{Name}\"");
}
