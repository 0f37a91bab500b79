using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>
/// JSON_TABLE as the query that it stands for: the items of the row path WITH ORDINALITY, each column a SQL/JSON query function over the item,
/// nested paths as outer joins to lateral queries, siblings among them as a union.
/// </summary>
internal sealed class JsonTableExpansion
{
    private const string Prefix = "pgmicro_json_table_";

    private readonly ParseState _pstate;
    private readonly Pg.JsonTable _table;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _paths;

    private JsonTableExpansion(ParseState pstate, Pg.JsonTable table)
    {
        _pstate = pstate;
        _table = table;
    }

    /// <summary>The subquery in FROM that stands for a JSON_TABLE.</summary>
    /// <exception cref="PgException">42712 for a name given twice, 42601 for clauses that do not apply.</exception>
    public static Pg.RangeSubselect Expand(ParseState pstate, Pg.JsonTable table)
    {
        if (table.OnError is { Btype: not (Pg.JsonBehaviorType.JsonBehaviorError or Pg.JsonBehaviorType.JsonBehaviorEmpty or Pg.JsonBehaviorType.JsonBehaviorEmptyArray) } behavior)
        {
            throw new PgException(SqlState.SyntaxError, "invalid ON ERROR behavior")
                .WithDetail("Only EMPTY [ ARRAY ] or ERROR is allowed in the top-level ON ERROR clause.").At(behavior.Location);
        }

        var expansion = new JsonTableExpansion(pstate, table);
        if (table.Pathspec.Name.Length > 0)
        {
            expansion.Claim(table.Pathspec.Name, table.Pathspec.NameLocation);
        }

        expansion.ClaimAll(table.Columns);
        var context = new Pg.Node
        {
            JsonFuncExpr = new Pg.JsonFuncExpr
            {
                Op = Pg.JsonExprOp.JsonQueryOp,
                ContextItem = table.ContextItem,
                Pathspec = Text("$"),
                OnError = Behavior(Pg.JsonBehaviorType.JsonBehaviorError),
                Wrapper = Pg.JsonWrapper.JswUnspec,
                Quotes = Pg.JsonQuotes.JsQuotesUnspec,
                Location = table.Location,
            },
        };
        var (select, _) = expansion.Select(context, table.Pathspec.String, table.Columns, []);
        var alias = table.Alias ?? new Pg.Alias { Aliasname = "json_table" };
        return new Pg.RangeSubselect { Lateral = true, Subquery = new Pg.Node { SelectStmt = select }, Alias = alias };
    }

    private void Claim(string name, int location)
    {
        if (!_names.Add(name))
        {
            throw new PgException(SqlState.DuplicateAlias, $"duplicate JSON_TABLE column or path name: {name}").At(location);
        }
    }

    private void ClaimAll(IEnumerable<Pg.Node> columns)
    {
        foreach (var node in columns)
        {
            var column = node.JsonTableColumn;
            if (column.Coltype == Pg.JsonTableColumnType.JtcNested)
            {
                if (column.Pathspec.Name.Length > 0)
                {
                    Claim(column.Pathspec.Name, column.Pathspec.NameLocation);
                }

                ClaimAll(column.Columns);
            }
            else
            {
                Claim(column.Name, column.Location);
            }
        }
    }

