using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>Plans the expressions and statements of a body.</summary>
internal static class PlPlanner
{
    internal static PlPlan Plan(PlCall call, PlExpression expression)
    {
        var (session, version) = (call.Session, call.Session.Catalog.Version);
        session.HasReadClock = false;
        var named = new NamedVariables(call, expression.Scope, expression.Conflict);
        try
        {
            return expression.Mode == PgQueryParseMode.Statements ? Statement(call, expression, named, version) : Expression(session, expression, named, version);
        }
        catch (PgException e)
        {
            throw InQuery(e, expression.Text, expression.ContextLine);
        }
    }

    /// <summary>The error of a query within a body: its position is one within that query; without one, the context tells the query.</summary>
    internal static PgException InQuery(PgException error, string text, Func<string>? contextLine)
    {
        if (error.Position == 0 && error.Location >= 0)
        {
            error.Position = new SourceText(text).ToCursorPosition(error.Location);
        }

        error.Location = -1;
        if (error.Position > 0)
        {
            (error.InternalQuery, error.InternalPosition, error.Position) = (text, error.Position, 0);
        }
        else if (contextLine is not null)
        {
            error.AddContext(contextLine());
        }

        return error;
    }

    private static PlPlan Statement(PlCall call, PlExpression expression, NamedVariables named, long version)
    {
        var session = call.Session;
        var statement = expression.Statement(session);
        statement.Check();
        var raw = statement.Raw;
        var given = GivenParameters.None with { Named = named };
        var plan = expression.IsCursor ? PlCall.PlanCursor(session, statement, raw, expression.Scrolls, given) : session.Database.Planner.Plan(session, statement, raw, given);
        var isQuery = raw.Stmt.NodeCase is Pg.Node.NodeOneofCase.SelectStmt or Pg.Node.NodeOneofCase.InsertStmt or Pg.Node.NodeOneofCase.UpdateStmt
            or Pg.Node.NodeOneofCase.DeleteStmt or Pg.Node.NodeOneofCase.MergeStmt;
        return new PlPlan
        {
            Plan = plan,
            Columns = plan.Columns,
            Slots = named.Slots,
            Records = named.Records,
            CatalogVersion = version,
            Settings = session.PlanSettings,
            Role = session.CurrentRole,
            EphemeralTables = session.EphemeralTables,
            IsKept = isQuery && plan.IsCacheable && !session.HasReadClock,
        };
    }

    private static PlPlan Expression(PgSession session, PlExpression expression, NamedVariables named, long version)
    {
        var raw = expression.Raw;
        var assignment = raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.PlassignStmt ? raw.Stmt.PlassignStmt : null;
        if (assignment is not null)
        {
            raw = new Pg.RawStmt { Stmt = new Pg.Node { SelectStmt = assignment.Val } };
        }

        FeatureGate.Check(raw);
        if (raw.Stmt.SelectStmt.IntoClause is not null)
        {
            throw new PgException(SqlState.SyntaxError, "SELECT INTO is not allowed here").At(0);
        }

        var context = new BindingContext(session, GivenParameters.None with { Named = named });
        BoundQuery query;
        if (assignment is null || expression.Target is not { } target)
        {
            query = Binder.Bind(raw, context);
        }
        else
        {
            // A literal takes the type of what it is assigned to.
            var pstate = context.NewState();
            pstate.ResolveUnknowns = false;
            query = Binder.TransformIn(pstate, raw.Stmt);
            context.Parameters.Check(pstate);
            Assign(context.NewState(), named, query, assignment, target, expression.TargetNames);
        }

        Roles.QueryPermissions.Check(session, query, raw.Stmt);
        var isSimple = IsSimple(query);
        var value = isSimple ? query.TargetList[0].Expr : null;
        var direct = value is BoundConst or BoundParam { Kind: ParamKind.Extern };
        var plan = direct ? null : Planner.PlanQuery(session, query, context.ParameterTypes);
        return new PlPlan
        {
            Plan = plan,
            Columns = plan?.Columns ?? Planner.Describe(query.TargetList, session.Catalog),
            Slots = named.Slots,
            Records = named.Records,
            CatalogVersion = version,
            Settings = session.PlanSettings,
            Role = session.CurrentRole,
            EphemeralTables = session.EphemeralTables,
            IsSimple = isSimple,
            Constant = (value as BoundConst)?.Value ?? PgDatum.Null,
            IsKept = !session.HasReadClock,
        };
    }

    /// <summary>Makes the query of an assignment's value one of the target's new value (PostgreSQL's transformPLAssignStmt).</summary>
    private static void Assign(ParseState pstate, NamedVariables named, BoundQuery query, Pg.PLAssignStmt assignment, PlTarget target, int names)
    {
        if (query.TargetList.Where(static t => !t.ResJunk).ToArray() is not [var entry])
        {
            var count = query.TargetList.Count(static t => !t.ResJunk);
            throw new PgException(SqlState.SyntaxError, $"assignment source returned {count} column{(count == 1 ? "" : "s")}");
        }

        var indirection = assignment.Indirection.Skip(names).ToList();
        var (type, typmod, collation) = target.TypeIn(named.Call);
        var value = entry.Expr;
        BoundExpr result;
        named.DependOn(target);
        if (indirection.Count > 0)
        {
            var column = new PgAttribute { attname = assignment.Name, atttypid = type, atttypmod = typmod, attcollation = collation };
            result = AssignmentIndirection.Transform(pstate, named.Parameter(target, assignment.Location), column, indirection, value, assignment.Location, CoercionContext.PlPgSql);
        }
        else if (type != value.Type && TypeFacts.IsRowType(pstate.Catalog, type) && TypeFacts.IsRowType(pstate.Catalog, value.Type))
        {
            // Records are converted field by field when they are assigned.
            return;
        }
        else if (target is RecordTarget { Record.RowType: null })
        {
            return;
        }
        else
        {
            try
            {
                result = Coercion.CoerceToTargetType(pstate, value, value.Type, type, typmod, CoercionContext.PlPgSql, CoercionForm.ImplicitCast, -1)
                    ?? throw new PgException(
                        SqlState.DatatypeMismatch,
                        $"variable \"{assignment.Name}\" is of type {FormatType.Format(type, pstate)} but expression is of type {FormatType.Format(value.Type, pstate)}")
                        .WithHint("You will need to rewrite or cast the expression.");
            }
            catch (PgException e)
            {
                throw e.At(ExprFacts.Location(value));
            }
        }

        Collations.Assign(pstate, result);
        var index = query.TargetList.IndexOf(entry);
        query.TargetList[index] = new TargetEntry { Expr = result, ResNo = entry.ResNo, ResName = entry.ResName, RessortGroupRef = entry.RessortGroupRef };
    }

    private static bool IsSimple(BoundQuery query) =>
        query is
        {
            CommandType: CommandType.Select, RangeTable.Count: 0, HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HasSubLinks: false, CteList.Count: 0,
            JoinTree.Quals: null, HavingQual: null, SortClause.Count: 0, DistinctClause.Count: 0, GroupClause.Count: 0, GroupingSets.Count: 0,
            LimitOffset: null, LimitCount: null, SetOperations: null, TargetList.Count: 1,
        };
}
