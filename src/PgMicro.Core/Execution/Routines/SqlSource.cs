using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Parser;
using Kind = PgQuery.Node.NodeOneofCase;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Routines;

/// <summary>The text of a function in LANGUAGE sql.</summary>
internal static class SqlSource
{
    /// <summary>Its statements.</summary>
    /// <exception cref="PgException">42601.</exception>
    internal static IReadOnlyList<SqlPart> Read(PgSession session, PgProc proc) => proc.prosqlbody is { } body
        ? [.. RoutineBodies.Queries(body).Select((_, i) => new SqlPart(null, () => RoutineBodies.Executable(session.Catalog, body)[i]))]
        : [.. session.ParseText(proc.prosrc).Select(static s => new SqlPart(s, null))];

    /// <summary>Whether a statement is one with a plan, whose rows can be a result.</summary>
    internal static bool IsQuery(Pg.RawStmt raw) => raw.Stmt.NodeCase switch
    {
        Kind.SelectStmt => raw.Stmt.SelectStmt.IntoClause is null,
        Kind.InsertStmt or Kind.UpdateStmt or Kind.DeleteStmt or Kind.MergeStmt => true,
        _ => false,
    };

    /// <summary>Refuses commands that do not belong in a function.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void Reject(ParsedStatement statement, PgProc proc)
    {
        var node = statement.Raw.Stmt;
        if (node.NodeCase == Kind.TransactionStmt)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{TransactionName(node.TransactionStmt.Kind)} is not allowed in an SQL function");
        }

        if (node.NodeCase == Kind.CopyStmt && node.CopyStmt.Filename.Length == 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot COPY to/from client in an SQL function");
        }

        if (proc.provolatile != 'v' && node.NodeCase is not (Kind.SelectStmt or Kind.InsertStmt or Kind.UpdateStmt or Kind.DeleteStmt or Kind.MergeStmt))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{CommandName(node)} is not allowed in a non-volatile function");
        }
    }

    private static string CommandName(Pg.Node node) => node.NodeCase switch
    {
        Kind.VariableShowStmt => "SHOW",
        Kind.VariableSetStmt => node.VariableSetStmt.Kind is Pg.VariableSetKind.VarReset or Pg.VariableSetKind.VarResetAll ? "RESET" : "SET",
        Kind.ExplainStmt => "EXPLAIN",
        Kind.CallStmt => "CALL",
        Kind.DoStmt => "DO",
        Kind.CopyStmt => "COPY",
        Kind.NotifyStmt => "NOTIFY",
        Kind.ListenStmt => "LISTEN",
        Kind.LockStmt => "LOCK TABLE",
        Kind.ExecuteStmt => "EXECUTE",
        Kind.PrepareStmt => "PREPARE",
        Kind.DeclareCursorStmt => "DECLARE CURSOR",
        Kind.CreateTableAsStmt => "CREATE TABLE AS",
        _ => DdlExecutor.Handles(node) ? DdlExecutor.CommandTag(node) : "This statement",
    };

    private static string TransactionName(Pg.TransactionStmtKind kind) => kind switch
    {
        Pg.TransactionStmtKind.TransStmtBegin => "BEGIN",
        Pg.TransactionStmtKind.TransStmtStart => "START TRANSACTION",
        Pg.TransactionStmtKind.TransStmtCommit => "COMMIT",
        Pg.TransactionStmtKind.TransStmtRollback or Pg.TransactionStmtKind.TransStmtRollbackTo => "ROLLBACK",
        Pg.TransactionStmtKind.TransStmtSavepoint => "SAVEPOINT",
        Pg.TransactionStmtKind.TransStmtRelease => "RELEASE",
        Pg.TransactionStmtKind.TransStmtPrepare => "PREPARE TRANSACTION",
        Pg.TransactionStmtKind.TransStmtCommitPrepared => "COMMIT PREPARED",
        _ => "ROLLBACK PREPARED",
    };
}

/// <summary>A statement of it: as text, or analysed when the function was made (RETURN, BEGIN ATOMIC).</summary>
/// <param name="Parsed">The text.</param>
/// <param name="Query">Makes a copy of the analysed statement.</param>
internal sealed record SqlPart(ParsedStatement? Parsed, Func<BoundQuery>? Query);
