using System.Globalization;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// The rowids of the tables whose rowid is not their primary key. Each table has a counter in memory, which neither a rollback
/// nor a deletion takes back. A commit writes those that have moved beyond what is written, and a block ahead, so that most
/// commits write none; a new process goes on behind that.
/// </summary>
internal sealed class RowidCounters
{
    private const long RowidsAhead = 1024;

    private static readonly SqlText Select = new("SELECT reserved FROM pgmicro_rowid WHERE relid = ?1");
    private static readonly SqlText Upsert =
        new("INSERT INTO pgmicro_rowid VALUES (?1, ?2) ON CONFLICT (relid) DO UPDATE SET reserved = max(reserved, excluded.reserved)");

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, RowidCounter> _counters = [];
    private readonly List<RowidCounter> _moved = [];
    private volatile bool _hasMoved;

    /// <summary>The counter of a table.</summary>
    /// <param name="connection">Reads where the counter stands if this process has not used it yet.</param>
    /// <param name="table">The table.</param>
    internal RowidCounter Get(SqliteConnectionHandle connection, CountedTable table)
    {
        lock (_lock)
        {
            var counter = Find(table);
            if (!counter.IsCurrent)
            {
                Read(connection, table, counter);
            }

            return counter;
        }
    }

    /// <summary>Takes the next rowids of a table, <paramref name="count"/> in a row, and returns the first. Any thread may call it.</summary>
    internal long Allocate(SqliteConnectionHandle connection, CountedTable table, int count = 1) => Get(connection, table).Allocate(count);

    /// <summary>Lets a table's counter go on behind the rows that a statement has put into it by itself.</summary>
    internal void Advance(SqliteConnectionHandle connection, CountedTable table)
    {
        lock (_lock)
        {
            var counter = Find(table);
            Read(connection, table, counter);
            if (counter.IsBeyondWritten)
            {
                Note(counter);
            }
        }
    }

    /// <summary>Forgets the counter of a table that is dropped, as <see cref="DropSql"/> does in the file; the result undoes it.</summary>
    internal Action Drop(uint table)
    {
        lock (_lock)
        {
            _counters.Remove(table, out var counter);
            return () => Restore(counter);
        }
    }

    /// <summary>The statement that takes a table's counter out of the file.</summary>
    internal static string DropSql(uint table) => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM pgmicro_rowid WHERE relid = {table}");

    /// <summary>Forgets the counter of a table that was never committed.</summary>
    internal void Forget(uint table)
    {
        lock (_lock)
        {
            _counters.Remove(table);
        }
    }

    /// <summary>Writes what has moved, within the transaction that commits; <see cref="Saved"/> follows when it has.</summary>
    internal void Save(SqliteConnectionHandle connection)
    {
        if (!_hasMoved)
        {
            return;
        }

        lock (_lock)
        {
            _moved.RemoveAll(c => !ReferenceEquals(_counters.GetValueOrDefault(c.Table), c));
            foreach (var counter in _moved)
            {
                counter.Writing = counter.Last + RowidsAhead;
                var statement = connection.Rent(Upsert);
                try
                {
                    statement.BindInt64(1, counter.Table);
                    statement.BindInt64(2, counter.Writing);
                    statement.ExecuteNonQuery();
                }
                finally
                {
                    connection.Return(statement);
                }
            }
        }
    }

    /// <summary>What <see cref="Save"/> has written is committed.</summary>
    internal void Saved()
    {
        if (!_hasMoved)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var counter in _moved)
            {
                if (counter.Writing != 0)
                {
                    (counter.Written, counter.Writing) = (counter.Writing, 0);
                }
            }

            _moved.RemoveAll(static c => !c.IsBeyondWritten);
            _hasMoved = _moved.Count > 0;
        }
    }

    /// <summary>Another process has written to the file: the counters are to be compared with it before they are used again.</summary>
    internal void Expire()
    {
        lock (_lock)
        {
            foreach (var counter in _counters.Values)
            {
                counter.IsCurrent = false;
            }
        }
    }

    /// <summary>Remembers that a counter has passed what is written.</summary>
    internal void Note(RowidCounter counter)
    {
        lock (_lock)
        {
            if (!_moved.Contains(counter))
            {
                _moved.Add(counter);
            }

            _hasMoved = true;
        }
    }

    private void Restore(RowidCounter? counter)
    {
        lock (_lock)
        {
            if (counter is not null)
            {
                _counters[counter.Table] = counter;
            }
        }
    }

    private RowidCounter Find(CountedTable table)
    {
        if (!_counters.TryGetValue(table.Oid, out var counter))
        {
            _counters.Add(table.Oid, counter = new RowidCounter(this, table.Oid, table.IsTemporary));
        }

        return counter;
    }

    private static void Read(SqliteConnectionHandle connection, CountedTable table, RowidCounter counter)
    {
        var last = ReadOne(connection, table.MaxRowid, 0);
        if (!table.IsTemporary)
        {
            counter.Written = ReadOne(connection, Select, table.Oid);
            last = Math.Max(last, counter.Written);
        }

        counter.MoveTo(last);
        counter.IsCurrent = true;
    }

    private static long ReadOne(SqliteConnectionHandle connection, SqlText sql, uint parameter)
    {
        var statement = connection.Rent(sql);
        try
        {
            if (parameter != 0)
            {
                statement.BindInt64(1, parameter);
            }

            return statement.Step() ? statement.GetInt64(0) : 0;
        }
        finally
        {
            connection.Return(statement);
        }
    }
}

/// <summary>A table whose rowids come from a counter.</summary>
/// <param name="Oid">The table's OID.</param>
/// <param name="IsTemporary">Whether it goes with its session, so that nothing is written of it.</param>
/// <param name="MaxRowid">Asks for its greatest rowid.</param>
internal sealed record CountedTable(uint Oid, bool IsTemporary, SqlText MaxRowid);

/// <summary>The counter of one table.</summary>
internal sealed class RowidCounter(RowidCounters owner, uint table, bool isTemporary)
{
    private long _last;
    private long _written = isTemporary ? long.MaxValue : 0;

    /// <summary>The table's OID.</summary>
    internal uint Table => table;

    /// <summary>The last rowid given out.</summary>
    internal long Last => Volatile.Read(ref _last);

    /// <summary>Up to where rowids may be given out without being written.</summary>
    internal long Written
    {
        get => Volatile.Read(ref _written);
        set => Volatile.Write(ref _written, value);
    }

    /// <summary>What the transaction that is committing writes; 0 for nothing.</summary>
    internal long Writing { get; set; }

    /// <summary>Whether it has been compared with the file since another process may have written to that.</summary>
    internal bool IsCurrent { get; set; }

    internal bool IsBeyondWritten => Last > Written;

    /// <summary>Takes the next rowids, <paramref name="count"/> in a row, and returns the first. Any thread may call it.</summary>
    internal long Allocate(int count = 1)
    {
        var last = Interlocked.Add(ref _last, count);
        if (last > Written)
        {
            owner.Note(this);
        }

        return last - count + 1;
    }

    /// <summary>Goes on behind a rowid.</summary>
    internal void MoveTo(long last)
    {
        for (var known = Last; known < last;)
        {
            known = Interlocked.CompareExchange(ref _last, last, known);
        }
    }
}
