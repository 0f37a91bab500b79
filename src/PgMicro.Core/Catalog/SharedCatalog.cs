using System.Security.Cryptography;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Catalog;

/// <summary>
/// The shared relations of a cluster: what its databases know of roles (docs/adr/0003). A folder keeps them in a file of its own; each
/// database's file has a copy besides, with the cluster's number and the version that it is of, so that it says all about its
/// owners when it is opened alone. Thread-safe.
/// </summary>
internal sealed class SharedCatalog
{
    private const string FileName = "pgmicro.global";

    private readonly Lock _lock = new();
    private readonly HashSet<CatalogStore> _stores = [];
    private readonly SqliteConnectionHandle? _file;
    private readonly bool _readOnly;
    private volatile SharedRows _current = SharedRows.Of(CatalogSnapshot.Initial, 0);
    private bool _isReleased;

    private SharedCatalog(SqliteConnectionHandle? file, bool readOnly)
    {
        _file = file;
        _readOnly = readOnly;
        Id = RandomNumberGenerator.GetInt32(1, int.MaxValue) * 4294967296L + RandomNumberGenerator.GetInt32(1, int.MaxValue);
    }

    /// <summary>The cluster's number, by which its files know it.</summary>
    internal long Id { get; private set; }

    /// <summary>The rows as last committed.</summary>
    internal SharedRows Current => _current;

    /// <summary>Those of databases in memory.</summary>
    internal static SharedCatalog InMemory() => new(null, readOnly: false);

