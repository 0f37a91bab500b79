using PgMicro.Core.Catalog;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <summary>
/// Which rows a transaction has changed, savepoint by savepoint, and how it has changed tables. While the changes stand in an open SQLite transaction the log
/// only names them; <see cref="Capture"/> takes the rows themselves as that transaction is unwound, and <see cref="Replay"/> puts them
/// into another one.
/// </summary>
internal sealed class ChangeLog
{
    private const int MostKept = 1024;
    private readonly List<Level> _levels = [new()];

    /// <summary>Whether nothing has been changed or locked.</summary>
    internal bool IsEmpty => _levels.TrueForAll(static l => l.Dirty.Count == 0 && l.Images is not { Count: > 0 } && l.Before is null);

    /// <summary>Row locks that were taken while nobody else could want them.</summary>
    internal List<RowLock> QuietLocks { get; } = [];

    private Level Current => _levels[^1];

    /// <summary>Makes it ready for another transaction; its memory stays unless it has become much.</summary>
    internal void Clear()
    {
        _levels.RemoveRange(1, _levels.Count - 1);
        var level = _levels[0];
        if (level.Dirty.Capacity > MostKept)
        {
            _levels[0] = new Level();
        }
        else
        {
            level.Dirty.Clear();
            level.Images = null;
            level.Before = null;
            level.Keys = null;
        }

        QuietLocks.Clear();
        if (QuietLocks.Capacity > MostKept)
        {
            QuietLocks.Capacity = 0;
        }
    }

    /// <summary>A row has been changed.</summary>
    internal void Note(ILoggedTable table, long rowid, ChangeKind kind) => Current.Dirty.Add(new Change(table, rowid, kind));

    /// <summary>
    /// Takes the rows that have been changed so far as they are, since what comes next changes tables. False, and nothing is taken, when a row has been
    /// changed on two levels: only unwinding shows what it was in between.
    /// </summary>
    internal bool TrySeal(SqliteConnectionHandle connection)
    {
        if (_levels.Count > 1)
        {
            var inner = new HashSet<(uint, long)>();
            for (var i = _levels.Count - 1; i >= 0; i--)
            {
                if (_levels[i].Dirty.Exists(c => inner.Contains((c.Table.Oid, c.Rowid))))
                {
                    return false;
                }

                inner.UnionWith(_levels[i].Dirty.Select(static c => (c.Table.Oid, c.Rowid)));
            }
        }

        foreach (var level in _levels)
        {
            if (level.Dirty.Count > 0)
            {
                Seal(level, connection);
            }
        }

        return true;
    }

    /// <summary>Takes the rows that the innermost level has changed as they are: tables are changed once more before the statement ends.</summary>
    internal void SealCurrent(SqliteConnectionHandle connection) => Seal(Current, connection);

    /// <summary>A statement of SQLite that changes tables, to be repeated after the rows that were changed before it.</summary>
    internal void NoteSql(string sql)
    {
        Current.EndPart();
        Current.Before!.Add(new Part(null, sql));
    }

    /// <summary>SAVEPOINT.</summary>
    internal void Push() => _levels.Add(new Level());

    /// <summary>RELEASE of savepoints down to so many.</summary>
    /// <param name="savepoints">How many are left.</param>
    /// <param name="isSavepoint">Whether they are a client's, which are subtransactions.</param>
    internal void Merge(int savepoints, bool isSavepoint = false)
    {
        while (_levels.Count > savepoints + 1)
        {
            var inner = Current;
            _levels.RemoveAt(_levels.Count - 1);
            Current.Take(inner, isSavepoint);
        }
    }

    /// <summary>ROLLBACK TO the last of so many savepoints, which stays.</summary>
    internal void Cut(int savepoints)
    {
        _levels.RemoveRange(savepoints, _levels.Count - savepoints);
        _levels.Add(new Level());
    }

