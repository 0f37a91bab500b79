using System.Runtime.CompilerServices;

namespace PgMicro.Core.Storage;

/// <summary>
/// The prepared statements of one connection, by text. A text may have several: one that is in use is never handed out
/// twice. Beyond its capacity the cache drops the statement that has lain idle longest.
/// </summary>
internal sealed class StatementCache
{
    private readonly SqliteConnectionHandle _connection;
    private readonly int _capacity;
    private readonly Dictionary<SqlText, Entry> _entries = new(SqlText.Comparer.Instance);
    private readonly Dictionary<SqlText, Entry>.AlternateLookup<string> _entriesByString;
    private SqliteStatement? _newest;
    private SqliteStatement? _oldest;

    internal StatementCache(SqliteConnectionHandle connection, int capacity)
    {
        _connection = connection;
        _capacity = capacity;
        _entriesByString = _entries.GetAlternateLookup<string>();
    }

    /// <summary>Statements that lie idle in the cache.</summary>
    internal int IdleCount { get; private set; }

    internal SqliteStatement Rent(SqlText sql)
    {
        if (!_entries.TryGetValue(sql, out Entry? entry))
        {
            entry = Add(sql);
        }

        return Rent(entry);
    }

    internal SqliteStatement Rent(string sql)
    {
        if (!_entriesByString.TryGetValue(sql, out Entry? entry))
        {
            entry = Add(new SqlText(sql));
        }

        return Rent(entry);
    }

    internal void Return(SqliteStatement statement)
    {
        // A connection that is closed has disposed of its statements, whoever holds them.
        if (statement.Handle == 0)
        {
            return;
        }

        if (!statement.IsRented)
        {
            throw new InvalidOperationException("The statement was not rented, or was returned already.");
        }

        statement.IsRented = false;
        statement.Reset();
        if (statement.ParameterCount != 0)
        {
            statement.ClearBindings();
        }

        Entry entry = statement.CacheEntry!;
        entry.Rented--;
        if (!entry.IsListed)
        {
            // A later rental may have listed the text anew meanwhile; then this one is surplus.
            if (!_entries.TryAdd(entry.Sql, entry))
            {
                statement.Dispose();
                return;
            }

            entry.IsListed = true;
        }

        statement.NextOfEntry = entry.Idle;
        entry.Idle = statement;
        statement.Older = _newest;
        if (_newest is null)
        {
            _oldest = statement;
        }
        else
        {
            _newest.Newer = statement;
        }

        _newest = statement;
        if (++IdleCount > _capacity)
        {
            _oldest!.Dispose();
        }
    }

    /// <summary>Drops every idle statement.</summary>
    internal void Clear()
    {
        while (_oldest is { } statement)
        {
            statement.Dispose();
        }
    }

    /// <summary>Takes a statement that is being disposed out of the cache's lists.</summary>
    internal void Forget(SqliteStatement statement)
    {
        Entry entry = statement.CacheEntry!;
        if (statement.IsRented)
        {
            statement.IsRented = false;
            entry.Rented--;
        }
        else
        {
            RemoveIdle(entry, statement);
        }

        if (entry.Idle is null && entry.IsListed)
        {
            _entries.Remove(entry.Sql);
            entry.IsListed = false;
        }
    }

    private SqliteStatement Rent(Entry entry)
    {
        SqliteStatement? statement = entry.Idle;
        if (statement is null)
        {
            try
            {
                statement = _connection.Prepare(entry.Sql, entry);
            }
            catch when (entry.Rented == 0)
            {
                _entries.Remove(entry.Sql);
                entry.IsListed = false;
                throw;
            }
        }
        else
        {
            entry.Idle = statement.NextOfEntry;
            statement.NextOfEntry = null;
            UnlinkByAge(statement);
        }

        entry.Rented++;
        statement.IsRented = true;
        return statement;
    }

    private Entry Add(SqlText sql)
    {
        var entry = new Entry(this, sql) { IsListed = true };
        _entries.Add(sql, entry);
        return entry;
    }

    private void RemoveIdle(Entry entry, SqliteStatement statement)
    {
        if (entry.Idle == statement)
        {
            entry.Idle = statement.NextOfEntry;
        }
        else
        {
            SqliteStatement? at = entry.Idle;
            while (at is not null && at.NextOfEntry != statement)
            {
                at = at.NextOfEntry;
            }

            if (at is null)
            {
                return;
            }

            at.NextOfEntry = statement.NextOfEntry;
        }

        statement.NextOfEntry = null;
        UnlinkByAge(statement);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UnlinkByAge(SqliteStatement statement)
    {
        if (statement.Newer is { } newer)
        {
            newer.Older = statement.Older;
        }
        else
        {
            _newest = statement.Older;
        }

        if (statement.Older is { } older)
        {
            older.Newer = statement.Newer;
        }
        else
        {
            _oldest = statement.Newer;
        }

        statement.Newer = null;
        statement.Older = null;
        IdleCount--;
    }

    /// <summary>The statements of one text.</summary>
    internal sealed class Entry(StatementCache cache, SqlText sql)
    {
        internal StatementCache Cache { get; } = cache;

        internal SqlText Sql { get; } = sql;

        internal SqliteStatement? Idle { get; set; }

        internal int Rented { get; set; }

        internal bool IsListed { get; set; }
    }
}
