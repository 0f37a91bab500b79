using System.Globalization;
using System.Text;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Keys of unique indexes as texts that are equal when the keys are: what sessions lock them by.</summary>
internal static class KeyText
{
    /// <summary>Appends a value. Where a type's equality cannot be told from the text, all its values are taken for equal, and wait for each other.</summary>
    internal static void Append(StringBuilder text, RowSource row, int column, uint type, bool isBinary)
    {
        switch (row.Kind(column))
        {
            case DatumKind.Integer:
                text.Append('i').Append(row.GetInt64(column).ToString(CultureInfo.InvariantCulture));
                break;
            case DatumKind.Real:
                var number = row.GetDouble(column);
                text.Append('r').Append((number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture));
                break;
            case DatumKind.Text when type == TypeOid.Numeric:
                text.Append('n').Append(WithoutTrailingZeros(Encoding.UTF8.GetString(row.GetBytes(column))));
                break;
            case DatumKind.Text when type == TypeOid.Bpchar:
                text.Append('t').Append(Encoding.UTF8.GetString(row.GetBytes(column)).TrimEnd(' '));
                break;
            case DatumKind.Text when isBinary:
                text.Append('t').Append(Encoding.UTF8.GetString(row.GetBytes(column)));
                break;
            case DatumKind.Blob:
                text.Append('b').Append(Convert.ToHexString(row.GetBytes(column)));
                break;
            default:
                text.Append('*');
                break;
        }

        text.Append('\0');
    }

    private static string WithoutTrailingZeros(string number) => number.Contains('.') ? number.TrimEnd('0').TrimEnd('.') : number;
}
