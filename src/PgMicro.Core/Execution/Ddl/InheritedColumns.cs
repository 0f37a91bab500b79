using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>A CHECK constraint that a new table has from its parents.</summary>
internal sealed record InheritedCheck(string Name, BoundExpr Expr, short Parents);

/// <summary>The columns and checks that a new table has from its parents, merged with its own (MergeAttributes).</summary>
internal sealed class InheritedColumns
{
    private readonly DdlContext _ddl;
    private readonly bool _isPartition;
    private readonly List<NewColumn> _columns = [];
    private readonly List<InheritedCheck> _checks = [];

    // Columns whose parents have different defaults, which only a default of their own settles.
    private readonly HashSet<string> _conflicting = [];

    private InheritedColumns(DdlContext ddl, bool isPartition) => (_ddl, _isPartition) = (ddl, isPartition);

    /// <summary>Puts the parents' columns before a definition's own; what both name is one column, at the parents' place.</summary>
    /// <exception cref="PgException">42804, 42P21, 42611 when definitions do not fit; 42809, 42501 for a parent that cannot be one.</exception>
    internal static void Merge(DdlContext ddl, TableDefinition table, IReadOnlyList<PgClass> parents, bool isPartition = false)
    {
        RelationRows.RequireDistinct(table.Columns);
        var merged = new InheritedColumns(ddl, isPartition);
        foreach (var parent in parents)
        {
            merged.RequireParent(parent, table.Persistence);
            merged.AddParent(parent);
        }

        var inherited = merged._columns.Count;
        for (var i = 0; i < table.Columns.Count; i++)
        {
            merged.AddOwn(table.Columns[i], i, inherited);
        }

        merged.RequireDefaults();
        table.Columns.Clear();
        table.Columns.AddRange(merged._columns);
        table.InheritedChecks.AddRange(merged._checks);
        table.Parents.AddRange(parents);
    }

