using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution;

/// <content>Whose privileges the session has.</content>
public sealed partial class PgSession
{
    /// <summary>Who logged in.</summary>
    internal string AuthenticatedRole { get; }

    /// <summary>Whether the current role is a superuser.</summary>
    internal bool IsSuperuser => Catalog.FindRole(CurrentRole) is not { rolsuper: false };

    /// <summary>SET ROLE; "none" goes back to the session's user.</summary>
    private void ApplyRole(string value)
    {
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
}
