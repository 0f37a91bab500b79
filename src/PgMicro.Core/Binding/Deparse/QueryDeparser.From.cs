using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

public sealed partial class QueryDeparser
{
    private const uint Unnest = 2331;

    /// <summary>Prints a column; returns the name that it appears under, or null for a whole row.</summary>
    private string? Variable(BoundVar variable, bool topLevel, int levelsUp = 0)
    {
        var scope = _namespaces[variable.Varlevelsup + levelsUp];
        if (variable.SyntacticVarno > 0)
        {
            variable = new BoundVar
            {
                Varno = variable.SyntacticVarno,
                Varattno = variable.SyntacticAttno,
                Varlevelsup = variable.Varlevelsup,
                Type = variable.Type,
                Typmod = variable.Typmod,
            };
        }

        var entry = scope.Query.RangeTable[variable.Varno - 1];
        if (entry is { RteKind: RteKind.Join, Alias: null } && variable.Varattno > 0 && entry.JoinAliasVars[variable.Varattno - 1] is BoundVar inner)
        {
            return Variable(inner, topLevel, variable.Varlevelsup + levelsUp);
        }

        var relation = scope.RelationNames[variable.Varno - 1];
        string? name = null;
        if (variable.Varattno > 0)
        {
            var names = scope.Columns(variable.Varno).Names;
            name = (variable.Varattno <= names.Count ? names[variable.Varattno - 1] : null) ?? "?dropped?column?";
        }
        else if (variable.Varattno < 0)
        {
            name = _catalog.Attribute(entry.Relid, variable.Varattno)?.attname ?? "?column?";
        }

        var prefix = _varPrefix || name is null || (_varInOrderBy && !_inGroupBy && MeansOtherOutput(variable, name));
        if (relation is not null && prefix)
        {
            _out.Append(Q(relation)).Append('.');
        }

        if (name is not null)
        {
            _out.Append(Q(name));
            return name;
        }

        _out.Append('*');
        if (topLevel)
        {
            _out.Append("::").Append(FormatType.Format(variable.Type, variable.Typmod, _catalog, _searchPath));
        }

        return null;
    }

    private bool MeansOtherOutput(BoundVar variable, string name)
    {
        var number = 0;
        foreach (var target in _query.TargetList)
        {
            if (!target.ResJunk && ResultName(target, number++) == name && !BoundEquality.AreEqual(variable, target.Expr))
            {
                return true;
            }
        }

        return false;
    }

    private void From(string word = " FROM ")
    {
        var first = true;
        foreach (var item in _query.JoinTree.FromList)
        {
            if (item is RangeTblRef leaf && (leaf.RtIndex == _query.ResultRelation || !_query.RangeTable[leaf.RtIndex - 1].InFromCl))
            {
                continue;
            }

            if (first)
            {
                Keyword(word, -Standard, Standard, 2);
                first = false;
                FromItem(item);
                continue;
            }

            _out.Append(", ");
            var buffer = _out;
            _out = new StringBuilder();
            FromItem(item);
            var text = _out.ToString();
            _out = buffer;
            if (_wrapColumn >= 0 && Indents)
            {
                if (text.StartsWith('\n'))
                {
                    TrimSpaces();
                }
                else if (LineLength() + Encoding.UTF8.GetByteCount(text) > _wrapColumn)
                {
                    Keyword("", -Standard, Standard, VarIndent);
                }
            }

            _out.Append(text);
        }
    }

