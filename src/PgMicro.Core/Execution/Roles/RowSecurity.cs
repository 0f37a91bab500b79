using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Roles;

/// <summary>
/// Row security (manual, 5.9; PostgreSQL's get_row_security_policies): the policies of the tables that an analysed query reads become conditions
/// of it, and those of the table that it changes become checks. What a view reads is subject to the policies for the view's owner.
/// </summary>
internal sealed class RowSecurity(PgSession session) : IRowSecurity
{
    private readonly Dictionary<uint, BoundQuery> _views = [];

    /// <summary>A query of the current role with the policies of its tables.</summary>
    /// <exception cref="PgException">42501 when row_security is off, 42P17 for policies that need themselves.</exception>
    internal static BoundQuery Apply(PgSession session, BoundQuery query) =>
        session.Catalog.FindRole(session.CurrentRole) is { } role ? Rewrite(session, query, role.oid, []) : query;

    /// <summary>A query that rules have made, some of whose tables are read and changed with the rights of others.</summary>
    /// <exception cref="PgException">42501 when row_security is off, 42P17 for policies that need themselves.</exception>
    internal static BoundQuery ApplyToRewritten(PgSession session, BoundQuery query) =>
        session.Catalog.FindRole(session.CurrentRole) is { } role ? RewriteTables(session, query, role.oid, []) : query;

    /// <inheritdoc/>
    public BoundQuery OfView(PgClass view, BoundQuery definition)
    {
        if (view.oid < BuiltInOids.FirstNormalObjectId)
        {
            return definition;
        }

        if (!_views.TryGetValue(view.oid, out var secured))
        {
            _views[view.oid] = secured = Rewrite(session, definition, Reader(session, view), []);
        }

        return secured;
    }

    /// <inheritdoc/>
    public BoundQuery OfTarget(BoundQuery query, PgClass view)
    {
        var role = Reader(session, view);
        return session.Catalog.Class(query.RangeTable[query.ResultRelation - 1].Relid) is { } table && RowSecurityCheck.AppliesTo(session.Catalog, table, role)
            ? new Rewriter(session, role, []).OfTarget(query, table)
            : query;
    }

    private static uint Reader(PgSession session, PgClass view) =>
        QueryPermissions.ReaderOf(view, session.Catalog.FindRole(session.CurrentRole)?.oid ?? BuiltInOids.BootstrapSuperuser);

    private static BoundQuery Rewrite(PgSession session, BoundQuery query, uint role, List<uint> active)
    {
        if (active.Count == 0 && session.Catalog.Role(role) is { rolsuper: true } or { rolbypassrls: true })
        {
            return query;
        }

        return RewriteTables(session, query, role, active);
    }

    private static BoundQuery RewriteTables(PgSession session, BoundQuery query, uint role, List<uint> active)
    {
        var finder = new Finder(session.Catalog, role, findsViews: active.Count > 0);
        finder.VisitTop(query);
        return finder.Found ? new Rewriter(session, role, active).RewriteTop(query) : query;
    }

    private static uint RoleOf(RangeTableEntry entry, uint role) => entry.CheckAsUser == 0 ? role : entry.CheckAsUser;

    /// <summary>Whether a query has to do with a table whose policies apply.</summary>
    private sealed class Finder(CatalogSnapshot catalog, uint role, bool findsViews) : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitQuery(BoundQuery query)
        {
            foreach (var entry in query.RangeTable)
            {
                if (entry.RteKind == RteKind.Relation && entry.Relid >= BuiltInOids.FirstNormalObjectId && catalog.Class(entry.Relid) is { } relation
                    && (RowSecurityCheck.AppliesTo(catalog, relation, RoleOf(entry, role)) || (findsViews && relation.relkind == 'v')))
                {
                    Stopped = true;
                    return;
                }
            }

