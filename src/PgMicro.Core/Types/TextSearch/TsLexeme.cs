namespace PgMicro.Core.Types.TextSearch;

/// <summary>A word of a tsvector with the places where it occurs.</summary>
/// <param name="Text">The word, UTF-8.</param>
/// <param name="Positions">Places in ascending order, each with its weight in the two highest bits (3 is A, 0 is D); empty when stripped.</param>
internal readonly record struct TsLexeme(byte[] Text, ushort[] Positions)
{
    internal const int MaxPosition = 16383;
    internal const int MaxPositions = 255;
    internal const int MaxLength = 2046;

    internal static int Position(ushort entry) => entry & 0x3FFF;

    internal static int Weight(ushort entry) => entry >> 14;

    internal static ushort Entry(int position, int weight) => (ushort)(Math.Min(position, MaxPosition) | (weight << 14));
}

/// <summary>The checksum by which PostgreSQL orders the operands of a tsquery.</summary>
internal static class LegacyCrc32
{
    private static readonly uint[] Table = Make();

    // The reflected polynomial's table in the unreflected loop: PostgreSQL's early mistake, kept for what is on disk.
    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes)
        {
            crc = Table[(byte)((crc >> 24) ^ b)] ^ (crc << 8);
        }

        return crc ^ 0xFFFFFFFF;
    }

    private static uint[] Make()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
