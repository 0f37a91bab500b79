using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>A column about to be made.</summary>
internal sealed record NewColumn(string Name, uint Type, int Typmod, uint Collation, int Dimensions)
{
    internal bool NotNull { get; set; }

    internal char Identity { get; set; }

    internal char Generated { get; set; }

    /// <summary>DEFAULT or generation expression as parsed.</summary>
    internal Pg.Node? Default { get; set; }

    /// <summary>DEFAULT or generation expression as stored, taken over from another table.</summary>
    internal string? StoredDefault { get; set; }

    /// <summary>The sequence of SERIAL or identity.</summary>
    internal uint Sequence { get; set; }

    /// <summary>The storage of the column that it is taken from.</summary>
    internal char Storage { get; set; }

    /// <summary>What STORAGE says, which another table's column overrules.</summary>
    internal char NamedStorage { get; set; }

    internal char Compression { get; set; }

    internal string? Comment { get; set; }

    /// <summary>Whether the definition names it, and not only a parent's.</summary>
    internal bool IsLocal { get; init; } = true;

    /// <summary>How many parents have it.</summary>
    internal short Inherited { get; init; }
}

/// <summary>Writes the catalog rows that make a relation: pg_class, pg_type, pg_attribute.</summary>
internal static class RelationRows
{
    private const int MaxColumns = 1600;

    // heap.c: the columns that every table has.
    private static readonly (string Name, short Number, uint Type)[] s_system =
    [
        ("tableoid", -6, TypeOid.Oid), ("cmax", -5, TypeOid.Cid), ("xmax", -4, TypeOid.Xid), ("cmin", -3, TypeOid.Cid), ("xmin", -2, TypeOid.Xid), ("ctid", -1, TypeOid.Tid),
    ];

    /// <summary>heap_create_with_catalog: a table, view, or composite type with its row type.</summary>
    internal static PgClass Create(DdlContext ddl, string name, uint namespaceOid, char kind, char persistence, IReadOnlyList<NewColumn> columns, string[]? options, uint owner)
    {
        CheckNames(ddl, columns, kind);
        var catalog = ddl.Catalog;
        if (catalog.FindClass(name, namespaceOid) is not null)
        {
            throw new PgException(SqlState.DuplicateTable, $"relation \"{name}\" already exists");
        }

        if (catalog.FindType(name, namespaceOid) is { } clash)
        {
            if (clash.typelem != 0 && clash.typsubscript == BuiltInFunctions.ArraySubscriptHandler && catalog.Type(clash.typelem)?.typarray == clash.oid)
            {
                RenameArrayType(ddl, clash);
            }
            else
            {
                throw new PgException(SqlState.DuplicateObject, $"type \"{name}\" already exists")
                {
                    Hint = "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.",
                };
            }
        }

        var oid = ddl.NewOid();
        var arrayOid = ddl.NewOid();
        var typeOid = ddl.NewOid();
        var relation = ddl.Put(new PgClass
        {
            oid = oid,
            relname = name,
            relnamespace = namespaceOid,
            reltype = typeOid,
            relowner = owner,
            relam = kind == 'r' ? BuiltInOids.HeapAm : 0,
            relfilenode = kind == 'r' ? oid : 0,
            reltuples = kind is 'r' or 'p' or 'f' ? -1 : 0,
            relpersistence = persistence,
            relkind = kind,
            relnatts = (short)columns.Count,
            relreplident = kind is 'r' or 'p' ? 'd' : 'n',
            relacl = kind is 'r' or 'v' or 'm' or 'p' or 'f' ? Roles.DefaultPrivileges.For(ddl, 'r', owner, namespaceOid) : null,
            reloptions = options,
            relfrozenxid = kind == 'r' ? 3u : 0,
            relminmxid = kind == 'r' ? 1u : 0,
        });
        TypeRows.CreateComposite(ddl, name, namespaceOid, owner, oid, typeOid, arrayOid);
        var address = new ObjectAddress(PgClass.RelationOid, oid);
        if (kind == 'c')
        {
            ddl.Depend(address, new(PgType.RelationOid, typeOid), 'i');
            ddl.Depend(new(PgType.RelationOid, typeOid), new(PgNamespace.RelationOid, namespaceOid));
        }
        else
        {
            ddl.Depend(new(PgType.RelationOid, typeOid), address, 'i');
            ddl.Depend(address, new(PgNamespace.RelationOid, namespaceOid));
        }

        if (kind is 'r' or 'p' or 'f')
        {
            foreach (var (column, number, type) in s_system)
            {
                AddAttribute(ddl, oid, new NewColumn(column, type, -1, 0, 0) { NotNull = true }, number);
            }
        }

        for (var i = 0; i < columns.Count; i++)
        {
            AddAttribute(ddl, oid, columns[i], i + 1);
        }

        return relation;
    }

