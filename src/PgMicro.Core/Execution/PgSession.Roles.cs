using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution;

/// <content>Whose privileges the session has.</content>
public sealed partial class PgSession
{
    private object? _sharedTurn;
    private long _followed;
    private uint _authenticatedOid;
    private uint _sessionOid;
    private uint _currentOid;

    /// <summary>Who logged in.</summary>
    internal string AuthenticatedRole
    {
        get;
        private set => (field, _authenticatedOid) = (value, OidOfRole(value));
    }

    /// <summary>session_user.</summary>
    internal string SessionRole
    {
        get;
        set => (field, _sessionOid) = (value, OidOfRole(value));
    }

    /// <summary>current_user.</summary>
    internal string CurrentRole
    {
        get;
        set => (field, _currentOid) = (value, OidOfRole(value));
    }

    /// <summary>
    /// Begins a change of what the cluster's databases share: until the transaction ends no other one does, and it goes on from
    /// what has been committed last.
    /// </summary>
    /// <exception cref="PgException">55P03, 57014.</exception>
    internal void ChangeShared()
    {
        if (Database.Shared is not { } shared)
        {
            return;
        }

        if (_sharedTurn is null)
        {
            // First among the sessions of this database, which may wait for each other in other ways: they are told of a deadlock.
            Transaction.GetXid();
            var hasWaited = WaitForLock(LockTag.OfKey(PgAuthid.RelationOid, ""), (int)RowLockStrength.Update, null);
            var turn = new object();
            var gate = Database.Cluster.SharedGate;
            if (!gate.TryEnter(turn))
            {
                Transaction.BeforeWait();
                gate.Enter(turn, LockTimeout, Cancellation);
                hasWaited = true;
            }

            _sharedTurn = turn;
            void Leave()
            {
                if (ReferenceEquals(_sharedTurn, turn))
                {
                    _sharedTurn = null;
                    gate.Exit(turn);
                }
            }

            Transaction.OnRollback(Leave);
            Transaction.Ended += _ => Leave();
            if (hasWaited)
            {
                Transaction.RefreshSnapshot();
                Transaction.RefreshCatalog();
            }
        }

        Transaction.ChangeCatalog().Adopt(shared.Current);
    }

    /// <summary>
    /// Roles are known by their OIDs: one that has another name since the last transaction is the same, and who was somebody that is
    /// no more is nobody.
    /// </summary>
    /// <exception cref="PgException">42704 when a role of the session has been dropped.</exception>
    private void FollowRoles()
    {
        var catalog = Catalog;
        if (catalog.Version == _followed)
        {
            return;
        }

        if (NameOf(_authenticatedOid, AuthenticatedRole) is var authenticated && authenticated != AuthenticatedRole)
        {
            AuthenticatedRole = authenticated;
        }

        if (NameOf(_sessionOid, SessionRole) is var session && session != SessionRole)
        {
            SessionRole = session;
        }

        if (NameOf(_currentOid, CurrentRole) is var current && current != CurrentRole)
        {
            CurrentRole = current;
        }

        _followed = catalog.Version;

        string NameOf(uint oid, string name) => oid == 0 ? name
            : catalog.Role(oid)?.rolname ?? throw new PgException(SqlState.UndefinedObject, $"invalid role OID: {oid}");
    }

    // 0 for a name that nobody has: such a session is the superuser's.
    private uint OidOfRole(string name) => Catalog.FindRole(name)?.oid ?? 0;

    /// <summary>Whether the current role is a superuser.</summary>
    internal bool IsSuperuser => Catalog.FindRole(CurrentRole) is not { rolsuper: false };

    /// <summary>SET ROLE; "none" goes back to the session's user.</summary>
    private void ApplyRole(string value)
    {
        RejectWithinSecurityDefiner("role");
        if (value == "none")
        {
            CurrentRole = SessionRole;
            return;
        }

        var role = Catalog.FindRole(value) ?? throw new PgException(SqlState.InvalidParameterValue, $"role \"{value}\" does not exist");
        if (Catalog.FindRole(SessionRole) is { } session && !RoleMembership.CanSetRole(Catalog, session.oid, role.oid))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to set role \"{value}\"");
        }

        CurrentRole = value;
    }

    /// <summary>SET SESSION AUTHORIZATION.</summary>
    private void ApplySessionAuthorization(string value)
    {
        RejectWithinSecurityDefiner("session_authorization");
        if (value != AuthenticatedRole)
        {
            if (Catalog.FindRole(value) is null)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"role \"{value}\" does not exist");
            }

            if (Catalog.FindRole(AuthenticatedRole) is { rolsuper: false })
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to set session authorization \"{value}\"");
            }
        }

        SessionRole = CurrentRole = value;
    }

    private void RejectWithinSecurityDefiner(string name)
    {
        if (_securityDepth > 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"cannot set parameter \"{name}\" within security-definer function");
        }
    }
}
