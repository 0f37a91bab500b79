using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>
/// A database's catalog in its file: the database's own rows of each system relation in a table pgmicro_&lt;relation&gt;, made when
/// it first has one, and pgmicro_meta. Changes are written in the transaction that makes them.
/// </summary>
internal sealed class CatalogStore
{
    /// <summary>What PRAGMA application_id of our files says: "PgMi".</summary>
    public const int ApplicationId = 0x50674D69;

    /// <summary>The version of the file's format that this code writes and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private const string Prefix = "pgmicro_";
    private const string Checksum = "catalog_checksum";
    private readonly Lock _lock = new();
    private string _databaseName;
    private volatile CatalogSnapshot _current;
    private long _version;
    private long _savedShared = -1;

    private CatalogStore(string databaseName, CatalogSnapshot current, long version, OidCounter oids)
    {
        _databaseName = databaseName;
        _current = current;
        _version = version;
        Oids = oids;
    }

    /// <summary>The newest committed catalog that this process knows of.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>What the database shares with others; null when it stands alone.</summary>
    internal SharedCatalog? Shared { get; private set; }

    /// <summary>The database's OIDs.</summary>
    public OidCounter Oids { get; }

    /// <summary>
    /// Tells whether a file is ours or empty. Reads only: call it before anything that writes, such as setting the journal mode.
    /// </summary>
    /// <exception cref="PgException">55000 when the file is another's; 0A000 when its format is newer.</exception>
    public static void CheckFile(SqliteConnectionHandle connection) => IsOurs(connection);

    /// <summary>Opens the catalog of a file, making it in an empty file.</summary>
    /// <param name="connection">Not in a transaction.</param>
    /// <param name="databaseName">current_database().</param>
    /// <param name="original">The catalog of the file that this one is a copy of: what it has read need not be read again.</param>
    /// <exception cref="PgException">55000 when the file is another's; 0A000 when its format is newer.</exception>
    public static CatalogStore Open(SqliteConnectionHandle connection, string databaseName, CatalogStore? original = null)
    {
        if (original is not null)
        {
            lock (original._lock)
            {
                if (ReadVersion(connection) == original._version)
                {
                    return new(databaseName, original._current.WithDatabaseName(databaseName), original._version, new OidCounter(original.Oids.Next));
                }
            }
        }

        if (!IsOurs(connection))
        {
            Initialize(connection, databaseName);
        }

        var (snapshot, version, next) = Load(connection, databaseName);
        return new(databaseName, snapshot, version, new OidCounter(next));
    }

    /// <summary>Starts a transaction's view of the catalog for change.</summary>
    public CatalogBuilder Begin() => new(Current, Oids);

    /// <summary>The catalog version that a connection's snapshot of the file has. One short read.</summary>
    public static long ReadVersion(SqliteConnectionHandle connection) => ReadMeta(connection, "catalog_version");

    /// <summary>A number of pgmicro_meta; 0 when it has none of the name.</summary>
    internal static long ReadMeta(SqliteConnectionHandle connection, string name) => ReadMeta(connection, name, out var value) ? value : 0;

    /// <summary>The catalog that a connection's snapshot of the file has: the known one, or read again if another process changed it.</summary>
    public CatalogSnapshot Refresh(SqliteConnectionHandle connection)
    {
        lock (_lock)
        {
            if (ReadVersion(connection) != _version)
            {
                var (snapshot, version, next) = Load(connection, _databaseName);
                snapshot = Shared is null ? snapshot : snapshot.WithShared(Shared.Current);
                Oids.AdvanceTo(next);
                if (version > _version)
                {
                    (_current, _version) = (snapshot, version);
                }

                return snapshot;
            }

            return _current;
        }
    }

    /// <summary>Writes what a builder has changed since the last call, in the connection's open transaction.</summary>
    public void Write(SqliteConnectionHandle connection, CatalogBuilder builder)
    {
        builder.FileVersion = ReadVersion(connection);
        if (builder.Written == builder.Changes.Count)
        {
            return;
        }

        var changes = Condense(builder.Changes.Skip(builder.Written));
        foreach (var relation in changes.Select(static c => c.Relation).Distinct())
        {
            connection.Execute(CreateTable(relation));
        }

        var hasChecksum = ReadMeta(connection, Checksum, out var sum);
        var checksum = new CatalogChecksum(sum);
        foreach (var change in changes)
        {
            WriteRow(connection, change);
            if (change.Old is { } old && !ReferenceEquals(old, change.Relation.FindBuiltIn(change.Key)))
            {
                checksum.Remove(old);
            }

            if (change.New is { } row)
            {
                checksum.Add(row);
            }
        }

        if (hasChecksum)
        {
            WriteMeta(connection, Checksum, checksum.Value);
        }

        if (Shared is not null)
        {
            if (builder.ChangesShared || _savedShared != builder.Snapshot.SharedVersion)
            {
                builder.SharedWritten = builder.Snapshot.SharedVersion + (builder.ChangesShared ? 1 : 0);
                WriteShared(connection, builder.Snapshot, builder.SharedWritten);
            }
        }
        else if (builder.ChangesShared)
        {
            // No copy of a cluster's any more.
            WriteMeta(connection, "cluster", 0);
        }

        WriteMeta(connection, "catalog_version", ++builder.FileVersion);
        WriteMeta(connection, "next_oid", Oids.Next);
        builder.Written = builder.Changes.Count;
    }

