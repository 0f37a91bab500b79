using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Rewriting;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>
/// Whether a role may run an analysed query (PostgreSQL's ExecCheckPermissions): privileges on its tables and columns, on what its
/// views read by their owners' privileges, and on its functions. Plans are kept per role and catalog, so that planning is where it is asked.
/// </summary>
internal sealed class QueryPermissions
{
    private readonly CatalogSnapshot _catalog;
    private readonly LoweringContext _context;
    private List<RangeTableEntry> _unchecked = [];

    private QueryPermissions(CatalogSnapshot catalog, LoweringContext context)
    {
        _catalog = catalog;
        _context = context;
    }

    /// <summary>Checks a query.</summary>
    /// <exception cref="PgException">42501.</exception>
    internal static void Check(PgSession session, BoundQuery query, Pg.Node? statement)
    {
        var catalog = session.Catalog;
        if (catalog.FindRole(session.CurrentRole) is not { rolsuper: false } role)
        {
            return;
        }

        // What a rule says is not to be done needs no right.
        if (Rules.RewrittenPlanner.Rewrite(session, query) is not { Queries: [] })
        {
            new QueryPermissions(catalog, Planner.NewLoweringContext(session)).CheckQuery(query, role.oid, statement);
        }
    }

    /// <summary>Checks what a rule reads and changes, besides the rows that it is applied to.</summary>
    /// <exception cref="PgException">42501.</exception>
    internal static void CheckRule(PgSession session, AppliedRule rule)
    {
        var catalog = session.Catalog;
        var role = rule.Owner != 0 ? rule.Owner : catalog.FindRole(session.CurrentRole)?.oid ?? BuiltInOids.BootstrapSuperuser;
        if (RoleMembership.IsSuperuser(catalog, role))
        {
            return;
        }

        var actions = RuleTrees.Actions(rule.Row);
        if (RuleTrees.Condition(rule.Row) is { } condition)
        {
            actions.Add(new BoundQuery { CommandType = CommandType.Select, RangeTable = RuleTrees.QueryOf(actions[0]).RangeTable[..RuleTrees.New], JoinTree = new FromExpr { Quals = condition } });
        }

        foreach (var action in actions)
        {
            new QueryPermissions(catalog, Planner.NewLoweringContext(session)) { _unchecked = RuleTrees.QueryOf(action).RangeTable[..RuleTrees.New] }.CheckQuery(action, role, null);
        }
    }

    /// <summary>Raises 42501 for a relation.</summary>
    internal static PgException Denied(PgClass relation) => new(
        SqlState.InsufficientPrivilege, $"permission denied for {KindName(relation)} {relation.relname}");

    /// <summary>A relation's kind as permission errors call it.</summary>
    internal static string KindName(PgClass relation) => relation.relkind switch
    {
        'S' => "sequence",
        'v' => "view",
        'm' => "materialized view",
        'i' or 'I' => "index",
        'f' => "foreign table",
        _ => "table",
    };

    /// <summary>Checks a query of a policy, which reads with the rights of whom the policy is applied to.</summary>
    /// <exception cref="PgException">42501.</exception>
    internal static void CheckPolicy(PgSession session, BoundQuery query, uint role)
    {
        if (!RoleMembership.IsSuperuser(session.Catalog, role))
        {
            new QueryPermissions(session.Catalog, Planner.NewLoweringContext(session)).CheckQuery(query, role, null);
        }
    }

    /// <summary>The role whose rights a view's query has: its owner's, or with security_invoker those of who reads the view.</summary>
    internal static uint ReaderOf(PgClass view, uint role) =>
        view.reloptions?.Any(static o => o is "security_invoker=true" or "security_invoker=on" or "security_invoker=1") == true ? role : view.relowner;

    private void CheckQuery(BoundQuery query, uint role, Pg.Node? statement)
    {
        var uses = new Uses(_catalog);
        uses.VisitTop(query);
        if (uses.Function is { } function && DeniedFunction(function, role) is { } denied)
        {
            throw denied;
        }

        foreach (var (level, index, columns) in uses.All)
        {
            if (!_unchecked.Contains(level.RangeTable[index - 1]))
            {
                CheckEntry(level, index, columns, role, ReferenceEquals(level, query) ? statement : null);
            }
        }
    }

