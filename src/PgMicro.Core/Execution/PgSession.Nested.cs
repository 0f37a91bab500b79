using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution;

/// <content>Statements inside a statement: those of a DO block.</content>
public sealed partial class PgSession
{
    /// <summary>Whether a block of PL/pgSQL runs.</summary>
    internal bool InFunction { get; set; }

    /// <summary>Refuses a command that is a transaction of its own where others belong to it (PostgreSQL's PreventInTransactionBlock).</summary>
    /// <exception cref="PgException">25001.</exception>
    /// <param name="command">The command.</param>
    /// <param name="isWritingItself">Whether the statement itself has already taken the right to write.</param>
    internal void RejectInBlock(string command, bool isWritingItself = false)
    {
        // Statements of a pipeline belong together once one has written.
        if (InTransactionBlock || (!isWritingItself && _transaction is { IsWriting: true }))
        {
            throw new PgException(SqlState.ActiveSqlTransaction, $"{command} cannot run inside a transaction block");
        }

        if (InFunction)
        {
            throw new PgException(SqlState.ActiveSqlTransaction, $"{command} cannot be executed from a function");
        }
    }

    /// <summary>Runs the statements of a text to their ends within the running transaction.</summary>
    /// <returns>The first row of the last statement that returned rows; null when there was none.</returns>
    internal PgDatum[]? RunNested(string sql)
    {
        PgDatum[]? first = null;
        foreach (var statement in Database.Parser.Parse(sql))
        {
            var plan = Database.Planner.GetPlan(this, statement, GivenParameters.None);
            while (!Ready(plan))
            {
                plan = Database.Planner.GetPlan(this, statement, GivenParameters.None);
            }

            NoteReads(plan, []);
            var run = plan.Start(this, []);
            if (run.Rows is not { } rows)
            {
                continue;
            }

            first = null;
            using (rows)
            {
                while (rows.Read())
                {
                    if (first is not null)
                    {
                        continue;
                    }

                    first = new PgDatum[plan.Columns!.Count];
                    for (var i = 0; i < first.Length; i++)
                    {
                        first[i] = rows.GetDatum(i);
                    }
                }
            }
        }

        return first;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PgDatum[]> Query(string sql, out IReadOnlyList<uint> types)
    {
        if (Database.Parser.Parse(sql) is not [var statement])
        {
            throw PgErrors.FeatureNotSupported("anything but one query inside a function");
        }

        var plan = Database.Planner.GetPlan(this, statement, GivenParameters.None);
        if (plan.WriteCommand is not null || plan.Columns is not { } columns)
        {
            throw PgErrors.FeatureNotSupported("anything but a query inside a function");
        }

        while (!Ready(plan))
        {
            plan = Database.Planner.GetPlan(this, statement, GivenParameters.None);
        }

        types = [.. columns.Select(static c => c.TypeOid)];
        var result = new List<PgDatum[]>();
        NoteReads(plan, []);
        using var rows = plan.Start(this, []).Rows!;
        while (rows.Read())
        {
            var row = new PgDatum[columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = rows.GetDatum(i);
            }

            result.Add(row);
        }

        return result;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PgDatum[]> QueryRows(string sql, out IReadOnlyList<Functions.QueryColumn> columns)
    {
        try
        {
            if (Database.Parser.Parse(sql) is not [var statement])
            {
                throw new PgException(SqlState.DataException, "invalid query");
            }

            var command = statement.Raw.Stmt.NodeCase switch
            {
                Pg.Node.NodeOneofCase.InsertStmt => "INSERT",
                Pg.Node.NodeOneofCase.UpdateStmt => "UPDATE",
                Pg.Node.NodeOneofCase.DeleteStmt => "DELETE",
                Pg.Node.NodeOneofCase.MergeStmt => "MERGE",
                _ => Ddl.DdlExecutor.Handles(statement.Raw.Stmt) ? Ddl.DdlExecutor.CommandTag(statement.Raw.Stmt) : null,
            };
            if (command is not null)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{command} is not allowed in a non-volatile function");
            }

            var plan = Database.Planner.GetPlan(this, statement, GivenParameters.None);
            if (plan.Columns is not { } described)
            {
                throw new PgException(SqlState.DataException, "invalid query");
            }

            Ready(plan);
            columns = [.. described.Select(static c => new Functions.QueryColumn(c.Name, c.DeclaredType != 0 ? c.DeclaredType : c.TypeOid))];
            var result = new List<PgDatum[]>();
            NoteReads(plan, []);
            using var rows = plan.Start(this, []).Rows!;
            while (rows.Read())
            {
                CheckForInterrupts();
                var row = new PgDatum[described.Count];
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = rows.GetDatum(i);
                }

                result.Add(row);
            }

            return result;
        }
        catch (PgException e) when (e.InternalQuery is null)
        {
            if (e.Position > 0 || e.Location >= 0)
            {
                e.InternalPosition = e.Position > 0 ? e.Position : new PgMicro.PgQuery.SourceText(sql).ToCursorPosition(e.Location);
                (e.InternalQuery, e.Position, e.Location) = (sql, 0, -1);
            }
            else
            {
                var line = $"SQL statement \"{sql}\"";
                e.Where = e.Where is null ? line : e.Where + "\n" + line;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PgDatum[]> FetchCursor(string name, long count, out IReadOnlyList<Functions.QueryColumn> columns)
    {
        var cursor = FindCursor(name);
        columns = [.. cursor.Plan.RowColumns.Select(static c => new Functions.QueryColumn(c.Name, c.DeclaredType != 0 ? c.DeclaredType : c.TypeOid))];
        var rows = new List<PgDatum[]>();
        cursor.Fetch(Execution.Cursors.CursorDirection.Forward, count, rows);
        return rows;
    }

    /// <inheritdoc/>
    public override void CheckDomain(uint domain, PgDatum value)
    {
        var type = Catalog.Type(domain)!;
        var name = Functions.Text.Quote.Identifier(Catalog.Namespace(type.typnamespace)!.nspname) + "." + Functions.Text.Quote.Identifier(type.typname);
        var plan = Database.Planner.GetPlan(this, Database.Parser.Parse($"SELECT $1::{name}")[0], new GivenParameters([Catalog.GetBaseType(domain)], Infers: false));
        Ready(plan);
        using var rows = plan.Start(this, [value]).Rows!;
        rows.Read();
    }

    /// <summary>Plans a statement that another one contains, and makes the transaction ready for it.</summary>
    internal ExecutablePlan PrepareNested(ParsedStatement statement, Pg.RawStmt raw)
    {
        while (true)
        {
            var plan = Database.Planner.Plan(this, statement, raw, GivenParameters.None);
            if (Ready(plan))
            {
                return plan;
            }
        }
    }

    /// <summary>Undoes what a block has done since a savepoint of the engine's own.</summary>
    internal void RollbackNested(string savepoint)
    {
        if (_within is null)
        {
            SpoolOpenPortals();
            SpoolCursors();
        }

        Transaction.RollbackToSavepoint(savepoint);
    }

    /// <summary>Whether a relation has been made or emptied in this transaction.</summary>
    internal bool IsNewInTransaction(uint oid) => Database.Transactions.Catalog.Class(oid) is null || Transaction.Truncated.Contains(oid);

    /// <summary>Takes the locks, and the snapshot or the write lock that a plan needs. False when it had to wait and the catalog is another one: then it is to be made again.</summary>
    internal bool Ready(ExecutablePlan plan)
    {
        var version = Catalog.Version;
        if (LockRelations(plan) && Catalog.Version != version)
        {
            return false;
        }

        if (_within is not null)
        {
            PrepareWithin(plan);
            return true;
        }

        var moves = Transaction.Moves;
        if (plan.CallsWriters)
        {
            PrepareToCall();
        }

        if (plan.WriteCommand is { } command)
        {
            SpoolReaders();
            Transaction.PrepareToWrite(command, LockTimeout, Cancellation, plan.IsLogged, plan.IsRepeatable(this), plan.ChangesTemporaryOnly);
        }
        else if (plan.NeedsSnapshot)
        {
            Transaction.PrepareToRead(Cancellation);
        }

        MakeRoomToWait(plan);
        if (Transaction.Moves != moves)
        {
            // What the statements around this one have staged has been left behind.
            StageAgain?.Invoke();
        }

        return true;
    }
}
