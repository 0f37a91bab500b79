using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>Counts of LIMIT and OFFSET, and the only row of a scalar subquery.</summary>
internal static unsafe class Rows
{
    /// <summary>(count): -1 means all.</summary>
    internal static void Limit(nint context, nint* values, int count)
    {
        var rows = FunctionArgument.IsNull(values, 0) ? -1 : FunctionArgument.Int64(values, 0);
        if (rows < 0 && !FunctionArgument.IsNull(values, 0))
        {
            throw new PgException(SqlState.InvalidRowCountInLimitClause, "LIMIT must not be negative");
        }

        FunctionResult.Write(context, rows);
    }

    /// <summary>(count).</summary>
    internal static void Offset(nint context, nint* values, int count)
    {
        var rows = FunctionArgument.IsNull(values, 0) ? 0 : FunctionArgument.Int64(values, 0);
        if (rows < 0)
        {
            throw new PgException(SqlState.InvalidRowCountInResultOffsetClause, "OFFSET must not be negative");
        }

        FunctionResult.Write(context, rows);
    }

    internal static void SingleRowStep(nint context, nint* values, int count)
    {
        var state = SqliteAggregate.GetOrCreate<State>(context);
        if (state.Seen)
        {
            throw new PgException(SqlState.CardinalityViolation, "more than one row returned by a subquery used as an expression");
        }

        state.Seen = true;
        state.Value = FunctionArgument.Datum(values, 0);
    }

    internal static void SingleRowFinal(nint context, nint* values, int count)
    {
        if (SqliteAggregate.Take<State>(context) is { } state)
        {
            FunctionResult.Write(context, state.Value);
        }
    }

    private sealed class State
    {
        internal bool Seen;
        internal PgDatum Value;
    }
}
