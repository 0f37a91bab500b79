using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // SQLite makes of a join of two such tables a join of each pair of their arms.
    private const int MostJoined = 64;

    // SQLite takes 500 terms in one compound.
    private const int MostTerms = 400;

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
        var arms = new List<SqlQuery>();
        var names = new List<string>();
        foreach (var member in members)
        {
            var guard = pruning?.Guard(member);
            if (guard is not null && ConstantTruth.IsNeverTrue(Catalog, guard))
            {
                continue;
            }

            Relations.Add(member);
            var table = Catalog.Class(member)!;
            if (table.relkind == 'f')
            {
                throw ForeignData.NoHandler(Catalog, member);
            }

            var alias = NewAlias();
            names.Add(alias);
            var (schema, name) = RelationNames.Of(Catalog, table);
            var source = new RelationSource(Catalog, table, alias);
            var map = Inheritance.Map(Catalog, relation.oid, member);
            arms.Add(new SqlSelect
            {
                Columns =
                [
                    source.Column(-1), source.Column(-2), SqlLiteral.Of(member),
                    .. attributes.Select(a => map[a.attnum] is not 0 and var column ? source.Column(column) : SqlLiteral.Null),
                ],
                From = new SqlTable(schema, name, alias, NotIndexed: isPlain),
                Where = ArmCondition(guard, sample is null ? null : IsSampled(source, sample)),
            });
        }

        var width = attributes.Length + AppendSource.SystemColumns;
        var none = new SqlSelect { Columns = [.. Enumerable.Repeat<SqlExpr>(SqlLiteral.Null, width)], Where = SqlLiteral.False };
        if (arms.Count == 0 || (_arms > 1 && _arms * arms.Count > MostJoined))
        {
            // An arm without FROM keeps it from that, though not from passing conditions down.
            arms.Add(none);
        }
        else
        {
            _arms *= arms.Count;
        }

        var rows = UnionAll(arms, width);
        var derived = NewAlias();
        _scope.Sources[rtIndex] = new AppendSource(derived);
        Name(_scope.Query.RangeTable[rtIndex - 1].Eref.AliasName, derived, names);
        return new SqlDerived(rows, derived, width, false);
    }

    private SqlQuery UnionAll(List<SqlQuery> arms, int width)
    {
        if (arms.Count > MostTerms)
        {
            arms = [.. arms.Chunk(MostTerms).Select(part =>
            {
                var alias = NewAlias();
                return new SqlSelect
                {
                    Columns = [.. Enumerable.Range(1, width).Select(i => new SqlColumn(alias, string.Create(CultureInfo.InvariantCulture, $"c{i}")))],
                    From = new SqlDerived(UnionAll([.. part], width), alias, width, false),
                };
            })];
        }

        return arms.Aggregate(static (all, arm) => new SqlCompound(all, "UNION ALL", arm));
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
