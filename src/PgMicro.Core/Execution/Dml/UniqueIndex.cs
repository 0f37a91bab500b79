using System.Text;
using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// A unique index, or the index of an exclusion constraint. SQLite enforces the immediate unique ones; which of them a row violated, and the
/// others, are found by looking for another row with the key of a candidate, or one that its operators match.
/// </summary>
internal sealed class UniqueIndex
{
    private const int EqualStrategy = 3;
    private readonly BoundExpr[] _keys;
    private readonly BoundExpr? _predicate;
    private readonly Lookup _probe;
    private readonly Lookup _stored;
    private readonly Lookup _excludes;

    internal UniqueIndex(TableLayout table, PgIndex index)
    {
        Table = table;
        Index = index;
        Name = table.Catalog.Class(index.indexrelid)!.relname;
        Constraint = table.Catalog.ConstraintOfIndex(index.indexrelid);
        var expressions = index.indexprs is null ? [] : JsonSerializer.Deserialize<string[]>(index.indexprs)!;
        var next = 0;
        _keys = new BoundExpr[index.indnkeyatts];
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = index.indkey[i] == 0
                ? BoundTreeSerializer.DeserializeExpr(expressions[next++])
                : BoundTrees.Column(1, table.ColumnOf(index.indkey[i]));
        }

