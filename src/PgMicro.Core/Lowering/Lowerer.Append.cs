using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // SQLite makes of a join of two such tables a join of each pair of their arms.
    private const int MostArms = 64;

    // Arms that it would make of all that have been lowered.
    private int _arms = 1;

    /// <inheritdoc cref="LoweredQuery.Appends"/>
    internal Dictionary<string, string>? Appends { get; private set; }

    /// <summary>A relation with its descendants: one arm for each table, its columns found by the names of the relation's (PostgreSQL's Append).</summary>
    private SqlDerived Append(int rtIndex, PgClass relation, IReadOnlyList<uint> members, TableSampleClause? sample)
    {
        var attributes = Catalog.Attributes(relation.oid);
        var isPlain = sample is null && IsPlainScan(_scope.Query);
        var pruning = PartitionPruning.Of(Catalog, relation.oid, rtIndex, _scope.Query.JoinTree.Quals);
        SqlQuery? rows = null;
        var arms = new List<string>();
        foreach (var member in members)
        {
            var guard = pruning?.Guard(member);
            if (guard is not null && ConstantTruth.IsNeverTrue(Catalog, guard))
            {
                continue;
            }

            Relations.Add(member);
            var table = Catalog.Class(member)!;
            var alias = NewAlias();
            arms.Add(alias);
            var (schema, name) = RelationNames.Of(Catalog, table);
            var source = new RelationSource(Catalog, table, alias);
            var map = Inheritance.Map(Catalog, relation.oid, member);
            var arm = new SqlSelect
            {
                Columns =
                [
                    source.Column(-1), source.Column(-2), SqlLiteral.Of(member),
                    .. attributes.Select(a => map[a.attnum] is not 0 and var column ? source.Column(column) : SqlLiteral.Null),
                ],
                From = new SqlTable(schema, name, alias, NotIndexed: isPlain),
                Where = ArmCondition(guard, sample is null ? null : IsSampled(source, sample)),
            };
            rows = rows is null ? arm : new SqlCompound(rows, "UNION ALL", arm);
        }

        var width = attributes.Length + AppendSource.SystemColumns;
        var none = new SqlSelect { Columns = [.. Enumerable.Repeat<SqlExpr>(SqlLiteral.Null, width)], Where = SqlLiteral.False };
        if (rows is not null && _arms > 1 && _arms * arms.Count > MostArms)
        {
            // An arm without FROM keeps it from that, though not from passing conditions down.
            rows = new SqlCompound(rows, "UNION ALL", none);
        }
        else
        {
            _arms *= Math.Max(1, arms.Count);
        }

        rows ??= none;
        var derived = NewAlias();
        _scope.Sources[rtIndex] = new AppendSource(derived);
        Name(_scope.Query.RangeTable[rtIndex - 1].Eref.AliasName, derived, arms);
        return new SqlDerived(rows, derived, width, false);
    }

    private void Name(string name, string derived, List<string> arms)
    {
        Appends ??= [];
        Appends[derived] = "";
        for (var i = 0; i < arms.Count; i++)
        {
            Appends[arms[i]] = arms.Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{i + 1}");
        }
    }

    private SqlExpr? ArmCondition(BoundExpr? guard, SqlExpr? sampled) =>
        guard is null ? sampled : sampled is null ? Condition(guard) : SqlChain.And([Condition(guard), sampled]);
}
