using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Xml;

/// <summary>What a column of XMLTABLE is made of: that decides how a path's result becomes its text.</summary>
internal enum XmlTableTarget : byte
{
    Text,
    Number,
    Xml,
}

/// <summary>The names of one XMLTABLE. Interned process-wide; lowered SQL passes the <see cref="Id"/>.</summary>
internal sealed class XmlTableSpec
{
    private static readonly Dictionary<string, XmlTableSpec> Interned = new(StringComparer.Ordinal);
    private static readonly List<XmlTableSpec> ById = [];
    private static readonly Lock Gate = new();

    private XmlTableSpec(int id, string[] namespaces, string[] columns, XmlTableTarget[] targets, int ordinality)
    {
        Id = id;
        Namespaces = namespaces;
        Columns = columns;
        Targets = targets;
        Ordinality = ordinality;
    }

    /// <summary>The number that stands for it in SQL.</summary>
    internal int Id { get; }

    /// <summary>Prefixes; "" for DEFAULT.</summary>
    internal string[] Namespaces { get; }

    internal string[] Columns { get; }

    internal XmlTableTarget[] Targets { get; }

    /// <summary>Index of FOR ORDINALITY's column, or -1.</summary>
    internal int Ordinality { get; }

    internal static XmlTableSpec Intern(string[] namespaces, string[] columns, XmlTableTarget[] targets, int ordinality)
    {
        var key = string.Join('\0', [ordinality.ToString(System.Globalization.CultureInfo.InvariantCulture), .. namespaces, "\u0001", .. columns, .. targets.Select(static t => t.ToString())]);
        lock (Gate)
        {
            if (!Interned.TryGetValue(key, out var spec))
            {
                spec = new XmlTableSpec(ById.Count, namespaces, columns, targets, ordinality);
                ById.Add(spec);
                Interned.Add(key, spec);
            }

            return spec;
        }
    }

    internal static XmlTableSpec FromId(int id)
    {
        lock (Gate)
        {
            return ById[id];
        }
    }

    /// <summary>How a path's result becomes a value of a type.</summary>
    internal static XmlTableTarget TargetOf(CatalogSnapshot catalog, uint type) =>
        type == TypeOid.Xml ? XmlTableTarget.Xml : catalog.Type(type) is { typcategory: 'N' } ? XmlTableTarget.Number : XmlTableTarget.Text;
}