    /// <summary>Makes a committed transaction's catalog the current one.</summary>
    /// <param name="connection">The connection that has committed, outside its transaction.</param>
    /// <param name="builder">What it changed.</param>
    public void Publish(SqliteConnectionHandle connection, CatalogBuilder builder)
    {
        if (builder.Changes.Count == 0)
        {
            return;
        }

        if (Shared is not null && builder.ChangesShared)
        {
            Shared.Publish(Condense(builder.Changes.Where(static c => SharedRows.IsShared(c.Relation))));
        }

        lock (_lock)
        {
            _savedShared = builder.SharedWritten >= 0 ? builder.SharedWritten : _savedShared;

            // Another process may have committed since.
            if (builder.FileVersion >= _version)
            {
                (_current, _version) = (Shared is null ? builder.Snapshot : builder.Snapshot.WithShared(Shared.Current), builder.FileVersion);
            }
        }
    }

    /// <summary>Makes the database one of a cluster's, whose roles are its roles from now on.</summary>
    /// <exception cref="PgException">55000 when a role of its is another one there.</exception>
    public void Share(SharedCatalog shared, SqliteConnectionHandle connection)
    {
        var (cluster, version) = (ReadMeta(connection, "cluster"), ReadMeta(connection, "cluster_version"));
        shared.Join(Current, cluster, version);
        lock (_lock)
        {
            Shared = shared;
            _savedShared = cluster == shared.Id ? version : -1;
        }

        shared.Add(this);
        FollowShared();
    }

    /// <summary>The cluster's rows have changed.</summary>
    public void FollowShared()
    {
        lock (_lock)
        {
            _current = _current.WithShared(Shared!.Current);
        }
    }

    /// <summary>Brings the file's copy of the cluster's rows up to date.</summary>
    public void SaveShared(SqliteConnectionHandle connection)
    {
        lock (_lock)
        {
            if (Shared is null || _savedShared == Shared.Current.Version)
            {
                return;
            }

            connection.BeginWrite();
            try
            {
                // Another process may have changed the rest.
                if (ReadVersion(connection) == _version)
                {
                    var current = _current.WithShared(Shared.Current);
                    WriteShared(connection, current, current.SharedVersion);
                    WriteMeta(connection, "catalog_version", _version + 1);
                    connection.Commit();
                    (_current, _version, _savedShared) = (current, _version + 1, current.SharedVersion);
                }
            }
            finally
            {
                if (!connection.IsAutocommit)
                {
                    connection.Rollback();
                }
            }
        }
    }

    // The file's lists and its roles go together: where a role has another name, its lists are written too.
    private void WriteShared(SqliteConnectionHandle connection, CatalogSnapshot catalog, long version)
    {
        var renamed = false;
        foreach (var relation in SharedRows.Relations)
        {
            connection.Execute(CreateTable(relation));
            renamed |= ReferenceEquals(relation, Tables.PgAuthid.Relation)
                && ReadRows(connection, relation).Ordered.Any(r => r is Tables.PgAuthid old && catalog.Role(old.oid) is { } role && role.rolname != old.rolname);
            connection.Execute($"DELETE FROM {Prefix}{relation.Name}");
            foreach (var row in catalog.UserRowsOf(relation)?.Ordered ?? [])
            {
                WriteRow(connection, new CatalogChange(relation, row.Key, null, row));
            }
        }

        foreach (var row in renamed ? catalog.AllUserRows() : [])
        {
            if (Privileges.AclColumns.Of(row) is not null && !SharedRows.IsShared(row.Table))
            {
                WriteRow(connection, new CatalogChange(row.Table, row.Key, null, row));
            }
        }

        // What was there was not what the changes were made of.
        if (ReadMeta(connection, Checksum, out _))
        {
            WriteMeta(connection, Checksum, SumOf(ReadAll(connection)));
        }

        WriteMeta(connection, "cluster", Shared!.Id);
        WriteMeta(connection, "cluster_version", version);
    }

    /// <summary>Gives the database another row of pg_database, and with it another name.</summary>
    public void Rename(SqliteConnectionHandle connection, Tables.PgDatabase row)
    {
        lock (_lock)
        {
            connection.BeginWrite();
            DatabaseRows.Write(connection, row);
            connection.Commit();
            _databaseName = row.datname;
            _current = _current.WithDatabase(row);
        }
    }

