using System.Data.Common;
using System.Security.Cryptography;
using Npgsql;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Data;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>
/// Several sessions at once, all commits waiting for the disk whatever the run's other scenarios do. A PostgreSQL to compare with needs fsync on.
/// </summary>
internal static class Contention
{
    private const int Sessions = 8;
    private const int Transactions = 512;
    private const int Reads = 2000;
    private const int TellersOfBranch = 10;
    private const int AccountsOfBranch = 1000;

    /// <summary>pgbench's transaction: in one session, and in eight of which each has its own branch.</summary>
    internal static Scenario Writers { get; } = new(
        "contention", $"{Transactions} tpcb-like transactions in 1 session, and in {Sessions}", MakeWriters, [new("eight", "one", 1 / 1.5)])
    { ByClock = true };

    /// <summary>
    /// A reader's latency, alone and while a session writes without pause; and, to see what of it is the machine's doing, while a thread
    /// computes that touches nothing of ours.
    /// </summary>
    internal static Scenario Reader { get; } = new(
        "reader", $"{Reads} times a row by its key, alone and beside a writer", MakeReader, [new("beside", "alone", 1.5)])
    { ByClock = true };

    private static IEnumerable<Case> MakeWriters(BenchmarkRun run)
    {
        var bank = new Bank(run);
        foreach (var prefix in new[] { "", "npgsql-" }.Where(p => p.Length == 0 || run.Wants("npgsql")))
        {
            var clients = Enumerable.Range(1, Sessions).Select(b => new Client(bank.Open(prefix.Length > 0), b)).ToArray();
            yield return new Case(prefix + "one", count => clients[0].Transact(count * Transactions));
            yield return new Case(prefix + "eight", count => Together(clients, count * Transactions / Sessions));
        }

        yield return new Case("", static _ => { }, bank.Dispose);
    }

    private static IEnumerable<Case> MakeReader(BenchmarkRun run)
    {
        var bank = new Bank(run);
        foreach (var prefix in new[] { "", "npgsql-" }.Where(p => p.Length == 0 || run.Wants("npgsql")))
        {
            var isServer = prefix.Length > 0;
            var reader = new Client(bank.Open(isServer), 1);
            var writer = new Client(bank.Open(isServer), 2);
            yield return new Case(prefix + "alone", count => reader.Read(count * Reads));
            var load = new Load(() => writer.Transact(1));
            if (!isServer)
            {
                var block = new byte[4096];
                var computing = new Load(() => SHA256.HashData(block, block));
                yield return new Case("computing", count => reader.Read(count * Reads), computing.Stop, computing.Start, computing.Stop);
            }

            yield return new Case(prefix + "beside", count => reader.Read(count * Reads), load.Stop, load.Start, load.Stop);
        }

        yield return new Case("", static _ => { }, bank.Dispose);
    }