    private void RequireParent(PgClass parent, char persistence)
    {
        if (parent.relkind == 'p' && !_isPartition)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot inherit from partitioned table \"{parent.relname}\"");
        }

        if (parent.relispartition && !_isPartition)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot inherit from partition \"{parent.relname}\"");
        }

        ObjectKinds.RequireRows(parent);
        if (parent.relkind is not ('r' or 'p' or 'f'))
        {
            throw new PgException(SqlState.WrongObjectType, $"inherited relation \"{parent.relname}\" is not a table or foreign table");
        }

        if (persistence != 't' && parent.relpersistence == 't')
        {
            throw new PgException(SqlState.WrongObjectType, _isPartition
                ? $"cannot create a permanent relation as partition of temporary relation \"{parent.relname}\""
                : $"cannot inherit from temporary relation \"{parent.relname}\"");
        }

        if (_isPartition && persistence == 't' && parent.relpersistence != 't')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot create a temporary relation as partition of permanent relation \"{parent.relname}\"");
        }

        // The catalog's relations have no row that could say that they have children.
        if (parent.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw PgErrors.FeatureNotSupported("inheriting from a system catalog");
        }

        _ddl.RequireUserRelation(parent);
    }

    private void AddParent(PgClass parent)
    {
        var catalog = _ddl.Catalog;
        var attributes = catalog.Attributes(parent.oid);
        var numbers = new short[attributes.Length + 1];
        foreach (var attribute in attributes.Where(static a => !a.attisdropped))
        {
            var position = _columns.FindIndex(c => c.Name == attribute.attname);
            if (position < 0)
            {
                position = _columns.Count;
                _columns.Add(new NewColumn(attribute.attname, attribute.atttypid, attribute.atttypmod, attribute.attcollation, attribute.attndims)
                {
                    IsLocal = false,
                    Inherited = 1,
                    NotNull = attribute.attnotnull,
                    Generated = attribute.attgenerated,
                    Identity = _isPartition ? attribute.attidentity : '\0',
                    Storage = attribute.attstorage,
                    Compression = attribute.attcompression,
                });
            }
            else
            {
                _columns[position] = MergeParents(_columns[position], attribute);
            }

            numbers[attribute.attnum] = (short)(position + 1);
        }

        foreach (var attribute in attributes.Where(static a => a.atthasdef))
        {
            AddDefault(_columns[numbers[attribute.attnum] - 1], ColumnMapping.Map(BoundTreeSerializer.DeserializeExpr(catalog.Attrdef(parent.oid, attribute.attnum)!.adbin), n => numbers[n]));
        }

        foreach (var check in catalog.ConstraintsOf(parent.oid).Where(static c => c is { contype: 'c', connoinherit: false }))
        {
            AddCheck(check.conname, ColumnMapping.MapCheck(parent, check, n => numbers[n]));
        }
    }

    // MergeInheritedAttribute: the column of another parent.
    private NewColumn MergeParents(NewColumn column, PgAttribute attribute)
    {
        var name = column.Name;
        _ddl.Notice($"merging multiple inherited definitions of column \"{name}\"");
        RequireSame("inherited column", column, attribute.atttypid, attribute.atttypmod, attribute.attcollation);
        if (column.Storage != attribute.attstorage)
        {
            throw Conflict($"inherited column \"{name}\" has a storage parameter conflict", StorageName(column.Storage), StorageName(attribute.attstorage));
        }

        if (column.Compression != 0 && attribute.attcompression != 0 && column.Compression != attribute.attcompression)
        {
            throw Conflict($"column \"{name}\" has a compression method conflict", CompressionName(column.Compression), CompressionName(attribute.attcompression));
        }

        if (column.Generated != attribute.attgenerated)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"inherited column \"{name}\" has a generation conflict");
        }

        return column with
        {
            Inherited = (short)(column.Inherited + 1),
            NotNull = column.NotNull || attribute.attnotnull,
            Compression = column.Compression != 0 ? column.Compression : attribute.attcompression,
        };
    }

    private void AddDefault(NewColumn column, BoundExpr expr)
    {
        if (column.StoredDefault is null)
        {
            column.StoredDefault = BoundTreeSerializer.Serialize(expr);
        }
        else if (!BoundEquality.AreEqual(BoundTreeSerializer.DeserializeExpr(column.StoredDefault), expr))
        {
            _conflicting.Add(column.Name);
        }
    }

    private void AddCheck(string name, BoundExpr expr)
    {
        var at = _checks.FindIndex(c => c.Name == name);
        if (at < 0)
        {
            _checks.Add(new InheritedCheck(name, expr, 1));
            return;
        }

        _checks[at] = BoundEquality.AreEqual(_checks[at].Expr, expr)
            ? _checks[at] with { Parents = (short)(_checks[at].Parents + 1) }
            : throw new PgException(SqlState.DuplicateObject, $"check constraint name \"{name}\" appears multiple times but with different expressions");
    }

    private void AddOwn(NewColumn own, int position, int inherited)
    {
        var at = _columns.FindIndex(0, inherited, c => c.Name == own.Name);
        if (at < 0)
        {
            _columns.Add(own);
        }
        else
        {
            _columns[at] = MergeOwn(_columns[at], own, isMoved: at != position);
        }
    }

    // MergeChildAttribute: a column that the definition names too.
    private NewColumn MergeOwn(NewColumn column, NewColumn own, bool isMoved)
    {
        var name = own.Name;
        if (isMoved)
        {
            _ddl.Notice($"moving and merging column \"{name}\" with inherited definition", detail: "User-specified column moved to the position of the inherited column.");
        }
        else
        {
            _ddl.Notice($"merging column \"{name}\" with inherited definition");
        }

        RequireSame("column", column, own.Type, own.Typmod, own.Collation);
        if (own.Storage != 0 && own.Storage != column.Storage)
        {
            throw Conflict($"column \"{name}\" has a storage parameter conflict", StorageName(column.Storage), StorageName(own.Storage));
        }

        if (own.Compression != 0 && column.Compression != 0 && own.Compression != column.Compression)
        {
            throw Conflict($"column \"{name}\" has a compression method conflict", CompressionName(column.Compression), CompressionName(own.Compression));
        }

        var hasDefault = own.Default is not null || own.StoredDefault is not null;
        if (column.Generated == 0 && own.Generated != 0)
        {
            throw new PgException(SqlState.InvalidColumnDefinition, $"child column \"{name}\" specifies generation expression")
                .WithHint("A child table column cannot be generated unless its parent column is.");
        }

        if (column.Generated != 0 && own.Generated == 0 && (hasDefault || own.Identity != 0))
        {
            throw new PgException(SqlState.InvalidColumnDefinition, $"column \"{name}\" inherits from generated column but specifies {(hasDefault ? "default" : "identity")}");
        }

        if (hasDefault)
        {
            _conflicting.Remove(name);
        }

        return column with
        {
            IsLocal = true,
            NotNull = column.NotNull || own.NotNull,
            Identity = own.Identity,
            Sequence = own.Sequence,
            Compression = column.Compression != 0 ? column.Compression : own.Compression,
            Default = own.Default,
            StoredDefault = hasDefault ? own.StoredDefault : column.StoredDefault,
        };
    }

    private void RequireDefaults()
    {
        if (_columns.Find(c => _conflicting.Contains(c.Name)) is not { } column)
        {
            return;
        }

        throw column.Generated != 0
            ? new PgException(SqlState.InvalidColumnDefinition, $"column \"{column.Name}\" inherits conflicting generation expressions")
                .WithHint("To resolve the conflict, specify a generation expression explicitly.")
            : new PgException(SqlState.InvalidColumnDefinition, $"column \"{column.Name}\" inherits conflicting default values")
                .WithHint("To resolve the conflict, specify a default explicitly.");
    }

    private void RequireSame(string kind, NewColumn column, uint type, int typmod, uint collation)
    {
        if (column.Type != type || column.Typmod != typmod)
        {
            throw Conflict($"{kind} \"{column.Name}\" has a type conflict", DdlExpressions.FormatType(_ddl, column.Type, column.Typmod), DdlExpressions.FormatType(_ddl, type, typmod));
        }

        if (column.Collation != collation)
        {
            throw new PgException(SqlState.CollationMismatch, $"{kind} \"{column.Name}\" has a collation conflict")
                .WithDetail($"\"{CollationName(column.Collation)}\" versus \"{CollationName(collation)}\"");
        }
    }

    private string? CollationName(uint collation) => _ddl.Catalog.Collation(collation)?.collname;

    private static PgException Conflict(string message, string first, string second) =>
        new PgException(SqlState.DatatypeMismatch, message).WithDetail($"{first} versus {second}");

    private static string StorageName(char storage) => storage switch
    {
        'p' => "PLAIN",
        'e' => "EXTERNAL",
        'x' => "EXTENDED",
        _ => "MAIN",
    };

    private static string CompressionName(char compression) => compression == 'p' ? "pglz" : "lz4";
}
