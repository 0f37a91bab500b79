using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>The state of the analysis of one query level (PostgreSQL's ParseState).</summary>
public sealed partial class ParseState
{
    /// <summary>Starts a query level.</summary>
    /// <param name="parent">The level around it, from which catalog, search path and settings are taken.</param>
    public ParseState(ParseState parent)
        : this(parent.Catalog, parent.SearchPath, parent.TypeContext)
    {
        ParentParseState = parent;
        ParamHooks = parent.ParamHooks;
        Scope = parent.Scope;
        PreColumnRef = parent.PreColumnRef;
        PostColumnRef = parent.PostColumnRef;
    }

    /// <summary>Starts a statement.</summary>
    /// <param name="catalog">The catalog to look names up in.</param>
    /// <param name="searchPath">Schemas in search order, pg_catalog included where it is searched.</param>
    /// <param name="typeContext">Settings that literals are read by.</param>
    public ParseState(CatalogSnapshot catalog, IReadOnlyList<uint> searchPath, TypeContext typeContext)
    {
        Catalog = catalog;
        SearchPath = searchPath;
        TypeContext = typeContext;
    }

    /// <summary>The query level around this one.</summary>
    public ParseState? ParentParseState { get; }

    /// <summary>The catalog that names are looked up in.</summary>
    public CatalogSnapshot Catalog { get; }

    /// <summary>OIDs of the schemas in search order, pg_catalog included.</summary>
    public IReadOnlyList<uint> SearchPath { get; }

    /// <summary>Settings that literals are read by.</summary>
    public TypeContext TypeContext { get; }

    /// <summary>Names and subqueries; null where no relation is in scope and no subquery may stand.</summary>
    public IQueryScope? Scope { get; set; }

    /// <summary>What <c>$n</c> means; null where there are no parameters.</summary>
    public IParamHooks? ParamHooks { get; set; }

    /// <summary>Asked first what a column reference means (PL/pgSQL variables).</summary>
    public Func<ParseState, Pg.ColumnRef, BoundExpr?>? PreColumnRef { get; set; }

    /// <summary>Asked last, with what the range table gave.</summary>
    public Func<ParseState, Pg.ColumnRef, BoundExpr?, BoundExpr?>? PostColumnRef { get; set; }

    /// <summary>The place of the expression under analysis.</summary>
    public ParseExprKind ExprKind { get; set; }

    /// <summary>The set-returning call analysed last.</summary>
    public BoundExpr? LastSrf { get; set; }

    /// <summary>WINDOW definitions and those that OVER clauses spell out, in the order of WinRef.</summary>
    public List<Pg.WindowDef> WindowDefs { get; } = [];

    /// <summary>Junk target entries of multiple-column UPDATE items.</summary>
    public List<TargetEntry> MultiAssignExprs { get; } = [];

    /// <summary>Whether the level has aggregates.</summary>
    public bool HasAggs { get; set; }

    /// <summary>Whether the level has window functions.</summary>
    public bool HasWindowFuncs { get; set; }

    /// <summary>Whether its target list has set-returning functions.</summary>
    public bool HasTargetSRFs { get; set; }

    /// <summary>Whether it has subqueries in expressions.</summary>
    public bool HasSubLinks { get; set; }

    /// <summary>A state in which an expression of the catalog is analysed: no names, no parameters, pg_catalog first.</summary>
    public ParseState ForCatalogExpression() => new(Catalog, SearchPath, TypeContext);
}
