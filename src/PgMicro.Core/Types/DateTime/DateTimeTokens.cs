using System.Collections.Frozen;
using System.Text;

namespace PgMicro.Core.Types.DateTime;

internal enum TokenKind
{
    Unknown,
    Ignore,
    Reserved,
    Month,
    DayOfWeek,
    AmPm,
    AdBc,
    Units,
    IsoTime,
    DstModifier,
    Zone,
    DaylightZone,
    Ago,
}

internal enum Word
{
    Now,
    Today,
    Tomorrow,
    Yesterday,
    Zulu,
    Epoch,
    Late,
    Early,
}

internal enum DateUnit
{
    None,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    Julian,
    Time,
    DayOfWeek,
    DayOfYear,
    Other,
}

/// <summary>The words of datetime and interval input. Only the first ten bytes of a word count, as in PostgreSQL.</summary>
internal static class DateTimeTokens
{
    private const int Significant = 10;

    private static readonly FrozenDictionary<string, (TokenKind, int)> Dates = MakeDates();

    private static readonly FrozenDictionary<string, (TokenKind, int)> Units = MakeUnits();

    private static readonly FrozenDictionary<string, (int Offset, bool IsDst)> Abbreviations = LoadAbbreviations();

    // Abbreviations whose offset has changed: PostgreSQL's default set names a zone for them.
    private static readonly FrozenDictionary<string, string> Dynamic = new (string Zone, string Abbreviations)[]
    {
        ("America/Argentina/Buenos_Aires", "art arst"), ("America/Santiago", "clt"), ("America/Guyana", "gyt"), ("America/Asuncion", "pyt"),
        ("America/Caracas", "vet"), ("Antarctica/Davis", "davt"), ("Antarctica/Mawson", "mawt"), ("Asia/Yerevan", "amst"), ("Asia/Anadyr", "anast anat"),
        ("Asia/Baku", "azst azt"), ("Asia/Tbilisi", "gest get"), ("Asia/Irkutsk", "irkst irkt"), ("Asia/Bishkek", "kgt"), ("Asia/Krasnoyarsk", "krast krat"),
        ("Asia/Colombo", "lkt"), ("Asia/Magadan", "magst magt"), ("Asia/Novosibirsk", "novst novt"), ("Asia/Omsk", "omsst omst"), ("Asia/Kamchatka", "petst pett"),
        ("Asia/Singapore", "sgt"), ("Asia/Ashgabat", "tmt"), ("Asia/Ulaanbaatar", "ulat"), ("Asia/Vladivostok", "vlast vlat"), ("Asia/Yakutsk", "yakst yakt"),
        ("Asia/Yekaterinburg", "yekt"), ("Atlantic/Stanley", "fkst fkt"), ("Australia/Lord_Howe", "lhdt"), ("Europe/Moscow", "msk"), ("Europe/Volgograd", "volt"),
        ("Indian/Chagos", "iot"), ("Pacific/Rarotonga", "ckt"), ("Pacific/Easter", "easst east"), ("Pacific/Kosrae", "kost"), ("Pacific/Kiritimati", "lint"),
        ("Pacific/Niue", "nut"), ("Pacific/Fakaofo", "tkt"),
    }.SelectMany(static z => z.Abbreviations.Split(' ').Select(a => (Abbreviation: a, z.Zone))).ToFrozenDictionary(static p => p.Abbreviation, static p => p.Zone);

    public static (TokenKind Kind, int Value) Date(string word) => Dates.GetValueOrDefault(Cut(word));

    public static (TokenKind Kind, int Value) Unit(string word) => Units.GetValueOrDefault(Cut(word));

    /// <summary>A time zone abbreviation: seconds east of UTC, now when that has changed in its zone's history.</summary>
    public static bool Abbreviation(string word, out int offset, out bool isDst)
    {
        var found = Abbreviations.TryGetValue(Cut(word), out var value);
        (offset, isDst) = value;
        return found;
    }

    /// <summary>A time zone abbreviation at a moment: what it meant when its zone last used it by then.</summary>
    public static bool Abbreviation(string word, long utcMicroseconds, out int offset, out bool isDst)
    {
        if (ZoneOf(word) is { } zone)
        {
            (offset, isDst, _) = zone.AbbreviationAt(word, utcMicroseconds);
            return true;
        }

        return Abbreviation(word, out offset, out isDst);
    }

    /// <summary>The zone whose history says what an abbreviation means; null when its offset is fixed.</summary>
    public static PgTimeZone? ZoneOf(string word) => Dynamic.TryGetValue(word, out var zone) ? PgTimeZone.Find(zone) : null;

    /// <summary>All abbreviations, in lower case and in order.</summary>
    public static IEnumerable<string> AbbreviationNames() => Abbreviations.Keys.Order(StringComparer.Ordinal);

    private static string Cut(string word) => word.Length > Significant ? word[..Significant] : word;

