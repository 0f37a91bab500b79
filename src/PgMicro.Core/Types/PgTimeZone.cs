using System.Collections.Concurrent;
using System.Globalization;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>A time zone by its IANA name, a POSIX specification or a fixed offset, as the TimeZone setting takes them.</summary>
public sealed partial class PgTimeZone
{
    private static readonly ConcurrentDictionary<string, PgTimeZone?> Cache = new(StringComparer.OrdinalIgnoreCase);

    private readonly TzFile? _file;
    private readonly PosixZone? _posix;
    private readonly TimeZoneInfo? _system;
    private readonly ZoneOffset _fixed;
    private readonly (string Word, PgTimeZone Zone)? _abbreviation;

    private PgTimeZone(string name, TzFile? file = null, PosixZone? posix = null, TimeZoneInfo? system = null, ZoneOffset fixedOffset = default,
        (string Word, PgTimeZone Zone)? abbreviation = null)
    {
        _abbreviation = abbreviation;
        Name = name;
        _file = file;
        _posix = posix;
        _system = system;
        _fixed = fixedOffset;
    }

    /// <summary>Coordinated Universal Time.</summary>
    public static PgTimeZone Utc { get; } = new("UTC", fixedOffset: new ZoneOffset(0, false, "UTC"));

    /// <summary>The name as the TimeZone setting shows it.</summary>
    public string Name { get; }

    /// <summary>Whether the offset never changes.</summary>
    public bool IsFixed => _file?.IsFixed ?? (_posix is null ? _system is null : !_posix.HasDst);

    /// <summary>A zone of a constant offset, as SET TIME ZONE with a number or interval makes; named as PostgreSQL names it.</summary>
    /// <param name="secondsEast">Seconds east of UTC.</param>
    public static PgTimeZone FixedOffset(int secondsEast)
    {
        static string Show(int seconds)
        {
            var magnitude = Math.Abs(seconds);
            var text = (magnitude / 3600).ToString("00", CultureInfo.InvariantCulture);
            text += magnitude % 3600 != 0 ? $":{magnitude / 60 % 60:00}" : "";
            return text + (magnitude % 60 != 0 ? $":{magnitude % 60:00}" : "");
        }

        var abbreviation = (secondsEast >= 0 ? "+" : "-") + Show(secondsEast);
        var name = $"<{abbreviation}>{(secondsEast >= 0 ? "-" : "+")}{Show(secondsEast)}";
        return new PgTimeZone(name, fixedOffset: new ZoneOffset(secondsEast, false, abbreviation));
    }

    /// <summary>Finds a zone by IANA name (in any case) or POSIX specification; null when there is none.</summary>
    public static PgTimeZone? Find(string name) => Cache.GetOrAdd(name, static n => Load(n));

    /// <summary>The zone that a time zone abbreviation stands for; null when it is none.</summary>
    internal static PgTimeZone? FindAbbreviation(string name)
    {
        var word = name.ToLowerInvariant();
        if (!DateTimeTokens.Abbreviation(word, out var offset, out _))
        {
            return null;
        }

        // The abbreviation stays as it is written, also where the zone has since taken another offset.
        return DateTimeTokens.ZoneOf(word) is { } zone ? new PgTimeZone(name, abbreviation: (word, zone)) : FixedOffset(offset);
    }

