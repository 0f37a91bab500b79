using PgMicro.Core.Execution.Routines;

namespace PgMicro.Core.Execution;

/// <content>Running PL/pgSQL.</content>
public sealed partial class PgSession
{
    private PlPgSql.Queries.CastPlans? _castPlans;

    /// <summary>The innermost routine that runs; null outside of routines.</summary>
    internal IErrorContext? ErrorContext { get; set; }

    /// <summary>The conversions of PL/pgSQL's assignments.</summary>
    internal PlPgSql.Queries.CastPlans CastPlans => _castPlans ??= new(this);

    /// <summary>COMMIT or ROLLBACK in a procedure or DO: the next transaction begins at once.</summary>
    internal void EndTransactionWithin(bool commit, bool chain)
    {
        var (isolation, readOnly, deferrable, started) = (Transaction.IsolationLevel, Transaction.ReadOnly, Transaction.Deferrable, StatementTimestamp);
        EndTransaction(commit);
        EnsureTransaction();
        if (chain)
        {
            (Transaction.IsolationLevel, Transaction.ReadOnly, Transaction.Deferrable) = (isolation, readOnly, deferrable);
        }

        BeginStatement();
        StatementTimestamp = started;
    }

    /// <summary>Forgets that the statement was to be cancelled: a handler has taken the error for it.</summary>
    internal void ForgetCancellation()
    {
        lock (_cancelLock)
        {
            if (_cancellation.IsCancellationRequested)
            {
                _cancellation.Dispose();
                _cancellation = new CancellationTokenSource();
            }
        }

        _timedOut = false;
    }

    /// <summary>Lets nothing end the transaction: EXECUTE runs its text within it. Gives what was so before.</summary>
    internal bool SetAtomic(bool isAtomic)
    {
        var before = IsAtomic;
        IsAtomic = isAtomic;
        return before;
    }

    /// <summary>Runs a DO block, which may end the transaction unless a transaction block or a function is around it.</summary>
    internal void RunInline(PlPgSql.PlFunction function)
    {
        var outer = IsAtomic;
        IsAtomic = outer || InTransactionBlock;
        try
        {
            new PlPgSql.PlCall(this, function).Run(static call =>
            {
                call.Statement = call.Function.Body;
                return call.Function.Body.Run(call);
            });
        }
        finally
        {
            IsAtomic = outer;
        }
    }
}
