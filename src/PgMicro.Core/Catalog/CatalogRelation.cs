using System.Collections.Immutable;

namespace PgMicro.Core.Catalog;

/// <summary>A system relation: its columns, and its built-in rows, which are loaded when first asked for.</summary>
public abstract class CatalogRelation
{
    private static int s_count;

    private protected CatalogRelation(string name, uint oid, int visibleColumns, string[] columns, int[] keyColumns)
    {
        Name = name;
        Oid = oid;
        Columns = [.. columns];
        VisibleColumns = visibleColumns;
        KeyColumns = [.. keyColumns];
        Number = Interlocked.Increment(ref s_count) - 1;
    }

    /// <summary>pg_class.relname.</summary>
    public string Name { get; }

    /// <summary>pg_class.oid.</summary>
    public uint Oid { get; }

    /// <summary>The columns, in order; PostgreSQL's, then our own.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>How many of the columns are PostgreSQL's.</summary>
    public int VisibleColumns { get; }

    /// <summary>The columns that identify a row, zero-based.</summary>
    internal ImmutableArray<int> KeyColumns { get; }

    /// <summary>A number of its own below <see cref="MaxNumber"/>.</summary>
    internal int Number { get; }

    internal const int MaxNumber = 80;

    internal abstract UserRows CreateUserRows();

    internal abstract CatalogRow? FindBuiltIn(CatalogKey key);

    internal abstract CatalogRow ReadRow(ICatalogFields fields);

    internal abstract IReadOnlyList<CatalogRow> BuiltInRows { get; }

    /// <summary>The rows that a new database starts with and may change.</summary>
    internal abstract IReadOnlyList<CatalogRow> TemplateRows { get; }
}

/// <summary>A system relation with rows of a known kind.</summary>
public sealed class CatalogRelation<T> : CatalogRelation
    where T : CatalogRow
{
    private readonly Func<ICatalogFields, T> _read;
    private readonly List<CatalogIndex<T>> _indexes = [];
    private readonly Lazy<BuiltInRows<T>> _builtIn;

    internal CatalogRelation(string name, uint oid, int visibleColumns, string[] columns, int[] keyColumns, Func<ICatalogFields, T> read)
        : base(name, oid, visibleColumns, columns, keyColumns)
    {
        _read = read;
        _builtIn = new(() => BuiltInRows<T>.Load(this));
    }

    internal IReadOnlyList<CatalogIndex<T>> Indexes => _indexes;

    internal BuiltInRows<T> BuiltIn => _builtIn.Value;

    internal override IReadOnlyList<CatalogRow> BuiltInRows => BuiltIn.Rows;

    internal override IReadOnlyList<CatalogRow> TemplateRows => BuiltIn.Template;

    internal CatalogIndex<T> AddIndex(Func<T, CatalogKey> key, Comparison<T>? order = null)
    {
        var index = new CatalogIndex<T>(this, _indexes.Count, key, order);
        _indexes.Add(index);
        return index;
    }

    internal T Read(ICatalogFields fields) => _read(fields);

    internal override CatalogRow ReadRow(ICatalogFields fields) => _read(fields);

    // No row of a user's object, nor the comment on schema public, is built in: such a lookup need not load the built-in rows.
    internal override T? FindBuiltIn(CatalogKey key) =>
        key.A >= BuiltInOids.FirstNormalObjectId || (key.A == BuiltInOids.PublicNamespace && Oid == Tables.PgDescription.RelationOid)
            ? null
            : BuiltIn.Find(key);

    internal override UserRows CreateUserRows() => UserRows<T>.Empty(this);
}