    private static bool IsOurs(SqliteConnectionHandle connection)
    {
        int applicationId, version;
        long tables;
        try
        {
            applicationId = SqliteFileSettings.GetApplicationId(connection);
            version = SqliteFileSettings.GetUserVersion(connection);
            tables = connection.QueryInt64("SELECT count(*) FROM sqlite_schema");
        }
        catch (SqliteException e) when (e.Code == SqliteResultCode.NotADb)
        {
            throw NotOurs(e);
        }

        if (applicationId != ApplicationId)
        {
            return applicationId == 0 && version == 0 && tables == 0 ? false : throw NotOurs(null);
        }

        return version <= FormatVersion
            ? true
            : throw new PgException(
                SqlState.FeatureNotSupported,
                string.Create(CultureInfo.InvariantCulture, $"database file has format {version}, but this version reads formats up to {FormatVersion}"))
                .WithHint("Use a newer version of PgMicro.");
    }

    private static PgException NotOurs(Exception? inner) =>
        new PgException(SqlState.ObjectNotInPrerequisiteState, "file is not a PgMicro database", inner).WithDetail("It has been left as it was.");

    private static void Initialize(SqliteConnectionHandle connection, string databaseName)
    {
        connection.BeginWrite();
        try
        {
            // Another process may have come first.
            if (!IsOurs(connection))
            {
                connection.Execute("CREATE TABLE pgmicro_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID");
                WriteMeta(connection, "catalog_version", 1);
                WriteMeta(connection, "next_oid", BuiltInOids.FirstNormalObjectId);
                var checksum = default(CatalogChecksum);
                foreach (var row in CatalogSnapshot.Initial.WithDatabase(DatabaseRows.New(databaseName)).AllUserRows())
                {
                    connection.Execute(CreateTable(row.Table));
                    WriteRow(connection, new CatalogChange(row.Table, row.Key, null, row));
                    checksum.Add(row);
                }

                WriteMeta(connection, Checksum, checksum.Value);

                // In eight bytes, where it can be found without SQLite.
                const long EightBytes = 1L << 62;
                WriteMeta(connection, "file_id", BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(long))) | EightBytes);

                SqliteFileSettings.SetApplicationId(connection, ApplicationId);
                SqliteFileSettings.SetUserVersion(connection, FormatVersion);
            }