    private static FrozenDictionary<string, (TokenKind, int)> MakeDates()
    {
        var t = new Dictionary<string, (TokenKind, int)>
        {
            ["+infinity"] = (TokenKind.Reserved, (int)Word.Late),
            ["-infinity"] = (TokenKind.Reserved, (int)Word.Early),
            ["infinity"] = (TokenKind.Reserved, (int)Word.Late),
            ["ad"] = (TokenKind.AdBc, 0),
            ["bc"] = (TokenKind.AdBc, 1),
            ["allballs"] = (TokenKind.Reserved, (int)Word.Zulu),
            ["am"] = (TokenKind.AmPm, 0),
            ["pm"] = (TokenKind.AmPm, 1),
            ["at"] = (TokenKind.Ignore, 0),
            ["on"] = (TokenKind.Ignore, 0),
            ["dst"] = (TokenKind.DstModifier, 3600),
            ["epoch"] = (TokenKind.Reserved, (int)Word.Epoch),
            ["now"] = (TokenKind.Reserved, (int)Word.Now),
            ["today"] = (TokenKind.Reserved, (int)Word.Today),
            ["tomorrow"] = (TokenKind.Reserved, (int)Word.Tomorrow),
            ["yesterday"] = (TokenKind.Reserved, (int)Word.Yesterday),
            ["d"] = (TokenKind.Units, (int)DateUnit.Day),
            ["dow"] = (TokenKind.Units, (int)DateUnit.DayOfWeek),
            ["doy"] = (TokenKind.Units, (int)DateUnit.DayOfYear),
            ["h"] = (TokenKind.Units, (int)DateUnit.Hour),
            ["isodow"] = (TokenKind.Units, (int)DateUnit.Other),
            ["isoyear"] = (TokenKind.Units, (int)DateUnit.Other),
            ["j"] = (TokenKind.Units, (int)DateUnit.Julian),
            ["jd"] = (TokenKind.Units, (int)DateUnit.Julian),
            ["julian"] = (TokenKind.Units, (int)DateUnit.Julian),
            ["m"] = (TokenKind.Units, (int)DateUnit.Month),
            ["mm"] = (TokenKind.Units, (int)DateUnit.Minute),
            ["s"] = (TokenKind.Units, (int)DateUnit.Second),
            ["y"] = (TokenKind.Units, (int)DateUnit.Year),
            ["t"] = (TokenKind.IsoTime, (int)DateUnit.Time),
        };
        string[] months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
        for (var i = 0; i < 12; i++)
        {
            t[months[i]] = t[months[i][..3]] = (TokenKind.Month, i + 1);
        }

        t["sept"] = (TokenKind.Month, 9);
        string[] days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
        for (var i = 0; i < 7; i++)
        {
            t[days[i]] = t[days[i][..3]] = (TokenKind.DayOfWeek, i);
        }

        t["tues"] = (TokenKind.DayOfWeek, 2);
        t["weds"] = (TokenKind.DayOfWeek, 3);
        t["thur"] = t["thurs"] = (TokenKind.DayOfWeek, 4);
        return t.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, (TokenKind, int)> MakeUnits()
    {
        var t = new Dictionary<string, (TokenKind, int)> { ["@"] = (TokenKind.Ignore, 0), ["ago"] = (TokenKind.Ago, 0) };
        void Add(DateUnit unit, params string[] words)
        {
            foreach (var word in words)
            {
                t[Cut(word)] = (TokenKind.Units, (int)unit);
            }
        }

        Add(DateUnit.Century, "c", "cent", "centuries", "century");
        Add(DateUnit.Day, "d", "day", "days");
        Add(DateUnit.Decade, "dec", "decade", "decades", "decs");
        Add(DateUnit.Hour, "h", "hour", "hours", "hr", "hrs");
        Add(DateUnit.Minute, "m", "min", "mins", "minute", "minutes");
        Add(DateUnit.Microsecond, "microseconds", "microsecond", "us", "usec", "usecond", "useconds", "usecs");
        Add(DateUnit.Millennium, "mil", "millennia", "millennium", "mils");
        Add(DateUnit.Millisecond, "milliseconds", "millisecond", "ms", "msec", "msecond", "mseconds", "msecs");
        Add(DateUnit.Month, "mon", "mons", "month", "months");
        Add(DateUnit.Quarter, "qtr", "quarter");
        Add(DateUnit.Second, "s", "sec", "second", "seconds", "secs");
        Add(DateUnit.Other, "timezone", "timezone_h", "timezone_m");
        Add(DateUnit.Week, "w", "week", "weeks");
        Add(DateUnit.Year, "y", "year", "years", "yr", "yrs");
        return t.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, (int, bool)> LoadAbbreviations()
    {
        using var stream = typeof(DateTimeTokens).Assembly.GetManifestResourceStream("Catalog/pg_timezone_abbrevs.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var result = new Dictionary<string, (int, bool)>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            var offset = PgInterval.FromStorage(Encoding.ASCII.GetBytes(fields[1]));
            result[Cut(fields[0].ToLowerInvariant())] = ((int)(offset.Microseconds / 1_000_000), fields[2] == "t");
        }

        return result.ToFrozenDictionary();
    }
}
