using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>One statement of an SQL text.</summary>
public sealed class ParsedStatement
{
    private ReadOnlyMemory<byte> _encoded;
    private volatile bool _isChecked;

    /// <param name="source">The whole text.</param>
    /// <param name="raw">The tree.</param>
    /// <param name="text">The statement's own text.</param>
    /// <param name="encoded">The tree's encoded form; none for a statement that is a part of one that has been checked.</param>
    internal ParsedStatement(SourceText source, Pg.RawStmt raw, string text, ReadOnlyMemory<byte> encoded = default)
    {
        _encoded = encoded;
        Source = source;
        Raw = raw;
        Text = text;
    }

    /// <summary>The whole text that was parsed; error positions count from its start.</summary>
    public SourceText Source { get; }

    /// <summary>The statement's own text.</summary>
    public string Text { get; }

    /// <summary>Whether it is COMMIT, ROLLBACK or the like, which a failed transaction accepts.</summary>
    public bool EndsTransaction => Raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.TransactionStmt
        && Raw.Stmt.TransactionStmt.Kind is Pg.TransactionStmtKind.TransStmtCommit or Pg.TransactionStmtKind.TransStmtRollback
            or Pg.TransactionStmtKind.TransStmtRollbackTo or Pg.TransactionStmtKind.TransStmtPrepare;

    internal Pg.RawStmt Raw { get; }

    /// <summary>The identifiers of the whole text that are longer than names can be, as they were written; with its first statement.</summary>
    internal IReadOnlyList<string> TruncatedNames { get; init; } = [];

    /// <summary>Lets <see cref="FeatureGate"/> judge the statement, once.</summary>
    /// <exception cref="Errors.PgException">0A000, 54001.</exception>
    internal void Check()
    {
        if (!_isChecked)
        {
            FeatureGate.Check(_encoded.Span);
            _isChecked = true;
        }
    }
}
