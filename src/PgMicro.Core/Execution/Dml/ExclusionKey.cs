using System.Globalization;
using System.Text;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// What a row that a running transaction has written excludes, as the key of a lock: not to be compared by itself, but to be read by those who ask whether it
/// excludes what they write.
/// </summary>
internal static class ExclusionKey
{
    /// <summary>The lock's key for a row and its values.</summary>
    internal static string Of(long rowid, RowSource row, int count)
    {
        var text = new StringBuilder().Append(LockTag.ExclusionMarker).Append(rowid.ToString(CultureInfo.InvariantCulture));
        for (var i = 0; i < count; i++)
        {
            text.Append(',').Append((char)('0' + (int)row.Kind(i)));
            switch (row.Kind(i))
            {
                case DatumKind.Null:
                    break;
                case DatumKind.Integer:
                    text.Append(row.GetInt64(i).ToString(CultureInfo.InvariantCulture));
                    break;
                case DatumKind.Real:
                    text.Append(BitConverter.DoubleToInt64Bits(row.GetDouble(i)).ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(Convert.ToHexString(row.GetBytes(i)));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The row of a lock's key.</summary>
    internal static long Rowid(string key) => long.Parse(key.AsSpan(1, key.IndexOf(',') - 1), CultureInfo.InvariantCulture);

    /// <summary>The values of a lock's key.</summary>
    internal static PgDatum[] Values(string key) => [.. key.Split(',').Skip(1).Select(static part => (DatumKind)(part[0] - '0') switch
    {
        DatumKind.Integer => PgDatum.FromInt64(long.Parse(part.AsSpan(1), CultureInfo.InvariantCulture)),
        DatumKind.Real => PgDatum.FromDouble(BitConverter.Int64BitsToDouble(long.Parse(part.AsSpan(1), CultureInfo.InvariantCulture))),
        DatumKind.Text => PgDatum.FromText(Convert.FromHexString(part.AsSpan(1))),
        DatumKind.Blob => PgDatum.FromBlob(Convert.FromHexString(part.AsSpan(1))),
        _ => PgDatum.Null,
    })];
}
