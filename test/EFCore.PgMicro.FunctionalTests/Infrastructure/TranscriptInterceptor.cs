using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Infrastructure;

/// <summary>Writes down commands with their parameters, and what happens to transactions.</summary>
public sealed class TranscriptInterceptor(Transcript transcript) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private int _silent;

    /// <summary>Writes nothing down until disposed.</summary>
    public IDisposable Silence()
    {
        _silent++;
        return new Silenced(this);
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Write(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => new(Write(command, result));

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) => Write(command, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) => new(Write(command, result));

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Write(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => new(Write(command, result));

    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        Say("-- begin " + result.IsolationLevel);
        return result;
    }

    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) => new(TransactionStarted(connection, eventData, result));

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Say("-- committed");

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Said("-- committed");

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Say("-- rolled back");

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Said("-- rolled back");

    public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => Say("-- savepoint");

    public Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) => Said("-- savepoint");

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) => Say("-- rolled back to savepoint");

    public Task RolledBackToSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) => Said("-- rolled back to savepoint");

    public void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData) => Say("-- released savepoint");

    public Task ReleasedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) => Said("-- released savepoint");

    private InterceptionResult<T> Write<T>(DbCommand command, InterceptionResult<T> result)
    {
        if (_silent == 0)
        {
            var parameters = command.Parameters.Cast<DbParameter>().Select(Transcript.Text).ToArray();
            transcript.Line("> " + command.CommandText.Trim().ReplaceLineEndings("\n  ") + (command.CommandType == CommandType.Text ? "" : $" ({command.CommandType})"));
            if (parameters.Length > 0)
            {
                transcript.Line("  -- " + string.Join(", ", parameters));
            }
        }

        return result;
    }

    private void Say(string text)
    {
        if (_silent == 0)
        {
            transcript.Line(text);
        }
    }

    private Task Said(string text)
    {
        Say(text);
        return Task.CompletedTask;
    }

    private sealed class Silenced(TranscriptInterceptor owner) : IDisposable
    {
        public void Dispose() => owner._silent--;
    }
}
