namespace PgMicro.Core.Catalog.Privileges;

/// <summary>Privileges, with PostgreSQL's bits (its AclMode).</summary>
[Flags]
public enum AclMode
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>INSERT (a).</summary>
    Insert = 1 << 0,

    /// <summary>SELECT (r).</summary>
    Select = 1 << 1,

    /// <summary>UPDATE (w).</summary>
    Update = 1 << 2,

    /// <summary>DELETE (d).</summary>
    Delete = 1 << 3,

    /// <summary>TRUNCATE (D).</summary>
    Truncate = 1 << 4,

    /// <summary>REFERENCES (x).</summary>
    References = 1 << 5,

    /// <summary>TRIGGER (t).</summary>
    Trigger = 1 << 6,

    /// <summary>EXECUTE (X).</summary>
    Execute = 1 << 7,

    /// <summary>USAGE (U).</summary>
    Usage = 1 << 8,

    /// <summary>CREATE (C).</summary>
    Create = 1 << 9,

    /// <summary>TEMPORARY (T).</summary>
    Temporary = 1 << 10,

    /// <summary>CONNECT (c).</summary>
    Connect = 1 << 11,

    /// <summary>SET (s).</summary>
    Set = 1 << 12,

    /// <summary>ALTER SYSTEM (A).</summary>
    AlterSystem = 1 << 13,

    /// <summary>MAINTAIN (m).</summary>
    Maintain = 1 << 14,
}

/// <summary>Letters and words of privileges.</summary>
public static class AclModes
{
    /// <summary>The letters in the order of the bits.</summary>
    public const string Letters = Types.AclText.Letters;

    private static readonly string[] Words =
    [
        "INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "EXECUTE", "USAGE", "CREATE", "TEMPORARY", "CONNECT", "SET",
        "ALTER SYSTEM", "MAINTAIN",
    ];

    /// <summary>The privileges, one by one, in the order of the bits.</summary>
    public static IEnumerable<AclMode> Each(AclMode mode)
    {
        for (var i = 0; i < Letters.Length; i++)
        {
            if (((int)mode & (1 << i)) != 0)
            {
                yield return (AclMode)(1 << i);
            }
        }
    }

    /// <summary>The word of one privilege.</summary>
    public static string Word(AclMode privilege) => Words[int.Log2((int)privilege)];

    /// <summary>The privilege of a word, in any case; null for no privilege.</summary>
    public static AclMode? Find(string word)
    {
        var upper = word.ToUpperInvariant();
        var index = Array.IndexOf(Words, upper == "TEMP" ? "TEMPORARY" : upper);
        return index < 0 ? null : (AclMode)(1 << index);
    }
}
