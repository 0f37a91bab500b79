using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A data-modifying statement ready to run in two steps: everything is read, then everything is written.</summary>
internal interface IWriteNode
{
    CommandType Command { get; }

    /// <summary>The table that the statement names.</summary>
    TableLayout Table { get; }

    /// <summary>The tables that it may write, the named one among them.</summary>
    IEnumerable<TableLayout> Tables => [Table];

    /// <summary>Columns of RETURNING.</summary>
    int ReturningWidth { get; }

    /// <summary>Relations that its source reads.</summary>
    IReadOnlyList<uint> RelationOids { get; }

    /// <summary>Whether what it returns is known only once it has written.</summary>
    bool ReturnsOnlyAfterWriting { get; }

    /// <summary>
    /// All rows of the source, before anything is written. Beside other writers the target rows are locked, and looked at anew when they have changed:
    /// the transaction may stand on another connection afterwards.
    /// </summary>
    /// <param name="execution">The run.</param>
    /// <param name="parameters">The statement's parameters.</param>
    object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters);

    /// <summary>What RETURNING will give for staged rows.</summary>
    void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning);

    /// <summary>Changes the staged rows; the caller fires the events. Returns the number of rows changed.</summary>
    long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning);

    /// <summary>Both steps.</summary>
    long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning);
}
