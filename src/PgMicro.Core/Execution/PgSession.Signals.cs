using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution;

/// <content>What one session may do to another (manual: "Server Signaling Functions").</content>
public sealed partial class PgSession
{
    /// <inheritdoc/>
    public override long? AssignedTransactionId => Transaction.AssignedXid is var xid and not 0 ? xid : null;

    /// <inheritdoc/>
    public override bool SignalBackend(int pid, bool terminate)
    {
        if (Database.ClusterSessions().FirstOrDefault(s => s.BackendPid == pid) is not { } session)
        {
            Notice(new PgNotice("WARNING", SqlState.Warning, $"PID {pid} is not a PostgreSQL backend process"));
            return false;
        }

        RequireSignalPrivilege(session, terminate);
        if (terminate)
        {
            session.Terminate();
        }
        else
        {
            session.Cancel();
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool AwaitBackendEnd(int pid, long timeout)
    {
        const int Milliseconds = 10;
        var began = Environment.TickCount64;
        while (Database.ClusterSessions().Any(s => s.BackendPid == pid))
        {
            if (Environment.TickCount64 - began >= timeout)
            {
                Notice(new PgNotice("WARNING", SqlState.Warning, $"backend with PID {pid} did not terminate within {timeout} milliseconds"));
                return false;
            }

            Wait(TimeSpan.FromMilliseconds(Math.Min(timeout, Milliseconds)));
        }

        return true;
    }

    // Whether the current role has the privileges of who runs another session, or of a predefined role for such.
    private bool HasPrivilegesOn(PgSession session, uint predefined) =>
        IsSuperuser
        || (_currentOid != 0 && (RoleMembership.HasPrivilegesOf(Catalog, _currentOid, session._sessionOid)
            || RoleMembership.HasPrivilegesOf(Catalog, _currentOid, predefined)));

    private void RequireSignalPrivilege(PgSession session, bool terminate)
    {
        const uint SignalBackend = 4200;
        if (IsSuperuser || (!session.IsSuperuser && HasPrivilegesOn(session, SignalBackend)))
        {
            return;
        }

        var detail = (session.IsSuperuser, terminate) switch
        {
            (true, false) => "Only roles with the SUPERUSER attribute may cancel queries of roles with the SUPERUSER attribute.",
            (true, true) => "Only roles with the SUPERUSER attribute may terminate processes of roles with the SUPERUSER attribute.",
            (false, false) => "Only roles with privileges of the role whose query is being canceled or with privileges of the \"pg_signal_backend\" role may cancel this query.",
            _ => "Only roles with privileges of the role whose process is being terminated or with privileges of the \"pg_signal_backend\" role may terminate this process.",
        };
        throw new PgException(SqlState.InsufficientPrivilege, terminate ? "permission denied to terminate process" : "permission denied to cancel query").WithDetail(detail);
    }
}
