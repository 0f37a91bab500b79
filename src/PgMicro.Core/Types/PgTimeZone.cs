namespace PgMicro.Core.Types;

/// <summary>A time zone by its IANA name, a POSIX specification or a fixed offset, as the TimeZone setting takes them.</summary>
public sealed partial class PgTimeZone
{
    private PgTimeZone(string name) => Name = name;

    /// <summary>Coordinated Universal Time.</summary>
    public static PgTimeZone Utc { get; } = new("UTC");

    /// <summary>The name as the TimeZone setting shows it.</summary>
    public string Name { get; }
}
