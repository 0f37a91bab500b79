using System.Globalization;
using PgMicro.Oracle.Answers;

namespace PgMicro.Isolation.Model;

/// <summary>Runs random transactions of a session over a small table, and keeps what each of them read and wrote.</summary>
internal sealed class RandomTransactions(ModelSession session, int sessionNumber, string level, Func<int> nextNumber)
{
    /// <summary>The rows of the table, which is kv (k, v, prev): prev is what v replaced.</summary>
    internal const int Keys = 12;

    private const long ValuesPerTransaction = 64;

    private readonly Random _random = new(HashCode.Combine(ModelServer.Seed, sessionNumber, level.Length));
    private readonly List<ModelTransaction> _history = [];
    private readonly Dictionary<int, long> _seen = [];
    private bool IsSnapshot => level != "READ COMMITTED";

    internal IReadOnlyList<ModelTransaction> History => _history;

    internal void Run(int transactions)
    {
        for (var i = 0; i < transactions; i++)
        {
            var transaction = new ModelTransaction(nextNumber(), sessionNumber);
            _history.Add(transaction);
            _seen.Clear();
            transaction.IsCommitted = Execute(transaction);
        }
    }

    private bool Execute(ModelTransaction transaction)
    {
        session.Run("BEGIN ISOLATION LEVEL " + level);
        var value = transaction.Number * ValuesPerTransaction;
        for (var operations = _random.Next(1, 6); operations > 0; operations--)
        {
            if (_random.Next(2) == 0)
            {
                Thread.Yield();
            }

            if (!Operate(transaction, ref value))
            {
                session.Run("ROLLBACK");
                return false;
            }
        }

        if (_random.Next(10) == 0)
        {
            session.Run("ROLLBACK");
            return false;
        }

        if (session.Try("COMMIT") is { } answer)
        {
            return answer.Tag == "COMMIT" ? true : throw new InvalidOperationException($"COMMIT gave {answer.Tag}");
        }

        return false;
    }

    private bool Operate(ModelTransaction transaction, ref long value)
    {
        var key = _random.Next(1, Keys + 1);
        switch (_random.Next(10))
        {
            case 0 or 1 or 2:
                return Read(transaction, session.Try("SELECT k, v FROM kv WHERE k = $1", key));
            case 3:
                return Read(transaction, session.Try("SELECT k, v FROM kv WHERE k BETWEEN $1 AND $2 ORDER BY k", key, key + 3));
            case 4:
                return Read(transaction, session.Try("SELECT k, v FROM kv WHERE k = $1 FOR UPDATE", key));
            case 5 when !transaction.Writes.ContainsKey(key):
                return Undone(transaction, key, ++value);
            default:
                return Write(transaction, key, ++value);
        }
    }

    private bool Read(ModelTransaction transaction, StatementAnswer? answer)
    {
        if (answer is null)
        {
            return false;
        }

        foreach (var row in answer.Rows!)
        {
            var (key, value) = (int.Parse(row[0]!, CultureInfo.InvariantCulture), Number(row[1]));
            transaction.Tell($"read {key}: {value}");
            if (transaction.Writes.TryGetValue(key, out var own))
            {
                Require(value == own.Value, transaction, $"does not see its own write of {key}, {own.Value}, but {value}");
                continue;
            }

            if (IsSnapshot && !_seen.TryAdd(key, value))
            {
                Require(value == _seen[key], transaction, $"saw {_seen[key]} for {key} first, then {value}");
            }

            transaction.Reads.Add((key, value));
        }

        return true;
    }

    private bool Write(ModelTransaction transaction, int key, long value)
    {
        if (session.Try("UPDATE kv SET v = $2, prev = v WHERE k = $1 RETURNING prev", key, value) is not { } answer)
        {
            return false;
        }

        Require(answer.Rows!.Count == 1, transaction, $"updated {answer.Rows.Count} rows of key {key}");
        var replaced = Number(answer.Rows[0][0]);
        transaction.Tell($"write {key}: {replaced} -> {value}");
        if (transaction.Writes.TryGetValue(key, out var own))
        {
            Require(replaced == own.Value, transaction, $"replaced {replaced} in {key} where its own write was {own.Value}");
            transaction.Intermediate.Add(own.Value);
            transaction.Writes[key] = (value, own.Replaced);
        }
        else
        {
            Require(!IsSnapshot || !_seen.TryGetValue(key, out var seen) || seen == replaced, transaction, $"replaced {replaced} in {key}, which its snapshot does not have");
            transaction.Writes.Add(key, (value, replaced));
        }

        return true;
    }

    // A write that a savepoint undoes: nobody else sees it, nor does the transaction from then on.
    private bool Undone(ModelTransaction transaction, int key, long value)
    {
        session.Run("SAVEPOINT s");
        if (session.Try("UPDATE kv SET v = $2, prev = v WHERE k = $1 RETURNING prev", key, value) is not { } answer)
        {
            return false;
        }

        var replaced = Number(answer.Rows![0][0]);
        transaction.Tell($"write {key}: {replaced} -> {value}, and undo");
        transaction.Intermediate.Add(value);
        if (session.Try("SELECT v FROM kv WHERE k = $1", key) is not { } inside)
        {
            return false;
        }

        Require(ModelSession.Value(inside) == value, transaction, $"does not see its own write of {key}");
        session.Run("ROLLBACK TO s");
        return Read(transaction, session.Try("SELECT k, v FROM kv WHERE k = $1", key));
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);

    private static void Require(bool condition, ModelTransaction transaction, string violation)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"seed {ModelServer.Seed}: a transaction {violation}\n{transaction}");
        }
    }
}
