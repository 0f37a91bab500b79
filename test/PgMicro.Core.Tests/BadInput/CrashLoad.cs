using System.Globalization;
using System.IO.MemoryMappedFiles;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>
/// What the process does that <see cref="CrashLoadTests"/> kills: eight sessions whose transactions meet in the same tables, rows and keys, so that
/// most of them stand in branches. What has been acknowledged is noted in a file mapped into memory, which outlives the process.
/// </summary>
internal static class CrashLoad
{
    internal const int Writers = 8;
    internal const int Accounts = 12;
    internal const int Balance = 1000;

    internal static void Create(string file)
    {
        using var database = Sessions.OpenFile(file);
        using var session = database.CreateSession();
        session.Run(
            $"""
            CREATE TABLE account (id int PRIMARY KEY, balance numeric NOT NULL);
            INSERT INTO account SELECT g, {Balance} FROM generate_series(1, {Accounts}) g;
            CREATE TABLE entry (writer int, n int, part int, label text UNIQUE, PRIMARY KEY (writer, n, part));
            CREATE TABLE detail (id bigserial PRIMARY KEY, writer int, n int, part int, amount numeric, FOREIGN KEY (writer, n, part) REFERENCES entry DEFERRABLE INITIALLY DEFERRED);
            CREATE INDEX ON detail (amount);
            """);
        File.WriteAllBytes(Acknowledged(file), new byte[2 * Writers * sizeof(long)]);
    }

    internal static string Acknowledged(string file) => Path.ChangeExtension(file, ".acknowledged");

    /// <summary>The last transaction of each writer that was acknowledged.</summary>
    internal static long[] ReadAcknowledged(string file) => Read(file, 0);

    /// <summary>The last transaction of each writer whose PREPARE TRANSACTION was acknowledged.</summary>
    internal static long[] ReadPrepared(string file) => Read(file, Writers);

    private static long[] Read(string file, int from)
    {
        var bytes = File.ReadAllBytes(Acknowledged(file));
        return [.. Enumerable.Range(from, Writers).Select(w => BitConverter.ToInt64(bytes, w * sizeof(long)))];
    }

    /// <summary>Works until the process is killed.</summary>
    internal static void Run(PgDatabase database)
    {
        // Many checkpoints.
        database.Transactions.Maintenance!.Threshold = 60;
        using var map = MemoryMappedFile.CreateFromFile(Acknowledged(database.FilePath));
        using var acknowledged = map.CreateViewAccessor();
        for (var writer = 0; writer < Writers; writer++)
        {
            // What was prepared in the run before may have been rolled back since.
            acknowledged.Write((Writers + writer) * sizeof(long), 0L);
        }

        var threads = Enumerable.Range(0, Writers).Select(w => new Thread(() => Write(database, w, acknowledged))).ToArray();
        Array.ForEach(threads, static t => t.Start());
        Console.WriteLine("runs");
        Array.ForEach(threads, static t => t.Join());
    }

    private static void Write(PgDatabase database, int writer, MemoryMappedViewAccessor acknowledged)
    {
        var random = new Random(unchecked((writer * 7919) + Environment.ProcessId));
        using var session = database.CreateSession();
        var n = long.Parse(session.Run($"SELECT coalesce(max(n), 0) FROM entry WHERE writer = {writer}")[0], CultureInfo.InvariantCulture);
        acknowledged.Write(writer * sizeof(long), n);
        while (true)
        {
            try
            {
                Transact(session, writer, n + 1, random, acknowledged);
                acknowledged.Write(writer * sizeof(long), ++n);
            }
            catch (PgException e) when (e.SqlState is SqlState.DeadlockDetected or SqlState.SerializationFailure or SqlState.UniqueViolation)
            {
                session.Run("ROLLBACK");
            }
        }
    }

    private static void Transact(PgSession session, int writer, long n, Random random, MemoryMappedViewAccessor acknowledged)
    {
        var (from, to) = (random.Next(Accounts) + 1, random.Next(Accounts) + 1);
        if (random.Next(5) == 0)
        {
            // What must not be there.
            session.Run($"BEGIN; INSERT INTO entry VALUES ({writer}, {-n}, 1, 'undone'); UPDATE account SET balance = balance - 5000 WHERE id = {from}; ROLLBACK");
        }

        if (random.Next(10) == 0)
        {
            session.Run($"BEGIN; INSERT INTO entry VALUES ({writer}, {-n}, 1, 'undone {writer}'); UPDATE account SET balance = balance - 5000 WHERE id = {from}; PREPARE TRANSACTION 'undone {writer}'");
            session.Run($"ROLLBACK PREPARED 'undone {writer}'");
        }

        session.Run(random.Next(4) == 0 ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN");
        session.Run($"INSERT INTO detail (writer, n, part, amount) VALUES ({writer}, {n}, 1, 1.50)");
        session.Run($"UPDATE account SET balance = balance - 7 WHERE id = {from}");
        if (random.Next(3) == 0)
        {
            session.Run($"SAVEPOINT s; INSERT INTO entry VALUES ({writer}, {n}, 99, 'undone {writer}'); ROLLBACK TO s");
        }

        session.Run($"INSERT INTO entry VALUES ({writer}, {n}, 1, '{writer}-{n}')");
        session.Run($"UPDATE account SET balance = balance + 7 WHERE id = {to}");
        var changesSchema = writer == 0 && n % 20 == 0;
        if (changesSchema)
        {
            session.Run($"CREATE TABLE made_{n} (id int PRIMARY KEY); INSERT INTO made_{n} VALUES ({n}); DROP TABLE IF EXISTS made_{n - 20}");
        }

        session.Run($"INSERT INTO entry VALUES ({writer}, {n}, 2, 'shared {n} {writer % 2} {random.Next(1000)}'); INSERT INTO detail (writer, n, part, amount) VALUES ({writer}, {n}, 2, {random.Next(100)})");
        if (changesSchema || random.Next(3) != 0)
        {
            session.Run("COMMIT");
            return;
        }

        session.Run($"PREPARE TRANSACTION '{writer} {n}'");
        acknowledged.Write((Writers + writer) * sizeof(long), n);
        session.Run($"COMMIT PREPARED '{writer} {n}'");
    }
}
