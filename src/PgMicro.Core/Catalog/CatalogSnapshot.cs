using System.Collections.Immutable;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

/// <summary>
/// An immutable state of the catalog: built-in rows, which the process shares, and the database's own.
/// Every snapshot of other content has another <see cref="Version"/>.
/// </summary>
public sealed partial class CatalogSnapshot
{
    private static long s_version;
    private static CatalogSnapshot? s_initial;

    private readonly UserRows?[] _user;

    private CatalogSnapshot(UserRows?[] user, string databaseName, long version = 0, long sharedVersion = 0)
    {
        _user = user;
        DatabaseName = databaseName;
        SharedVersion = sharedVersion;
        Version = version != 0 ? version : Interlocked.Increment(ref s_version);
    }

    /// <summary>The catalog of a new database.</summary>
    public static CatalogSnapshot Initial => s_initial ??= CreateInitial();

    /// <summary>A number that no other snapshot of this process has, but one that differs in the row of pg_database alone: what is made from either serves both.</summary>
    public long Version { get; }

    /// <summary>current_database().</summary>
    public string DatabaseName { get; }

    /// <summary>Of which version the rows are that it has from its cluster; 0 when they are its own.</summary>
    internal long SharedVersion { get; }

    /// <summary>Every row of a relation: the built-in ones in exported order, then the database's own by key.</summary>
    public IEnumerable<T> Rows<T>(CatalogRelation<T> relation)
        where T : CatalogRow
    {
        var user = User(relation);
        foreach (var row in relation.BuiltIn.Rows)
        {
            if (user is not { Shadows: > 0 } || user.Find(row.Key) is null)
            {
                yield return row;
            }
        }

        if (user is not null)
        {
            foreach (var row in user.OrderedRows)
            {
                yield return row;
            }
        }
    }

    /// <summary>The database's own rows of a relation, by key.</summary>
    public IReadOnlyList<T> UserRowsOf<T>(CatalogRelation<T> relation)
        where T : CatalogRow => User(relation) is { } user ? user.OrderedRows : [];

    /// <summary>The row of a key.</summary>
    public T? Find<T>(CatalogRelation<T> relation, CatalogKey key)
        where T : CatalogRow => User(relation)?.Find(key) ?? relation.FindBuiltIn(key);

    internal ImmutableArray<T> Find<T>(CatalogIndex<T> index, CatalogKey key)
        where T : CatalogRow
    {
        var builtIn = index.Relation.BuiltIn.Find(index, key);
        if (User(index.Relation) is not { Count: > 0 } user)
        {
            return builtIn;
        }

        var own = user.Find(index, key);
        if (builtIn.Length == 0)
        {
            return own;
        }

        if (user.Shadows > 0)
        {
            builtIn = builtIn.RemoveAll(row => user.Find(row.Key) is not null);
        }

        return own.Length == 0 ? builtIn : builtIn.AddRange(own);
    }

    internal ImmutableArray<T> FindUser<T>(CatalogIndex<T> index, CatalogKey key)
        where T : CatalogRow => User(index.Relation)?.Find(index, key) ?? [];

    internal T? FindFirst<T>(CatalogIndex<T> index, CatalogKey key)
        where T : CatalogRow => Find(index, key) is [var first, ..] ? first : null;

    /// <summary>Whether there are publications.</summary>
    internal bool HasPublications => _user[PgPublication.Relation.Number] is { Count: > 0 };

    /// <summary>Whether there are event triggers.</summary>
    internal bool HasEventTriggers => _user[PgEventTrigger.Relation.Number] is { Count: > 0 };

    internal UserRows? UserRowsOf(CatalogRelation relation) => _user[relation.Number];

    internal IEnumerable<CatalogRow> AllUserRows() => _user.Where(static u => u is not null).SelectMany(static u => u!.Ordered);

    internal UserRows?[] CopyUserRows() => (UserRows?[])_user.Clone();

    internal static CatalogSnapshot FromUserRows(UserRows?[] user, string databaseName, long sharedVersion = 0) => new(user, databaseName, 0, sharedVersion);

    /// <summary>The row of pg_database that is this database's.</summary>
    public PgDatabase Database => UserRowsOf(PgDatabase.Relation) is [var own, ..] ? own : PgDatabase.Relation.BuiltIn.Template[0];

    /// <summary>The same catalog for a file that has been opened under another name.</summary>
    public CatalogSnapshot WithDatabaseName(string databaseName) =>
        DatabaseName == databaseName && Database.datname == databaseName ? this : WithDatabase(Database with { datname = databaseName });

    /// <summary>The same catalog with another row of pg_database for this database.</summary>
    internal CatalogSnapshot WithDatabase(PgDatabase database)
    {
        var user = CopyUserRows();
        user[PgDatabase.Relation.Number] = PgDatabase.Relation.CreateUserRows().With(database);
        return new(user, database.datname, Version, SharedVersion);
    }

    /// <summary>The same catalog with the rows of its cluster.</summary>
    internal CatalogSnapshot WithShared(SharedRows shared)
    {
        if (shared.AreIn(this))
        {
            return SharedVersion == shared.Version ? this : new(_user, DatabaseName, Version, shared.Version);
        }

        var user = CopyUserRows();
        shared.PutInto(user);
        var result = new CatalogSnapshot(user, DatabaseName, 0, shared.Version);
        if (!UserRowsOf(PgAuthid.Relation).Any(r => result.Role(r.oid) is { } now && now.rolname != r.rolname))
        {
            return result;
        }

        // Lists name roles: those that have another name now are named anew.
        foreach (var row in AllUserRows())
        {
            if (AclColumns.Of(row) is { } acl && !SharedRows.IsShared(row.Table) && Acl.Format(result, Acl.Parse(this, acl)) is var now && now != acl)
            {
                user[row.Table.Number] = user[row.Table.Number]!.With(AclColumns.With(row, now));
            }
        }

        return new CatalogSnapshot(user, DatabaseName, 0, shared.Version);
    }

    private static CatalogSnapshot CreateInitial()
    {
        var user = new UserRows?[CatalogRelation.MaxNumber];
        foreach (CatalogRelation relation in new CatalogRelation[] { PgNamespace.Relation, PgAuthid.Relation, PgDatabase.Relation })
        {
            user[relation.Number] = relation.CreateUserRows().WithMany(relation.TemplateRows);
        }

        // Written out, since reading it would load all comments at every start.
        user[PgDescription.Relation.Number] = PgDescription.Relation.CreateUserRows().With(new PgDescription
        {
            objoid = BuiltInOids.PublicNamespace,
            classoid = PgNamespace.RelationOid,
            description = "standard public schema",
        });
        return new(user, "postgres");
    }

    private UserRows<T>? User<T>(CatalogRelation<T> relation)
        where T : CatalogRow => (UserRows<T>?)_user[relation.Number];
}
