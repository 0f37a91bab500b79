using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>The bits of pg_trigger.tgtype.</summary>
[Flags]
internal enum TriggerType
{
    /// <summary>FOR EACH STATEMENT, AFTER.</summary>
    None = 0,

    /// <summary>FOR EACH ROW.</summary>
    Row = 1,

    /// <summary>BEFORE.</summary>
    Before = 2,

    /// <summary>INSERT.</summary>
    Insert = 4,

    /// <summary>DELETE.</summary>
    Delete = 8,

    /// <summary>UPDATE.</summary>
    Update = 16,

    /// <summary>TRUNCATE.</summary>
    Truncate = 32,

    /// <summary>INSTEAD OF.</summary>
    InsteadOf = 64,

    /// <summary>What tells when it fires; none of it is AFTER.</summary>
    Timing = Before | InsteadOf,

    /// <summary>What it fires for.</summary>
    Events = Insert | Delete | Update | Truncate,
}

/// <summary>What a trigger's bits say.</summary>
internal static class TriggerTypes
{
    internal static TriggerType Type(this PgTrigger trigger) => (TriggerType)trigger.tgtype;

    internal static bool Has(this PgTrigger trigger, TriggerType bits) => ((TriggerType)trigger.tgtype & bits) == bits;

    /// <summary>When and for what it fires: of its timing and level exactly, of its events at least.</summary>
    internal static bool Fires(this PgTrigger trigger, TriggerType level, TriggerType timing, TriggerType command) =>
        (trigger.Type() & (TriggerType.Row | TriggerType.Timing)) == (level | timing) && trigger.Has(command);

    /// <summary>Its arguments: pg_trigger.tgargs has each with a zero byte after it.</summary>
    internal static string[] Arguments(this PgTrigger trigger)
    {
        var result = new string[trigger.tgnargs];
        var rest = trigger.tgargs.AsSpan();
        for (var i = 0; i < result.Length; i++)
        {
            var end = rest.IndexOf((byte)0);
            result[i] = System.Text.Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
        }

        return result;
    }
}
