using System.Text;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Names that PostgreSQL makes up for sequences, indexes and constraints.</summary>
internal static class ObjectNames
{
    /// <summary>NAMEDATALEN - 1.</summary>
    internal const int MaxLength = 63;

    /// <summary>makeObjectName: name1_name2_label, the longer name cut first until the whole fits.</summary>
    internal static string Make(string name1, string? name2, string? label)
    {
        var overhead = (name2 is null ? 0 : 1) + (label is null ? 0 : Encoding.UTF8.GetByteCount(label) + 1);
        var (length1, length2) = (Encoding.UTF8.GetByteCount(name1), name2 is null ? 0 : Encoding.UTF8.GetByteCount(name2));
        while (length1 + length2 > MaxLength - overhead)
        {
            if (length1 > length2)
            {
                length1--;
            }
            else
            {
                length2--;
            }
        }

        var name = new StringBuilder(Clip(name1, length1));
        if (name2 is not null)
        {
            name.Append('_').Append(Clip(name2, length2));
        }

        if (label is not null)
        {
            name.Append('_').Append(label);
        }

        return name.ToString();
    }

    /// <summary>ChooseRelationName: a name that no relation, and for a constraint's index no constraint, has.</summary>
    internal static string ChooseRelationName(CatalogSnapshot catalog, string name1, string? name2, string label, uint namespaceOid, bool isConstraint = false)
    {
        var tried = label;
        for (var pass = 1; ; pass++)
        {
            var name = Make(name1, name2, tried);
            if (catalog.FindClass(name, namespaceOid) is null && !(isConstraint && catalog.ConstraintNameExists(name, namespaceOid)))
            {
                return name;
            }

            tried = label + pass;
        }
    }

    /// <summary>ChooseConstraintName: a name that no constraint of the schema has, nor one of those just chosen.</summary>
    internal static string ChooseConstraintName(
        CatalogSnapshot catalog, string name1, string? name2, string label, uint namespaceOid, ICollection<string>? others = null)
    {
        var tried = label;
        for (var pass = 1; ; pass++)
        {
            var name = Make(name1, name2, tried);
            if (others?.Contains(name) != true && !catalog.ConstraintNameExists(name, namespaceOid))
            {
                return name;
            }

            tried = label + pass;
        }
    }

    /// <summary>ChooseIndexNameAddition: the columns' names joined, cut at NAMEDATALEN.</summary>
    internal static string Addition(IEnumerable<string> columns)
    {
        var text = new StringBuilder();
        foreach (var column in columns)
        {
            if (text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(column);
            if (Encoding.UTF8.GetByteCount(text.ToString()) >= MaxLength + 1)
            {
                break;
            }
        }

        return Clip(text.ToString(), MaxLength);
    }

    /// <summary>ChooseIndexColumnNames: a key column's name made unique among the index's columns.</summary>
    internal static string IndexColumn(string original, IReadOnlyCollection<string> used)
    {
        var name = original;
        for (var i = 1; used.Contains(name); i++)
        {
            var suffix = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            name = Clip(original, MaxLength - suffix.Length) + suffix;
        }

        return name;
    }

    /// <summary>The longest prefix of so many UTF-8 bytes that cuts no character.</summary>
    internal static string Clip(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var (count, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > bytes)
            {
                break;
            }

            used += rune.Utf8SequenceLength;
            count += rune.Utf16SequenceLength;
        }

        return text[..count];
    }
}