            base.VisitQuery(query);
        }
    }

    private sealed class Rewriter(PgSession session, uint role, List<uint> active) : BoundTreeRewriter
    {
        private readonly CatalogSnapshot _catalog = session.Catalog;

        internal BoundQuery OfTarget(BoundQuery query, PgClass table)
        {
            var copy = (BoundQuery)query.ShallowCopy();
            Secure(copy, copy.ResultRelation, table);
            return copy;
        }

        protected override BoundQuery RewriteQuery(BoundQuery query)
        {
            var result = base.RewriteQuery(query);
            for (var i = 1; i <= query.RangeTable.Count; i++)
            {
                var entry = query.RangeTable[i - 1];
                if (entry.RteKind != RteKind.Relation || query.OnConflict?.ExclRelIndex == i || _catalog.Class(entry.Relid) is not { } relation)
                {
                    continue;
                }

                if (relation.relkind == 'v' && active.Count > 0 && _catalog.ViewRule(relation.oid) is { ev_action.Length: > 0 } rule)
                {
                    // A view of a policy is expanded later: what leads back to the policy's table has to be found now.
                    RowSecurity.Rewrite(session, ViewExpansion.Parse(rule), Reader(session, relation), active);
                }
                else if (RoleOf(entry, role) is var who && RowSecurityCheck.AppliesTo(_catalog, relation, who))
                {
                    result = ReferenceEquals(result, query) ? (BoundQuery)query.ShallowCopy() : result;
                    (who == role ? this : new Rewriter(session, who, active)).Secure(result, i, relation);
                }
            }

            return result;
        }

        private void Secure(BoundQuery query, int index, PgClass table)
        {
            if (session.Settings.Get("row_security") == "off")
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"query would be affected by row-level security policy for table \"{table.relname}\"")
                    .WithHint(_catalog.Role(role) is { } who && RoleMembership.HasPrivilegesOf(_catalog, who.oid, table.relowner)
                        ? "To disable the policy for the table's owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY." : null);
            }

            if (query.CommandType == CommandType.Select || index != query.ResultRelation)
            {
                var isLocked = query.RowMarks.Exists(m => m.Rti == index);
                var conditions = isLocked ? [.. Conditions(table, index, 'w'), .. Conditions(table, index, 'r')] : Conditions(table, index, 'r');
                query.JoinTree = JoinTreeConditions.Add(query.JoinTree, index, BoundTrees.And(conditions), table);
                return;
            }

            var reads = ReadsTarget(query);
            switch (query.CommandType)
            {
                case CommandType.Update or CommandType.Delete:
                    List<BoundExpr> hidden = Conditions(table, index, query.CommandType == CommandType.Update ? 'w' : 'd');
                    Hide(query, reads ? [.. hidden, .. Conditions(table, index, 'r')] : hidden);
                    break;
                case CommandType.Merge when reads:
                    Hide(query, Conditions(table, index, 'r'));
                    break;
            }

            var checks = new List<WithCheckOption>();
            if (query.CommandType == CommandType.Insert || query.MergeActionList.Exists(static a => a.CommandType == CommandType.Insert))
            {
                Check(checks, WithCheckKind.PolicyInsert, table, index, 'a', usingOnly: false);
                if (reads)
                {
                    Check(checks, WithCheckKind.PolicyInsert, table, index, 'r', usingOnly: true);
                }
            }

            var conflict = query.OnConflict is { Action: OnConflictAction.Update };
            if (conflict || query.MergeActionList.Exists(static a => a.CommandType == CommandType.Update))
            {
                var kind = conflict ? WithCheckKind.PolicyConflict : WithCheckKind.PolicyMergeUpdate;
                Check(checks, kind, table, index, 'w', usingOnly: true);
                if (conflict && reads)
                {
                    Check(checks, kind, table, index, 'r', usingOnly: true);
                }
            }

            if (query.CommandType == CommandType.Update || conflict || query.MergeActionList.Exists(static a => a.CommandType == CommandType.Update))
            {
                Check(checks, WithCheckKind.PolicyUpdate, table, index, 'w', usingOnly: false);
                if (reads)
                {
                    Check(checks, WithCheckKind.PolicyUpdate, table, index, 'r', usingOnly: true);
                }
            }

            if (query.MergeActionList.Exists(static a => a.CommandType == CommandType.Delete))
            {
                Check(checks, WithCheckKind.PolicyMergeDelete, table, index, 'd', usingOnly: true);
            }

            query.WithCheckOptions = [.. checks, .. query.WithCheckOptions];
        }

        // What a policy hides must not reach the statement's own condition.
        private static void Hide(BoundQuery query, List<BoundExpr> conditions)
        {
            var tree = (FromExpr)query.JoinTree.ShallowCopy();
            tree.Quals = BoundTrees.And(tree.Quals is null ? conditions : [.. conditions, tree.Quals]);
            query.JoinTree = tree;
        }

        /// <summary>USING of the policies for a command: each restrictive one, and any of the permissive ones.</summary>
        private List<BoundExpr> Conditions(PgClass table, int index, char command)
        {
            var policies = Policies(table, command);
            var permitted = policies.FindAll(static p => p is { polpermissive: true, polqual: not null }).ConvertAll(p => Expr(table, p.polqual!, index));
            return permitted.Count == 0
                ? [False()]
                : [.. policies.Where(static p => p is { polpermissive: false, polqual: not null }).Select(p => Expr(table, p.polqual!, index)), Or(permitted)];
        }

        private void Check(List<WithCheckOption> checks, WithCheckKind kind, PgClass table, int index, char command, bool usingOnly)
        {
            var policies = Policies(table, command);
            string? Of(PgPolicy policy) => usingOnly ? policy.polqual : policy.polwithcheck ?? policy.polqual;
            var permitted = policies.Where(static p => p.polpermissive).Select(Of).OfType<string>().Select(text => Expr(table, text, index)).ToList();
            checks.Add(new WithCheckOption { Kind = kind, RelName = table.relname, Qual = permitted.Count == 0 ? False() : Or(permitted) });
            if (permitted.Count == 0)
            {
                return;
            }

            foreach (var policy in policies)
            {
                if (!policy.polpermissive && Of(policy) is { } text)
                {
                    checks.Add(new WithCheckOption { Kind = kind, RelName = table.relname, PolicyName = policy.polname, Qual = Expr(table, text, index) });
                }
            }
        }

        private List<PgPolicy> Policies(PgClass table, char command) =>
            [.. _catalog.PoliciesOf(table.oid).Where(p => (p.polcmd == '*' || p.polcmd == command)
                && p.polroles.Any(r => r == 0 || RoleMembership.HasPrivilegesOf(_catalog, role, r)))];

        /// <summary>A policy's expression over a range table entry. Its subqueries have the rights, and are subject to the policies, of who reads the table.</summary>
        private BoundExpr Expr(PgClass table, string text, int index)
        {
            var expr = new VarReplacer(1, v => Moved(v, index)).Rewrite(BoundTreeSerializer.DeserializeExpr(text));
            var queries = new List<BoundQuery>();
            ExprFacts.Any(expr, node =>
            {
                if (node is BoundSubLink link)
                {
                    queries.Add(link.Subselect);
                }

                return false;
            });
            if (queries.Count == 0)
            {
                return expr;
            }

            if (active.Contains(table.oid))
            {
                throw new PgException(SqlState.InvalidObjectDefinition, $"infinite recursion detected in policy for relation \"{table.relname}\"");
            }

            foreach (var query in queries)
            {
                QueryPermissions.CheckPolicy(session, query, role);
            }

            return new Rewriter(session, role, [.. active, table.oid]).Rewrite(expr);
        }

        private static BoundVar Moved(BoundVar column, int index)
        {
            var copy = (BoundVar)column.ShallowCopy();
            copy.Varno = index;
            return copy;
        }

        private static BoundExpr Or(List<BoundExpr> terms) => terms.Count == 1 ? terms[0] : new BoundBoolExpr { BoolOp = BoolExprType.Or, Args = terms };

        private static BoundConst False() => new() { Type = TypeOid.Bool, Value = PgDatum.FromBoolean(false) };

        // Whether the statement needs SELECT on its target: it reads columns, or looks for conflicts of some of them.
        private static bool ReadsTarget(BoundQuery query)
        {
            var finder = new TargetReads(query.ResultRelation);
            finder.VisitTop(query);
            return finder.Found || query.OnConflict is { Constraint: not 0 } or { ArbiterElems.Count: > 0 };
        }
    }

    private sealed class TargetReads(int target) : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar column && column.Varlevelsup == SublevelsUp && column.Varno == target)
            {
                Stopped = true;
                return;
            }

            base.VisitExpr(expr);
        }
    }
}
