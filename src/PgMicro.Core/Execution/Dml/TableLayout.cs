using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Transactions;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>What writing to a table must know of it, read once from a catalog snapshot and shared by its plans.</summary>
internal sealed class TableLayout : ILoggedTable
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, TableLayout>> PerSnapshot = [];
    private readonly int[] _indexOfAttnum;
    private Lookup? _storedRow;
    private Lookup? _version;
    private UniqueIndex[]? _uniqueIndexes;
    private RowImages? _images;
    private RowVersions? _versions;
    private HashSet<int>? _indexedColumns;
    private uint[]? _indexes;
    private HashSet<int>? _keyColumns;
    private ForeignKey[]? _foreignKeys;
    private ForeignKey[]? _referencedBy;
    private PartitionCheck? _partitionCheck;

    private TableLayout(CatalogSnapshot catalog, uint oid)
    {
        Catalog = catalog;
        Class = catalog.Class(oid) ?? throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {oid}");
        Schema = catalog.Namespace(Class.relnamespace)!.nspname;
        var attributes = catalog.Attributes(oid);
        _indexOfAttnum = new int[Class.relnatts + 1];
        _indexOfAttnum.AsSpan().Fill(-1);
        var columns = new List<TableColumn>(attributes.Length);
        var names = new List<string>(attributes.Length);
        foreach (var attribute in attributes)
        {
            names.Add(attribute.attisdropped ? "" : attribute.attname);
            if (!attribute.attisdropped)
            {
                _indexOfAttnum[attribute.attnum] = columns.Count;
                columns.Add(new TableColumn(attribute, catalog));
            }
        }

        Columns = [.. columns];
        AllNames = names;
        var checks = catalog.ConstraintsOf(oid).Where(c => c is { contype: 'c', conbin: not null }).OrderBy(c => c.conname, StringComparer.Ordinal);
        Checks = [.. checks.Select(c => new CheckConstraint(c.conname, BoundTreeSerializer.DeserializeExpr(c.conbin!)))];
        RowidColumn = IsPartitioned ? -1 : FindRowidColumn();
        Counted = RowidColumn < 0 && !IsPartitioned ? Ddl.SqliteTables.Counted(catalog, Class) : null;
        HasGenerated = Array.Exists(Columns, c => c.IsGenerated);
        Triggers = TableTriggers.Of(this);
    }

    internal CatalogSnapshot Catalog { get; }

    internal PgClass Class { get; }

    public uint Oid => Class.oid;

    /// <inheritdoc/>
    public RowImages Images => _images ??= new RowImages(RelationNames.Quoted(Catalog, Class), RelationNames.RowId(Catalog, Oid), RowidColumn >= 0);

    /// <summary>Where superseded versions of its rows are kept, if they are.</summary>
    internal RowVersions Versions => _versions ??= Execution.Versions.TableVersions.Make(this);

    /// <summary>Columns of the unique indexes that a foreign key may refer to: a change of one is a change of the row's key.</summary>
    internal HashSet<int> KeyColumns => _keyColumns ??=
        [.. UniqueIndexes.Where(static i => i.IsReferable).SelectMany(i => i.Index.indkey.Take(i.Index.indnkeyatts)).Select(a => IndexOf(a))];

    /// <summary>Its indexes.</summary>
    internal uint[] Indexes => _indexes ??= [.. Catalog.IndexesOf(Oid).Select(static i => i.indexrelid)];

    /// <summary>The columns that indexes other than BRIN ones are about, also by an expression or a condition.</summary>
    internal HashSet<int> IndexedColumns => _indexedColumns ??=
        [.. Catalog.IndexesOf(Oid).Where(i => Catalog.Class(i.indexrelid) is not { relam: BuiltInOids.BrinAm }).SelectMany(ColumnsOf).Select(a => IndexOf(a))];

    private static IEnumerable<int> ColumnsOf(PgIndex index)
    {
        string[] expressions = index.indexprs is null ? [] : System.Text.Json.JsonSerializer.Deserialize<string[]>(index.indexprs)!;
        string[] all = index.indpred is null ? expressions : [.. expressions, index.indpred];
        return index.indkey.Where(static a => a != 0).Select(static a => (int)a)
            .Concat(all.SelectMany(static e => VarCollector.Collect(BoundTreeSerializer.DeserializeExpr(e))).Where(static v => v.Varattno > 0).Select(static v => v.Varattno));
    }

    internal string Name => Class.relname;

    internal string Schema { get; }

    /// <summary>Columns that are not dropped, by attnum.</summary>
    internal TableColumn[] Columns { get; }

    /// <summary>Names by attnum from 1; "" for a dropped column.</summary>
    internal IReadOnlyList<string> AllNames { get; }

    /// <summary>CHECK constraints in the order in which they are tested: by name.</summary>
    internal CheckConstraint[] Checks { get; }

    internal bool HasGenerated { get; }

    /// <summary>Whether it is a view, whose rows triggers write.</summary>
    internal bool IsView => Class.relkind == 'v';

    /// <summary>Whether its rows are in partitions.</summary>
    internal bool IsPartitioned => Class.relkind == 'p';

    /// <summary>Its triggers; null when it has none that may fire.</summary>
    internal TableTriggers? Triggers { get; }

    /// <summary>Position of the column that SQLite makes the rowid, or -1.</summary>
    internal int RowidColumn { get; }

    /// <summary>The index over that column, or 0.</summary>
    internal uint RowidIndex { get; private set; }

    /// <summary>Where new rows' rowids come from; null when a column is the rowid.</summary>
    internal CountedTable? Counted { get; }

    /// <summary>All columns of the row of a rowid.</summary>
    internal Lookup StoredRow => _storedRow ??= new Lookup(() => BoundTrees.SelectFrom(
        this,
        Columns.Select(c => BoundTrees.Column(1, c)),
        [BoundTrees.Operator(Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), BoundTrees.Parameter(1, TypeOid.Int8), 0)]));

    /// <summary>All columns of the row of a rowid, and xmin.</summary>
    internal Lookup Version => _version ??= new Lookup(() => BoundTrees.SelectFrom(
        this,
        [.. Columns.Select(c => BoundTrees.Column(1, c)), new BoundVar { Varno = 1, Varattno = SystemAttribute.Xmin, Type = TypeOid.Xid }],
        [BoundTrees.Operator(Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), BoundTrees.Parameter(1, TypeOid.Int8), 0)]));

    /// <summary>Unique indexes and those of exclusion constraints by OID, the order in which a row is entered into them.</summary>
    internal UniqueIndex[] UniqueIndexes => _uniqueIndexes ??=
        [.. Catalog.IndexesOf(Oid).Where(i => i.indislive && (i.indisunique || i.indisexclusion)).OrderBy(i => i.indexrelid).Select(i => new UniqueIndex(this, i))];

    /// <summary>Foreign keys of this table that are not turned off, by OID. Those of one to a partitioned table that refer to its partitions are for what is done to these.</summary>
    internal ForeignKey[] ForeignKeys => _foreignKeys ??=
    [
        .. Catalog.ConstraintsOf(Oid).Where(c => c.contype == 'f' && Catalog.Constraint(c.conparentid)?.conrelid != Oid && !KeyTriggers.AreDisabled(Catalog, c, Oid)).OrderBy(c => c.oid)
            .Select(c => new ForeignKey(Catalog, c)),
    ];

    /// <summary>Foreign keys that refer to this table and are not turned off, by OID. Those of the partitions of a partitioned table are that table's.</summary>
    internal ForeignKey[] ReferencedBy => _referencedBy ??=
    [
        .. Catalog.ForeignKeysReferencing(Oid).Where(c => Catalog.Constraint(c.conparentid)?.confrelid != Oid && !KeyTriggers.AreDisabled(Catalog, c, Oid))
            .OrderBy(c => c.oid).Select(c => new ForeignKey(Catalog, c)),
    ];

    /// <summary>Which rows belong to it as a partition; null when it is none.</summary>
    internal PartitionCheck? PartitionCheck => Class.relispartition ? _partitionCheck ??= new PartitionCheck(this) : null;

    /// <summary>The layout of a table in a snapshot.</summary>
    internal static TableLayout Get(CatalogSnapshot catalog, uint oid) =>
        PerSnapshot.GetOrCreateValue(catalog).GetOrAdd(oid, static (o, c) => new TableLayout(c, o), catalog);

    /// <summary>A layout that is not shared: the table of the file is about to get other columns under the same snapshot.</summary>
    internal static TableLayout Anew(CatalogSnapshot catalog, uint oid) => new(catalog, oid);

    /// <summary>Position among <see cref="Columns"/> of an attribute number, -1 for a dropped or system one.</summary>
    internal int IndexOf(int attnum) => attnum > 0 ? _indexOfAttnum[attnum] : -1;

    internal TableColumn ColumnOf(int attnum) => Columns[IndexOf(attnum)];

    /// <summary>A row by attribute number, as trigger functions have it.</summary>
    /// <param name="values">Values.</param>
    /// <param name="columns">Where among them each column's is; -1 for NULL.</param>
    internal PgDatum[] ByNumber(PgDatum[] values, ReadOnlySpan<int> columns)
    {
        var result = new PgDatum[AllNames.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] >= 0)
            {
                result[Columns[i].Attnum - 1] = values[columns[i]];
            }
        }

        return result;
    }

    /// <summary>A row by attribute number.</summary>
    /// <param name="values">A value for each column.</param>
    internal PgDatum[] ByNumber(PgDatum[] values)
    {
        if (values.Length == AllNames.Count)
        {
            return values;
        }

        var result = new PgDatum[AllNames.Count];
        for (var i = 0; i < values.Length; i++)
        {
            result[Columns[i].Attnum - 1] = values[i];
        }

        return result;
    }

    /// <inheritdoc/>
    public void AddKeys(SqliteConnectionHandle connection, long rowid, ChangeKind change, List<LockTag> keys)
    {
        foreach (var index in UniqueIndexes)
        {
            // What is no change of the row's key may be one of other indexes' keys.
            if (change != ChangeKind.Updated || !index.IsReferable)
            {
                AddKey(connection, index, rowid, keys);
            }
        }
    }

    /// <summary>The keys that a stored row has in unique indexes, as locks; not those of deferrable constraints.</summary>
    internal void AddKeys(SqliteConnectionHandle connection, long rowid, List<LockTag> keys)
    {
        foreach (var index in UniqueIndexes)
        {
            if (index.IsImmediate)
            {
                AddKey(connection, index, rowid, keys);
            }
        }
    }

    private void AddKey(SqliteConnectionHandle connection, UniqueIndex index, long rowid, List<LockTag> keys)
    {
        // The key of a row whose rowid it is, is locked with the row.
        var isRowid = RowidColumn >= 0 && index.Index is { indisprimary: true };
        if (!isRowid && index.StoredKey((PgSession)connection.Owner!, rowid) is { } key)
        {
            keys.Add(LockTag.OfKey(index.Index.indexrelid, key));
        }
    }

    internal string IndexName(uint index) => Array.Find(UniqueIndexes, i => i.Index.indexrelid == index)!.Name;

    private int FindRowidColumn()
    {
        foreach (var index in Catalog.IndexesOf(Oid))
        {
            if (index is { indisprimary: true, indimmediate: true, indnkeyatts: 1, indkey: [var key, ..] }
                && Catalog.Attribute(Oid, key) is { atttypid: TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 })
            {
                RowidIndex = index.indexrelid;
                return IndexOf(key);
            }
        }

        return -1;
    }
}