            connection.Commit();
        }
        finally
        {
            if (!connection.IsAutocommit)
            {
                connection.Rollback();
            }
        }
    }

    private static (CatalogSnapshot Snapshot, long Version, uint NextOid) Load(SqliteConnectionHandle connection, string databaseName)
    {
        // One read transaction, so that rows and version belong together.
        var own = connection.IsAutocommit;
        if (own)
        {
            connection.Begin();
        }

        try
        {
            var user = ReadAll(connection);
            CheckSum(connection, user);
            if (!ReadMeta(connection, "next_oid", out var next))
            {
                throw Damaged("Table pgmicro_meta has lost rows.", null);
            }

            return (CatalogSnapshot.FromUserRows(user, databaseName).WithDatabaseName(databaseName), ReadVersion(connection), (uint)next);
        }
        finally
        {
            if (own && !connection.IsAutocommit)
            {
                connection.Commit();
            }
        }
    }

    private static UserRows?[] ReadAll(SqliteConnectionHandle connection)
    {
        var tables = new HashSet<string>(StringComparer.Ordinal);
        using (var names = connection.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'pgmicro\\_pg\\_%' ESCAPE '\\'"))
        {
            while (names.Step())
            {
                tables.Add(names.GetString(0));
            }
        }

        var user = new UserRows?[CatalogRelation.MaxNumber];
        foreach (var table in tables)
        {
            if (CatalogRelationList.Find(table[Prefix.Length..]) is { } relation)
            {
                user[relation.Number] = ReadRows(connection, relation);
            }
        }

        return user;
    }

    internal static UserRows ReadRows(SqliteConnectionHandle connection, CatalogRelation relation)
    {
        using var statement = connection.Prepare($"SELECT {string.Join(", ", relation.Columns)} FROM {Prefix}{relation.Name}");
        var fields = new CatalogFields(statement);
        var rows = new List<CatalogRow>();
        try
        {
            while (statement.Step())
            {
                rows.Add(relation.ReadRow(fields));
            }

            return relation.CreateUserRows().WithMany(rows);
        }
        catch (Exception e) when (e is not (SqliteException or OutOfMemoryException))
        {
            // Rows that we have written can be read: whatever it is that one has, it is not ours.
            throw Damaged($"A row of {relation.Name} cannot be read.", e);
        }
    }

    // Files that older versions have made have no checksum.
    private static void CheckSum(SqliteConnectionHandle connection, UserRows?[] user)
    {
        if (!ReadMeta(connection, Checksum, out var expected))
        {
            return;
        }

        if (SumOf(user) != expected)
        {
            throw Damaged("Rows of the system catalog have been changed or lost.", null);
        }
    }

    private static long SumOf(UserRows?[] user)
    {
        var checksum = default(CatalogChecksum);
        foreach (var rows in user)
        {
            foreach (var row in rows?.Ordered ?? [])
            {
                checksum.Add(row);
            }
        }

        return checksum.Value;
    }

    private static PgException Damaged(string detail, Exception? inner) =>
        new PgException(SqlState.DataCorrupted, "the system catalog of the database file is damaged", inner).WithDetail(detail);

    /// <summary>The name of the number that a file has got when it was made, and its copies with it; the number follows it in eight bytes.</summary>
    internal static ReadOnlySpan<byte> FileIdName => "file_id"u8;

    /// <summary>Counts one row of the catalog in place of another; in a transaction.</summary>
    internal static void Exchange(SqliteConnectionHandle connection, CatalogRow? old, CatalogRow row)
    {
        if (ReadMeta(connection, Checksum, out var sum))
        {
            var checksum = new CatalogChecksum(sum);
            if (old is not null)
            {
                checksum.Remove(old);
            }

            checksum.Add(row);
            WriteMeta(connection, Checksum, checksum.Value);
        }
    }

    private static bool ReadMeta(SqliteConnectionHandle connection, string name, out long value)
    {
        var statement = connection.Rent("SELECT value FROM pgmicro_meta WHERE name = ?");
        try
        {
            statement.BindText(1, name);
            var found = statement.Step();
            value = found ? statement.GetInt64(0) : 0;
            return found;
        }
        finally
        {
            connection.Return(statement);
        }
    }

    // The first and the last state of each row, in the order of first change.
    private static List<CatalogChange> Condense(IEnumerable<CatalogChange> changes)
    {
        var result = new List<CatalogChange>();
        var places = new Dictionary<(CatalogRelation, CatalogKey), int>();
        foreach (var change in changes)
        {
            if (places.TryAdd((change.Relation, change.Key), result.Count))
            {
                result.Add(change);
            }
            else
            {
                var place = places[(change.Relation, change.Key)];
                result[place] = change with { Old = result[place].Old };
            }
        }

        return result;
    }

    internal static string CreateTable(CatalogRelation relation)
    {
        var key = string.Join(", ", relation.KeyColumns.Select(i => relation.Columns[i]));
        var columns = string.Join(", ", relation.Columns);
        return $"CREATE TABLE IF NOT EXISTS {Prefix}{relation.Name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID";
    }

    internal static void WriteRow(SqliteConnectionHandle connection, CatalogChange change)
    {
        var relation = change.Relation;
        if (change.New is { } row)
        {
            var marks = string.Join(",", Enumerable.Repeat("?", relation.Columns.Length));
            var insert = connection.Rent($"INSERT OR REPLACE INTO {Prefix}{relation.Name} VALUES ({marks})");
            try
            {
                for (var i = 0; i < relation.Columns.Length; i++)
                {
                    Bind(insert, i + 1, row.GetColumn(i));
                }

                insert.ExecuteNonQuery();
            }
            finally
            {
                connection.Return(insert);
            }
        }
        else if (change.Old is { } old)
        {
            var condition = string.Join(" AND ", relation.KeyColumns.Select(i => $"{relation.Columns[i]} IS ?"));
            var delete = connection.Rent($"DELETE FROM {Prefix}{relation.Name} WHERE {condition}");
            try
            {
                for (var i = 0; i < relation.KeyColumns.Length; i++)
                {
                    Bind(delete, i + 1, old.GetColumn(relation.KeyColumns[i]));
                }

                delete.ExecuteNonQuery();
            }
            finally
            {
                connection.Return(delete);
            }
        }
    }

    internal static void WriteMeta(SqliteConnectionHandle connection, string name, long value)
    {
        var statement = connection.Rent("INSERT OR REPLACE INTO pgmicro_meta VALUES (?, ?)");
        try
        {
            statement.BindText(1, name);
            statement.BindInt64(2, value);
            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }
    }

    private static void Bind(SqliteStatement statement, int index, in PgDatum value)
    {
        switch (value.Kind)
        {
            case DatumKind.Null:
                statement.BindNull(index);
                break;
            case DatumKind.Integer:
                statement.BindInt64(index, value.Int64);
                break;
            case DatumKind.Real:
                statement.BindDouble(index, value.Double);
                break;
            case DatumKind.Text:
                statement.BindText(index, value.Bytes);
                break;
            default:
                statement.BindBlob(index, value.Bytes);
                break;
        }
    }
}