    private void FromItem(JoinTreeNode node)
    {
        if (node is JoinExpr join)
        {
            Join(join);
            return;
        }

        var rtIndex = ((RangeTblRef)node).RtIndex;
        var entry = _query.RangeTable[rtIndex - 1];
        var names = _namespaces[0].Columns(rtIndex);
        _out.Append(entry.Lateral ? "LATERAL " : "");
        RangeTblFunction? definitions = null;
        switch (entry.RteKind)
        {
            case RteKind.Relation:
                _out.Append(entry.Inh ? "" : "ONLY ").Append(RelationName(entry.Relid));
                break;
            case RteKind.Subquery:
                _out.Append('(');
                Subquery(entry.Subquery!, null, true);
                _out.Append(')');
                break;
            case RteKind.Function:
                definitions = Functions(entry);
                break;
            case RteKind.Values:
                _out.Append('(');
                Values(entry.ValuesLists);
                _out.Append(')');
                break;
            case RteKind.Cte:
                _out.Append(Q(entry.CteName!));
                break;
            default:
                XmlTable(entry.TableFunc!);
                break;
        }

        var name = _namespaces[0].RelationNames[rtIndex - 1] ?? "";
        var printAlias = entry.Alias is not null || names.PrintAliases || entry.RteKind switch
        {
            RteKind.Relation => name != _catalog.Class(entry.Relid)?.relname,
            RteKind.Function or RteKind.Subquery or RteKind.Values => true,
            RteKind.Cte => name != entry.CteName,
            _ => false,
        };
        if (printAlias)
        {
            _out.Append(' ').Append(Q(name));
        }

        if (definitions is not null)
        {
            Definitions(definitions, names);
        }
        else
        {
            ColumnAliases(names);
        }

        if (entry is { RteKind: RteKind.Relation, TableSample: { } sample })
        {
            _out.Append(" TABLESAMPLE ").Append(Q(_catalog.Proc(sample.TsmHandler)!.proname)).Append(" (");
            for (var i = 0; i < sample.Args.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "");
                Expr(sample.Args[i], false);
            }

            _out.Append(')');
            if (sample.Repeatable is { } seed)
            {
                _out.Append(" REPEATABLE (");
                Expr(seed, false);
                _out.Append(')');
            }
        }
    }

    private void XmlTable(TableFunc function)
    {
        _out.Append("XMLTABLE(");
        if (function.NsUris.Count > 0)
        {
            _out.Append("XMLNAMESPACES (");
            for (var i = 0; i < function.NsUris.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "").Append(function.NsNames[i].Length == 0 ? "DEFAULT " : "");
                Expr(function.NsUris[i], true);
                _out.Append(function.NsNames[i].Length == 0 ? "" : " AS " + Q(function.NsNames[i]));
            }

            _out.Append("), ");
        }

        Parenthesized("(", function.RowExpr);
        Parenthesized(" PASSING (", function.DocExpr);
        for (var i = 0; i < function.ColNames.Count; i++)
        {
            _out.Append(i > 0 ? ", " : " COLUMNS ").Append(Q(function.ColNames[i])).Append(' ');
            if (i == function.OrdinalityCol)
            {
                _out.Append("FOR ORDINALITY");
                continue;
            }

            _out.Append(FormatType.Format(function.ColTypes[i], function.ColTypmods[i], _catalog, _searchPath));
            Parenthesized(" DEFAULT (", function.ColDefExprs[i]);
            Parenthesized(" PATH (", function.ColExprs[i]);
            _out.Append(function.NotNulls.Contains(i) ? " NOT NULL" : "");
        }

        _out.Append(')');
    }

    private void Parenthesized(string before, BoundExpr? expr)
    {
        if (expr is not null)
        {
            _out.Append(before);
            Expr(expr, true);
            _out.Append(')');
        }
    }

    private void Join(JoinExpr join)
    {
        var names = _namespaces[0].Columns(join.RtIndex);
        var parens = !_pretty || join.Alias is not null;
        var rightParens = _pretty && join.Rarg is not RangeTblRef && join.Rarg is not JoinExpr { Alias: not null };
        _out.Append(parens ? "(" : "");
        FromItem(join.Larg);
        Keyword(
            join.JoinType switch
            {
                JoinType.Inner => join.Quals is null ? " CROSS JOIN " : " JOIN ",
                JoinType.Left => " LEFT JOIN ",
                JoinType.Full => " FULL JOIN ",
                _ => " RIGHT JOIN ",
            },
            -Standard, Standard, JoinIndent);
        _out.Append(rightParens ? "(" : "");
        FromItem(join.Rarg);
        _out.Append(rightParens ? ")" : "");
        if (join.UsingClause.Count > 0)
        {
            _out.Append(" USING (").AppendJoin(", ", names.UsingNames.Select(Q)).Append(')');
            if (join.JoinUsingAlias is { } alias)
            {
                _out.Append(" AS ").Append(Q(alias.AliasName));
            }
        }
        else if (join.Quals is { } quals)
        {
            _out.Append(_pretty ? " ON " : " ON (");
            Expr(quals, false);
            _out.Append(_pretty ? "" : ")");
        }
        else if (join.JoinType != JoinType.Inner)
        {
            _out.Append(" ON TRUE");
        }

        _out.Append(parens ? ")" : "");
        if (join.Alias is not null)
        {
            _out.Append(' ').Append(Q(_namespaces[0].RelationNames[join.RtIndex - 1] ?? ""));
            ColumnAliases(names);
        }
    }

    // One function stands alone, several in ROWS FROM; the result has a column definition list that is still to print.
    private RangeTblFunction? Functions(RangeTableEntry entry)
    {
        var functions = entry.Functions;
        RangeTblFunction? definitions = null;
        if (functions.Count == 1 && (functions[0].FuncColNames is null || !entry.FuncOrdinality))
        {
            Call(functions[0].FuncExpr);
            definitions = functions[0].FuncColNames is null ? null : functions[0];
        }
        else if (functions.TrueForAll(static f => f is { FuncExpr: BoundFuncExpr { FuncId: Unnest }, FuncColNames: null }))
        {
            _out.Append("UNNEST(");
            ExprList([.. functions.SelectMany(static f => ((BoundFuncExpr)f.FuncExpr).Args)]);
            _out.Append(')');
        }
        else
        {
            _out.Append("ROWS FROM(");
            for (var i = 0; i < functions.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "");
                Call(functions[i].FuncExpr);
                if (functions[i].FuncColNames is not null)
                {
                    _out.Append(" AS ");
                    Definitions(functions[i], null);
                }
            }

            _out.Append(')');
        }

        _out.Append(entry.FuncOrdinality ? " WITH ORDINALITY" : "");
        return definitions;
    }

    private void Call(BoundExpr expr)
    {
        if (expr is BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall or CoercionForm.SqlSyntax }
            or BoundCoalesceExpr or BoundMinMaxExpr or BoundNullIfExpr or BoundSqlValueFunction or BoundXmlExpr or BoundJsonExpr)
        {
            Expr(expr, true);
            return;
        }

        _out.Append("CAST(");
        Expr(expr, false);
        _out.Append(" AS ").Append(FormatType.Format(expr.Type, expr.Typmod, _catalog, _searchPath)).Append(')');
    }

    private void Definitions(RangeTblFunction function, DeparseNamespace.ColumnNames? names)
    {
        _out.Append('(');
        for (var i = 0; i < function.FuncColNames!.Count; i++)
        {
            var type = function.FuncColTypes![i];
            var collation = function.FuncColCollations?[i] ?? 0;
            _out.Append(i > 0 ? ", " : "").Append(Q((names is not null ? names.Names[i] : null) ?? function.FuncColNames[i])).Append(' ')
                .Append(FormatType.Format(type, function.FuncColTypmods![i], _catalog, _searchPath));
            if (collation != 0 && collation != TypeFacts.Collation(_catalog, type))
            {
                _out.Append(" COLLATE ").Append(ExpressionDeparser.Collation(collation, Context()));
            }
        }

        _out.Append(')');
    }

    private void ColumnAliases(DeparseNamespace.ColumnNames names)
    {
        if (names.PrintAliases && names.NewNames.Count > 0)
        {
            _out.Append('(').AppendJoin(", ", names.NewNames.Select(Q)).Append(')');
        }
    }

    private string RelationName(uint relid)
    {
        var relation = _catalog.Class(relid) ?? throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {relid}");

        // A WITH query of the name would be meant otherwise.
        var hidden = _namespaces.Exists(n => n.Query.CteList.Exists(c => c.CteName == relation.relname));
        var visible = !hidden && _searchPath.Select(n => _catalog.FindClass(relation.relname, n)).FirstOrDefault(static c => c is not null)?.oid == relid;
        return Identifiers.QuoteQualified(visible ? null : _catalog.Namespace(relation.relnamespace)?.nspname, relation.relname);
    }

    private void Subquery(BoundQuery query, IReadOnlyList<string>? resultNames, bool colNamesVisible) =>
        new QueryDeparser(this, query, resultNames, colNamesVisible, _out, _indent).Query();

    private DeparseContext Context() => new()
    {
        Catalog = _catalog,
        TypeContext = _types,
        SearchPath = _searchPath,
        PrettyParens = _pretty,
        ColumnName = v => Captured(() => Variable(v, false)),
        TopLevelColumnName = v => Captured(() => Variable(v, true)),
        Subquery = (query, indent) => Captured(() => new QueryDeparser(this, query, null, false, _out, indent).Query()),
        Window = reference =>
        {
            var window = _query.WindowClause.First(w => w.WinRef == reference);
            return window.Name is not null ? Q(window.Name) : Captured(() => Window(window));
        },
        RecordField = RecordField,
        ParameterName = ParameterName,
        Indents = Indents,
    };

    private bool Indents => _routine is not { Indents: false };

    // A name of the body's own could be meant where there are any, so that the parameter's is qualified.
    private string? ParameterName(int number) => _routine?.NameOf(number) is not { } name ? null
        : _namespaces.Exists(static n => n.RelationNames.Length > 0) ? Q(_routine.Name) + "." + Q(name)
        : Q(name);

    private string Captured(Action print)
    {
        var saved = _out;
        _out = new StringBuilder();
        print();
        var text = _out.ToString();
        _out = saved;
        return text;
    }

    /// <summary>The name of a field of a record that a column holds; null when it is not known (get_name_for_var_field).</summary>
    private string? RecordField(BoundVar variable, int field) => Enclosing(variable.Varlevelsup).FieldOfColumn(variable, field);

    // A query around this one, where what it says of its own tables holds.
    private QueryDeparser Enclosing(int levels) => levels == 0 ? this
        : new QueryDeparser(_catalog, _types, _searchPath, _pretty, _wrapColumn, _namespaces[levels].Query, [.. _namespaces.Skip(levels + 1)], null, _routine);

    private string? FieldOfColumn(BoundVar variable, int field)
    {
        var scope = _namespaces[0];
        var entry = scope.Query.RangeTable[variable.Varno - 1];
        if (variable.Varattno == 0)
        {
            var names = scope.Columns(variable.Varno).Names;
            return field <= names.Count ? names[field - 1] : null;
        }

        return entry.RteKind switch
        {
            RteKind.Join => FieldOf(entry.JoinAliasVars[variable.Varattno - 1], field),
            RteKind.Values => FieldOf(entry.ValuesLists[0].Items[variable.Varattno - 1], field),
            RteKind.Subquery => FieldOfResult(entry.Subquery!, variable.Varattno, field),
            RteKind.Cte when _namespaces[entry.CteLevelsUp].Query.CteList.Find(c => c.CteName == entry.CteName) is { } cte
                => Enclosing(entry.CteLevelsUp).FieldOfResult(cte.CteQuery, variable.Varattno, field),
            _ => null,
        };
    }

    private string? FieldOfResult(BoundQuery query, int column, int field) => query.TargetList.Find(t => t.ResNo == column)?.Expr is { } expr
        ? new QueryDeparser(this, query, null, true, new StringBuilder(), 0).FieldOf(expr, field)
        : null;

    private string? FieldOf(BoundExpr expr, int field) => expr switch
    {
        BoundRowExpr row when field <= row.ColNames.Count => row.ColNames[field - 1],
        BoundVar inner => RecordField(inner, field),
        BoundFuncExpr call => RowShape.OfFunction(_catalog, call) is { } shape && field <= shape.Count ? shape[field - 1].Name : null,
        _ => null,
    };

    private void Expr(BoundExpr expr, bool showImplicit)
    {
        if (expr is BoundVar variable)
        {
            Variable(variable, false);
        }
        else
        {
            ExpressionDeparser.Append(expr, Context(), showImplicit, _out, _indent);
        }
    }

    private void TopLevel(BoundExpr expr, bool showImplicit)
    {
        if (expr is BoundVar variable)
        {
            Variable(variable, true);
        }
        else
        {
            Expr(expr, showImplicit);
        }
    }

    private void ExprList(List<BoundExpr> exprs)
    {
        for (var i = 0; i < exprs.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            Expr(exprs[i], true);
        }
    }

    /// <summary>A clause on a line of its own (appendContextKeyword).</summary>
    private void Keyword(string keyword, int before, int after, int plus)
    {
        if (!Indents)
        {
            _out.Append(keyword);
            return;
        }

        _indent += before;
        TrimSpaces();
        var amount = _indent < Limit ? Math.Max(_indent, 0) : (Limit + ((_indent - Limit) / (Standard / 2))) % Limit;
        _out.Append('\n').Append(' ', amount + plus).Append(keyword);
        _indent = Math.Max(_indent + after, 0);
    }

    private void Begin()
    {
        if (Indents)
        {
            _indent += Standard;
            _out.Append(' ');
        }
    }

    private void TrimSpaces()
    {
        while (_out.Length > 0 && _out[^1] == ' ')
        {
            _out.Length--;
        }
    }

    private int LineLength()
    {
        var at = _out.Length;
        while (at > 0 && _out[at - 1] != '\n')
        {
            at--;
        }

        return Encoding.UTF8.GetByteCount(_out.ToString(at, _out.Length - at));
    }
}