/// <summary>A CHECK constraint; its expression refers to the table as range table entry 1.</summary>
internal sealed record CheckConstraint(string Name, BoundExpr Expr);

/// <summary>A column that is not dropped.</summary>
internal sealed class TableColumn
{
    private readonly CatalogSnapshot _catalog;

    internal TableColumn(PgAttribute attribute, CatalogSnapshot catalog)
    {
        _catalog = catalog;
        Attribute = attribute;
    }

    internal PgAttribute Attribute { get; }

    internal string Name => Attribute.attname;

    internal short Attnum => Attribute.attnum;

    internal uint Type => Attribute.atttypid;

    internal int Typmod => Attribute.atttypmod;

    internal uint Collation => Attribute.attcollation;

    internal bool NotNull => Attribute.attnotnull;

    internal bool IsGenerated => Attribute.attgenerated == 's';

    /// <summary>The generation expression of a generated column.</summary>
    internal BoundExpr Generation => Stored()!;

    /// <summary>What DEFAULT stands for.</summary>
    internal BoundExpr Default() =>
        TargetListRewriter.BuildColumnDefault(_catalog, Attribute) ?? BoundTrees.Null(Type, Typmod, Collation);

    private BoundExpr? Stored() => _catalog.Attrdef(Attribute.attrelid, Attnum) is { } row ? BoundTreeSerializer.DeserializeExpr(row.adbin) : null;
}