    /// <summary>A relation without a row type: index or sequence.</summary>
    internal static PgClass CreateBare(DdlContext ddl, string name, uint namespaceOid, char kind, char persistence, uint am, IReadOnlyList<NewColumn> columns, uint owner, string[]? options = null)
    {
        if (ddl.Catalog.FindClass(name, namespaceOid) is not null)
        {
            throw new PgException(SqlState.DuplicateTable, $"relation \"{name}\" already exists");
        }

        var oid = ddl.NewOid();
        var relation = ddl.Put(new PgClass
        {
            oid = oid,
            relname = name,
            relnamespace = namespaceOid,
            relacl = kind == 'S' ? Roles.DefaultPrivileges.For(ddl, 's', owner, namespaceOid) : null,
            relowner = owner,
            relam = am,
            relfilenode = kind == 'I' ? 0 : oid,
            relpages = kind == 'I' ? 0 : 1,
            reltuples = kind == 'S' ? 1 : 0,
            relpersistence = persistence,
            relkind = kind,
            relnatts = (short)columns.Count,
            relreplident = 'n',
            reloptions = options,
        });
        for (var i = 0; i < columns.Count; i++)
        {
            AddAttribute(ddl, oid, columns[i], i + 1, dependencies: false);
        }

        return relation;
    }

    /// <summary>Writes the pg_attribute row of a column, and what it depends on.</summary>
    internal static PgAttribute AddAttribute(DdlContext ddl, uint relationOid, NewColumn column, int number, bool dependencies = true)
    {
        var type = ddl.Catalog.Type(column.Type)!;
        var row = ddl.Put(new PgAttribute
        {
            attrelid = relationOid,
            attname = column.Name,
            atttypid = column.Type,
            attlen = type.typlen,
            attnum = (short)number,
            atttypmod = column.Typmod,
            attndims = (short)column.Dimensions,
            attbyval = type.typbyval,
            attalign = type.typalign,
            attstorage = column.Storage != 0 ? column.Storage : column.NamedStorage != 0 ? column.NamedStorage : type.typstorage,
            attcompression = column.Compression,
            attnotnull = column.NotNull,
            attidentity = column.Identity,
            attgenerated = column.Generated,
            attcollation = column.Collation,
            attislocal = column.IsLocal,
            attinhcount = column.Inherited,
        });
        if (dependencies && number > 0)
        {
            var address = new ObjectAddress(PgClass.RelationOid, relationOid, number);
            ddl.DependOnType(address, column.Type);
            ddl.DependOnCollation(address, column.Collation);
        }

        return row;
    }

    /// <summary>The attribute row with the properties of another type.</summary>
    internal static PgAttribute WithType(DdlContext ddl, PgAttribute column, uint typeOid, int typmod, uint collation, int dimensions)
    {
        var type = ddl.Catalog.Type(typeOid)!;
        return column with
        {
            atttypid = typeOid,
            atttypmod = typmod,
            attcollation = collation,
            attndims = (short)dimensions,
            attlen = type.typlen,
            attbyval = type.typbyval,
            attalign = type.typalign,
            attstorage = type.typstorage,
            attcompression = '\0',
        };
    }

    /// <summary>Raises 42701 for the first column whose name is given again.</summary>
    internal static void RequireDistinct(IReadOnlyList<NewColumn> columns)
    {
        var last = new Dictionary<string, int>(columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            last[columns[i].Name] = i;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (last[columns[i].Name] != i)
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{columns[i].Name}\" specified more than once");
            }
        }
    }

    internal static void CheckNames(DdlContext ddl, IReadOnlyList<NewColumn> columns, char kind)
    {
        if (columns.Count > MaxColumns)
        {
            throw new PgException(SqlState.TooManyColumns, $"tables can have at most {MaxColumns} columns");
        }

        RequireDistinct(columns);
        foreach (var column in columns)
        {
            if (kind is 'r' or 'p' or 'f' && IsSystemColumn(column.Name))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column name \"{column.Name}\" conflicts with a system column name");
            }
        }

        foreach (var column in columns)
        {
            CheckType(ddl, column.Name, column.Type, kind);
        }
    }

    internal static bool IsSystemColumn(string name) => s_system.Any(s => s.Name == name);

    /// <summary>CheckAttributeType.</summary>
    internal static void CheckType(DdlContext ddl, string name, uint typeOid, char kind)
    {
        var type = ddl.Catalog.Type(typeOid)!;
        RequireUsage(ddl, type);
        if (type.typtype == 'p' && !(kind == 'v' && typeOid == TypeOid.Unknown))
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"column \"{name}\" has pseudo-type {DdlExpressions.FormatType(ddl, typeOid)}");
        }
    }

    /// <summary>Raises 42501 unless the current role may use a type, or that of an array's elements.</summary>
    internal static void RequireUsage(DdlContext ddl, PgType type)
    {
        var element = type.typelem != 0 && ddl.Catalog.Type(type.typelem) is { } e && e.typarray == type.oid ? e : type;
        if (element.typacl is not null && !RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner)
            && PrivilegeCheck.OnList(ddl.Catalog, 'T', element.typacl, element.typowner, ddl.Owner, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for type {DdlExpressions.FormatType(ddl, element.oid)}");
        }
    }

    private static void RenameArrayType(DdlContext ddl, PgType array) => ddl.Put(array with { typname = TypeRows.ArrayName(ddl, array.typname, array.typnamespace) });
}
