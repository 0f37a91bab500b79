using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>A relation with its descendants: one arm for each table, its columns found by the names of the relation's (PostgreSQL's Append).</summary>
    private SqlDerived Append(int rtIndex, PgClass relation, IReadOnlyList<uint> members, TableSampleClause? sample)
    {
        var attributes = Catalog.Attributes(relation.oid);
        var isPlain = sample is null && IsPlainScan(_scope.Query);
        SqlQuery? rows = null;
        foreach (var member in members)
        {
            Relations.Add(member);
            var table = Catalog.Class(member)!;
            var alias = NewAlias();
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
                Where = sample is null ? null : IsSampled(source, sample),
            };
            rows = rows is null ? arm : new SqlCompound(rows, "UNION ALL", arm);
        }

        var width = attributes.Length + AppendSource.SystemColumns;
        rows ??= new SqlSelect { Columns = [.. Enumerable.Repeat<SqlExpr>(SqlLiteral.Null, width)], Where = SqlLiteral.False };
        var derived = NewAlias();
        _scope.Sources[rtIndex] = new AppendSource(derived);
        return new SqlDerived(rows, derived, width, false);
    }
}
