namespace PgMicro.Core.Catalog;

/// <summary>A change of one row: its new form, or null when it is gone.</summary>
/// <param name="Relation">The system relation.</param>
/// <param name="Key">The row's key.</param>
/// <param name="Old">The row before; null when it is new.</param>
/// <param name="New">The row after; null when it is deleted.</param>
public sealed record CatalogChange(CatalogRelation Relation, CatalogKey Key, CatalogRow? Old, CatalogRow? New);

/// <summary>The catalog as one transaction changes it. Owned by one session.</summary>
public sealed class CatalogBuilder
{
    private readonly OidCounter _oids;
    private readonly List<CatalogChange> _changes = [];
    private UserRows?[] _user;
    private bool _isShared;
    private CatalogSnapshot _snapshot;
    private bool _isStale;

    /// <summary>Starts from a snapshot.</summary>
    public CatalogBuilder(CatalogSnapshot start, OidCounter oids)
    {
        Start = _snapshot = start;
        _oids = oids;
        _user = start.CopyUserRows();
    }

    /// <summary>What the changes are made to.</summary>
    internal CatalogSnapshot Start { get; private set; }

    /// <summary>Makes the changes to a newer catalog. False, and all is as it was, when they are in conflict with what has happened to it.</summary>
    /// <param name="start">The newer catalog.</param>
    /// <param name="marks">Marks in order, for which new ones are put in place.</param>
    internal bool TryRebase(CatalogSnapshot start, Span<CatalogMark> marks)
    {
        var rebased = new CatalogBuilder(start, _oids);
        var renewed = new CatalogMark[marks.Length];
        var next = 0;
        for (var i = 0; i <= _changes.Count; i++)
        {
            for (; next < marks.Length && marks[next].Changes == i; next++)
            {
                renewed[next] = rebased.Mark();
            }

            if (i == _changes.Count)
            {
                break;
            }

            var (relation, key, old, row) = _changes[i];
            if (!IsSame(rebased.Find(relation, key), old)
                || (old is null && row is Tables.PgClass table && start.FindClass(table.relname, table.relnamespace) is not null))
            {
                return false;
            }

            rebased.Set(relation, key, old, row);
        }

        renewed.CopyTo(marks);
        (Start, _snapshot, _user, _isShared, _isStale) = (start, rebased._snapshot, rebased._user, rebased._isShared, rebased._isStale);
        return true;
    }

    /// <summary>The catalog as it is now; the same object until the next change.</summary>
    public CatalogSnapshot Snapshot
    {
        get
        {
            if (_isStale)
            {
                _snapshot = CatalogSnapshot.FromUserRows(_user, _snapshot.DatabaseName, _snapshot.SharedVersion);
                _isShared = true;
                _isStale = false;
            }

            return _snapshot;
        }
    }

    /// <summary>What has changed since the start, in order.</summary>
    public IReadOnlyList<CatalogChange> Changes => _changes;

    /// <summary>How many of the changes the file has already; see <see cref="CatalogStore.Write"/>.</summary>
    internal int Written { get; set; }

    /// <summary>The version of the cluster's rows that the file has a copy of with what is written; -1 when it has been left as it was.</summary>
    internal long SharedWritten { get; set; } = -1;

    /// <summary>The version that the file's catalog has with what is written.</summary>
    internal long FileVersion { get; set; }

    /// <summary>An OID for a new object.</summary>
    public uint NewOid() => _oids.Take();

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidOperationException">A row of its key exists.</exception>
    public void Insert(CatalogRow row)
    {
        if (Find(row.Table, row.Key) is not null)
        {
            throw new InvalidOperationException($"{row.Table.Name} has a row of key {row.Key}");
        }

        Set(row.Table, row.Key, null, row);
    }

    /// <summary>Puts a row in place of the one of its key. A built-in row is covered by the database's own.</summary>
    /// <exception cref="InvalidOperationException">There is no row of its key.</exception>
    public void Update(CatalogRow row)
    {
        var old = Find(row.Table, row.Key) ?? throw new InvalidOperationException($"{row.Table.Name} has no row of key {row.Key}");
        Set(row.Table, row.Key, old, row);
    }

    /// <summary>Inserts or updates.</summary>
    public void Put(CatalogRow row) => Set(row.Table, row.Key, Find(row.Table, row.Key), row);

    /// <summary>Removes a row of the database's own.</summary>
    /// <exception cref="InvalidOperationException">There is none of its key, or it is built in.</exception>
    public void Delete(CatalogRow row)
    {
        var old = _user[row.Table.Number]?.FindRow(row.Key)
            ?? throw new InvalidOperationException($"{row.Table.Name} has no row of the database's own of key {row.Key}");
        Set(row.Table, row.Key, old, null);
    }

    /// <summary>Whether rows that the cluster's databases share have changed.</summary>
    internal bool ChangesShared => _changes.Exists(static c => SharedRows.IsShared(c.Relation));

    /// <summary>Goes on from the newest rows of the cluster, unless it has changed them already.</summary>
    internal void Adopt(SharedRows shared)
    {
        if (!ChangesShared)
        {
            _snapshot = Snapshot.WithShared(shared);
            _user = _snapshot.CopyUserRows();
            _isShared = false;
        }
    }

    /// <summary>The point to which <see cref="RollbackTo"/> returns: taken at a savepoint.</summary>
    public CatalogMark Mark() => new(Snapshot, _changes.Count, Written);

    /// <summary>Forgets what has changed since a mark; the file is rolled back by SQLite's savepoint.</summary>
    public void RollbackTo(CatalogMark mark)
    {
        _snapshot = mark.Snapshot;
        _user = mark.Snapshot.CopyUserRows();
        _isShared = false;
        _isStale = false;
        _changes.RemoveRange(mark.Changes, _changes.Count - mark.Changes);
        Written = mark.Written;
    }

    /// <summary>Whether two rows are the same: one that was read again from the file is another object.</summary>
    internal static bool IsSame(CatalogRow? a, CatalogRow? b)
    {
        if (ReferenceEquals(a, b) || a is null || b is null)
        {
            return ReferenceEquals(a, b);
        }

        for (var i = 0; i < a.Table.Columns.Length; i++)
        {
            var (x, y) = (a.GetColumn(i), b.GetColumn(i));
            if (x.Kind != y.Kind || x.Kind switch
            {
                Types.DatumKind.Null => false,
                Types.DatumKind.Integer => x.Int64 != y.Int64,
                Types.DatumKind.Real => !x.Double.Equals(y.Double),
                _ => !x.Bytes.SequenceEqual(y.Bytes),
            })
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The row of a key as it is now.</summary>
    internal CatalogRow? Find(CatalogRelation relation, CatalogKey key) =>
        _user[relation.Number]?.FindRow(key) ?? relation.FindBuiltIn(key);

    private void Set(CatalogRelation relation, CatalogKey key, CatalogRow? old, CatalogRow? row)
    {
        if (_isShared)
        {
            _user = (UserRows?[])_user.Clone();
            _isShared = false;
        }

        var rows = _user[relation.Number] ?? relation.CreateUserRows();
        _user[relation.Number] = row is null ? rows.Without(key) : rows.With(row);
        _changes.Add(new CatalogChange(relation, key, old, row));
        _isStale = true;
    }
}

/// <summary>A state of a <see cref="CatalogBuilder"/>.</summary>
public sealed record CatalogMark(CatalogSnapshot Snapshot, int Changes, int Written);
