using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>Bound expressions to SQL text exactly as PostgreSQL prints it (the expression half of ruleutils.c).</summary>
public sealed partial class ExpressionDeparser
{
    private const int Indent = 4;

    private readonly DeparseContext _context;
    private readonly StringBuilder _out;
    private int _indent;

    private ExpressionDeparser(DeparseContext context, StringBuilder output, int indent)
    {
        _context = context;
        _out = output;
        _indent = indent;
    }

    /// <summary>The text of an expression: pg_get_expr.</summary>
    /// <param name="expr">The expression.</param>
    /// <param name="context">What names come from.</param>
    /// <param name="showImplicit">Whether an implicit cast at the top is written out.</param>
    /// <param name="indent">Spaces that broken lines begin with.</param>
    public static string Deparse(BoundExpr expr, DeparseContext context, bool showImplicit = false, int indent = 0)
    {
        var output = new StringBuilder();
        Append(expr, context, showImplicit, output, indent);
        return output.ToString();
    }

    /// <summary>Prints an expression into a text that has begun.</summary>
    internal static void Append(BoundExpr expr, DeparseContext context, bool showImplicit, StringBuilder output, int indent) =>
        new ExpressionDeparser(context, output, indent).Expr(expr, showImplicit);

    /// <summary>A constant with its type always said.</summary>
    internal static string Constant(BoundConst constant, DeparseContext context)
    {
        var deparser = new ExpressionDeparser(context, new StringBuilder(), 0);
        deparser.Const(constant, 1);
        return deparser._out.ToString();
    }

    /// <summary>An operator's name between operands of the types.</summary>
    internal static string Operator(uint op, uint left, uint right, DeparseContext context) =>
        new ExpressionDeparser(context, new StringBuilder(), 0).OperatorName(op, left, right);

    /// <summary>A collation's name, qualified as needed.</summary>
    internal static string Collation(uint collation, DeparseContext context) => new ExpressionDeparser(context, new StringBuilder(), 0).CollationName(collation);

    private string TypeText(uint type, int typmod) => FormatType.Format(type, typmod, _context.Catalog, _context.SearchPath);

    private void Open()
    {
        if (!_context.PrettyParens)
        {
            _out.Append('(');
        }
    }

    private void Close()
    {
        if (!_context.PrettyParens)
        {
            _out.Append(')');
        }
    }

    /// <summary>An operand; pretty printing adds parentheses only where the parent would bind tighter.</summary>
    private void Operand(BoundExpr? expr, bool showImplicit, BoundExpr parent)
    {
        var parens = _context.PrettyParens && !Precedence.IsSimple(expr, parent, _context.Catalog);
        if (parens)
        {
            _out.Append('(');
        }

        Expr(expr, showImplicit);
        if (parens)
        {
            _out.Append(')');
        }
    }

    private void List(IReadOnlyList<BoundExpr> exprs, bool showImplicit)
    {
        for (var i = 0; i < exprs.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            Expr(exprs[i], showImplicit);
        }
    }

    /// <summary>Whole rows among these say their type, lest they be read as their columns.</summary>
    private void TopLevelList(IReadOnlyList<BoundExpr> exprs)
    {
        for (var i = 0; i < exprs.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            if (exprs[i] is BoundVar variable)
            {
                _out.Append((_context.TopLevelColumnName ?? _context.ColumnName)(variable));
            }
            else
            {
                Expr(exprs[i], true);
            }
        }
    }

    private void Window(BoundWindowFunc x)
    {
        var window = _context.Window ?? throw PgErrors.FeatureNotSupported("printing a window function");
        _out.Append(FunctionName(x.WinFnOid, x.Args, false)).Append('(');
        if (x.WinStar)
        {
            _out.Append('*');
        }
        else
        {
            List(x.Args, true);
        }

        if (x.AggFilter is not null)
        {
            _out.Append(") FILTER (WHERE ");
            Expr(x.AggFilter, false);
        }

        _out.Append(") OVER ").Append(window(x.WinRef));
    }

    private void NewLine(string keyword)
    {
        if (!_context.Indents)
        {
            _out.Append(keyword == "CASE" ? "" : " ").Append(keyword);
            return;
        }

        while (_out.Length > 0 && _out[^1] == ' ')
        {
            _out.Length--;
        }

        _out.Append('\n').Append(' ', Math.Max(_indent, 0)).Append(keyword);
    }