    // The columns of one path and of the paths nested in it; also their names and types for siblings, which give NULL for them.
    private (Pg.SelectStmt Select, List<(string Name, Pg.TypeName Type)> Columns) Select(
        Pg.Node context, Pg.Node path, IReadOnlyList<Pg.Node> columns, List<(string Name, Pg.TypeName Type)> output)
    {
        var source = Prefix + _paths++;
        var select = new Pg.SelectStmt { Op = Pg.SetOperation.SetopNone, LimitOption = Pg.LimitOption.Default };
        var call = Function("jsonb_path_query", context, Cast(path, "jsonpath"), Variables());
        if (_table.OnError is not { Btype: Pg.JsonBehaviorType.JsonBehaviorError })
        {
            call.FuncCall.Args.Add(new Pg.Node { AConst = new Pg.A_Const { Boolval = new Pg.Boolean { Boolval = true } } });
        }

        var pair = new Pg.List();
        pair.Items.Add(call);
        var function = new Pg.RangeFunction { Ordinality = true, Lateral = true, Alias = new Pg.Alias { Aliasname = source } };
        function.Alias.Colnames.Add(Name("item"));
        function.Alias.Colnames.Add(Name("number"));
        function.Functions.Add(new Pg.Node { List = pair });
        var from = new Pg.Node { RangeFunction = function };
        var nested = new List<Pg.JsonTableColumn>();
        foreach (var node in columns)
        {
            var column = node.JsonTableColumn;
            if (column.Coltype == Pg.JsonTableColumnType.JtcNested)
            {
                nested.Add(column);
                continue;
            }

            var type = column.TypeName ?? Type("int4");
            output.Add((column.Name, type));
            select.TargetList.Add(Target(Column(column, source), column.Name));
        }

        if (nested.Count > 0)
        {
            from = Join(from, Column(source, "item"), nested, select, output);
        }

        select.FromClause.Add(from);
        return (select, output);
    }

    private Pg.Node Join(
        Pg.Node from, Pg.Node item, List<Pg.JsonTableColumn> nested, Pg.SelectStmt select, List<(string Name, Pg.TypeName Type)> output)
    {
        var alias = Prefix + _paths++;
        var arms = nested.ConvertAll(column => Select(item, column.Pathspec.String, column.Columns, []));
        Pg.SelectStmt? union = null;
        for (var i = 0; i < arms.Count; i++)
        {
            // Each arm has the columns of all, in order.
            var own = arms[i].Select.TargetList.ToList();
            arms[i].Select.TargetList.Clear();
            for (var j = 0; j < arms.Count; j++)
            {
                arms[i].Select.TargetList.Add(i == j ? own : arms[j].Columns.Select(c => Target(Null(c.Type), c.Name)));
            }

            union = union is null
                ? arms[i].Select
                : new Pg.SelectStmt { Op = Pg.SetOperation.SetopUnion, All = true, Larg = union, Rarg = arms[i].Select, LimitOption = Pg.LimitOption.Default };
        }

        foreach (var (name, type) in arms.SelectMany(static a => a.Columns))
        {
            output.Add((name, type));
            select.TargetList.Add(Target(Column(alias, name), name));
        }

        return new Pg.Node
        {
            JoinExpr = new Pg.JoinExpr
            {
                Jointype = Pg.JoinType.JoinLeft,
                Larg = from,
                Rarg = new Pg.Node
                {
                    RangeSubselect = new Pg.RangeSubselect { Lateral = true, Subquery = new Pg.Node { SelectStmt = union! }, Alias = new Pg.Alias { Aliasname = alias } },
                },
                Quals = new Pg.Node { AConst = new Pg.A_Const { Boolval = new Pg.Boolean { Boolval = true } } },
            },
        };
    }

    private Pg.Node Column(Pg.JsonTableColumn column, string source)
    {
        if (column.Coltype == Pg.JsonTableColumnType.JtcForOrdinality)
        {
            return Cast(Column(source, "number"), "int4");
        }

        var isExists = column.Coltype == Pg.JsonTableColumnType.JtcExists;
        var isFormatted = column.Coltype == Pg.JsonTableColumnType.JtcFormatted
            || (!isExists && (IsStructured(TypeNames.Resolve(_pstate, column.TypeName).Oid)
                || column.Quotes is not (Pg.JsonQuotes.Undefined or Pg.JsonQuotes.JsQuotesUnspec)
                || column.Wrapper is not (Pg.JsonWrapper.Undefined or Pg.JsonWrapper.JswUnspec)));
        var expr = new Pg.JsonFuncExpr
        {
            Op = isExists ? Pg.JsonExprOp.JsonExistsOp : isFormatted ? Pg.JsonExprOp.JsonQueryOp : Pg.JsonExprOp.JsonValueOp,
            ColumnName = column.Name,
            ContextItem = new Pg.JsonValueExpr { RawExpr = Column(source, "item"), Format = Default() },
            Pathspec = column.Pathspec?.String ?? Text("$." + Quoted(column.Name)),
            Output = new Pg.JsonOutput { TypeName = column.TypeName, Returning = new Pg.JsonReturning { Format = isFormatted ? column.Format ?? Default() : Default() } },
            OnEmpty = column.OnEmpty,
            OnError = column.OnError ?? (_table.OnError is { Btype: Pg.JsonBehaviorType.JsonBehaviorError } ? Behavior(Pg.JsonBehaviorType.JsonBehaviorError) : null),
            Wrapper = column.Wrapper == Pg.JsonWrapper.Undefined ? Pg.JsonWrapper.JswUnspec : column.Wrapper,
            Quotes = column.Quotes == Pg.JsonQuotes.Undefined ? Pg.JsonQuotes.JsQuotesUnspec : column.Quotes,
            Location = column.Location,
        };
        expr.Passing.Add(_table.Passing);
        return new Pg.Node { JsonFuncExpr = expr };
    }

