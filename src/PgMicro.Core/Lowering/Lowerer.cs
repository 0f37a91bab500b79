using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

/// <summary>Lowers one statement: each part in its own file.</summary>
internal sealed partial class Lowerer(LoweringContext context)
{
    private QueryScope _scope = null!;
    private int _aliases;
    private Func<int, int, string>? _callerColumn;

    /// <summary>Relations read.</summary>
    internal SortedSet<uint> Relations { get; } = [];

    /// <summary>Lateral modules used.</summary>
    internal HashSet<LateralArity> Laterals { get; } = [];

    private CatalogSnapshot Catalog => context.Catalog;

    internal SqlQuery LowerTop(BoundQuery query) => Query(query, null);

    /// <summary>Makes the outermost level one whose columns the caller names.</summary>
    internal void EnterColumns(Func<int, int, string> column)
    {
        _callerColumn = column;
        _isStored = true;
        _scope = new QueryScope(new BoundQuery { CommandType = CommandType.Select }, null);
    }

    private string NewAlias() => "t" + (++_aliases).ToString(CultureInfo.InvariantCulture);

    private QueryScope ScopeAt(int levelsUp)
    {
        var scope = _scope;
        for (var i = 0; i < levelsUp; i++)
        {
            scope = scope.Parent!;
        }

        return scope;
    }

    /// <summary>What an expression of an outer level is here: itself, or a parameter of each statement between.</summary>
    private SqlExpr Import(SqlExpr expr, QueryScope from)
    {
        if (expr is SqlLiteral)
        {
            return expr;
        }

        List<LateralBoundary>? crossed = null;
        for (var scope = _scope; scope != from; scope = scope.Parent)
        {
            if (scope is null)
            {
                break;
            }

            if (scope.Boundary is { } boundary)
            {
                (crossed ??= []).Add(boundary);
            }
        }

        for (var i = (crossed?.Count ?? 0) - 1; i >= 0; i--)
        {
            expr = crossed![i].Capture(expr);
        }

        return expr;
    }

    private SqlExpr Parameter(BoundParam param)
    {
        if (param.Kind != ParamKind.Extern)
        {
            return _execParams is not null && param.Kind == ParamKind.SubLink
                ? _execParams[param.ParamId - 1]
                : throw PgErrors.FeatureNotSupported("a multi-column assignment here", param.Location);
        }

        // Parameters of the statement belong to the outermost level.
        QueryScope? top = null;
        return Import(new SqlParameter(param.ParamId), top!);
    }

    private SqlExpr Var(BoundVar var)
    {
        var scope = ScopeAt(var.Varlevelsup);
        var entry = scope.Query.RangeTable.Count >= var.Varno ? scope.Query.RangeTable[var.Varno - 1] : null;
        if (var.Varattno == 0)
        {
            return WholeRow(var, scope, entry);
        }

        if (entry is { RteKind: RteKind.Join })
        {
            // The alias variable is an expression of the level of its join.
            return At(scope, entry.JoinAliasVars[var.Varattno - 1]);
        }

        return Import(Source(scope, var.Varno).Column(var.Varattno), scope);
    }

    private ColumnSource Source(QueryScope scope, int varno)
    {
        if (!scope.Sources.TryGetValue(varno, out var source))
        {
            if (_callerColumn is null || scope.Parent is not null)
            {
                throw PgErrors.FeatureNotSupported("a reference to a FROM item that is not joined yet");
            }

            scope.Sources[varno] = source = new CallerSource(_callerColumn, varno);
        }

        return source;
    }

    private SqlExpr At(QueryScope scope, BoundExpr expr)
    {
        var saved = _scope;
        SqlExpr lowered;
        _scope = scope;
        try
        {
            lowered = Expr(expr);
        }
        finally
        {
            _scope = saved;
        }

        return Import(lowered, scope);
    }

    private SqlExpr WholeRow(BoundVar var, QueryScope scope, RangeTableEntry? entry)
    {
        if (entry is null)
        {
            throw PgErrors.FeatureNotSupported("a whole-row reference here", var.Location);
        }

        var fields = new List<BoundExpr>();
        var count = entry.Eref.ColNames.Count;
        if (entry is { RteKind: RteKind.Join })
        {
            fields.AddRange(entry.JoinAliasVars);
        }

        for (var i = 1; i <= count && entry.RteKind != RteKind.Join; i++)
        {
            fields.Add(IsDropped(entry, i)
                ? new BoundConst { Type = Types.TypeOid.Int4, Value = Types.PgDatum.Null }
                : new BoundVar { Varno = var.Varno, Varattno = i, Type = ColumnType(entry, i) });
        }

        if (entry.RteKind == RteKind.Function && entry.Functions is [{ FuncColCount: 1 }] && !entry.FuncOrdinality && var.Type == fields[0].Type)
        {
            return At(scope, fields[0]);
        }

        var saved = _scope;
        _scope = scope;
        SqlExpr row = Row(var.Type, fields, entry.Eref.ColNames);
        if (scope.Nullable.Contains(var.Varno))
        {
            var present = Source(scope, var.Varno).Presence
                ?? throw PgErrors.FeatureNotSupported("a whole-row reference to a derived table under an outer join", var.Location);
            row = new SqlCase([(new SqlIsNull(present, Not: true), row)], null);
        }

        _scope = saved;
        return Import(row, scope);
    }

    private bool IsDropped(RangeTableEntry entry, int attno) =>
        entry.RteKind == RteKind.Relation && Catalog.AllAttributes(entry.Relid).Any(a => a.attnum == attno && a.attisdropped);

    private uint ColumnType(RangeTableEntry entry, int attno) => entry.RteKind switch
    {
        RteKind.Relation => Catalog.Attribute(entry.Relid, attno)!.atttypid,
        RteKind.Subquery => entry.Subquery!.TargetList[attno - 1].Expr.Type,
        RteKind.Function when entry.Functions is [{ FuncColTypes: { } types }] => types[attno - 1],
        RteKind.Function when entry.Functions is [{ FuncColCount: 1 } only] => attno == 1 ? only.FuncExpr.Type : Types.TypeOid.Int8,
        _ when entry.ColTypes.Count >= attno => entry.ColTypes[attno - 1],
        _ => throw PgErrors.FeatureNotSupported("a whole-row reference to this FROM item"),
    };
}