    /// <summary>
    /// Takes the rows that have been changed since the last time, from the innermost level outwards. <paramref name="unwind"/> takes the connection's
    /// transaction back to the beginning of a level, so that the next one is seen as it was at its end.
    /// </summary>
    /// <param name="connection">Where the changes stand.</param>
    /// <param name="unwind">Told the level, outermost 0.</param>
    /// <param name="keys">Takes the keys that the rows have in unique indexes, for each level.</param>
    internal void Capture(SqliteConnectionHandle connection, Action<int> unwind, Action<int, List<KeyLock>>? keys = null)
    {
        for (var i = _levels.Count - 1; i >= 0; i--)
        {
            var level = _levels[i];
            Take(level, connection);
            if (keys is not null)
            {
                keys(i, [.. level.Keys ?? [], .. KeysOf(level, connection)]);
            }

            level.Dirty.Clear();
            unwind(i);
        }
    }

    /// <summary>Repeats the captured changes in a transaction; <paramref name="enter"/> opens the savepoint of a level.</summary>
    internal void Replay(SqliteConnectionHandle connection, Action<int> enter)
    {
        for (var i = 0; i < _levels.Count; i++)
        {
            enter(i);
            Apply(connection, _levels[i]);
        }
    }

    /// <summary>Makes the captured changes as they are in the end.</summary>
    internal void Apply(SqliteConnectionHandle connection)
    {
        Merge(0);
        Apply(connection, Current);
    }

    /// <summary>The captured changes as they are in the end.</summary>
    internal IEnumerable<(ILoggedTable Table, long Rowid, ChangeKind Kind, long MovedTo, SqliteCell[]? Row)> Captured()
    {
        Merge(0);
        return Current.Images is { } images ? images.Select(static i => (i.Value.Table, i.Key.Rowid, i.Value.Kind, i.Value.MovedTo, i.Value.Row)) : [];
    }

    /// <summary>The locks that stand for what was captured of a level.</summary>
    internal IEnumerable<RowLock> LocksOf(int level)
    {
        foreach (var images in _levels[level].Rows)
        {
            foreach (var ((table, rowid), image) in images)
            {
                yield return new RowLock(table, rowid, image.Kind == ChangeKind.Updated ? RowLockStrength.NoKeyUpdate : RowLockStrength.Update, image.IsMerged);
            }
        }
    }

    /// <summary>The rows of a table that have been changed, as they are now; null for one that is gone.</summary>
    /// <param name="connection">Where changes stand that have not been captured.</param>
    /// <param name="table">The table.</param>
    internal Dictionary<long, SqliteCell[]?> Read(SqliteConnectionHandle connection, uint table)
    {
        var rows = new Dictionary<long, SqliteCell[]?>();
        for (var i = _levels.Count - 1; i >= 0; i--)
        {
            foreach (var change in _levels[i].Dirty)
            {
                if (change.Table.Oid == table && !rows.ContainsKey(change.Rowid))
                {
                    rows.Add(change.Rowid, change.Table.Images.Read(connection, change.Rowid));
                }
            }

            foreach (var ((oid, rowid), image) in _levels[i].Rows.Reverse().SelectMany(static r => r))
            {
                if (oid == table)
                {
                    rows.TryAdd(rowid, image.Row);
                }
            }
        }

        return rows;
    }