    private void Expr(BoundExpr? expr, bool showImplicit)
    {
        switch (expr)
        {
            case null:
                break;
            case BoundVar x:
                _out.Append(_context.ColumnName(x));
                break;
            case BoundConst x:
                Const(x, 0);
                break;
            case BoundParam x:
                _out.Append((x.Kind == ParamKind.Extern ? _context.ParameterName?.Invoke(x.ParamId) : null) ?? string.Create(CultureInfo.InvariantCulture, $"${x.ParamId}"));
                break;
            case BoundFuncExpr x:
                Function(x, showImplicit);
                break;
            case BoundNamedArgExpr x:
                _out.Append(Identifiers.Quote(x.Name)).Append(" => ");
                Expr(x.Arg, showImplicit);
                break;
            case BoundOpExpr x:
                Open();
                Operator(x.OpNo, x.Args, x);
                Close();
                break;
            case BoundDistinctExpr x:
                Open();
                Operand(x.Args[0], true, x);
                _out.Append(" IS DISTINCT FROM ");
                Operand(x.Args[1], true, x);
                Close();
                break;
            case BoundNullIfExpr x:
                _out.Append("NULLIF(");
                List(x.Args, true);
                _out.Append(')');
                break;
            case BoundScalarArrayOpExpr x:
                Open();
                Operand(x.Args[0], true, x);
                _out.Append(' ').Append(OperatorName(x.OpNo, x.Args[0].Type, TypeFacts.GetBaseElementType(_context.Catalog, x.Args[1].Type)))
                    .Append(x.UseOr ? " ANY (" : " ALL (");
                Operand(x.Args[1], true, x);
                if (x.Args[1] is BoundSubLink { SubLinkType: SubLinkType.Expr } link)
                {
                    // Without the cast it would read as the subquery form of ANY.
                    _out.Append("::").Append(TypeText(link.Type, link.Typmod));
                }

                _out.Append(')');
                Close();
                break;
            case BoundBoolExpr x:
                Boolean(x);
                break;
            case BoundSubLink x:
                SubLink(x);
                break;
            case BoundFieldSelect x:
                FieldSelect(x);
                break;
            case BoundSubscriptingRef x:
                Subscripting(x);
                break;
            case BoundRelabelType x:
                Cast(x, x.Arg, x.RelabelFormat, x.Type, x.Typmod, showImplicit);
                break;
            case BoundCoerceViaIO x:
                Cast(x, x.Arg, x.CoerceFormat, x.Type, -1, showImplicit);
                break;
            case BoundArrayCoerceExpr x:
                Cast(x, x.Arg, x.CoerceFormat, x.Type, x.Typmod, showImplicit);
                break;
            case BoundConvertRowtypeExpr x:
                Cast(x, x.Arg, x.ConvertFormat, x.Type, -1, showImplicit);
                break;
            case BoundCoerceToDomain x:
                Cast(x, x.Arg, x.CoercionFormat, x.Type, x.Typmod, showImplicit);
                break;
            case BoundCoerceToDomainValue:
                _out.Append("VALUE");
                break;
            case BoundCollateExpr x:
                Open();
                Operand(x.Arg, showImplicit, x);
                _out.Append(" COLLATE ").Append(CollationName(x.Collation));
                Close();
                break;
            case BoundCaseExpr x:
                Case(x);
                break;
            case BoundCaseTestExpr:
                _out.Append("CASE_TEST_EXPR");
                break;
            case BoundArrayExpr x:
                _out.Append("ARRAY[");
                List(x.Elements, true);
                _out.Append(']');
                if (x.Elements.Count == 0)
                {
                    _out.Append("::").Append(TypeText(x.Type, -1));
                }

                break;
            case BoundRowExpr x:
                _out.Append("ROW(");
                TopLevelList(x.Args);
                _out.Append(')');
                if (x.RowFormat == CoercionForm.ExplicitCast)
                {
                    _out.Append("::").Append(TypeText(x.Type, -1));
                }

                break;
            case BoundRowCompareExpr x:
                _out.Append("(ROW(");
                TopLevelList(x.LArgs);
                _out.Append(") ").Append(OperatorName(x.OpNos[0], x.LArgs[0].Type, x.RArgs[0].Type)).Append(" ROW(");
                TopLevelList(x.RArgs);
                _out.Append("))");
                break;
            case BoundCoalesceExpr x:
                _out.Append("COALESCE(");
                List(x.Args, true);
                _out.Append(')');
                break;
            case BoundMinMaxExpr x:
                _out.Append(x.Op == MinMaxOp.Greatest ? "GREATEST(" : "LEAST(");
                List(x.Args, true);
                _out.Append(')');
                break;
            case BoundSqlValueFunction x:
                SqlValue(x);
                break;
            case BoundNullTest x:
                Open();
                Operand(x.Arg, true, x);
                _out.Append(!x.ArgIsRow && TypeFacts.IsRowType(_context.Catalog, x.Arg.Type)
                    ? x.IsNotNull ? " IS DISTINCT FROM NULL" : " IS NOT DISTINCT FROM NULL"
                    : x.IsNotNull ? " IS NOT NULL" : " IS NULL");
                Close();
                break;
            case BoundBooleanTest x:
                Open();
                Operand(x.Arg, false, x);
                _out.Append(x.TestType switch
                {
                    BoolTestType.IsTrue => " IS TRUE",
                    BoolTestType.IsNotTrue => " IS NOT TRUE",
                    BoolTestType.IsFalse => " IS FALSE",
                    BoolTestType.IsNotFalse => " IS NOT FALSE",
                    BoolTestType.IsUnknown => " IS UNKNOWN",
                    _ => " IS NOT UNKNOWN",
                });
                Close();
                break;
            case BoundSetToDefault:
                _out.Append("DEFAULT");
                break;
            case BoundCurrentOfExpr x:
                _out.Append("CURRENT OF ").Append(Identifiers.Quote(x.CursorName ?? ""));
                break;
            case BoundPartitionBound x:
                PartitionBound(x);
                break;
            case BoundNextValueExpr x:
                _out.Append("nextval(").Append(Literal(RelationName(x.SeqId))).Append("::regclass)");
                break;
            case BoundAggref x:
                Aggregate(x);
                break;
            case BoundWindowFunc x:
                Window(x);
                break;
            case BoundGroupingFunc x:
                _out.Append("GROUPING(");
                List(x.Args, true);
                _out.Append(')');
                break;
            case BoundMergeSupportFunc:
                _out.Append("MERGE_ACTION()");
                break;
            case BoundXmlExpr x:
                Xml(x);
                break;
            case BoundJsonValueExpr x:
                Expr(x.RawExpr, false);
                JsonFormat(x.FormatType);
                break;
            case BoundJsonConstructorExpr x:
                JsonConstructor(x);
                break;
            case BoundJsonIsPredicate x:
                JsonPredicate(x);
                break;
            case BoundJsonExpr x:
                JsonQuery(x, showImplicit);
                break;
            default:
                throw PgErrors.FeatureNotSupported($"printing {expr.GetType().Name[5..]}");
        }
    }

