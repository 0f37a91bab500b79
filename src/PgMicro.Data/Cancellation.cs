using System.Data;
using Npgsql;
using PgMicro.Core.Errors;

namespace PgMicro.Data;

/// <summary>Asynchronous calls: the engine works on the caller's thread, a token cancels it.</summary>
internal static class Cancellation
{
    internal static Task<TResult> Run<TState, TResult>(TState state, Func<TState, TResult> action, PgMicroConnection? connection, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(token);
        }

        try
        {
            if (!token.CanBeCanceled || connection is not { State: ConnectionState.Open })
            {
                return Task.FromResult(action(state));
            }

            using (token.UnsafeRegister(static s => ((Core.Execution.PgSession)s!).Cancel(), connection.Session))
            {
                return Task.FromResult(action(state));
            }
        }
        catch (PostgresException e) when (e.SqlState == SqlState.QueryCanceled && token.IsCancellationRequested)
        {
            return Task.FromException<TResult>(new OperationCanceledException("Query was cancelled", e, token));
        }
        catch (Exception e)
        {
            return Task.FromException<TResult>(e);
        }
    }
}