    /// <summary>The names of all zones that are installed, in order.</summary>
    internal static IEnumerable<string> Names()
    {
        var root = Root;
        if (!Directory.Exists(root))
        {
            return TimeZoneInfo.GetSystemTimeZones().Select(static z => z.Id).Order(StringComparer.Ordinal);
        }

        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(static name => !name.StartsWith("posix/", StringComparison.Ordinal) && !name.StartsWith("right/", StringComparison.Ordinal)
                && name is not ("posixrules" or "localtime" or "Factory") && !name.Contains('.', StringComparison.Ordinal)
                && char.IsAsciiLetterUpper(name[0]))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>What an abbreviation meant in this zone at a moment, or before it, or else after it; the zone's own offset when it never used it.</summary>
    internal ZoneOffset AbbreviationAt(string abbreviation, long utcMicroseconds)
    {
        var seconds = DateMath.FloorDiv(utcMicroseconds, 1_000_000);
        return _file?.FindAbbreviation(abbreviation, seconds) ?? AtSeconds(seconds);
    }

    /// <summary>What holds at a moment.</summary>
    /// <param name="utcMicroseconds">Microseconds since 1970 UTC.</param>
    public ZoneOffset At(long utcMicroseconds) => AtSeconds(DateMath.FloorDiv(utcMicroseconds, 1_000_000));

    /// <summary>
    /// Seconds east of UTC that hold at a local time. In a gap the offset before it counts, in an overlap the one after it.
    /// </summary>
    /// <param name="localMicroseconds">Microseconds since 1970, read as if UTC.</param>
    public ZoneOffset AtLocal(long localMicroseconds)
    {
        if (_abbreviation is { } known)
        {
            // As PostgreSQL does: the moment is taken by the zone's usual rules first.
            return known.Zone.AbbreviationAt(known.Word, localMicroseconds - (known.Zone.AtLocal(localMicroseconds).Offset * 1_000_000L));
        }

        var local = DateMath.FloorDiv(localMicroseconds, 1_000_000);
        var before = AtSeconds(local - 86400);
        var after = AtSeconds(local + 86400);
        if (before.Offset == after.Offset)
        {
            // Two changes within two days happen only around a change that was taken back; ask for the moment itself.
            return AtSeconds(local - before.Offset);
        }

        var asBefore = AtSeconds(local - before.Offset);
        var asAfter = AtSeconds(local - after.Offset);
        return asAfter.Offset == after.Offset ? asAfter : asBefore.Offset == before.Offset ? asBefore : before;
    }

    private static string Root => Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo";

    private ZoneOffset AtSeconds(long utc)
    {
        if (_abbreviation is { } known)
        {
            return known.Zone.AbbreviationAt(known.Word, utc * 1_000_000);
        }

        if (_file is not null)
        {
            return _file.At(utc);
        }

        if (_posix is not null)
        {
            return _posix.At(utc);
        }

        if (_system is null)
        {
            return _fixed;
        }

        var moment = System.DateTime.UnixEpoch.AddSeconds(Math.Clamp(utc, -62135596800L, 253402300799L));
        var dst = _system.IsDaylightSavingTime(moment);
        var offset = (int)_system.GetUtcOffset(moment).TotalSeconds;
        return new ZoneOffset(offset, dst, dst ? _system.DaylightName : _system.StandardName);
    }

    private static PgTimeZone? Load(string name)
    {
        if (name.Equals("UTC", StringComparison.OrdinalIgnoreCase))
        {
            return Utc;
        }

        if (LoadFile(name) is { } loaded)
        {
            return loaded;
        }

        if (name.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var system))
        {
            return new PgTimeZone(system.Id, system: system);
        }

        return PosixZone.Parse(name) is { } posix ? new PgTimeZone(name.ToUpperInvariant(), posix: posix) : null;
    }

    // The compiled files are exact to the second, which TimeZoneInfo is not for times before standard time.
    private static PgTimeZone? LoadFile(string name)
    {
        var root = Root;
        if (!Directory.Exists(root) || name.Length == 0)
        {
            return null;
        }

        var path = root;
        var canonical = new List<string>();
        foreach (var part in name.Split('/'))
        {
            var found = part.Length > 0 && part[0] != '.' && Directory.Exists(path)
                ? Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).FirstOrDefault(f => part.Equals(f, StringComparison.OrdinalIgnoreCase))
                : null;
            if (found is null)
            {
                return null;
            }

            canonical.Add(found);
            path = Path.Combine(path, found);
        }

        return File.Exists(path) && TzFile.Parse(File.ReadAllBytes(path)) is { } file ? new PgTimeZone(string.Join('/', canonical), file) : null;
    }
}
