namespace PgMicro.Core.Types;

/// <summary>A time zone by its IANA name, a POSIX specification or a fixed offset, as the TimeZone setting takes them.</summary>
public sealed partial class PgTimeZone
{
}
