using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Storage;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Inspection;

/// <summary>Copies of a database that is in use.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _session;

    public BackupTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run(
            """
            CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL, note text);
            CREATE UNIQUE INDEX ON account ((lower(note)));
            INSERT INTO account SELECT g, 100, repeat('x', 300) || g FROM generate_series(1, 2000) g;
            """);
    }

    private string Copy => Path.Combine(_file.Folder, "copy.db");

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void A_backup_has_what_is_committed_and_waits_for_nobody()
    {
        using var writer = _database.CreateSession();
        writer.Run("BEGIN; UPDATE account SET balance = 0 WHERE id = 1; INSERT INTO account VALUES (5000, 1, 'later')");
        Assert.Equal(["t"], _session.Run($"SELECT pgmicro_backup('{Copy}') > 600000"));
        writer.Run("COMMIT");
        Assert.Equal(Copy, Assert.Single(Directory.GetFiles(_file.Folder, "copy*")));
        using var copy = Sessions.OpenFile(Copy, create: false);
        using var reader = copy.CreateSession();
        Assert.Equal(["200000|2000"], reader.Run("SELECT sum(balance), count(*) FROM account"));
        reader.Run("INSERT INTO account VALUES (5000, 1, 'later')");
        Assert.Equal(["2001"], _session.Run("SELECT count(*) FROM account"));
    }

    [Fact]
    public void A_backup_goes_nowhere_else_than_to_a_new_file_of_a_superuser()
    {
        File.WriteAllText(Copy, "mine");
        var error = _session.Fails($"SELECT pgmicro_backup('{Copy}')");
        Assert.Equal((SqlState.DuplicateFile, $"could not create file \"{Copy}\": File exists"), (error.SqlState, error.Message));
        Assert.Equal("mine", File.ReadAllText(Copy));
        File.Move(Copy, Copy + ".new");
        error = _session.Fails($"SELECT pgmicro_backup('{Copy}')");
        Assert.Equal((SqlState.DuplicateFile, $"could not create file \"{Copy}.new\": File exists"), (error.SqlState, error.Message));
        Assert.Equal("mine", File.ReadAllText(Copy + ".new"));
        Assert.False(File.Exists(Copy));
        Assert.Equal(SqlState.UndefinedFile, _session.Fails($"SELECT pgmicro_backup('{_file.Folder}/none/copy.db')").SqlState);
        _session.Run("CREATE ROLE clerk; SET ROLE clerk");
        error = _session.Fails($"SELECT pgmicro_backup('{Copy}2')");
        Assert.Equal((SqlState.InsufficientPrivilege, "permission denied for function pgmicro_backup"), (error.SqlState, error.Message));
        Assert.False(File.Exists(Copy + "2"));
    }

    [Fact]
    public async Task SQLites_own_backup_of_a_file_in_use_can_be_opened()
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var transfers = Task.Run(() =>
        {
            using var writer = _database.CreateSession();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                writer.Run($"BEGIN; UPDATE account SET balance = balance - 1 WHERE id = {(i % 1000) + 1}; UPDATE account SET balance = balance + 1 WHERE id = {(i % 1000) + 1001}; COMMIT");
                started.TrySetResult();
            }
        });
        await started.Task;
        for (var i = 0; i < 5; i++)
        {
            // What any tool does that is built on SQLite.
            using (var tool = _file.Open(new SqliteConnectionOptions { Create = false }))
            {
                SqliteBackup.Copy(tool, Copy + i, static () => { });
            }

            using var copy = Sessions.OpenFile(Copy + i, create: false);
            using var reader = copy.CreateSession();
            Assert.Equal(["200000|2000"], reader.Run("SELECT sum(balance), count(*) FROM account"));
            Assert.Equal(["1"], reader.Run("SELECT count(*) FROM account WHERE lower(note) = repeat('x', 300) || '77'"));
        }

        await stop.CancelAsync();
        await transfers;
    }
}
