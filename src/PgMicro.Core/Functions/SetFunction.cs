using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>Evaluates a set-returning function's arguments and starts it; null for no rows.</summary>
internal unsafe delegate IEnumerable<PgDatum>? SetValues(SqliteConnectionHandle context, nint* values, int count);

/// <summary>As <see cref="SetValues"/> for a function of several columns.</summary>
internal unsafe delegate IEnumerable<PgDatum[]>? SetRows(SqliteConnectionHandle context, nint* values, int count);

/// <summary>The body of a set-returning function.</summary>
internal sealed class SetFunction
{
    private SetFunction(SetValues? startValues, SetRows? startRows)
    {
        StartValues = startValues;
        StartRows = startRows;
    }

    /// <summary>The body when it returns single values.</summary>
    internal SetValues? StartValues { get; }

    /// <summary>The body when it returns rows.</summary>
    internal SetRows? StartRows { get; }

    internal static SetFunction Values(SetValues start) => new(start, null);

    internal static SetFunction Rows(SetRows start) => new(null, start);
}
