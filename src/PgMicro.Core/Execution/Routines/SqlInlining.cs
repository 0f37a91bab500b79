using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Execution.Routines;

/// <summary>Finds the bodies of functions in LANGUAGE sql that can stand in the place of their calls.</summary>
internal static class SqlInlining
{
    /// <summary>A query with such calls replaced.</summary>
    /// <param name="session">The session.</param>
    /// <param name="query">The query.</param>
    /// <param name="withSets">Whether functions in FROM are replaced too: what their queries read is locked later.</param>
    /// <exception cref="PgException">What is wrong with a body, or with the value of a call of constants.</exception>
    internal static BoundQuery Apply(PgSession session, BoundQuery query, bool withSets = true) =>
        session.Catalog.UserRowsOf(PgProc.Relation).Count == 0 ? query : Rewriter(session, withSets).RewriteTop(query);

    /// <summary>An expression with such calls replaced.</summary>
    /// <exception cref="PgException">As for a query.</exception>
    internal static BoundExpr Apply(PgSession session, BoundExpr expr) =>
        session.Catalog.UserRowsOf(PgProc.Relation).Count == 0 ? expr : Rewriter(session, withSets: false).Rewrite(expr);

    private static FunctionInlining Rewriter(PgSession session, bool withSets) =>
        new(session.Catalog, call => Body(session, call), (proc, expr) => Fold(session, proc, expr), withSets);

    private static BoundExpr Fold(PgSession session, PgProc? proc, BoundExpr expr)
    {
        try
        {
            return Planner.FoldConstants(session, expr);
        }
        catch (PgException e) when (proc is not null && SqlRoutine.Locate(e, proc, During(proc)))
        {
            throw;
        }
    }

    private static string During(PgProc proc) => $"SQL function \"{proc.proname}\" during inlining";

    private static BoundQuery? Body(PgSession session, BoundFuncExpr call)
    {
        var catalog = session.Catalog;
        if (catalog.Proc(call.FuncId) is not { prolang: BuiltInOids.SqlLanguage, prokind: 'f', prosecdef: false, proconfig: null } proc
            || call.Args.Count != proc.proargtypes.Length)
        {
            return null;
        }

        BoundQuery? query;
        try
        {
            if (SqlSource.Read(session, proc) is not [var part] || part.Parsed is { Raw.Stmt: { NodeCase: not Kind.SelectStmt } or { SelectStmt.IntoClause: not null } })
            {
                return null;
            }

            var site = Lowerer.SiteOf(catalog, call);
            if (site.ResultType == TypeOid.Void || catalog.Type(catalog.GetBaseType(site.ResultType)) is { typtype: 'c', typrelid: var relation }
                && (!proc.proretset || catalog.Attributes(relation).Any(static a => a.attisdropped)))
            {
                return null;
            }

            var result = SqlResult.Of(catalog, proc, site, null);
            var parameters = new RoutineParameterNames(proc.proname, RoutineArguments.InputNames(proc), [.. site.ArgumentTypes]);
            query = new SqlStatement(part, proc, parameters, result).Analyse(session);
            if (query is not { CommandType: CommandType.Select, HasModifyingCTE: false } || query.RowMarks.Count > 0
                || (proc.proretset && (result.IsWhole || site.ResultType == TypeOid.Record) && RoutineArguments.OutColumns(proc) is null))
            {
                return null;
            }
        }
        catch (PgException e) when (SqlRoutine.Locate(e, proc, During(proc)))
        {
            throw;
        }

        Roles.QueryPermissions.Check(session, query, null);
        return proc.proretset ? Roles.RowSecurity.Apply(session, query) : query;
    }
}
