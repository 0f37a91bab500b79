using System.Buffers.Binary;
using System.Text;

namespace PgMicro.Core.Types.DateTime;

/// <summary>What holds in a time zone from a moment on.</summary>
/// <param name="Offset">Seconds east of UTC.</param>
/// <param name="IsDst">Whether this is daylight saving time.</param>
/// <param name="Abbreviation">Abbreviation, or a numeric form.</param>
public readonly record struct ZoneOffset(int Offset, bool IsDst, string Abbreviation);

/// <summary>The transitions of a compiled time zone file (RFC 8536), exact to the second also before standard time.</summary>
internal sealed class TzFile
{
    private readonly long[] _times;
    private readonly byte[] _types;
    private readonly ZoneOffset[] _offsets;
    private readonly PosixZone? _tail;

    private TzFile(long[] times, byte[] types, ZoneOffset[] offsets, PosixZone? tail)
    {
        _times = times;
        _types = types;
        _offsets = offsets;
        _tail = tail;
    }

    /// <summary>Whether the offset never changes.</summary>
    public bool IsFixed => _times.Length == 0 && _tail is null or { HasDst: false };

    /// <summary>What holds at a moment.</summary>
    public ZoneOffset At(long utcSeconds)
    {
        if (_times.Length == 0)
        {
            return _tail?.At(utcSeconds) ?? _offsets[0];
        }

        if (utcSeconds >= _times[^1] && _tail is not null)
        {
            return _tail.At(utcSeconds);
        }

        var index = Array.BinarySearch(_times, utcSeconds);
        index = index >= 0 ? index : ~index - 1;
        if (index < 0)
        {
            foreach (var offset in _offsets)
            {
                if (!offset.IsDst)
                {
                    return offset;
                }
            }

            return _offsets[0];
        }

        return _offsets[_types[index]];
    }

    /// <summary>The last use of an abbreviation that began by a moment, else the first one after it; null when there is none.</summary>
    public ZoneOffset? FindAbbreviation(string abbreviation, long utcSeconds)
    {
        bool Is(int type) => _offsets[type].Abbreviation.Equals(abbreviation, StringComparison.OrdinalIgnoreCase);
        var index = Array.BinarySearch(_times, utcSeconds);
        index = index >= 0 ? index : ~index - 1;
        for (var i = index; i >= 0; i--)
        {
            if (Is(_types[i]))
            {
                return _offsets[_types[i]];
            }
        }

        for (var i = 0; i < _offsets.Length && _times.Length > 0 && i < _types[0]; i++)
        {
            if (Is(i))
            {
                return _offsets[i];
            }
        }

        for (var i = Math.Max(index + 1, 0); i < _times.Length; i++)
        {
            if (Is(_types[i]))
            {
                return _offsets[_types[i]];
            }
        }

        return null;
    }

    /// <summary>Reads a file; null when it is none.</summary>
    public static TzFile? Parse(byte[] data)
    {
        if (data.Length < 44 || !data.AsSpan(0, 4).SequenceEqual("TZif"u8))
        {
            return null;
        }

        var at = 0;
        var wide = data[4] >= (byte)'2';
        if (wide)
        {
            at = 44 + BlockLength(data, 0, 4);
        }

        var width = wide ? 8 : 4;
        int Count(int i) => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at + 20 + (i * 4)));
        var (timeCount, typeCount, charCount) = (Count(3), Count(4), Count(5));
        var length = BlockLength(data, at, width);
        var p = at + 44;
        var times = new long[timeCount];
        for (var i = 0; i < timeCount; i++, p += width)
        {
            times[i] = wide ? BinaryPrimitives.ReadInt64BigEndian(data.AsSpan(p)) : BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(p));
        }

        var types = data.AsSpan(p, timeCount).ToArray();
        p += timeCount;
        var names = p + (typeCount * 6);
        var offsets = new ZoneOffset[typeCount];
        for (var i = 0; i < typeCount; i++, p += 6)
        {
            var name = data.AsSpan(names + data[p + 5], charCount - data[p + 5]);
            offsets[i] = new(BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(p)), data[p + 4] != 0, Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
        }

        PosixZone? tail = null;
        if (wide)
        {
            var footer = Encoding.ASCII.GetString(data.AsSpan(at + 44 + length)).Trim('\n');
            tail = footer.Length > 0 ? PosixZone.Parse(footer) : null;
        }

        return new TzFile(times, types, offsets, tail);
    }

    private static int BlockLength(byte[] data, int at, int width)
    {
        int Count(int i) => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at + 20 + (i * 4)));
        return (Count(3) * width) + Count(3) + (Count(4) * 6) + Count(5) + (Count(2) * (width + 4)) + Count(1) + Count(0);
    }
}
