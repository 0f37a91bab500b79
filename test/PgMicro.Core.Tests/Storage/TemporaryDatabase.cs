using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

/// <summary>A database file of one test, removed with its companions.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("pgmicro-").FullName;

    internal string FileName => Path.Combine(Folder, "test.db");

    internal SqliteConnectionHandle Open(SqliteConnectionOptions? options = null) =>
        SqliteConnectionHandle.Open(FileName, options);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
