namespace PgMicro.Core.Catalog;

/// <summary>Gives out a database's OIDs. A number that has been given out is not given out again while the file is open.</summary>
public sealed class OidCounter
{
    private long _next;

    /// <summary>Starts the counter.</summary>
    public OidCounter(uint next = BuiltInOids.FirstNormalObjectId) => _next = next;

    /// <summary>The OID that comes next.</summary>
    public uint Next => (uint)Interlocked.Read(ref _next);

    /// <summary>Takes the next OID.</summary>
    public uint Take() => checked((uint)(Interlocked.Increment(ref _next) - 1));

    /// <summary>Skips what another process has given out.</summary>
    public void AdvanceTo(uint next)
    {
        var current = Interlocked.Read(ref _next);
        while (current < next)
        {
            var seen = Interlocked.CompareExchange(ref _next, next, current);
            if (seen == current)
            {
                return;
            }

            current = seen;
        }
    }
}