    private static void Together(Client[] clients, int share)
    {
        var failures = new List<Exception>();
        var threads = Array.ConvertAll(clients, client => new Thread(() =>
        {
            try
            {
                client.Transact(share);
            }
            catch (DbException e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }));
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>What another thread does without pause. Its start and its end, for which the disk is waited, are no part of what is measured.</summary>
    private sealed class Load(Action work)
    {
        private Thread? _thread;
        private volatile bool _isStopped;

        internal void Start()
        {
            _isStopped = false;
            using var begun = new ManualResetEventSlim();
            _thread = new Thread(() =>
            {
                work();
                begun.Set();
                while (!_isStopped)
                {
                    work();
                }
            });
            _thread.Start();
            begun.Wait();
        }

        internal void Stop()
        {
            _isStopped = true;
            _thread?.Join();
            _thread = null;
        }
    }

    /// <summary>pgbench's tables, in our file and in PostgreSQL.</summary>
    private sealed class Bank(BenchmarkRun run) : IDisposable
    {
        private readonly List<DbConnection> _connections = [];
        private string? _ours;
        private string? _postgres;
        private string? _postgresDatabase;

        internal DbConnection Open(bool isServer)
        {
            if (isServer && _postgres is null)
            {
                _postgresDatabase = $"pgmicro_contention_{Environment.ProcessId}_{Environment.TickCount64}";
                Administer($"CREATE DATABASE {_postgresDatabase}");
                _postgres = new NpgsqlConnectionStringBuilder(run.Postgres) { Database = _postgresDatabase, Options = "-c synchronous_commit=on" }.ConnectionString;
                Fill(new NpgsqlConnection(_postgres));
            }
            else if (!isServer && _ours is null)
            {
                _ours = "Data Source=" + run.NewFile("bank");
                Fill(new PgMicroConnection(_ours));
            }

            DbConnection connection = isServer ? new NpgsqlConnection(_postgres) : new PgMicroConnection(_ours!);
            connection.Open();
            _connections.Add(connection);
            return connection;
        }

        public void Dispose()
        {
            _connections.ForEach(static c => c.Dispose());
            if (_ours is not null)
            {
                PgMicroConnection.ClearAllPools();
            }

            if (_postgres is not null)
            {
                NpgsqlConnection.ClearAllPools();
                Administer($"DROP DATABASE {_postgresDatabase}");
            }
        }

        private static void Fill(DbConnection connection)
        {
            using (connection)
            {
                connection.Open();
                Sql.Run(
                    connection,
                    $"""
                    CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88));
                    CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84));
                    CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84));
                    CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
                    INSERT INTO pgbench_branches SELECT b, 0, '' FROM generate_series(1, {Sessions}) b;
                    INSERT INTO pgbench_tellers SELECT t, (t - 1) / {TellersOfBranch} + 1, 0, '' FROM generate_series(1, {Sessions * TellersOfBranch}) t;
                    INSERT INTO pgbench_accounts SELECT a, (a - 1) / {AccountsOfBranch} + 1, 0, '' FROM generate_series(1, {Sessions * AccountsOfBranch}) a;
                    """);
            }
        }

        private void Administer(string sql)
        {
            using var connection = new NpgsqlConnection(run.Postgres);
            connection.Open();
            Sql.Run(connection, sql);
        }
    }

    /// <summary>A session with its own branch of the bank.</summary>
    private sealed class Client(DbConnection connection, int branch)
    {
        private readonly Random _random = new(branch);
        private readonly DbCommand _account = Ado.Command(connection, "UPDATE pgbench_accounts SET abalance = abalance + @delta WHERE aid = @aid", ("@delta", 1), ("@aid", 1));
        private readonly DbCommand _balance = Ado.Command(connection, "SELECT abalance FROM pgbench_accounts WHERE aid = @aid", ("@aid", 1));
        private readonly DbCommand _teller = Ado.Command(connection, "UPDATE pgbench_tellers SET tbalance = tbalance + @delta WHERE tid = @tid", ("@delta", 1), ("@tid", 1));
        private readonly DbCommand _branch = Ado.Command(connection, "UPDATE pgbench_branches SET bbalance = bbalance + @delta WHERE bid = @bid", ("@delta", 1), ("@bid", branch));
        private readonly DbCommand _history = Ado.Command(
            connection, "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (@tid, @bid, @aid, @delta, CURRENT_TIMESTAMP)", ("@tid", 1), ("@bid", branch), ("@aid", 1), ("@delta", 1));

        internal void Transact(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var (aid, tid, delta) = (NextAccount(), ((branch - 1) * TellersOfBranch) + 1 + _random.Next(TellersOfBranch), _random.Next(-5000, 5000));
                using var transaction = connection.BeginTransaction();
                Run(_account, transaction, delta, aid);
                _balance.Transaction = transaction;
                _balance.Parameters[0].Value = aid;
                _balance.ExecuteScalar();
                Run(_teller, transaction, delta, tid);
                Run(_branch, transaction, delta, branch);
                Run(_history, transaction, tid, branch, aid, delta);
                transaction.Commit();
            }
        }

        internal void Read(int count)
        {
            _balance.Transaction = null;
            for (var i = 0; i < count; i++)
            {
                _balance.Parameters[0].Value = NextAccount();
                _balance.ExecuteScalar();
            }
        }

        private int NextAccount() => ((branch - 1) * AccountsOfBranch) + 1 + _random.Next(AccountsOfBranch);

        private static void Run(DbCommand command, DbTransaction transaction, params ReadOnlySpan<int> values)
        {
            command.Transaction = transaction;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }

            command.ExecuteNonQuery();
        }
    }
}
