using System.Globalization;
using System.Text;

namespace PgMicro.Core.Types.Network;

/// <summary>The text forms of network addresses.</summary>
internal static class InetText
{
    /// <summary>Reads an address; a cidr may leave octets and the length out, an IPv4 inet with a length may leave octets out.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, bool isCidr, out PgInet value)
    {
        value = default;
        if (text.Contains((byte)':'))
        {
            return TryParseV6(text, out value);
        }

        Span<byte> octets = stackalloc byte[4];
        octets.Clear();
        var bits = isCidr ? Cidr4(text, octets) : Inet4(text, octets);
        if (bits < 0 || bits > 32)
        {
            return false;
        }

        value = new PgInet(((uint)octets[0] << 24) | ((uint)octets[1] << 16) | ((uint)octets[2] << 8) | octets[3], bits, false);
        return true;
    }

    internal static string Format(in PgInet value, bool withBits)
    {
        var text = new StringBuilder(48);
        if (value.IsV6)
        {
            AppendV6(text, value.Address);
        }
        else
        {
            AppendV4(text, (uint)value.Address);
        }

        if (withBits)
        {
            text.Append(CultureInfo.InvariantCulture, $"/{value.Bits}");
        }

        return text.ToString();
    }

    /// <summary>abbrev(cidr): only as much of the address as the network part needs.</summary>
    internal static string Abbreviate(in PgInet network)
    {
        var text = new StringBuilder(48);
        if (network.IsV6)
        {
            AbbreviateV6(text, network.Address & network.NetMask, network.Bits);
        }
        else if (network.Bits == 0)
        {
            text.Append('0');
        }
        else
        {
            var address = (uint)(network.Address & network.NetMask);
            for (var i = 0; i < (network.Bits + 7) / 8; i++)
            {
                text.Append(i > 0 ? "." : "").Append(CultureInfo.InvariantCulture, $"{(address >> (24 - (i * 8))) & 255}");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"/{network.Bits}").ToString();
    }

    private static int Inet4(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        var (at, count) = (0, 0);
        while (at < text.Length && Ascii.IsDigit(text[at]))
        {
            if (!Octet(text, ref at, out var octet) || count == 4)
            {
                return -1;
            }

            octets[count++] = octet;
            if (at == text.Length || text[at] == '/')
            {
                break;
            }

            if (text[at++] != '.')
            {
                return -1;
            }
        }

        var bits = count == 4 ? 32 : -1;
        if (at == text.Length)
        {
            // A dot at the end of a whole address is let pass.
            return bits;
        }

        return Length(text, ref at, count, out bits) && at == text.Length && bits / 8 <= count ? bits : -1;
    }

    private static int Cidr4(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        var (at, count) = (0, 0);
        if (text.Length > 2 && text[0] == '0' && text[1] is (byte)'x' or (byte)'X' && Ascii.HexValue(text[2]) >= 0)
        {
            for (at = 2; at < text.Length && Ascii.HexValue(text[at]) is var high and >= 0; at++)
            {
                if (count == 4)
                {
                    return -1;
                }

                var low = at + 1 < text.Length ? Ascii.HexValue(text[at + 1]) : -1;
                octets[count++] = (byte)((high << 4) | Math.Max(low, 0));
                at += low >= 0 ? 1 : 0;
            }
        }
        else
        {
            while (true)
            {
                if (at == text.Length || !Ascii.IsDigit(text[at]) || !Octet(text, ref at, out var octet) || count == 4)
                {
                    return -1;
                }

                octets[count++] = octet;
                if (at == text.Length || text[at] == '/')
                {
                    break;
                }

                if (text[at++] != '.')
                {
                    return -1;
                }
            }
        }

        if (at < text.Length)
        {
            return Length(text, ref at, count, out var given) && at == text.Length ? given : -1;
        }

        // Without a length the class of the network tells it, widened to what was written.
        var bits = octets[0] switch { >= 240 => 32, >= 224 => 8, >= 192 => 24, >= 128 => 16, _ => 8 };
        bits = Math.Max(bits, count * 8);
        return bits == 8 && octets[0] == 224 ? 4 : bits;
    }

    private static bool Octet(ReadOnlySpan<byte> text, ref int at, out byte octet)
    {
        var value = 0;
        for (; at < text.Length && Ascii.IsDigit(text[at]); at++)
        {
            value = (value * 10) + text[at] - '0';
            if (value > 255)
            {
                octet = 0;
                return false;
            }
        }

        octet = (byte)value;
        return true;
    }

    private static bool Length(ReadOnlySpan<byte> text, ref int at, int octets, out int bits)
    {
        bits = 0;
        if (text[at] != '/' || at + 1 >= text.Length || !Ascii.IsDigit(text[at + 1]) || octets == 0)
        {
            return false;
        }

        for (at++; at < text.Length && Ascii.IsDigit(text[at]); at++)
        {
            bits = Math.Min((bits * 10) + text[at] - '0', 1000);
        }

        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out PgInet value)
    {
        value = default;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var (at, filled, gap, bits) = (0, 0, -1, 128);
        if (text[0] == ':' && (text.Length < 2 || text[++at] != ':'))
        {
            return false;
        }

        var (token, digits, word) = (at, 0, 0);
        while (at < text.Length)
        {
            var c = text[at++];
            if (Ascii.HexValue(c) is var digit and >= 0)
            {
                word = (word << 4) | digit;
                if (++digits > 4)
                {
                    return false;
                }

                continue;
            }

            if (c == ':')
            {
                token = at;
                if (digits == 0)
                {
                    if (gap >= 0)
                    {
                        return false;
                    }

                    gap = filled;
                    continue;
                }

                if (at == text.Length || filled + 2 > 16)
                {
                    return false;
                }

                bytes[filled++] = (byte)(word >> 8);
                bytes[filled++] = (byte)word;
                (digits, word) = (0, 0);
                continue;
            }

            if (c == '.' && filled + 4 <= 16 && Embedded4(text[token..], bytes[filled..], ref bits))
            {
                filled += 4;
                digits = 0;
                break;
            }

            if (c == '/' && LengthV6(text[at..], out bits))
            {
                break;
            }

            return false;
        }

        if (digits > 0)
        {
            if (filled + 2 > 16)
            {
                return false;
            }

            bytes[filled++] = (byte)(word >> 8);
            bytes[filled++] = (byte)word;
        }

        if (gap >= 0)
        {
            if (filled == 16)
            {
                return false;
            }

            var moved = filled - gap;
            bytes[gap..filled].CopyTo(bytes[(16 - moved)..]);
            bytes[gap..(16 - moved)].Clear();
            filled = 16;
        }

        if (filled != 16)
        {
            return false;
        }

        value = new PgInet(global::System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), bits, true);
        return true;
    }

