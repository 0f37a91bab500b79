namespace PgMicro.Core.Catalog.Privileges;

/// <summary>Access control lists in their catalog form, the text of an aclitem[].</summary>
public static class Acl
{
    /// <summary>Reads a list.</summary>
    public static List<AclItem> Parse(CatalogSnapshot catalog, string text) =>
        [.. CatalogArrays.ParseTextArray(text).Select(item => AclItem.Parse(catalog, item))];

    /// <summary>Writes a list.</summary>
    public static string Format(CatalogSnapshot catalog, IEnumerable<AclItem> items) =>
        CatalogArrays.FormatTextArray([.. items.Select(item => item.Format(catalog))]);

    /// <summary>acldefault: what holds for an object whose list is NULL.</summary>
    /// <param name="kind">The letter of the kind of object, as acldefault takes it.</param>
    /// <param name="owner">pg_authid.oid.</param>
    public static List<AclItem> Default(char kind, uint owner)
    {
        var (world, own) = DefaultModes(kind);
        var result = new List<AclItem>();
        if (world != 0)
        {
            result.Add(new AclItem(0, owner, world, 0));
        }

        if (own != 0)
        {
            result.Add(new AclItem(owner, owner, own, 0));
        }

        return result;
    }

    /// <summary>All privileges that a kind of object has.</summary>
    public static AclMode All(char kind) => kind switch
    {
        'c' => AclMode.Insert | AclMode.Select | AclMode.Update | AclMode.References,
        'r' => AclMode.Insert | AclMode.Select | AclMode.Update | AclMode.Delete | AclMode.Truncate | AclMode.References | AclMode.Trigger | AclMode.Maintain,
        's' => AclMode.Usage | AclMode.Select | AclMode.Update,
        'd' => AclMode.Create | AclMode.Temporary | AclMode.Connect,
        'f' => AclMode.Execute,
        'l' or 'F' or 'S' or 'T' => AclMode.Usage,
        'L' => AclMode.Select | AclMode.Update,
        'n' => AclMode.Usage | AclMode.Create,
        't' => AclMode.Create,
        'p' => AclMode.Set | AclMode.AlterSystem,
        _ => AclMode.None,
    };

    private static (AclMode World, AclMode Owner) DefaultModes(char kind) => kind switch
    {
        'c' => (0, 0),
        'd' => (AclMode.Temporary | AclMode.Connect, All(kind)),
        'f' => (AclMode.Execute, AclMode.Execute),
        'l' or 'T' => (AclMode.Usage, AclMode.Usage),
        _ => (0, All(kind)),
    };
}
