namespace PgMicro.Isolation.Model;

/// <summary>
/// Checks a history by the dependencies between its transactions (A. Adya's, as each value tells its writer): who wrote what another one
/// read (wr), who replaced whose value (ww), who read what another one then replaced (rw). Serializable is a history without a cycle;
/// snapshot isolation one without a cycle in which no two rw follow each other; read committed one without a cycle of ww and wr.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly Dictionary<long, ModelTransaction> _writers = [];
    private readonly Dictionary<(int Key, long Value), ModelTransaction> _successors = [];
    private readonly ModelTransaction[] _committed;

    internal HistoryChecker(IReadOnlyList<ModelTransaction> history)
    {
        _committed = [.. history.Where(static t => t.IsCommitted)];
        var hidden = new Dictionary<long, ModelTransaction>();
        foreach (var transaction in history)
        {
            foreach (var value in transaction.Intermediate)
            {
                hidden.Add(value, transaction);
            }

            foreach (var (key, (value, replaced)) in transaction.Writes)
            {
                if (!transaction.IsCommitted)
                {
                    hidden.Add(value, transaction);
                    continue;
                }

                _writers.Add(value, transaction);
                if (!_successors.TryAdd((key, replaced), transaction))
                {
                    throw Violation($"lost update: value {replaced} of key {key} was replaced twice", transaction, _successors[(key, replaced)]);
                }
            }
        }

        // Also who rolled back must have read nothing of the kind.
        foreach (var transaction in history)
        {
            foreach (var (key, value) in transaction.Reads)
            {
                if (hidden.TryGetValue(value, out var writer))
                {
                    throw Violation($"value {value} of key {key} was read, which was never committed", transaction, writer);
                }

                if (value >= 0 && !_writers.ContainsKey(value))
                {
                    throw Violation($"value {value} of key {key} was read, which nobody wrote", transaction);
                }
            }
        }
    }

    /// <summary>How many transactions were committed.</summary>
    internal int Committed => _committed.Length;

    /// <summary>Every committed write is in the chain from a key's first value to its last.</summary>
    internal void CheckChains(IReadOnlyDictionary<int, long> first, IReadOnlyDictionary<int, long> last)
    {
        var links = 0;
        foreach (var (key, start) in first)
        {
            var value = start;
            while (_successors.TryGetValue((key, value), out var next))
            {
                value = next.Writes[key].Value;
                links++;
            }

            if (value != last[key])
            {
                throw Violation($"key {key} ends with {last[key]} where the last write was {value}");
            }
        }

        if (links != _successors.Count)
        {
            throw Violation($"{_successors.Count - links} committed writes were lost");
        }
    }

    internal void CheckReadCommitted() => RejectCycle(static (checker, t) => checker.Dependants(t));

    internal void CheckSerializable() => RejectCycle(static (checker, t) => checker.Dependants(t).Concat(checker.Overwriters(t)));

    internal void CheckSnapshot()
    {
        var following = new Dictionary<ModelTransaction, ModelTransaction>();
        foreach (var session in _committed.GroupBy(static t => t.Session))
        {
            ModelTransaction? last = null;
            foreach (var transaction in session)
            {
                if (last is not null)
                {
                    following.Add(last, transaction);
                }

                last = transaction;
            }
        }

        RejectCycle((checker, t) =>
        {
            var direct = checker.Dependants(t);
            var all = following.TryGetValue(t, out var next) ? direct.Append(next) : direct;
            return all.SelectMany(d => checker.Overwriters(d).Prepend(d));
        });
    }

    private Dictionary<ModelTransaction, List<ModelTransaction>>? _readers;

    // ww and wr.
    private IEnumerable<ModelTransaction> Dependants(ModelTransaction transaction)
    {
        if (_readers is null)
        {
            _readers = [];
            foreach (var reader in _committed)
            {
                foreach (var (_, value) in reader.Reads)
                {
                    if (_writers.TryGetValue(value, out var writer) && writer != reader)
                    {
                        if (!_readers.TryGetValue(writer, out var readers))
                        {
                            _readers.Add(writer, readers = []);
                        }

                        readers.Add(reader);
                    }
                }
            }
        }

        var replacing = transaction.Writes.Select(w => _successors.GetValueOrDefault((w.Key, w.Value.Value))).OfType<ModelTransaction>();
        return _readers.TryGetValue(transaction, out var list) ? replacing.Concat(list) : replacing;
    }

    // rw.
    private IEnumerable<ModelTransaction> Overwriters(ModelTransaction transaction) =>
        transaction.Reads.Select(r => _successors.GetValueOrDefault((r.Key, r.Value))).OfType<ModelTransaction>().Where(t => t != transaction);

    private void RejectCycle(Func<HistoryChecker, ModelTransaction, IEnumerable<ModelTransaction>> edges)
    {
        var done = new Dictionary<ModelTransaction, bool>();
        var path = new Stack<(ModelTransaction Node, IEnumerator<ModelTransaction> Next)>();
        foreach (var start in _committed)
        {
            if (!done.TryAdd(start, false))
            {
                continue;
            }

            path.Push((start, edges(this, start).GetEnumerator()));
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    done[top.Node] = true;
                    path.Pop();
                    continue;
                }

                var next = top.Next.Current;
                if (done.TryAdd(next, false))
                {
                    path.Push((next, edges(this, next).GetEnumerator()));
                }
                else if (!done[next])
                {
                    var cycle = path.Select(static p => p.Node).TakeWhile(t => t != next).Append(next).Reverse().ToArray();
                    throw Violation("these transactions have no order", cycle);
                }
            }
        }
    }

    private static InvalidOperationException Violation(string what, params ModelTransaction[] transactions) =>
        new($"seed {ModelServer.Seed}: {what}\n{string.Join("\n", transactions.AsEnumerable())}");
}