    private static bool LengthV6(ReadOnlySpan<byte> text, out int bits)
    {
        bits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!Ascii.IsDigit(text[i]) || (i > 0 && bits == 0))
            {
                return false;
            }

            bits = (bits * 10) + text[i] - '0';
            if (bits > 128)
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static bool Embedded4(ReadOnlySpan<byte> text, Span<byte> target, ref int bits)
    {
        var (count, digits, value) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (Ascii.IsDigit(c))
            {
                if (digits++ > 0 && value == 0)
                {
                    return false;
                }

                value = (value * 10) + c - '0';
                if (value > 255)
                {
                    return false;
                }

                continue;
            }

            if (c is not ((byte)'.' or (byte)'/') || count > 3)
            {
                return false;
            }

            target[count++] = (byte)value;
            if (c == '/')
            {
                return count == 4 && LengthV6(text[(i + 1)..], out bits);
            }

            (digits, value) = (0, 0);
        }

        if (digits == 0 || count != 3)
        {
            return false;
        }

        target[3] = (byte)value;
        return true;
    }

    private static void AppendV4(StringBuilder text, uint address) =>
        text.Append(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");

    private static ushort Word(UInt128 address, int index) => (ushort)(address >> (112 - (index * 16)));

    private static void AppendV6(StringBuilder text, UInt128 address)
    {
        var (best, bestLength) = (-1, 0);
        for (var i = 0; i < 8; i++)
        {
            var start = i;
            while (i < 8 && Word(address, i) == 0)
            {
                i++;
            }

            if (i - start > bestLength)
            {
                (best, bestLength) = (start, i - start);
            }
        }

        if (bestLength < 2)
        {
            best = -1;
        }

        for (var i = 0; i < 8; i++)
        {
            if (best >= 0 && i >= best && i < best + bestLength)
            {
                text.Append(i == best ? ":" : "");
                continue;
            }

            text.Append(i > 0 ? ":" : "");
            if (i == 6 && best == 0 && (bestLength == 6 || (bestLength == 7 && Word(address, 7) != 1) || (bestLength == 5 && Word(address, 5) == 0xFFFF)))
            {
                AppendV4(text, (uint)address);
                return;
            }

            text.Append(CultureInfo.InvariantCulture, $"{Word(address, i):x}");
        }

        if (best >= 0 && best + bestLength == 8)
        {
            text.Append(':');
        }
    }

    private static void AbbreviateV6(StringBuilder text, UInt128 address, int bits)
    {
        if (bits == 0)
        {
            text.Append("::");
            return;
        }

        var words = Math.Max((bits + 15) / 16, 2);
        var (zeroStart, zeroLength, run, runStart) = (0, 0, 0, 0);
        for (var i = 0; i <= words; i++)
        {
            if (i < words && Word(address, i) == 0)
            {
                runStart = run++ == 0 ? i : runStart;
            }
            else
            {
                if (run > zeroLength)
                {
                    (zeroStart, zeroLength) = (runStart, run);
                }

                run = 0;
            }
        }

        var isV4 = zeroLength != words && zeroStart == 0
            && (zeroLength == 6 || (zeroLength == 5 && Word(address, 5) == 0xFFFF) || (zeroLength == 7 && (byte)(address >> 8) != 0 && (byte)address != 1));
        for (var i = 0; i < words; i++)
        {
            if (zeroLength != 0 && i >= zeroStart && i < zeroStart + zeroLength)
            {
                text.Append(i == zeroStart ? ":" : "").Append(i == words - 1 ? ":" : "");
                continue;
            }

            var word = Word(address, i);
            if (isV4 && i > 5)
            {
                text.Append(i == 6 ? ':' : '.').Append(CultureInfo.InvariantCulture, $"{word >> 8}");
                if (i != 7 || bits > 120)
                {
                    text.Append(CultureInfo.InvariantCulture, $".{word & 255}");
                }
            }
            else
            {
                text.Append(text.Length > 0 ? ":" : "").Append(CultureInfo.InvariantCulture, $"{word:x}");
            }
        }
    }
}
