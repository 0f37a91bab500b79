using PgMicro.Core.Execution;

namespace PgMicro.Server.Databases;

/// <summary>The databases that a server serves, by name.</summary>
internal interface IDatabaseSource : IDisposable
{
    /// <summary>A database to connect to without naming one.</summary>
    string DefaultDatabase { get; }

    /// <summary>Joins a database; the caller disposes what it gets.</summary>
    /// <exception cref="Core.Errors.PgException">3D000 when there is none of that name.</exception>
    PgDatabase Open(string name);
}