        _predicate = index.indpred is null ? null : BoundTreeSerializer.DeserializeExpr(index.indpred);
        _probe = new Lookup(BuildProbe);
        _stored = new Lookup(BuildStored);
        _excludes = new Lookup(BuildExcludes);
    }

    internal TableLayout Table { get; }

    internal PgIndex Index { get; }

    internal string Name { get; }

    /// <summary>The constraint that it implements, if any.</summary>
    internal PgConstraint? Constraint { get; }

    /// <summary>Whether it stands for an exclusion constraint.</summary>
    internal bool IsExclusion => Index.indisexclusion;

    /// <summary>Whether a foreign key may refer to it: then a change of its columns is one of the row's key.</summary>
    internal bool IsReferable => IsImmediate && !IsExclusion && _predicate is null && !Index.indkey.AsSpan(0, Index.indnkeyatts).Contains((short)0);

    /// <summary>Whether the constraint is not deferrable.</summary>
    internal bool IsImmediate => Index.indimmediate;

    internal IReadOnlyList<BoundExpr> Keys => _keys;

    internal BoundExpr? Predicate => _predicate;

    /// <summary>Whether a change of these columns (positions in the layout) can change its entry.</summary>
    internal bool DependsOn(Func<int, bool> isChanged)
    {
        foreach (var attnum in Index.indkey.AsSpan(0, Index.indnkeyatts))
        {
            if (attnum == 0 || isChanged(Table.IndexOf(attnum)))
            {
                return true;
            }
        }

        return _predicate is not null;
    }

    /// <summary>The rowid of another row with the candidate's key or excluded by it, or null; with the text of the key.</summary>
    /// <param name="session">The session.</param>
    /// <param name="row">The candidate, all columns.</param>
    /// <param name="self">Rowid of the candidate's own row, if it is stored.</param>
    /// <param name="key">"(a)=(1)" when found; of an exclusion constraint both keys.</param>
    internal long? Find(PgSession session, PgDatum[] row, long? self, out string key)
    {
        key = "";
        using var rows = _probe.Open(session, row);
        while (rows.Read())
        {
            var rowid = rows.GetInt64(0);
            if (rowid != self)
            {
                key = Conflict(rows, session);
                return rowid;
            }
        }

        return null;
    }

    /// <summary>The error for a key that <see cref="Find"/> gave: 23505 or 23P01.</summary>
    internal PgException Violation(string key, PgSession session)
    {
        var error = IsExclusion ? ConstraintErrors.Exclusion(Table, Name, $"Key {key}.", isNew: false) : ConstraintErrors.Unique(Table, Name, key);
        error.Detail = ConstraintErrors.ShowsRows(Table, session) ? error.Detail : null;
        return error;
    }

    /// <summary>Raises 23P01 when two of the stored rows exclude each other.</summary>
    internal void CheckAll(PgSession session)
    {
        var all = new Lookup(() => BoundTrees.SelectFrom(Table, Table.Columns.Select(c => (BoundExpr)BoundTrees.Column(1, c)).Prepend(BoundTrees.Rowid(1)), []));
        var row = new PgDatum[Table.Columns.Length];
        using var stored = all.Open(session, []);
        while (stored.Read())
        {
            session.CheckForInterrupts();
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = stored.GetDatum(i + 1);
            }

            using var rows = _probe.Open(session, row);
            while (rows.Read())
            {
                if (rows.GetInt64(0) != stored.GetInt64(0))
                {
                    var detail = $"Key {KeyText(rows, session, 1)} conflicts with key {KeyText(rows, session, 1 + _keys.Length)}.";
                    throw ConstraintErrors.Exclusion(Table, Name, detail, isNew: true);
                }
            }
        }
    }

    /// <summary>The rowid of another row with a stored row's key or excluded by it, or null; with the text of the key. A row that is gone violates nothing.</summary>
    internal long? FindOther(PgSession session, long rowid, out string key)
    {
        key = "";
        return StoredRow(session, rowid) is { } row ? Find(session, row, rowid, out key) : null;
    }

    /// <summary>Raises the violation when a stored row conflicts with one that has been committed since the transaction's snapshot.</summary>
    internal void CheckNewest(PgSession session, long rowid)
    {
        if (StoredRow(session, rowid) is not { } row)
        {
            return;
        }

        var transaction = session.Transaction;
        var found = transaction.OnNewest(() =>
        {
            using var rows = _probe.Open(session, row);
            while (rows.Read())
            {
                if (rows.GetInt64(0) is var other && other != rowid && transaction.IsChangedLately(Table.Oid, other))
                {
                    return Conflict(rows, session);
                }
            }

            return null;
        });
        if (found is not null)
        {
            throw Violation(found, session);
        }
    }

    private PgDatum[]? StoredRow(PgSession session, long rowid)
    {
        using var rows = Table.StoredRow.Open(session, [PgDatum.FromInt64(rowid)]);
        if (!rows.Read())
        {
            return null;
        }

        var row = new PgDatum[Table.Columns.Length];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = rows.GetDatum(i);
        }

        return row;
    }

    private string Conflict(SqliteRowSource rows, PgSession session) =>
        IsExclusion ? $"{KeyText(rows, session, 1)} conflicts with existing key {KeyText(rows, session, 1 + _keys.Length)}" : KeyText(rows, session, 1);

    /// <summary>The key of a stored row as others may want it too; null when the index has none for it that could conflict.</summary>
    internal string? StoredKey(PgSession session, long rowid)
    {
        using var row = _stored.Open(session, [PgDatum.FromInt64(rowid)]);
        if (!row.Read())
        {
            return null;
        }

        if (IsExclusion)
        {
            return ExclusionKey.Of(rowid, row, _keys.Length);
        }

        var text = new StringBuilder();
        for (var i = 0; i < _keys.Length; i++)
        {
            if (row.Kind(i) == DatumKind.Null && !Index.indnullsnotdistinct)
            {
                return null;
            }

            var isBinary = session.Types.GetCodec(_keys[i].Type).Collation is null
                && (Index.indcollation[i] == 0 || Table.Catalog.Collation(Index.indcollation[i]) is { collisdeterministic: true });
            Dml.KeyText.Append(text, row, i, _keys[i].Type, isBinary);
        }

        return text.ToString();
    }

    /// <summary>The first of others' keys that excludes a row's; null when none does.</summary>
    internal LockTag? FindExcluding(PgSession session, string key, List<LockTag> others)
    {
        PgDatum[]? values = null;
        foreach (var other in others.OrderBy(static o => ExclusionKey.Rowid(o.Key!)))
        {
            if (_excludes.Any(session, [.. values ??= ExclusionKey.Values(key), .. ExclusionKey.Values(other.Key!)]))
            {
                return other;
            }
        }

        return null;
    }

    private BoundQuery BuildExcludes() => new()
    {
        CommandType = CommandType.Select,
        JoinTree = new FromExpr { Quals = BoundTrees.And([.. _keys.Select((k, i) => BoundTrees.Operator(Table.Catalog, Constraint!.conexclop![i], Given(k, _keys.Length + i), Given(k, i), Index.indcollation[i]))]) },
        TargetList = [BoundTrees.Target(BoundTrees.Int4(1), 1)],
    };

    private static BoundParam Given(BoundExpr key, int position) => BoundTrees.Parameter(position + 1, key.Type, key.Typmod, key.Collation);

    private string KeyText(SqliteRowSource rows, PgSession session, int first)
    {
        var names = _keys.Select((k, i) => Index.indkey[i] != 0
            ? IndexKeyNames.Column(Table.ColumnOf(Index.indkey[i]))
            : IndexKeyNames.Expression(k, Table, session));
        return ConstraintErrors.Key(names, [.. _keys.Select((k, i) => ConstraintErrors.Text(rows.GetDatum(first + i), k.Type, session))]);
    }

    private BoundQuery BuildStored()
    {
        var quals = new List<BoundExpr> { BoundTrees.Operator(Table.Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), BoundTrees.Parameter(1, TypeOid.Int8), 0) };
        if (_predicate is not null)
        {
            quals.Add(_predicate);
        }

        return BoundTrees.SelectFrom(Table, _keys, quals);
    }

    private BoundQuery BuildProbe()
    {
        var candidate = new VarReplacer(1, v => BoundTrees.Parameter(Table.IndexOf(v.Varattno) + 1, v.Type, v.Typmod, v.Collation));
        var targets = new List<BoundExpr> { BoundTrees.Rowid(1) };
        var quals = new List<BoundExpr>();
        for (var i = 0; i < _keys.Length; i++)
        {
            var given = candidate.Rewrite(_keys[i]);
            targets.Add(given);
            var equality = IsExclusion ? Constraint!.conexclop![i] : EqualityOperator(Table.Catalog, Index.indclass[i]);
            quals.Add(Index.indnullsnotdistinct
                ? BoundTrees.NotDistinct(Table.Catalog, equality, _keys[i], given, Index.indcollation[i])
                : BoundTrees.Operator(Table.Catalog, equality, _keys[i], given, Index.indcollation[i]));
        }

        if (IsExclusion)
        {
            targets.AddRange(_keys);
        }

        if (_predicate is not null)
        {
            quals.Add(_predicate);
            quals.Add(candidate.Rewrite(_predicate));
        }

        return BoundTrees.SelectFrom(Table, targets, quals);
    }

    private static uint EqualityOperator(CatalogSnapshot catalog, uint opclassOid)
    {
        var opclass = catalog.Opclass(opclassOid)!;
        var strategy = opclass.opcmethod == BuiltInOids.HashAm ? 1 : EqualStrategy;
        var found = catalog.OperatorOfStrategy(opclass.opcfamily, opclass.opcintype, opclass.opcintype, strategy);
        return found != 0 ? found : throw PgErrors.FeatureNotSupported($"a unique index with operator class {opclass.opcname}");
    }
}

/// <summary>Operators of pg_operator that this folder names.</summary>
internal static class BuiltInOperators
{
    /// <summary>bigint = bigint.</summary>
    internal const uint Int8Equal = 410;

    /// <summary>oid = oid.</summary>
    internal const uint OidEqual = 607;

    /// <summary>bigint &lt; bigint.</summary>
    internal const uint Int8Less = 412;

    /// <summary>integer = integer.</summary>
    internal const uint Int4Equal = 96;
}
