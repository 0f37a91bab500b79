using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>
/// The constants of a statement that a parameter can stand for without changing what the statement means or how it is described: those that a column is compared
/// with in WHERE and ON, and those that INSERT and UPDATE store. Elsewhere a constant may name a column of the result, be a typmod, match an expression of GROUP BY
/// or of an index, or be folded with others before there are rows.
/// </summary>
internal sealed class ConstantPlaces
{
    private readonly Dictionary<int, Pg.A_Const> _found = [];

    private ConstantPlaces()
    {
    }

    /// <summary>Such constants of a statement by their byte offset.</summary>
    internal static IReadOnlyDictionary<int, Pg.A_Const> Of(Pg.Node statement)
    {
        var places = new ConstantPlaces();
        places.Statement(statement);
        return places._found;
    }

    private void Statement(Pg.Node statement)
    {
        switch (statement.NodeCase)
        {
            case Pg.Node.NodeOneofCase.SelectStmt:
                Select(statement.SelectStmt);
                break;
            case Pg.Node.NodeOneofCase.InsertStmt when statement.InsertStmt.SelectStmt?.SelectStmt is { } source:
                if (source.ValuesLists is [{ List: { } row }])
                {
                    foreach (var value in row.Items)
                    {
                        Stored(value);
                    }
                }
                else
                {
                    Select(source);
                }

                break;
            case Pg.Node.NodeOneofCase.UpdateStmt:
                foreach (var target in statement.UpdateStmt.TargetList)
                {
                    Stored(target.ResTarget.Val);
                }

                Condition(statement.UpdateStmt.WhereClause);
                break;
            case Pg.Node.NodeOneofCase.DeleteStmt:
                Condition(statement.DeleteStmt.WhereClause);
                break;
        }
    }

    private void Select(Pg.SelectStmt select)
    {
        if (select.Op != Pg.SetOperation.SetopNone)
        {
            Select(select.Larg);
            Select(select.Rarg);
            return;
        }

        foreach (var item in select.FromClause)
        {
            From(item);
        }

        Condition(select.WhereClause);
    }

    private void From(Pg.Node item)
    {
        if (item.JoinExpr is { } join)
        {
            From(join.Larg);
            From(join.Rarg);
            Condition(join.Quals);
        }
        else if (item.RangeSubselect?.Subquery?.SelectStmt is { } subquery)
        {
            Select(subquery);
        }
    }

    private void Condition(Pg.Node? node)
    {
        switch (node?.NodeCase)
        {
            case Pg.Node.NodeOneofCase.BoolExpr:
                foreach (var arg in node.BoolExpr.Args)
                {
                    Condition(arg);
                }

                break;
            case Pg.Node.NodeOneofCase.SubLink when node.SubLink.Subselect?.SelectStmt is { } subquery:
                Select(subquery);
                break;
            case Pg.Node.NodeOneofCase.AExpr:
                Comparison(node.AExpr);
                break;
        }
    }

    private void Comparison(Pg.A_Expr expr)
    {
        switch (expr.Kind)
        {
            case Pg.A_Expr_Kind.AexprOp when expr.Name is [{ String: { Sval: "=" or "<>" or "<" or "<=" or ">" or ">=" } }]:
                if (expr.Lexpr?.ColumnRef is not null)
                {
                    Add(expr.Rexpr);
                }
                else if (expr.Rexpr?.ColumnRef is not null && expr.Lexpr is not null)
                {
                    Add(expr.Lexpr);
                }

                break;
            case Pg.A_Expr_Kind.AexprIn or Pg.A_Expr_Kind.AexprBetween or Pg.A_Expr_Kind.AexprNotBetween
                when expr.Lexpr?.ColumnRef is not null && expr.Rexpr?.List is { } list && list.Items.All(static i => i.AConst is not null):
                foreach (var item in list.Items)
                {
                    Add(item);
                }

                break;
        }
    }

    // A value, or a column and a number.
    private void Stored(Pg.Node? value)
    {
        if (value?.AExpr is { Kind: Pg.A_Expr_Kind.AexprOp, Name: [{ String: { Sval: "+" or "-" or "*" } }] } expr)
        {
            if (expr.Lexpr?.ColumnRef is not null && expr.Rexpr.AConst is { Sval: null })
            {
                Add(expr.Rexpr);
            }
        }
        else if (value is not null)
        {
            Add(value);
        }
    }

    private void Add(Pg.Node node)
    {
        if (node.AConst is { Isnull: false } constant)
        {
            _found[constant.Location] = constant;
        }
    }
}
