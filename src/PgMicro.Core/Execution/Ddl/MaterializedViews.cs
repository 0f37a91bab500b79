using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Lowering;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Materialized views: a table that keeps the rows of a view's query, and REFRESH.</summary>
internal static class MaterializedViews
{
    /// <summary>Makes a new table a materialized view of a query.</summary>
    internal static PgClass Define(DdlContext ddl, PgClass table, BoundQuery query, bool isPopulated)
    {
        var view = ddl.Put(ddl.Catalog.Class(table.oid)! with { relkind = 'm', relispopulated = isPopulated });
        Views.StoreRule(ddl, view, query);
        return ddl.Catalog.Class(view.oid)!;
    }

    internal static ExecutablePlan PlanRefresh(Pg.Node statement, string sourceText) =>
        new UtilityPlan(
            (session, _) => EventTriggers.EventTriggerFiring.Around(session, statement, "REFRESH MATERIALIZED VIEW", () => Refresh(session, statement.RefreshMatViewStmt, sourceText)),
            "REFRESH MATERIALIZED VIEW")
        {
            LocksRelationsOf = statement,
            CanBeRepeated = session => !session.Catalog.HasEventTriggers && RepeatableDdl.IsSmall(session, statement.RefreshMatViewStmt.Relation),
        };

    private static StatementRun Refresh(PgSession session, Pg.RefreshMatViewStmt statement, string sourceText)
    {
        var ddl = new DdlContext(session, sourceText);
        var view = ddl.FindRelation(statement.Relation);
        switch (view.relkind)
        {
            case 'm':
                break;
            case 'r' or 'p' or 't':
                throw new PgException(SqlState.FeatureNotSupported, $"\"{view.relname}\" is not a materialized view");
            default:
                throw new PgException(SqlState.WrongObjectType, $"\"{view.relname}\" is not a table or materialized view");
        }

        if (PrivilegeCheck.OnClass(ddl.Catalog, view, ddl.Owner, AclMode.Maintain) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for materialized view {view.relname}");
        }

        if (statement.Concurrent)
        {
            CheckConcurrent(ddl, view, statement.SkipData);
        }

        var name = SqliteTables.Name(ddl.Catalog, view.oid);
        ddl.Run("DELETE FROM " + name);
        if (view.relispopulated == statement.SkipData)
        {
            ddl.Put(view with { relispopulated = !statement.SkipData });
        }

        if (!statement.SkipData)
        {
            var context = Planner.NewLoweringContext(session);
            CreateTableAsPlan.Fill(session, view, QueryLowering.Lower(ViewExpansion.QueryOf(context, view), context));
        }

        session.EventTriggers?.Collect("REFRESH MATERIALIZED VIEW", Catalog.Dependencies.ObjectAddress.Relation(view.oid));
        return new StatementRun("REFRESH MATERIALIZED VIEW");
    }

    private static void CheckConcurrent(DdlContext ddl, PgClass view, bool skipsData)
    {
        if (!view.relispopulated)
        {
            throw new PgException(SqlState.FeatureNotSupported, "CONCURRENTLY cannot be used when the materialized view is not populated");
        }

        if (skipsData)
        {
            throw new PgException(SqlState.SyntaxError, "CONCURRENTLY and WITH NO DATA options cannot be used together");
        }

        foreach (var index in ddl.Catalog.IndexesOf(view.oid))
        {
            if (index is { indisunique: true, indimmediate: true, indpred: null, indexprs: null })
            {
                return;
            }
        }

        var schema = ddl.Catalog.Namespace(view.relnamespace)!.nspname;
        throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot refresh materialized view \"{schema}.{view.relname}\" concurrently")
            .WithHint("Create a unique index with no WHERE clause on one or more columns of the materialized view.");
    }
}