    /// <summary>The changed rows of tables that keep what is superseded; null when there are none.</summary>
    /// <param name="host">Knows which tables do.</param>
    /// <param name="catalog">The committed catalog.</param>
    /// <param name="next">The catalog that is to be committed: what it does not have needs nothing any more.</param>
    internal IEnumerable<(RowVersions Versions, SortedSet<long> Rows)>? Changed(ITransactionHost host, CatalogSnapshot catalog, CatalogSnapshot next)
    {
        var lastTable = 0u;
        SortedSet<long>? rows = null;
        Dictionary<uint, (RowVersions Versions, SortedSet<long> Rows)>? all = null;
        foreach (var level in _levels)
        {
            foreach (var change in level.Dirty)
            {
                // What is inserted has been deleted before, by an entry of its own, or has not been there.
                if (change.Kind != ChangeKind.Inserted)
                {
                    RowsOf(change.Table.Oid)?.Add(change.Rowid);
                }
            }

            if (level.Images is null && level.Before is null)
            {
                continue;
            }

            foreach (var (table, rowid) in level.Rows.SelectMany(static r => r.Keys))
            {
                RowsOf(table)?.Add(rowid);
            }
        }

        return all?.Values;

        SortedSet<long>? RowsOf(uint table)
        {
            if (table == lastTable)
            {
                return rows;
            }

            lastTable = table;
            if (all is not null && all.TryGetValue(table, out var known))
            {
                return rows = known.Rows;
            }

            rows = null;
            if (next.Class(table) is not null && host.VersionsOf(catalog, table) is { } versions)
            {
                all ??= [];
                all.Add(table, (versions, rows = []));
            }

            return rows;
        }
    }

    /// <summary>What others are told when the changes have been committed.</summary>
    internal void Publish(RecentChanges recent, long sequence)
    {
        foreach (var level in _levels)
        {
            for (var i = 0; i < level.Dirty.Count; i++)
            {
                var change = level.Dirty[i];
                var movedTo = change.Kind == ChangeKind.Moved ? level.Dirty[i + 1].Rowid : 0;
                recent.Add(change.Table.Oid, change.Rowid, new RecentChange(sequence, change.Kind, movedTo));
            }

            foreach (var ((table, rowid), image) in level.Rows.SelectMany(static r => r))
            {
                recent.Add(table, rowid, new RecentChange(sequence, image.Kind, image.MovedTo));
            }
        }
    }

    private static void Seal(Level level, SqliteConnectionHandle connection)
    {
        (level.Keys ??= []).AddRange(KeysOf(level, connection));
        Take(level, connection);
        level.Dirty.Clear();
    }

    private static void Take(Level level, SqliteConnectionHandle connection)
    {
        for (var j = 0; j < level.Dirty.Count; j++)
        {
            var change = level.Dirty[j];
            var key = (change.Table.Oid, change.Rowid);
            var movedTo = change.Kind == ChangeKind.Moved ? level.Dirty[j + 1].Rowid : 0;
            level.Images ??= [];
            level.Images[key] = new Image(
                change.Table, change.Table.Images.Read(connection, change.Rowid), level.KindOf(key, change.Kind), movedTo, level.IsMerged(key, change.IsMerged));
        }
    }

    private static void Apply(SqliteConnectionHandle connection, Level level)
    {
        foreach (var part in level.Before ?? [])
        {
            if (part.Sql is { } sql)
            {
                connection.Execute(sql);
            }
            else
            {
                Apply(connection, part.Rows!);
            }
        }

        if (level.Images is { } images)
        {
            Apply(connection, images);
        }
    }

    private static List<KeyLock> KeysOf(Level level, SqliteConnectionHandle connection)
    {
        var keys = new List<KeyLock>();
        var found = new List<LockTag>();
        foreach (var change in level.Dirty)
        {
            if (change.Kind is ChangeKind.Inserted or ChangeKind.KeyUpdated or ChangeKind.Updated)
            {
                found.Clear();
                change.Table.AddKeys(connection, change.Rowid, change.Kind, found);
                foreach (var key in found)
                {
                    keys.Add(new KeyLock(key, change.IsMerged));
                }
            }
        }

        return keys;
    }

    // All that changes goes first, so that rows may exchange keys.
    private static void Apply(SqliteConnectionHandle connection, Dictionary<(uint Table, long Rowid), Image> images)
    {
        foreach (var ((_, rowid), image) in images)
        {
            image.Table.Images.Delete(connection, rowid);
        }

        foreach (var ((_, rowid), image) in images)
        {
            if (image.Row is not null)
            {
                image.Table.Images.Insert(connection, rowid, image.Row);
            }
        }
    }