    private void Boolean(BoundBoolExpr x)
    {
        Open();
        if (x.BoolOp == BoolExprType.Not)
        {
            _out.Append("NOT ");
            Operand(x.Args[0], false, x);
        }
        else
        {
            for (var i = 0; i < x.Args.Count; i++)
            {
                _out.Append(i == 0 ? "" : x.BoolOp == BoolExprType.And ? " AND " : " OR ");
                Operand(x.Args[i], false, x);
            }
        }

        Close();
    }

    private void Operator(uint op, List<BoundExpr> args, BoundExpr parent)
    {
        if (args.Count == 2)
        {
            Operand(args[0], true, parent);
            _out.Append(' ').Append(OperatorName(op, args[0].Type, args[1].Type)).Append(' ');
            Operand(args[1], true, parent);
        }
        else
        {
            _out.Append(OperatorName(op, 0, args[0].Type)).Append(' ');
            Operand(args[0], true, parent);
        }
    }

    private void Cast(BoundExpr node, BoundExpr arg, CoercionForm form, uint type, int typmod, bool showImplicit)
    {
        if (form == CoercionForm.ImplicitCast && !showImplicit)
        {
            Operand(arg, false, node);
            return;
        }

        // A length coercion right above an unmodified constant of the type says the type once.
        if (arg is BoundConst { Typmod: -1 } constant && constant.Type == type)
        {
            Const(constant, -1);
        }
        else
        {
            Open();
            Operand(arg, false, node);
            Close();
        }

        _out.Append("::").Append(TypeText(type, typmod));
    }