    private void CheckEntry(BoundQuery level, int index, HashSet<int> columns, uint role, Pg.Node? statement)
    {
        var entry = level.RangeTable[index - 1];
        if (_catalog.Class(entry.Relid) is not { } relation)
        {
            return;
        }

        if (_catalog.Namespace(relation.relnamespace) is { } schema && PrivilegeCheck.OnNamespace(_catalog, schema, role, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for schema {schema.nspname}");
        }

        var isTarget = level.CommandType != CommandType.Select && index == level.ResultRelation;
        if (isTarget)
        {
            CheckTarget(level, relation, role, statement);
        }

        if (!isTarget || columns.Count > 0 || level.CommandType == CommandType.Merge)
        {
            CheckRead(relation, columns, role);
        }

        if (level.RowMarks.Exists(m => m.Rti == index) && PrivilegeCheck.OnClass(_catalog, relation, role, AclMode.Update) == 0
            && !PrivilegeCheck.HasOnAnyColumn(_catalog, relation, role, AclMode.Update))
        {
            throw Denied(relation);
        }

        if (relation is { relkind: 'v', oid: >= BuiltInOids.FirstNormalObjectId } && _catalog.Role(relation.relowner) is not null)
        {
            var reader = ReaderOf(relation, role);
            if (!RoleMembership.IsSuperuser(_catalog, reader))
            {
                CheckQuery(ViewExpansion.DefinitionOf(_context, relation), reader, null);
            }
        }
    }

    private void CheckRead(PgClass relation, HashSet<int> columns, uint role)
    {
        if (PrivilegeCheck.OnClass(_catalog, relation, role, AclMode.Select) != 0)
        {
            return;
        }

        // No column at all (count(*)): any column's privilege will do. A whole row needs all.
        var allowed = columns.Count == 0
            ? PrivilegeCheck.HasOnAnyColumn(_catalog, relation, role, AclMode.Select)
            : columns.All(c => c != 0
                ? HasColumn(relation, c, role, AclMode.Select)
                : _catalog.Attributes(relation.oid).All(a => a.attisdropped || HasColumn(relation, a.attnum, role, AclMode.Select)));
        if (!allowed)
        {
            throw Denied(relation);
        }
    }

    private void CheckTarget(BoundQuery level, PgClass relation, uint role, Pg.Node? statement)
    {
        var mode = level.CommandType switch
        {
            CommandType.Insert => AclMode.Insert,
            CommandType.Update => AclMode.Update,
            CommandType.Delete => AclMode.Delete,
            _ => AclMode.None,
        };
        if (level.CommandType == CommandType.Merge)
        {
            foreach (var action in level.MergeActionList)
            {
                mode |= action.CommandType switch
                {
                    CommandType.Insert => AclMode.Insert,
                    CommandType.Update => AclMode.Update,
                    CommandType.Delete => AclMode.Delete,
                    _ => AclMode.None,
                };
            }

            if (PrivilegeCheck.OnClass(_catalog, relation, role, mode) != mode)
            {
                throw Denied(relation);
            }

            CheckWritten(level, relation, role);
            return;
        }

        if (PrivilegeCheck.OnClass(_catalog, relation, role, mode) == 0
            && (mode == AclMode.Delete || !GivenColumns(level, relation, statement).All(c => HasColumn(relation, c, role, mode))))
        {
            throw Denied(relation);
        }

        if (level.OnConflict is { Action: OnConflictAction.Update } conflict && PrivilegeCheck.OnClass(_catalog, relation, role, AclMode.Update) == 0
            && !conflict.OnConflictSet.TrueForAll(t => t.ResJunk || HasColumn(relation, t.ResNo, role, AclMode.Update)))
        {
            throw Denied(relation);
        }

        CheckWritten(level, relation, role);
    }

    // Whoever writes a row calls the functions that its CHECK constraints and generated columns are made of.
    private void CheckWritten(BoundQuery level, PgClass relation, uint role)
    {
        if (level.CommandType == CommandType.Delete || relation.relkind is not ('r' or 'p'))
        {
            return;
        }

        var table = TableLayout.Get(_catalog, relation.oid);
        var uses = new Uses(_catalog);
        foreach (var check in table.Checks)
        {
            uses.Visit(check.Expr);
        }

        foreach (var column in table.Columns)
        {
            if (column.IsGenerated && (level.CommandType != CommandType.Update
                || VarCollector.Collect(column.Generation).Exists(v => level.TargetList.Exists(t => !t.ResJunk && t.ResNo == v.Varattno))))
            {
                uses.Visit(column.Generation);
            }
        }

        if (uses.Function is { } functions && DeniedFunction(functions, role) is { } denied)
        {
            throw denied;
        }
    }

    // What an INSERT names, not what defaults add.
    private IEnumerable<int> GivenColumns(BoundQuery level, PgClass relation, Pg.Node? statement)
    {
        if (level.CommandType == CommandType.Insert && statement is { NodeCase: Pg.Node.NodeOneofCase.InsertStmt })
        {
            return statement.InsertStmt.Cols.Count == 0
                ? _catalog.Attributes(relation.oid).Where(static a => !a.attisdropped).Select(static a => (int)a.attnum)
                : statement.InsertStmt.Cols.Select(c => (int)(_catalog.FindAttribute(relation.oid, c.ResTarget.Name)?.attnum ?? 0));
        }

        return level.TargetList.Where(static t => !t.ResJunk).Select(static t => t.ResNo);
    }

    private bool HasColumn(PgClass relation, int attnum, uint role, AclMode mode) =>
        _catalog.Attribute(relation.oid, attnum) is { } column && PrivilegeCheck.OnColumn(_catalog, relation, column, role, mode) != 0;

    private PgException? DeniedFunction(IEnumerable<(uint Function, bool IsWindow)> functions, uint role)
    {
        foreach (var (oid, isWindow) in functions)
        {
            if (_catalog.Proc(oid) is { proacl: { } acl } proc && PrivilegeCheck.OnList(_catalog, 'f', acl, proc.proowner, role, AclMode.Execute) == 0)
            {
                var what = proc.prokind switch { 'p' => "procedure", 'a' when !isWindow => "aggregate", _ => "function" };
                return new PgException(SqlState.InsufficientPrivilege, $"permission denied for {what} {proc.proname}");
            }
        }

        return null;
    }

    /// <summary>The relations of a query and its subqueries, with the columns of each that are read, and the restricted functions that it calls.</summary>
    private sealed class Uses(CatalogSnapshot catalog) : BoundTreeWalker
    {
        private readonly List<BoundQuery> _levels = [];
        private readonly List<(BoundQuery Level, int Index, HashSet<int> Columns)> _found = [];
        private HashSet<(uint Function, bool IsWindow)>? _functions;

        internal IEnumerable<(BoundQuery Level, int Index, HashSet<int> Columns)> All => _found;

        internal IEnumerable<(uint Function, bool IsWindow)>? Function => _functions;

        protected override void VisitQuery(BoundQuery query)
        {
            _levels.Add(query);
            for (var i = 1; i <= query.RangeTable.Count; i++)
            {
                // ON CONFLICT's excluded row is no table of its own.
                if (query.RangeTable[i - 1].RteKind == RteKind.Relation && query.OnConflict?.ExclRelIndex != i)
                {
                    _found.Add((query, i, []));
                }
            }

            base.VisitQuery(query);
            _levels.RemoveAt(_levels.Count - 1);
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            var function = expr switch
            {
                BoundFuncExpr call => call.FuncId,
                BoundAggref aggregate => aggregate.AggFnOid,
                BoundWindowFunc window => window.WinFnOid,
                _ => 0u,
            };
            if (function != 0 && catalog.Proc(function) is { proacl: not null })
            {
                (_functions ??= []).Add((function, expr is BoundWindowFunc));
            }

            if (expr is BoundVar column && column.Varlevelsup < _levels.Count)
            {
                var level = _levels[^(column.Varlevelsup + 1)];
                foreach (var (query, index, columns) in _found)
                {
                    if (index == column.Varno && ReferenceEquals(query, level))
                    {
                        columns.Add(column.Varattno);
                    }
                }
            }

            base.VisitExpr(expr);
        }
    }
}
