using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A foreign key and the small statements that check it and carry its actions out.</summary>
internal sealed class ForeignKey
{
    private readonly CatalogSnapshot _catalog;
    private readonly Lookup _findReferenced;
    private readonly Lookup _findReferenced2;
    private readonly Lookup _findReferencing;
    private readonly Lookup _isCurrent;
    private TableLayout? _referencing;
    private TableLayout? _referenced;
    private IWriteNode? _onDelete;
    private IWriteNode? _onUpdate;
    private int[]? _columns;
    private int[]? _referencedColumns;

    internal ForeignKey(CatalogSnapshot catalog, PgConstraint row)
    {
        _catalog = catalog;
        Row = row;
        _findReferenced = new Lookup(() => ReferencedQuery(fromReferencing: true));
        _findReferenced2 = new Lookup(() => ReferencedQuery(fromReferencing: false));
        _findReferencing = new Lookup(() => BoundTrees.SelectFrom(Referencing, [BoundTrees.Rowid(1), BoundTrees.TableOid(1)], ReferencingQuals()));
        _isCurrent = new Lookup(IsCurrentQuery);
    }

    internal PgConstraint Row { get; }

    internal string Name => Row.conname;

    internal int Width => Row.conkey!.Length;

    internal bool IsMatchFull => Row.confmatchtype == 'f';

    internal TableLayout Referencing => _referencing ??= TableLayout.Get(_catalog, Row.conrelid);

    internal TableLayout Referenced => _referenced ??= TableLayout.Get(_catalog, Row.confrelid);

    /// <summary>Positions of the referencing columns in their layout.</summary>
    internal int[] Columns => _columns ??= [.. Row.conkey!.Select(a => Referencing.IndexOf(a))];

    /// <summary>Positions of the referenced columns in their layout.</summary>
    internal int[] ReferencedColumns => _referencedColumns ??= [.. Row.confkey!.Select(a => Referenced.IndexOf(a))];

    /// <summary>The referenced row for key values that stand in columns of a row.</summary>
    internal RowPlace? FindReferenced(PgSession session, RowSource row, ReadOnlySpan<int> columns)
    {
        if (!Referenced.IsPartitioned)
        {
            return _findReferenced.First(session, row, columns) is { } rowid ? new RowPlace(Referenced, rowid) : null;
        }

        var key = new PgDatum[columns.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = row.GetDatum(columns[i]);
        }

        return FindReferenced(session, key);
    }

    /// <summary>The referenced row for referencing values.</summary>
    internal RowPlace? FindReferenced(PgSession session, PgDatum[] key)
    {
        using var row = _findReferenced.Open(session, key);
        return Place(row, Referenced);
    }

    /// <summary>Whether a referenced row exists with a referenced key.</summary>
    internal bool IsKeyPresent(PgSession session, PgDatum[] referencedKey) => _findReferenced2.Any(session, referencedKey);

    /// <summary>A row that refers to a key.</summary>
    internal RowPlace? FindReferencing(PgSession session, PgDatum[] referencedKey)
    {
        using var row = _findReferencing.Open(session, referencedKey);
        return Place(row, Referencing);
    }

    // Rows of a partitioned table are in its partitions.
    private RowPlace? Place(SqliteRowSource row, TableLayout table) =>
        row.Read() ? new RowPlace(table.IsPartitioned ? TableLayout.Get(_catalog, (uint)row.GetInt64(1)) : table, row.GetInt64(0)) : null;

    /// <summary>Whether a row refers to a key.</summary>
    internal bool IsReferencing(PgSession session, PgDatum[] referencedKey) => _findReferencing.Any(session, referencedKey);

    /// <summary>Whether the referencing row still has these values.</summary>
    internal bool IsCurrent(PgSession session, long rowid, PgDatum[] key) => _isCurrent.Any(session, [.. key, PgDatum.FromInt64(rowid)]);

    /// <summary>The statement of ON DELETE CASCADE, SET NULL or SET DEFAULT; parameters are the old key.</summary>
    internal IWriteNode OnDelete(PgSession session) => _onDelete ??= PlanAction(session, Row.confdeltype, isDelete: true);

    /// <summary>The statement of ON UPDATE CASCADE, SET NULL or SET DEFAULT; parameters are the old key, then the new one.</summary>
    internal IWriteNode OnUpdate(PgSession session) => _onUpdate ??= PlanAction(session, Row.confupdtype, isDelete: false);

    /// <summary>"(a, b)=(1, 2)" in the referencing columns' names.</summary>
    internal string KeyText(PgDatum[] key, TypeContext context) => Text(Referencing, Columns, key, context);

    /// <summary>The same in the referenced columns' names.</summary>
    internal string ReferencedKeyText(PgDatum[] key, TypeContext context) => Text(Referenced, ReferencedColumns, key, context);

