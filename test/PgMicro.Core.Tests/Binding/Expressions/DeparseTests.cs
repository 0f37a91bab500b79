using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Xunit;
using Pg = PgQuery;

namespace PgMicro.Core.Tests.Binding.Expressions;

/// <summary>
/// Binds expressions over one table and prints them; the texts are PostgreSQL 17's pg_get_expr of a policy
/// <c>USING (pg_typeof(expression) IS NULL)</c>, which takes an expression of any type (deparse.tsv).
/// </summary>
public class DeparseTests
{
    public static TheoryData<string, string, string> Recorded
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Binding", "Expressions", "deparse.tsv")))
            {
                var f = line.Split('\t');
                data.Add(f[0], JsonSerializer.Deserialize<string>(f[1])!, JsonSerializer.Deserialize<string>(f[2])!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void PrintsAsPostgreSqlDoes(string expression, string plain, string pretty)
    {
        var catalog = CatalogSnapshot.Initial;
        var types = new TypeContext { Types = BuiltInCodecs.Resolver };
        var pstate = new ParseState(catalog, [11, 2200], types) { Scope = new OneTable() };
        var node = PgQueryParser.Parse($"select pg_typeof({expression}) is null").Stmts[0].Stmt.SelectStmt.TargetList[0].ResTarget.Val;
        var bound = ExpressionBinder.Transform(pstate, node, ParseExprKind.Policy);
        Collations.Assign(pstate, bound);
        Assert.Equal(plain, ExpressionDeparser.Deparse(bound, Context(false)));
        Assert.Equal(pretty, ExpressionDeparser.Deparse(bound, Context(true)));

        DeparseContext Context(bool prettyParens) => new()
        {
            Catalog = catalog,
            TypeContext = types,
            SearchPath = [11, 2200],
            ColumnName = v => Identifiers.Quote(OneTable.Columns[v.Varattno - 1].Name),
            PrettyParens = prettyParens,
        };
    }

    private sealed class OneTable : IQueryScope
    {
        public static readonly RowField[] Columns =
        [
            new("id", TypeOid.Int4, -1, 0), new("a", TypeOid.Int4, -1, 0), new("b", TypeOid.Text, -1, 100),
            new("c", TypeOid.Numeric, (10 << 16) + 2 + 4, 0), new("d", TypeOid.Timestamptz, -1, 0), new("e", TypeOid.Bool, -1, 0),
            new("f", TypeOid.Int4Array, -1, 0), new("g", TypeOid.Jsonb, -1, 0), new("h", TypeOid.Varchar, 14, 100),
            new("Q x", TypeOid.Int4, -1, 0), new("ts", TypeOid.Timestamp, -1, 0), new("dt", TypeOid.Date, -1, 0),
            new("i", TypeOid.Interval, -1, 0), new("u", TypeOid.Uuid, -1, 0), new("ch", TypeOid.Bpchar, 7, 100),
            new("r", TypeOid.Int4Range, -1, 0), new("by", TypeOid.Bytea, -1, 0), new("f8", TypeOid.Float8, -1, 0), new("b8", TypeOid.Int8, -1, 0),
        ];

        public BoundExpr? ColNameToVar(ParseState pstate, string name, int location)
        {
            var i = Array.FindIndex(Columns, c => c.Name == name);
            return i < 0
                ? null
                : new BoundVar
                {
                    Varno = 1,
                    Varattno = i + 1,
                    Type = Columns[i].Type,
                    Typmod = Columns[i].Typmod,
                    Collation = Columns[i].Collation,
                    Location = location,
                };
        }

        public BoundExpr? ScanColumn(ParseState pstate, string? schema, string relation, string column, int location, out bool relationFound)
        {
            relationFound = false;
            return null;
        }

        public BoundExpr? WholeRow(ParseState pstate, string? schema, string relation, int location) => null;

        public BoundExpr? FindWholeRowColumn(ParseState pstate, BoundVar whole, string name, int location) => null;

        public List<BoundExpr> ExpandWholeRow(ParseState pstate, BoundVar whole) => [];

        public List<BoundExpr> ExpandColumnRefStar(ParseState pstate, Pg.ColumnRef node) => [];

        public string? RelationNameOf(ParseState pstate, BoundVar variable) => null;

        public IReadOnlyList<RowField>? RecordFields(ParseState pstate, BoundVar variable) => null;

        public PgException MissingRelation(ParseState pstate, string? schema, string relation, int location) =>
            new(SqlState.UndefinedTable, relation);

        public PgException MissingColumn(ParseState pstate, string? relation, string column, int location) => new(SqlState.UndefinedColumn, column);

        public BoundQuery TransformSubquery(ParseState pstate, Pg.Node node) => throw new NotSupportedException();
    }
}