    private void Case(BoundCaseExpr x)
    {
        // Nested where it starts its own line, as all keywords of it do.
        NewLine("CASE");
        if (x.Arg is not null)
        {
            _out.Append(' ');
            Expr(x.Arg, true);
        }

        _indent += Indent;
        foreach (var when in x.Args)
        {
            NewLine("WHEN ");
            var condition = when.Expr;
            if (x.Arg is not null && condition is BoundOpExpr { Args.Count: 2 } op && SortTargets.StripImplicit(op.Args[0]) is BoundCaseTestExpr)
            {
                condition = op.Args[1];
            }

            Expr(condition, false);
            _out.Append(" THEN ");
            Expr(when.Result, true);
        }

        NewLine("ELSE ");
        Expr(x.DefResult, true);
        _indent -= Indent;
        NewLine("END");
    }

    private void FieldSelect(BoundFieldSelect x)
    {
        var parens = x.Arg is not (BoundSubscriptingRef or BoundFieldSelect);
        _out.Append(parens ? "(" : "");
        Expr(x.Arg, true);
        _out.Append(parens ? ")." : ".");
        var relid = TypeFacts.TypeOrDomainRelid(_context.Catalog, x.Arg.Type);
        var name = relid != 0
            ? _context.Catalog.Attribute(relid, x.FieldNum)?.attname
            : x.Arg switch
            {
                BoundRowExpr row => row.ColNames[x.FieldNum - 1],
                BoundVar variable => _context.RecordField?.Invoke(variable, x.FieldNum),
                BoundFuncExpr call => RowShape.OfFunction(_context.Catalog, call) is { } shape && x.FieldNum <= shape.Count ? shape[x.FieldNum - 1].Name : null,
                _ => null,
            };
        _out.Append(Identifiers.Quote(name ?? $"f{x.FieldNum}"));
    }

    private void Subscripting(BoundSubscriptingRef x)
    {
        var parens = x.RefExpr is not (BoundVar or BoundFieldSelect);
        _out.Append(parens ? "(" : "");
        Expr(x.RefExpr, true);
        _out.Append(parens ? ")" : "");
        for (var i = 0; i < x.UpperIndexes.Count; i++)
        {
            _out.Append('[');
            if (x.LowerIndexes is { } lower)
            {
                Expr(lower[i], false);
                _out.Append(':');
            }

            Expr(x.UpperIndexes[i], false);
            _out.Append(']');
        }
    }

    private void SqlValue(BoundSqlValueFunction x) => _out.Append(x.Op switch
    {
        SqlValueFunctionOp.CurrentDate => "CURRENT_DATE",
        SqlValueFunctionOp.CurrentTime => "CURRENT_TIME",
        SqlValueFunctionOp.CurrentTimeN => $"CURRENT_TIME({x.Typmod})",
        SqlValueFunctionOp.CurrentTimestamp => "CURRENT_TIMESTAMP",
        SqlValueFunctionOp.CurrentTimestampN => $"CURRENT_TIMESTAMP({x.Typmod})",
        SqlValueFunctionOp.LocalTime => "LOCALTIME",
        SqlValueFunctionOp.LocalTimeN => $"LOCALTIME({x.Typmod})",
        SqlValueFunctionOp.LocalTimestamp => "LOCALTIMESTAMP",
        SqlValueFunctionOp.LocalTimestampN => $"LOCALTIMESTAMP({x.Typmod})",
        SqlValueFunctionOp.CurrentRole => "CURRENT_ROLE",
        SqlValueFunctionOp.CurrentUser => "CURRENT_USER",
        SqlValueFunctionOp.User => "USER",
        SqlValueFunctionOp.SessionUser => "SESSION_USER",
        SqlValueFunctionOp.CurrentCatalog => "CURRENT_CATALOG",
        _ => "CURRENT_SCHEMA",
    });

