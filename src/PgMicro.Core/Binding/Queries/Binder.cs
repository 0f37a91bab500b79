using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Parse analysis: a parse tree to a bound query, by PostgreSQL's rules (its analyze.c).</summary>
public static class Binder
{
    /// <summary>Analyses a SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE.</summary>
    /// <exception cref="PgException">Any error of analysis, with its place in the text.</exception>
    public static BoundQuery Bind(Pg.RawStmt raw, BindingContext context)
    {
        var pstate = context.NewState();
        var query = TransformStatement(pstate, raw.Stmt);
        context.Parameters.Check(pstate);
        EphemeralTables.Complete(pstate, query);
        query.StmtLocation = raw.StmtLocation;
        query.StmtLength = raw.StmtLen;
        return query;
    }

    /// <summary>Analyses a query inside another one.</summary>
    /// <param name="parent">The level outside.</param>
    /// <param name="node">The statement.</param>
    /// <param name="parentCte">The WITH query that it is.</param>
    /// <param name="lockedFromParent">Whether FOR UPDATE outside applies to it.</param>
    /// <param name="resolveUnknowns">Whether literals of unknown type become text.</param>
    internal static BoundQuery TransformSubquery(
        ParseState parent, Pg.Node node, CommonTableExpr? parentCte, bool lockedFromParent, bool resolveUnknowns)
    {
        var pstate = parent.Subquery();
        pstate.ParentCte = parentCte;
        pstate.LockedFromParent = lockedFromParent;
        pstate.ResolveUnknowns = resolveUnknowns;
        return TransformStatement(pstate, node);
    }

    /// <summary>Analyses a query on a level that the caller has made.</summary>
    internal static BoundQuery TransformIn(ParseState pstate, Pg.Node node)
    {
        var query = TransformStatement(pstate, node);
        EphemeralTables.Complete(pstate, query);
        return query;
    }

    private static BoundQuery TransformStatement(ParseState pstate, Pg.Node node)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return node.NodeCase switch
        {
            Kind.SelectStmt when node.SelectStmt.ValuesLists.Count > 0 => ValuesBinder.Transform(pstate, node.SelectStmt),
            Kind.SelectStmt when node.SelectStmt.Op == Pg.SetOperation.SetopNone => SelectBinder.Transform(pstate, node.SelectStmt),
            Kind.SelectStmt => SetOperationBinder.Transform(pstate, node.SelectStmt),
            Kind.ReturnStmt => SelectBinder.TransformReturn(pstate, node.ReturnStmt),
            Kind.InsertStmt => InsertBinder.Transform(pstate, node.InsertStmt),
            Kind.UpdateStmt => UpdateBinder.Transform(pstate, node.UpdateStmt),
            Kind.DeleteStmt => DeleteBinder.Transform(pstate, node.DeleteStmt),
            Kind.MergeStmt => MergeBinder.Transform(pstate, node.MergeStmt),
            _ => throw PgErrors.FeatureNotSupported($"statement {node.NodeCase} as a query"),
        };
    }
}