    // Types that JSON_QUERY gives, not JSON_VALUE: json, rows, arrays and domains over them.
    private bool IsStructured(uint type)
    {
        type = _pstate.Catalog.GetBaseType(type);
        return type is TypeOid.Json or TypeOid.Jsonb or TypeOid.Record || _pstate.Catalog.ArrayElementType(type) != 0
            || TypeFacts.IsComplex(_pstate.Catalog, type);
    }

    private Pg.Node Variables()
    {
        var args = new List<Pg.Node>();
        foreach (var argument in _table.Passing)
        {
            args.Add(Text(argument.JsonArgument.Name));
            args.Add(argument.JsonArgument.Val.RawExpr);
        }

        return Function("jsonb_build_object", [.. args]);
    }

    private static Pg.JsonFormat Default() =>
        new() { FormatType = Pg.JsonFormatType.JsFormatDefault, Encoding = Pg.JsonEncoding.JsEncDefault, Location = -1 };

    private static Pg.JsonBehavior Behavior(Pg.JsonBehaviorType type) => new() { Btype = type, Location = -1 };

    private static string Quoted(string name)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        Types.Json.JsonbValue.WriteString(System.Text.Encoding.UTF8.GetBytes(name), writer);
        return System.Text.Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static Pg.Node Name(string name) => new() { String = new Pg.String { Sval = name } };

    private static Pg.Node Text(string text) => new() { AConst = new Pg.A_Const { Sval = new Pg.String { Sval = text }, Location = -1 } };

    private static Pg.TypeName Type(string name)
    {
        var type = new Pg.TypeName { Typemod = -1, Location = -1 };
        type.Names.Add(Name("pg_catalog"));
        type.Names.Add(Name(name));
        return type;
    }

    private static Pg.Node Cast(Pg.Node node, string type) => new() { TypeCast = new Pg.TypeCast { Arg = node, TypeName = Type(type), Location = -1 } };

    private static Pg.Node Null(Pg.TypeName type) => new()
    {
        TypeCast = new Pg.TypeCast { Arg = new Pg.Node { AConst = new Pg.A_Const { Isnull = true, Location = -1 } }, TypeName = type, Location = -1 },
    };

    private static Pg.Node Column(string table, string name)
    {
        var column = new Pg.ColumnRef { Location = -1 };
        column.Fields.Add(Name(table));
        column.Fields.Add(Name(name));
        return new Pg.Node { ColumnRef = column };
    }

    private static Pg.Node Target(Pg.Node value, string name) => new() { ResTarget = new Pg.ResTarget { Name = name, Val = value, Location = -1 } };

    private static Pg.Node Function(string name, params Pg.Node[] args)
    {
        var call = new Pg.FuncCall { Funcformat = Pg.CoercionForm.CoerceExplicitCall, Location = -1 };
        call.Funcname.Add(Name("pg_catalog"));
        call.Funcname.Add(Name(name));
        call.Args.Add(args);
        return new Pg.Node { FuncCall = call };
    }
}
