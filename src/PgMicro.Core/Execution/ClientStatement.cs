using PgMicro.Core.Errors;
using PgMicro.Core.Parser;

namespace PgMicro.Core.Execution;

/// <summary>
/// A statement's text as a client keeps it, with the analysis that served it last: while nothing that analysis depends on
/// has changed, running it again costs neither parsing nor a look into the caches. Shared by sessions and threads.
/// </summary>
internal sealed class ClientStatement(string sql)
{
    private volatile Analysis? _last;

    /// <summary>The text, of one statement.</summary>
    internal string Sql => sql;

    /// <summary>The analysis for a session's catalog, settings and role; null when the one known is not.</summary>
    internal PreparedStatement? Find(PgSession session, ReadOnlySpan<uint> parameterTypes)
    {
        var last = _last;
        return last is not null && ReferenceEquals(last.Planner, session.Database.Planner) && last.Prepared.Plan.CatalogVersion == session.Catalog.Version
            && last.Prepared.Plan.SearchPath == session.PlanSettings && last.Role == session.CurrentRole
            && parameterTypes.SequenceEqual(last.Prepared.RequestedTypes)
            ? last.Prepared
            : null;
    }

    /// <summary>Keeps an analysis that depends on nothing but what <see cref="Find"/> looks at.</summary>
    internal PreparedStatement Keep(PgSession session, PreparedStatement prepared)
    {
        if (prepared.Plan.IsKept)
        {
            prepared.IsShared = true;
            _last = new Analysis(session.Database.Planner, session.CurrentRole, prepared);
        }

        return prepared;
    }

    /// <summary>The text's statement.</summary>
    /// <exception cref="PgException">42601 when there are several.</exception>
    internal ParsedStatement Parse(PgSession session) => session.Parse(sql) is [var statement]
        ? statement
        : throw new PgException(SqlState.SyntaxError, "cannot insert multiple commands into a prepared statement");

    private sealed record Analysis(Planner Planner, string Role, PreparedStatement Prepared);
}
