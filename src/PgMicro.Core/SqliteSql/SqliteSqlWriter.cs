using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.SqliteSql;

/// <summary>Prints SQLite's SQL. It decides nothing but where parentheses go.</summary>
internal sealed class SqliteSqlWriter
{
    private readonly StringBuilder _sql = new();

    private SqliteSqlWriter()
    {
    }

    internal static string Write(SqlQuery query)
    {
        var writer = new SqliteSqlWriter();
        writer.Query(query);
        return writer._sql.ToString();
    }

    internal static string Write(SqlExpr expr)
    {
        var writer = new SqliteSqlWriter();
        writer.Expr(expr);
        return writer._sql.ToString();
    }

    /// <summary>A quoted identifier.</summary>
    internal static string Quote(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    private void Query(SqlQuery query)
    {
        RuntimeStack();
        if (query.With.Count > 0)
        {
            _sql.Append(query.Recursive ? "WITH RECURSIVE " : "WITH ");
            List(query.With, Cte);
            _sql.Append(' ');
        }

        switch (query)
        {
            case SqlSelect select:
                Select(select);
                break;
            case SqlValues values:
                _sql.Append("VALUES ");
                List(values.Rows, Row);
                break;
            case SqlCompound compound:
                Query(compound.Left);
                _sql.Append(' ').Append(compound.Operator).Append(' ');
                Query(compound.Right);
                break;
        }

        OrderBy(query.OrderBy);
        if (query.Limit is not null || query.Offset is not null)
        {
            _sql.Append(" LIMIT ");
            Expr(query.Limit ?? SqlLiteral.Of(-1));
            if (query.Offset is not null)
            {
                _sql.Append(" OFFSET ");
                Expr(query.Offset);
            }
        }
    }

    private void Cte(SqlCte cte)
    {
        _sql.Append(cte.Name).Append('(');
        for (var i = 1; i <= cte.ColumnCount; i++)
        {
            _sql.Append(i == 1 ? "c" : ", c").Append(i);
        }

        _sql.Append(cte.Materialized switch { true => ") AS MATERIALIZED (", false => ") AS NOT MATERIALIZED (", _ => ") AS (" });
        Query(cte.Query);
        _sql.Append(')');
    }

    private void Select(SqlSelect select)
    {
        _sql.Append(select.Distinct ? "SELECT DISTINCT " : "SELECT ");
        for (var i = 0; i < select.Columns.Count; i++)
        {
            _sql.Append(i == 0 ? "" : ", ");
            Expr(select.Columns[i]);
            _sql.Append(" AS c").Append(i + 1);
        }

        if (select.Columns.Count == 0)
        {
            _sql.Append("NULL");
        }

        if (select.From is not null)
        {
            _sql.Append(" FROM ");
            From(select.From);
        }

        if (select.Where is not null)
        {
            _sql.Append(" WHERE ");
            Expr(select.Where);
        }

        if (select.GroupBy.Count > 0)
        {
            _sql.Append(" GROUP BY ");
            List(select.GroupBy, Expr);
        }

        if (select.Having is not null)
        {
            _sql.Append(" HAVING ");
            Expr(select.Having);
        }
    }

    private void OrderBy(IReadOnlyList<SqlOrder> items)
    {
        if (items.Count > 0)
        {
            _sql.Append(" ORDER BY ");
            List(items, item =>
            {
                Expr(item.Expr);
                _sql.Append(item.Descending ? " DESC" : "").Append(item.NullsFirst switch { true => " NULLS FIRST", false => " NULLS LAST", _ => "" });
            });
        }
    }

    private void From(SqlFrom from)
    {
        RuntimeStack();
        switch (from)
        {
            case SqlTable table:
                _sql.Append(table.Schema is null ? "" : table.Schema + ".").Append(Quote(table.Name)).Append(" AS ").Append(table.Alias).Append(table.NotIndexed ? " NOT INDEXED" : "");
                break;
            case SqlTableFunction function:
                _sql.Append(Quote(function.Name)).Append('(');
                List(function.Args, Expr);
                _sql.Append(") AS ").Append(function.Alias);
                break;
            case SqlDerived { Materialized: true } derived:
                _sql.Append("(WITH ");
                Cte(new SqlCte("m", derived.ColumnCount, derived.Query, true));
                _sql.Append(" SELECT * FROM m) AS ").Append(derived.Alias);
                break;
            case SqlDerived { Query: SqlValues } derived:
                // VALUES names its columns otherwise.
                _sql.Append("(WITH ");
                Cte(new SqlCte("m", derived.ColumnCount, derived.Query, null));
                _sql.Append(" SELECT * FROM m) AS ").Append(derived.Alias);
                break;
            case SqlDerived derived:
                _sql.Append('(');
                Query(derived.Query);
                _sql.Append(") AS ").Append(derived.Alias);
                break;
            case SqlJoin join:
                From(join.Left);
                _sql.Append(' ').Append(join.Kind).Append(' ');
                if (join.Right is SqlJoin)
                {
                    _sql.Append('(');
                    From(join.Right);
                    _sql.Append(')');
                }
                else
                {
                    From(join.Right);
                }

                if (join.On is not null)
                {
                    _sql.Append(" ON ");
                    Expr(join.On);
                }

                break;
        }
    }

    private void Expr(SqlExpr expr)
    {
        RuntimeStack();
        switch (expr)
        {
            case SqlLiteral literal:
                Literal(literal.Value);
                break;
            case SqlParameter parameter:
                _sql.Append('?').Append(parameter.Number);
                break;
            case SqlColumn column:
                _sql.Append(column.Table).Append('.').Append(IsPlain(column.Name) ? column.Name : Quote(column.Name));
                break;
            case SqlUnary unary:
                _sql.Append(unary.Operator).Append(unary.Operator == "NOT" ? " " : "");
                Operand(unary.Operand);
                break;
            case SqlBinary binary:
                Operand(binary.Left);
                _sql.Append(' ').Append(binary.Operator).Append(' ');
                Operand(binary.Right);
                break;
            case SqlChain chain:
                Chain(chain, 0, chain.Items.Count);
                break;
            case SqlIsNull test:
                Operand(test.Operand);
                _sql.Append(test.Not ? " IS NOT NULL" : " IS NULL");
                break;
            case SqlCollate collate:
                Operand(collate.Operand);
                _sql.Append(" COLLATE ").Append(Quote(collate.Collation));
                break;
            case SqlCast cast:
                _sql.Append("CAST(");
                Expr(cast.Operand);
                _sql.Append(" AS ").Append(cast.Type).Append(')');
                break;
            case SqlCall call:
                Call(call);
                break;
            case SqlTemplate template:
                Template(template);
                break;
            case SqlCase @case:
                _sql.Append("CASE");
                foreach (var (when, then) in @case.Arms)
                {
                    _sql.Append(" WHEN ");
                    Expr(when);
                    _sql.Append(" THEN ");
                    Expr(then);
                }

                if (@case.Else is not null and not SqlLiteral { Value.IsNull: true })
                {
                    _sql.Append(" ELSE ");
                    Expr(@case.Else);
                }

                _sql.Append(" END");
                break;
            case SqlRow row:
                Row(row.Items);
                break;
            case SqlInList list:
                Operand(list.Operand);
                _sql.Append(list.Not ? " NOT IN (" : " IN (");
                List(list.Items, Expr);
                _sql.Append(')');
                break;
            case SqlInQuery query:
                Operand(query.Operand);
                _sql.Append(query.Not ? " NOT IN (" : " IN (");
                Query(query.Query);
                _sql.Append(')');
                break;
            case SqlExists exists:
                _sql.Append("EXISTS (");
                Query(exists.Query);
                _sql.Append(')');
                break;
            case SqlScalar scalar:
                _sql.Append('(');
                Query(scalar.Query);
                _sql.Append(')');
                break;
            default:
                throw new InvalidOperationException(expr.GetType().Name);
        }
    }

    private void Chain(SqlChain chain, int start, int end)
    {
        if (end - start == 1)
        {
            Operand(chain.Items[start]);
            return;
        }

        if (end - start <= 8)
        {
            for (var i = start; i < end; i++)
            {
                _sql.Append(i == start ? "" : " " + chain.Operator + " ");
                Operand(chain.Items[i]);
            }

            return;
        }

        var middle = (start + end) / 2;
        _sql.Append('(');
        Chain(chain, start, middle);
        _sql.Append(") ").Append(chain.Operator).Append(" (");
        Chain(chain, middle, end);
        _sql.Append(')');
    }

    private void Call(SqlCall call)
    {
        _sql.Append(IsPlain(call.Name) ? call.Name : Quote(call.Name)).Append(call.Distinct ? "(DISTINCT " : "(");
        if (call.Star)
        {
            _sql.Append('*');
        }

        List(call.Args, Expr);
        OrderBy(call.OrderBy);
        _sql.Append(')');
        Tail(call.Filter, call.Over);
    }

    private void Template(SqlTemplate template)
    {
        var text = template.Text.AsSpan();
        while (text.IndexOf('{') is >= 0 and var open)
        {
            var close = text.IndexOf('}');
            _sql.Append(text[..open]);
            Operand(template.Args[int.Parse(text[(open + 1)..close], CultureInfo.InvariantCulture)]);
            text = text[(close + 1)..];
        }

        _sql.Append(text);
        Tail(template.Filter, template.Over);
    }

    private void Tail(SqlExpr? filter, SqlWindow? over)
    {
        if (filter is not null)
        {
            _sql.Append(" FILTER (WHERE ");
            Expr(filter);
            _sql.Append(')');
        }

        if (over is null)
        {
            return;
        }

        _sql.Append(" OVER (");
        if (over.PartitionBy.Count > 0)
        {
            _sql.Append("PARTITION BY ");
            List(over.PartitionBy, Expr);
        }

        OrderBy(over.OrderBy);
        if (over.Frame is { } frame)
        {
            _sql.Append(' ').Append(frame.Unit).Append(" BETWEEN ");
            Bound(frame.StartOffset, frame.Start);
            _sql.Append(" AND ");
            Bound(frame.EndOffset, frame.End);
            _sql.Append(frame.Exclude is null ? "" : " EXCLUDE " + frame.Exclude);
        }

        _sql.Append(')');
    }

    private void Bound(SqlExpr? offset, string words)
    {
        if (offset is not null)
        {
            Operand(offset);
            _sql.Append(' ');
        }

        _sql.Append(words);
    }

    // Anything that is not one token or closed by itself stands in parentheses.
    private void Operand(SqlExpr expr)
    {
        var closed = expr is SqlColumn or SqlParameter or SqlScalar or SqlExists or SqlCast or SqlRow or SqlCase or SqlCall { Over: null, Filter: null }
            or SqlLiteral { Value.Kind: not (DatumKind.Integer or DatumKind.Real) } or SqlLiteral { Value: { Kind: DatumKind.Integer, Int64: >= 0 } };
        _sql.Append(closed ? "" : "(");
        Expr(expr);
        _sql.Append(closed ? "" : ")");
    }

    private void Literal(in PgDatum value)
    {
        switch (value.Kind)
        {
            case DatumKind.Null:
                _sql.Append("NULL");
                break;
            case DatumKind.Integer:
                _sql.Append(value.Int64);
                break;
            case DatumKind.Real:
                var text = value.Double.ToString("R", CultureInfo.InvariantCulture);
                _sql.Append(double.IsPositiveInfinity(value.Double) ? "9e999" : double.IsNegativeInfinity(value.Double) ? "-9e999"
                    : text.AsSpan().IndexOfAny(".E") >= 0 ? text : text + ".0");
                break;
            case DatumKind.Text:
                _sql.Append('\'').Append(value.GetString().Replace("'", "''")).Append('\'');
                break;
            default:
                _sql.Append("x'").Append(Convert.ToHexString(value.Bytes)).Append('\'');
                break;
        }
    }

    private void Row(IReadOnlyList<SqlExpr> items)
    {
        _sql.Append('(');
        List(items, Expr);
        _sql.Append(')');
    }

    private void List<T>(IReadOnlyList<T> items, Action<T> write)
    {
        for (var i = 0; i < items.Count; i++)
        {
            _sql.Append(i == 0 ? "" : ", ");
            write(items[i]);
        }
    }

    // Generated names (c1, t2.c1, int4pl_177) need no quotes; any other name gets them.
    private static bool IsPlain(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0]) && char.IsAsciiDigit(name[^1])
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    private static void RuntimeStack()
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PgErrors.StatementTooComplex();
        }
    }
}
