using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>One statement of an SQL text.</summary>
public sealed class ParsedStatement
{
    internal ParsedStatement(SourceText source, Pg.RawStmt raw, string text)
    {
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
}