    /// <summary>A changed row; merged when only savepoints that have been released have changed it.</summary>
    private readonly record struct Change(ILoggedTable Table, long Rowid, ChangeKind Kind, bool IsMerged = false);

    /// <summary>A changed row as it is at the end of a level; no row if it is gone.</summary>
    private readonly record struct Image(ILoggedTable Table, SqliteCell[]? Row, ChangeKind Kind, long MovedTo, bool IsMerged);

    /// <summary>Changed rows, or a statement that has changed tables.</summary>
    private readonly record struct Part(Dictionary<(uint Table, long Rowid), Image>? Rows, string? Sql);

    /// <summary>The changes between two savepoints.</summary>
    private sealed class Level
    {
        /// <summary>Changed since the last capture, in order.</summary>
        internal List<Change> Dirty { get; } = [];

        internal Dictionary<(uint Table, long Rowid), Image>? Images { get; set; }

        /// <summary>What came before <see cref="Images"/>, as long as tables are changed too.</summary>
        internal List<Part>? Before { get; set; }

        /// <summary>Keys of rows that were taken without unwinding.</summary>
        internal List<KeyLock>? Keys { get; set; }

        /// <summary>All captured rows.</summary>
        internal IEnumerable<Dictionary<(uint Table, long Rowid), Image>> Rows
        {
            get
            {
                foreach (var part in Before ?? [])
                {
                    if (part.Rows is { } rows)
                    {
                        yield return rows;
                    }
                }

                if (Images is not null)
                {
                    yield return Images;
                }
            }
        }

        internal void EndPart()
        {
            Before ??= [];
            if (Images is { Count: > 0 } images)
            {
                Before.Add(new Part(images, null));
                Images = null;
            }
        }

        internal void Take(Level inner, bool isSavepoint)
        {
            var first = Dirty.Count;
            Dirty.AddRange(inner.Dirty);
            for (; isSavepoint && first < Dirty.Count; first++)
            {
                Dirty[first] = Dirty[first] with { IsMerged = true };
            }

            if (inner.Keys is not null)
            {
                (Keys ??= []).AddRange(inner.Keys.Select(k => k with { IsMerged = k.IsMerged || isSavepoint }));
            }

            if (inner.Before is not null)
            {
                EndPart();
                Before!.AddRange(inner.Before);
                Images = inner.Images;
                return;
            }

            if (inner.Images is null)
            {
                return;
            }

            Images ??= [];
            foreach (var (key, image) in inner.Images)
            {
                Images[key] = image with { Kind = KindOf(key, image.Kind), IsMerged = IsMerged(key, image.IsMerged || isSavepoint) };
            }
        }

        // Whoever has changed it first has locked it.
        internal bool IsMerged((uint Table, long Rowid) key, bool isMerged) => Images is not null && Images.TryGetValue(key, out var known) ? known.IsMerged : isMerged;

        // A row that is new here stays so, whatever becomes of it.
        internal ChangeKind KindOf((uint Table, long Rowid) key, ChangeKind kind) =>
            Images is not null && Images.TryGetValue(key, out var known) && (known.Kind == ChangeKind.Inserted || (known.Kind == ChangeKind.KeyUpdated && kind == ChangeKind.Updated))
                ? known.Kind : kind;
    }
}

/// <summary>A lock on a row.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Rowid">The row.</param>
/// <param name="Strength">How.</param>
/// <param name="IsMerged">Whether it was taken in a savepoint that has been released.</param>
internal readonly record struct RowLock(uint Table, long Rowid, RowLockStrength Strength, bool IsMerged = false);

/// <summary>A lock on a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsMerged">Whether it was taken in a savepoint that has been released.</param>
internal readonly record struct KeyLock(LockTag Key, bool IsMerged);
