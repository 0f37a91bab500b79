using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgMicro.Oracle.EfSql;

/// <summary>Order and digest of rows as the recordings define them: NULL last, texts by code point; SHA-256 of compact ASCII JSON.</summary>
public static class RowDigest
{
    /// <summary>The rows sorted.</summary>
    public static List<IReadOnlyList<string?>> Sort(IEnumerable<IReadOnlyList<string?>> rows)
    {
        var sorted = rows.ToList();
        sorted.Sort(Compare);
        return sorted;
    }

    /// <summary>Compares rows value by value.</summary>
    public static int Compare(IReadOnlyList<string?> left, IReadOnlyList<string?> right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            var (a, b) = (left[i], right[i]);
            var order = a is null || b is null ? (a is null ? 1 : 0) - (b is null ? 1 : 0) : CompareCodePoints(a, b);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count - right.Count;
    }

    /// <summary>Whether both hold the same rows in the same order.</summary>
    public static bool Same(IReadOnlyList<IReadOnlyList<string?>> left, IReadOnlyList<IReadOnlyList<string?>> right) =>
        left.Count == right.Count && left.Zip(right).All(static pair => Compare(pair.First, pair.Second) == 0);

    /// <summary>The digest of rows.</summary>
    public static string Of(IEnumerable<IReadOnlyList<string?>> rows)
    {
        var json = new StringBuilder();
        Append(json, rows);
        return Hash(json);
    }

    /// <summary>The digest of a change: the rows that went, then the rows that came.</summary>
    public static string Of(IEnumerable<IReadOnlyList<string?>> removed, IEnumerable<IReadOnlyList<string?>> added)
    {
        var json = new StringBuilder("[");
        Append(json, removed);
        json.Append(',');
        Append(json, added);
        return Hash(json.Append(']'));
    }

    /// <summary>The rows of <paramref name="left"/> that <paramref name="right"/> has not, as sorted multisets.</summary>
    public static List<IReadOnlyList<string?>> Except(IEnumerable<IReadOnlyList<string?>> left, IEnumerable<IReadOnlyList<string?>> right)
    {
        List<IReadOnlyList<string?>> a = Sort(left), b = Sort(right), rest = [];
        var j = 0;
        foreach (var row in a)
        {
            while (j < b.Count && Compare(b[j], row) < 0)
            {
                j++;
            }

            if (j < b.Count && Compare(b[j], row) == 0)
            {
                j++;
            }
            else
            {
                rest.Add(row);
            }
        }

        return rest;
    }

    private static string Hash(StringBuilder json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(json.ToString())));

    private static int CompareCodePoints(string left, string right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (left[i] != right[i])
            {
                // A surrogate stands for a code point above every other UTF-16 unit.
                var (a, b) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
                return a == b ? left[i] - right[i] : a ? 1 : -1;
            }
        }

        return left.Length - right.Length;
    }

    private static void Append(StringBuilder json, IEnumerable<IReadOnlyList<string?>> rows)
    {
        json.Append('[');
        var firstRow = true;
        foreach (var row in rows)
        {
            json.Append(firstRow ? "[" : ",[");
            firstRow = false;
            for (var i = 0; i < row.Count; i++)
            {
                json.Append(i == 0 ? "" : ",");
                Append(json, row[i]);
            }

            json.Append(']');
        }

        json.Append(']');
    }

    private static void Append(StringBuilder json, string? value)
    {
        if (value is null)
        {
            json.Append("null");
            return;
        }

        json.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' or > '\u007e' and not '\u007f' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => json.Append(character),
            };
        }

        json.Append('"');
    }
}
