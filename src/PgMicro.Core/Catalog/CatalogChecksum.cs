using System.Buffers.Binary;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>
/// A sum over the rows of a database's catalog, in whatever order: rows that come and go are added and taken off. pgmicro_meta keeps it, so that rows that
/// something else than a change of the schema has changed are noticed.
/// </summary>
internal struct CatalogChecksum(long value)
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private ulong _sum = (ulong)value;

    /// <summary>The sum as it is stored.</summary>
    internal readonly long Value => (long)_sum;

    internal void Add(CatalogRow row) => _sum += Hash(row);

    internal void Remove(CatalogRow row) => _sum -= Hash(row);

    private static ulong Hash(CatalogRow row)
    {
        var columns = row.Table.Columns.Length;
        var hash = row.Table.Oid * Prime;
        for (var i = 0; i < columns; i++)
        {
            var value = row.GetColumn(i);
            hash = Mix(hash, (ulong)value.Kind + 1);
            switch (value.Kind)
            {
                case DatumKind.Null:
                    break;
                case DatumKind.Integer:
                    hash = Mix(hash, (ulong)value.Int64);
                    break;
                case DatumKind.Real:
                    hash = Mix(hash, (ulong)BitConverter.DoubleToInt64Bits(value.Double));
                    break;
                default:
                    hash = Mix(hash, value.Bytes);
                    break;
            }
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        hash = Mix(hash, (ulong)bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            hash = Mix(hash, b);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }
}