    private void SubLink(BoundSubLink x)
    {
        var print = _context.Subquery ?? throw PgErrors.FeatureNotSupported("printing a subquery");
        _out.Append(x.SubLinkType == SubLinkType.Array ? "ARRAY(" : "(");
        if (x.Testexpr is not null)
        {
            // The left side of the comparison; the right side stands for the subquery's columns.
            var (lefts, op) = x.Testexpr switch
            {
                BoundOpExpr t => (new List<BoundExpr> { t.Args[0] }, OperatorName(t.OpNo, t.Args[0].Type, t.Args[1].Type)),
                BoundBoolExpr t => (t.Args.ConvertAll(a => ((BoundOpExpr)a).Args[0]), OperatorOf((BoundOpExpr)t.Args[0])),
                BoundRowCompareExpr t => (t.LArgs, OperatorName(t.OpNos[0], t.LArgs[0].Type, t.RArgs[0].Type)),
                _ => throw PgErrors.FeatureNotSupported("printing this subquery comparison"),
            };
            _out.Append(lefts.Count > 1 ? "(" : "");
            List(lefts, true);
            _out.Append(lefts.Count > 1 ? ")" : "");
            _out.Append(x.SubLinkType switch
            {
                SubLinkType.Any when op == "=" => " IN ",
                SubLinkType.Any => $" {op} ANY ",
                SubLinkType.All => $" {op} ALL ",
                _ => $" {op} ",
            });
            _out.Append('(');
        }
        else if (x.SubLinkType == SubLinkType.Exists)
        {
            _out.Append("EXISTS (");
        }

        _out.Append(print(x.Subselect, _indent));
        _out.Append(x.Testexpr is not null || x.SubLinkType == SubLinkType.Exists ? "))" : ")");
    }

    private string OperatorOf(BoundOpExpr op) => OperatorName(op.OpNo, op.Args[0].Type, op.Args[1].Type);

    private void Aggregate(BoundAggref x)
    {
        _out.Append(FunctionName(x.AggFnOid, [.. x.AggDirectArgs, .. x.Args.Where(t => !t.ResJunk).Select(t => t.Expr)], x.AggVariadic)).Append('(');
        _out.Append(x.AggDistinct.Count > 0 ? "DISTINCT " : "");
        if (x.AggKind != 'n')
        {
            List(x.AggDirectArgs, true);
            _out.Append(") WITHIN GROUP (ORDER BY ");
            OrderBy(x);
        }
        else if (x.AggStar)
        {
            _out.Append('*');
        }
        else
        {
            var args = x.Args.FindAll(t => !t.ResJunk);
            for (var i = 0; i < args.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "").Append(x.AggVariadic && i == args.Count - 1 ? "VARIADIC " : "");
                Expr(args[i].Expr, true);
            }

            if (x.AggOrder.Count > 0)
            {
                _out.Append(" ORDER BY ");
                OrderBy(x);
            }
        }

        if (x.AggFilter is not null)
        {
            _out.Append(") FILTER (WHERE ");
            Expr(x.AggFilter, false);
        }

        _out.Append(')');
    }

    private void OrderBy(BoundAggref x)
    {
        for (var i = 0; i < x.AggOrder.Count; i++)
        {
            var sort = x.AggOrder[i];
            var expr = x.Args.First(t => t.RessortGroupRef == sort.TleSortGroupRef).Expr;
            _out.Append(i > 0 ? ", " : "");
            if (expr is BoundConst constant)
            {
                // A bare number would be a column's.
                Const(constant, 1);
            }
            else
            {
                Expr(expr, true);
            }

            var ops = OperatorResolution.FindSortGroupOperators(_context.Catalog, expr.Type);
            var descending = sort.SortOp == ops.Gt;
            if (sort.SortOp != ops.Lt && !descending)
            {
                _out.Append(" USING ").Append(OperatorName(sort.SortOp, expr.Type, expr.Type));
            }

            _out.Append(descending ? " DESC" : "");
            _out.Append(sort.NullsFirst == descending ? "" : sort.NullsFirst ? " NULLS FIRST" : " NULLS LAST");
        }
    }
}
