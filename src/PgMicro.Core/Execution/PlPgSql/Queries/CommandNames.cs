using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>The names of commands (PostgreSQL's CreateCommandName).</summary>
internal static class CommandNames
{
    /// <summary>The name of a command that a function that is not VOLATILE must not run; null for one that it may.</summary>
    internal static string? OfWriting(Pg.Node statement) => statement.NodeCase switch
    {
        Pg.Node.NodeOneofCase.SelectStmt => statement.SelectStmt switch
        {
            { IntoClause: not null } => "SELECT INTO",
            { LockingClause: [.., var locking] } => locking.LockingClause.Strength switch
            {
                Pg.LockClauseStrength.LcsForkeyshare => "SELECT FOR KEY SHARE",
                Pg.LockClauseStrength.LcsForshare => "SELECT FOR SHARE",
                Pg.LockClauseStrength.LcsFornokeyupdate => "SELECT FOR NO KEY UPDATE",
                _ => "SELECT FOR UPDATE",
            },
            _ => null,
        },
        Pg.Node.NodeOneofCase.InsertStmt => "INSERT",
        Pg.Node.NodeOneofCase.UpdateStmt => "UPDATE",
        Pg.Node.NodeOneofCase.DeleteStmt => "DELETE",
        Pg.Node.NodeOneofCase.MergeStmt => "MERGE",
        Pg.Node.NodeOneofCase.ExplainStmt or Pg.Node.NodeOneofCase.VariableShowStmt => null,
        Pg.Node.NodeOneofCase.CreateTableAsStmt => "CREATE TABLE AS",
        Pg.Node.NodeOneofCase.CallStmt => "CALL",
        Pg.Node.NodeOneofCase.DoStmt => "DO",
        Pg.Node.NodeOneofCase.VariableSetStmt => statement.VariableSetStmt.Kind is Pg.VariableSetKind.VarReset or Pg.VariableSetKind.VarResetAll ? "RESET" : "SET",
        Pg.Node.NodeOneofCase.CopyStmt => "COPY",
        Pg.Node.NodeOneofCase.TruncateStmt => "TRUNCATE TABLE",
        Pg.Node.NodeOneofCase.LockStmt => "LOCK TABLE",
        Pg.Node.NodeOneofCase.NotifyStmt => "NOTIFY",
        _ => Ddl.DdlExecutor.Handles(statement) ? Ddl.DdlExecutor.CommandTag(statement) : null,
    };
}
