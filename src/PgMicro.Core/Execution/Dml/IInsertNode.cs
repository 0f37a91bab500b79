using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>An INSERT that can be run row by row, as COPY does: the triggers of the statement as a whole are for the caller to fire.</summary>
internal interface IInsertNode : IWriteNode
{
    /// <summary>The triggers of the statement as a whole; null when there are none.</summary>
    StatementTriggers? StatementTriggers { get; }

    /// <summary>Inserts the rows of the source.</summary>
    long RunRows(DmlExecution execution, ReadOnlySpan<PgDatum> parameters);
}
