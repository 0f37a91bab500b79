using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>An expression or statement planned, with the variables that are its parameters.</summary>
internal sealed class PlPlan
{
    /// <summary>What runs it; null for a value that needs nothing run.</summary>
    internal ExecutablePlan? Plan { get; init; }

    internal required PlSlot[] Slots { get; init; }

    /// <summary>The records whose fields it depends on, with their fields at that time; null for none.</summary>
    internal required (PlRecord Record, PlRowType? Type, bool IsNull)[] Records { get; init; }

    internal required long CatalogVersion { get; init; }

    internal required string Settings { get; init; }

    internal required string Role { get; init; }

    /// <summary>The transition tables that its names may mean.</summary>
    internal required IReadOnlyList<EphemeralTable> EphemeralTables { get; init; }

    /// <summary>Whether it may be used again.</summary>
    internal bool IsKept { get; init; }

    /// <summary>Whether it is an expression that reads no table: PostgreSQL evaluates it without a query, which shows in the context of errors.</summary>
    internal bool IsSimple { get; init; }

    /// <summary>Whether the transaction has to be made ready for it: it reads tables, writes, or calls what might.</summary>
    internal bool NeedsPreparation => !IsSimple || Plan is not { WriteCommand: null, MayWait: false, CallsRoutines: false, Locks.Length: 0 };

    /// <summary>The value itself when it is constant, else that of the only slot, where there is no <see cref="Plan"/>.</summary>
    internal PgDatum Constant { get; init; }

    /// <summary>The columns; null for a statement that returns no rows.</summary>
    internal IReadOnlyList<ColumnDescription>? Columns { get; init; }

    internal bool IsValidFor(PlCall call)
    {
        var session = call.Session;
        if (CatalogVersion != session.Catalog.Version || Settings != session.PlanSettings || Role != session.CurrentRole
            || (!ReferenceEquals(EphemeralTables, session.EphemeralTables) && !EphemeralTables.SequenceEqual(session.EphemeralTables)))
        {
            return false;
        }

        foreach (var slot in Slots)
        {
            if (slot.Datum is PlVariable variable && variable.Type != slot.Type)
            {
                return false;
            }
        }

        foreach (var (record, type, isNull) in Records)
        {
            var row = call.Cells[record.Number].Row;
            if (row is null ? type is not null : type is null || !row.Type.SameAs(type) || row.IsNull != isNull)
            {
                return false;
            }
        }

        return true;
    }

    internal PgDatum[] Values(PlCall call)
    {
        if (Slots.Length == 0)
        {
            return [];
        }

        var values = new PgDatum[Slots.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Slots[i].Value(call);
        }

        return values;
    }
}

/// <summary>A variable, or a field of a record, as a parameter.</summary>
/// <param name="Datum">The variable.</param>
/// <param name="Field">The field's index; -1 for the variable as a whole.</param>
/// <param name="Type">pg_type.oid.</param>
internal readonly record struct PlSlot(PlDatum Datum, int Field, uint Type)
{
    internal PgDatum Value(PlCall call)
    {
        ref readonly var cell = ref call.Cells[Datum.Number];
        return Datum is PlVariable ? cell.Value
            : cell.Row is not { } row ? PgDatum.Null
            : Field >= 0 ? row.Values[Field]
            : row.IsNull ? PgDatum.Null : row.Type.ToDatum(call.Session.Types, row.Values);
    }
}