    /// <summary>Those of a folder; null where nothing may be written and none have been.</summary>
    /// <exception cref="PgException">What SQLite reports.</exception>
    internal static SharedCatalog? Open(string folder, bool readOnly)
    {
        var path = Path.Combine(folder, FileName);
        if (readOnly && !File.Exists(path))
        {
            return null;
        }

        SqliteConnectionHandle? file = null;
        try
        {
            file = SqliteConnectionHandle.Open(path, new SqliteConnectionOptions { ReadOnly = readOnly, BusyTimeoutMilliseconds = 5000 });
            var catalog = new SharedCatalog(file, readOnly);
            if (!readOnly)
            {
                file.Execute("PRAGMA synchronous = FULL");
                catalog.InTransaction(catalog.Initialize);
            }

            catalog.Id = CatalogStore.ReadMeta(file, "cluster");
            catalog.Load();
            return catalog;
        }
        catch (SqliteException e)
        {
            file?.Dispose();
            throw SqliteErrors.Map(e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Takes what the file of a database that joins knows and the cluster does not.</summary>
    /// <param name="catalog">The database's catalog.</param>
    /// <param name="cluster">The number of the cluster that its copy is of; 0 when it has changed its roles by itself.</param>
    /// <param name="version">The version that its copy is of.</param>
    /// <exception cref="PgException">55000 when a role of its is another one here.</exception>
    internal void Join(CatalogSnapshot catalog, long cluster, long version)
    {
        if (_readOnly || (cluster == Id && version <= _current.Version))
        {
            return;
        }

        // One ahead: the process ended after it had committed there and before it could here.
        var changes = cluster == Id && version == _current.Version + 1 ? SharedRows.Of(catalog, 0).ChangesSince(_current) : Missing(catalog);
        if (changes.Count > 0)
        {
            Publish(changes);
        }
    }

    /// <summary>From now on a database's catalog follows.</summary>
    internal void Add(CatalogStore store)
    {
        lock (_lock)
        {
            _stores.Add(store);
        }
    }

    /// <summary>A database closes.</summary>
    internal void Remove(CatalogStore store)
    {
        lock (_lock)
        {
            _stores.Remove(store);
            CloseIfUnused();
        }
    }

    /// <summary>The cluster closes; the last of its databases may do so later.</summary>
    internal void Release()
    {
        lock (_lock)
        {
            _isReleased = true;
            CloseIfUnused();
        }
    }

    /// <summary>Makes changes that a transaction has committed in its database known to all.</summary>
    internal void Publish(IReadOnlyList<CatalogChange> changes)
    {
        CatalogStore[] stores;
        lock (_lock)
        {
            if (_file is null)
            {
                _current = _current.With(changes);
            }
            else
            {
                InTransaction(() =>
                {
                    Load();
                    var next = _current.With(changes);
                    foreach (var change in changes)
                    {
                        CatalogStore.WriteRow(_file, change);
                    }

                    CatalogStore.WriteMeta(_file, "cluster_version", next.Version);
                    return next;
                });
            }

            stores = [.. _stores];
        }

        foreach (var store in stores)
        {
            store.FollowShared();
        }
    }

    /// <summary>Looks whether another process has changed something.</summary>
    internal void Refresh()
    {
        CatalogStore[] stores;
        lock (_lock)
        {
            var before = _current;
            if (_file is null)
            {
                return;
            }

            Load();
            if (ReferenceEquals(before, _current))
            {
                return;
            }

            stores = [.. _stores];
        }

        foreach (var store in stores)
        {
            store.FollowShared();
        }
    }

    /// <summary>A database is gone: forgets its settings and its comment.</summary>
    internal void ForgetDatabase(uint oid)
    {
        var gone = _current.All.Where(r => r is PgDbRoleSetting s ? s.setdatabase == oid : r is PgShdescription { classoid: PgDatabase.RelationOid } d && d.objoid == oid)
            .Select(static r => new CatalogChange(r.Table, r.Key, r, null)).ToArray();
        if (gone.Length > 0)
        {
            Publish(gone);
        }
    }

    private SharedRows Initialize()
    {
        _file!.Execute("CREATE TABLE IF NOT EXISTS pgmicro_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID");
        if (CatalogStore.ReadMeta(_file, "cluster") == 0)
        {
            foreach (var relation in SharedRows.Relations)
            {
                _file.Execute(CatalogStore.CreateTable(relation));
            }

            foreach (var row in _current.All)
            {
                CatalogStore.WriteRow(_file, new CatalogChange(row.Table, row.Key, null, row));
            }

            CatalogStore.WriteMeta(_file, "cluster", Id);
            CatalogStore.WriteMeta(_file, "cluster_version", 1);
        }

        return _current;
    }

    private void Load()
    {
        if (CatalogStore.ReadMeta(_file!, "cluster_version") == _current.Version)
        {
            return;
        }

        // Rows and version belong together.
        var own = _file!.IsAutocommit;
        if (own)
        {
            _file.Begin();
        }

        try
        {
            _current = SharedRows.Of(relation => CatalogStore.ReadRows(_file, relation), CatalogStore.ReadMeta(_file, "cluster_version"));
        }
        finally
        {
            if (own)
            {
                _file.Commit();
            }
        }
    }

    private void InTransaction(Func<SharedRows> change)
    {
        _file!.BeginWrite();
        try
        {
            var next = change();
            _file.Commit();
            _current = next;
        }
        finally
        {
            if (!_file.IsAutocommit)
            {
                _file.Rollback();
            }
        }
    }

    private void CloseIfUnused()
    {
        if (_isReleased && _stores.Count == 0)
        {
            _file?.Dispose();
        }
    }

    // A file that has had roles of its own: those that are not known here are added.
    private List<CatalogChange> Missing(CatalogSnapshot catalog)
    {
        var known = CatalogSnapshot.Initial.WithShared(_current);
        var changes = new List<CatalogChange>();
        foreach (var role in catalog.UserRowsOf(PgAuthid.Relation))
        {
            var here = known.Role(role.oid);
            if ((here ?? known.FindRole(role.rolname)) is { } same && (same.oid != role.oid || same.rolname != role.rolname))
            {
                throw new PgException(
                    SqlState.ObjectNotInPrerequisiteState, $"role \"{role.rolname}\" of database \"{catalog.DatabaseName}\" is not that of the other databases")
                    .WithHint("Open its file by itself and give the role another name, or its objects to another role.");
            }

            // A password that the superuser has been given is not to be lost.
            if (here is null || (role.oid == BuiltInOids.BootstrapSuperuser && here == CatalogSnapshot.Initial.Role(role.oid) && here != role))
            {
                Add(role);
            }
        }

        var member = known.Rows(PgAuthMembers.Relation).Select(static m => m.oid).DefaultIfEmpty().Max();
        foreach (var row in catalog.UserRowsOf(PgAuthMembers.Relation))
        {
            if (!known.Find(PgAuthMembers.ByMember, new(row.member)).Any(m => m.roleid == row.roleid && m.grantor == row.grantor))
            {
                Add(known.Find(PgAuthMembers.Relation, row.Key) is null ? row : row with { oid = ++member });
            }
        }

        var parameter = known.Rows(PgParameterAcl.Relation).Select(static p => p.oid).DefaultIfEmpty().Max();
        foreach (var row in catalog.UserRowsOf(PgParameterAcl.Relation))
        {
            if (known.Rows(PgParameterAcl.Relation).All(p => p.parname != row.parname))
            {
                Add(known.Find(PgParameterAcl.Relation, row.Key) is null ? row : row with { oid = ++parameter });
            }
        }

        foreach (var row in catalog.UserRowsOf(PgDbRoleSetting.Relation).Where(s => known.Find(PgDbRoleSetting.Relation, s.Key) is null))
        {
            Add(row);
        }

        foreach (var row in catalog.UserRowsOf(PgShdescription.Relation).Where(d => known.Find(PgShdescription.Relation, d.Key) is null))
        {
            Add(row);
        }

        return changes;

        void Add(CatalogRow row) => changes.Add(new CatalogChange(row.Table, row.Key, null, row));
    }
}
