using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Privileges;

/// <summary>One entry of an access control list. Grantee 0 is PUBLIC.</summary>
/// <param name="Grantee">pg_authid.oid, or 0.</param>
/// <param name="Grantor">pg_authid.oid.</param>
/// <param name="Privileges">What is granted.</param>
/// <param name="GrantOptions">What of it may be granted on.</param>
public readonly record struct AclItem(uint Grantee, uint Grantor, AclMode Privileges, AclMode GrantOptions)
{
    /// <summary>Whether nothing is left in it.</summary>
    public bool IsEmpty => Privileges == 0 && GrantOptions == 0;

    /// <summary>The text form: "joe=r*w/postgres".</summary>
    public string Format(CatalogSnapshot catalog)
    {
        var result = new StringBuilder();
        if (Grantee != 0)
        {
            result.Append(Name(catalog, Grantee));
        }

        result.Append('=');
        for (var i = 0; i < AclText.Letters.Length; i++)
        {
            if (((int)Privileges & (1 << i)) != 0)
            {
                result.Append(AclText.Letters[i]);
            }

            if (((int)GrantOptions & (1 << i)) != 0)
            {
                result.Append('*');
            }
        }

        return result.Append('/').Append(Name(catalog, Grantor)).ToString();
    }

    /// <summary>Reads a text form.</summary>
    /// <exception cref="PgException">22P02 malformed, 42704 an unknown role.</exception>
    public static AclItem Parse(CatalogSnapshot catalog, string text)
    {
        var (grantee, modes, grantor) = AclText.Split(text);
        var privileges = 0;
        var options = 0;
        var last = 0;
        foreach (var c in modes)
        {
            if (c == '*')
            {
                options |= last;
            }
            else
            {
                last = 1 << AclText.Letters.IndexOf(c);
                privileges |= last;
            }
        }

        return new AclItem(
            grantee.Length == 0 ? 0 : Find(catalog, grantee), grantor is null ? BuiltInOids.BootstrapSuperuser : Find(catalog, grantor),
            (AclMode)privileges, (AclMode)options);
    }

    private static string Name(CatalogSnapshot catalog, uint role) =>
        catalog.Role(role) is { } found ? AclText.Quote(found.rolname) : role.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static uint Find(CatalogSnapshot catalog, string name) =>
        catalog.FindRole(name)?.oid
        ?? (uint.TryParse(name, out var oid) ? oid : throw new PgException(SqlState.UndefinedObject, $"role \"{name}\" does not exist"));
}