    /// <summary>An action's statement as a CONTEXT shows it.</summary>
    internal string ActionText(char action, bool isDelete)
    {
        var table = $"{(Referencing.IsPartitioned ? "" : "ONLY ")}{Quoted(Referencing.Schema)}.{Quoted(Referencing.Name)}";
        var names = Columns.Select(c => Quoted(Referencing.Columns[c].Name)).ToArray();
        var first = action == ForeignKeyAction.Cascade && !isDelete ? Width + 1 : 1;
        var where = string.Join(" AND ", names.Select((n, i) => $"${first + i} OPERATOR(pg_catalog.=) {n}"));
        if (isDelete && action == ForeignKeyAction.Cascade)
        {
            return $"DELETE FROM {table} WHERE {where}";
        }

        var set = names.Where((_, i) => !isDelete || IsSetOnDelete(i)).Select((n, i) => action switch
        {
            ForeignKeyAction.Cascade => $"{n} = ${i + 1}",
            ForeignKeyAction.SetNull => $"{n} = NULL",
            _ => $"{n} = DEFAULT",
        });
        return $"UPDATE {table} SET {string.Join(", ", set)} WHERE {where}";
    }

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    private bool IsSetOnDelete(int i) => Row.confdelsetcols is not { Length: > 0 } only || only.Contains(Row.conkey![i]);

    private static string Text(TableLayout table, int[] columns, PgDatum[] key, TypeContext context) => ConstraintErrors.Key(
        columns.Select(c => table.Columns[c].Name), columns.Select((c, i) => ConstraintErrors.Text(key[i], table.Columns[c].Type, context)));

    private BoundQuery ReferencedQuery(bool fromReferencing)
    {
        var quals = new List<BoundExpr>();
        for (var i = 0; i < Width; i++)
        {
            var column = Referenced.Columns[ReferencedColumns[i]];
            var other = fromReferencing ? Referencing.Columns[Columns[i]] : column;
            quals.Add(BoundTrees.Operator(
                _catalog, fromReferencing ? Row.conpfeqop![i] : Row.conppeqop![i], BoundTrees.Column(1, column),
                BoundTrees.Parameter(i + 1, other.Type, other.Typmod, other.Collation), column.Collation));
        }

        return BoundTrees.SelectFrom(Referenced, [BoundTrees.Rowid(1), BoundTrees.TableOid(1)], quals);
    }

    private List<BoundExpr> ReferencingQuals()
    {
        var quals = new List<BoundExpr>();
        for (var i = 0; i < Width; i++)
        {
            var column = Referencing.Columns[Columns[i]];
            var key = Referenced.Columns[ReferencedColumns[i]];
            quals.Add(BoundTrees.Operator(
                _catalog, Row.conpfeqop![i], BoundTrees.Parameter(i + 1, key.Type, key.Typmod, key.Collation), BoundTrees.Column(1, column), key.Collation));
        }

        return quals;
    }

    private BoundQuery IsCurrentQuery()
    {
        var quals = new List<BoundExpr>();
        for (var i = 0; i < Width; i++)
        {
            var column = Referencing.Columns[Columns[i]];
            quals.Add(BoundTrees.Operator(
                _catalog, Row.conffeqop![i], BoundTrees.Column(1, column),
                BoundTrees.Parameter(i + 1, column.Type, column.Typmod, column.Collation), column.Collation));
        }

        quals.Add(BoundTrees.Operator(
            _catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), BoundTrees.Parameter(Width + 1, TypeOid.Int8), 0));
        return BoundTrees.SelectFrom(Referencing, [BoundTrees.Int4(1)], quals);
    }

    private IWriteNode PlanAction(PgSession session, char action, bool isDelete)
    {
        var query = BoundTrees.SelectFrom(Referencing, [], ReferencingQuals());
        query.ResultRelation = 1;
        query.CommandType = isDelete && action == ForeignKeyAction.Cascade ? CommandType.Delete : CommandType.Update;
        if (query.CommandType == CommandType.Update)
        {
            for (var i = 0; i < Width; i++)
            {
                var column = Referencing.Columns[Columns[i]];
                if (isDelete && !IsSetOnDelete(i))
                {
                    continue;
                }

                query.TargetList.Add(BoundTrees.Target(
                    action switch
                    {
                        ForeignKeyAction.Cascade => NewKey(i, column),
                        ForeignKeyAction.SetDefault => column.Default(),
                        _ => BoundTrees.Null(column.Type, column.Typmod, column.Collation),
                    },
                    column.Attnum,
                    column.Name));
            }
        }

        return ModifyTablePlanner.PlanTarget(query, new Lowering.LoweringContext(session.Catalog, session.Types), Width * 2, null);
    }

    private BoundExpr NewKey(int i, TableColumn column)
    {
        var key = Referenced.Columns[ReferencedColumns[i]];
        var value = BoundTrees.Parameter(Width + i + 1, key.Type, key.Typmod, key.Collation);
        return key.Type == column.Type
            ? value
            : new BoundCoerceViaIO { Arg = value, Type = column.Type, Typmod = -1, Collation = column.Collation, CoerceFormat = CoercionForm.ImplicitCast };
    }
}

/// <summary>Where a row is.</summary>
/// <param name="Table">The table that holds it.</param>
/// <param name="Rowid">Its rowid there.</param>
internal readonly record struct RowPlace(TableLayout Table, long Rowid);

/// <summary>pg_constraint.confupdtype and confdeltype.</summary>
internal static class ForeignKeyAction
{
    internal const char NoAction = 'a';
    internal const char Restrict = 'r';
    internal const char Cascade = 'c';
    internal const char SetNull = 'n';
    internal const char SetDefault = 'd';
}
