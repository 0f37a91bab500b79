using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>SQL within a block: variables are its parameters.</content>
internal sealed partial class PlPgSqlInterpreter
{
    private const string SelectPrefix = "SELECT ";

    // Stands for the fields of a record that has none yet: no field has this name, so that the query is planned anew when it has some.
    private const string Unassigned = "";

    private readonly Dictionary<(string Text, uint Type, Frame Frame, int Visible), Query> _queries = [];

    /// <summary>Rows that a statement returned, and how many rows it concerned.</summary>
    private sealed record QueryResult(IReadOnlyList<ColumnDescription>? Columns, List<PgDatum[]> Rows, long Count);

    /// <summary>A query planned with the variables that it uses.</summary>
    private sealed record Query(ExecutablePlan Plan, List<Slot> Slots, long CatalogVersion, string Settings);

    /// <summary>The variables that a statement names, as its parameters.</summary>
    private sealed class NamedSlots(PlPgSqlInterpreter block) : INamedParameters
    {
        internal List<Slot> Slots { get; } = [];

        public uint[] Types => [.. Slots.Select(static s => s.Type)];

        public BoundExpr? Resolve(ParseState pstate, Pg.ColumnRef reference, BoundExpr? found) => block.Resolve(pstate, reference, found, Slots);
    }

    /// <summary>A variable, or a field of a record, as a parameter.</summary>
    private sealed record Slot(PlVariable Variable, string? Field, uint Type);

    private static string TextOf(JsonElement expression) => expression.GetProperty("PLpgSQL_expr").GetProperty("query").GetString()!;

    /// <summary>Evaluates an expression, converted to a type when one is given.</summary>
    private (PgDatum Value, uint Type, int Typmod) Evaluate(JsonElement expression, uint type = 0, int typmod = -1) =>
        Evaluate(TextOf(expression), type, typmod);

    private (PgDatum Value, uint Type, int Typmod) Evaluate(string text, uint type = 0, int typmod = -1)
    {
        var result = Run(text, SelectPrefix.Length, type, typmod, limit: 2);
        if (result.Columns is not [var column])
        {
            throw new PgException(SqlState.SyntaxError, $"query \"{text}\" returned {result.Columns?.Count ?? 0} columns");
        }

        if (result.Rows.Count > 1)
        {
            throw new PgException(SqlState.CardinalityViolation, $"query \"{text}\" returned more than one row");
        }

        return (result.Rows.Count == 0 ? PgDatum.Null : result.Rows[0][0], column.TypeOid, column.Typmod);
    }

    private bool Condition(JsonElement expression)
    {
        var (value, _, _) = Evaluate(expression, TypeOid.Bool);
        return !value.IsNull && value.Boolean;
    }

    /// <summary>Runs a statement of the block.</summary>
    private QueryResult Execute(string text, int limit = int.MaxValue)
    {
        try
        {
            return Run(text, 0, 0, -1, limit);
        }
        catch (PgException e)
        {
            // A place in the text says already which statement it is.
            throw e.Where is null && e.InternalQuery == text ? e : Context(e, $"SQL statement \"{text}\"");
        }
    }

    /// <summary>Runs the text of EXECUTE, whose parameters are USING's.</summary>
    private QueryResult ExecuteDynamic(string text, IReadOnlyList<(PgDatum Value, uint Type, int Typmod)> arguments)
    {
        try
        {
            QueryResult? last = null;
            foreach (var statement in session.Database.Parser.Parse(text))
            {
                if (statement.Raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.TransactionStmt)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "EXECUTE of transaction commands is not implemented");
                }

                var given = new GivenParameters([.. arguments.Select(static a => a.Type == TypeOid.Unknown ? TypeOid.Text : a.Type)], Infers: false);
                var plan = session.Database.Planner.GetPlan(session, statement, given);
                while (!session.Ready(plan))
                {
                    plan = session.Database.Planner.GetPlan(session, statement, given);
                }

                last = Start(plan, [.. arguments.Select(static a => a.Value)], int.MaxValue);
            }

            return last ?? new QueryResult(null, [], 0);
        }
        catch (PgException e)
        {
            throw e.Position > 0 || e.Location >= 0 ? Internal(e, text, 0) : Context(e, $"SQL statement \"{text}\"");
        }
    }

    private QueryResult Run(string text, int skip, uint type, int typmod, int limit)
    {
        try
        {
            var query = Plan(text, skip, type, typmod);
            while (!session.Ready(query.Plan))
            {
                query = Plan(text, skip, type, typmod);
            }

            var values = new PgDatum[query.Slots.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var (variable, field, _) = query.Slots[i];
                values[i] = field is null ? variable.Value : field == Unassigned ? PgDatum.Null : variable.Fields!.Find(f => f.Name == field)!.Value;
            }

            return Start(query.Plan, values, limit);
        }
        catch (PgException e) when (e.InternalQuery is null && (e.Position > 0 || e.Location >= 0))
        {
            throw Internal(e, text, skip);
        }
    }

    private QueryResult Start(ExecutablePlan plan, PgDatum[] values, int limit)
    {
        session.NoteReads(plan, values);
        var run = plan.Start(session, values);
        if (run.CopyIn is not null || run.CopyOut is not null)
        {
            run.CopyIn?.Close();
            run.CopyOut?.Close();
            throw new PgException(SqlState.FeatureNotSupported, "cannot COPY to/from client in PL/pgSQL");
        }

        var rows = new List<PgDatum[]>();
        if (run.Rows is { } source)
        {
            using (source)
            {
                while (rows.Count < limit && source.Read())
                {
                    session.CheckForInterrupts();
                    var row = new PgDatum[plan.Columns!.Count];
                    for (var i = 0; i < row.Length; i++)
                    {
                        row[i] = source.GetDatum(i);
                    }

                    rows.Add(row);
                }
            }
        }

        return new QueryResult(plan.Columns, rows, run.RowsAffected >= 0 ? run.RowsAffected : rows.Count);
    }

    private Query Plan(string text, int skip, uint type, int typmod)
    {
        var key = (text, type, _frames[^1], _frames[^1].Visible.Count);
        if (_queries.TryGetValue(key, out var query) && query.CatalogVersion == session.Catalog.Version && query.Settings == session.PlanSettings
            && query.Slots.TrueForAll(static s => s.Type == (s.Field is null ? s.Variable.Type : s.Variable.Fields?.Find(f => f.Name == s.Field)?.Type ?? 0)))
        {
            return query;
        }

        var sql = skip > 0 ? SelectPrefix + text : text;
        var statements = session.Database.Parser.Parse(sql);
        if (statements is not [var statement])
        {
            throw new PgException(SqlState.SyntaxError, $"query \"{text}\" is not one statement");
        }

        FeatureGate.Check(statement.Raw);
        var named = new NamedSlots(this);
        var given = GivenParameters.None with { Named = named };
        ExecutablePlan plan;
        var isQuery = statement.Raw.Stmt.NodeCase is Pg.Node.NodeOneofCase.SelectStmt or Pg.Node.NodeOneofCase.InsertStmt or Pg.Node.NodeOneofCase.UpdateStmt
            or Pg.Node.NodeOneofCase.DeleteStmt or Pg.Node.NodeOneofCase.MergeStmt;
        if (isQuery && !(statement.Raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.SelectStmt && statement.Raw.Stmt.SelectStmt.IntoClause is not null))
        {
            var context = new BindingContext(session, given);
            var bound = Binder.Bind(statement.Raw, context);
            if (type != 0)
            {
                Convert(context.NewState(), bound, type, typmod);
            }

            Roles.QueryPermissions.Check(session, bound, statement.Raw.Stmt);
            plan = Planner.PlanQuery(session, bound, context.ParameterTypes);
        }
        else
        {
            plan = statement.Raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.TransactionStmt
                ? throw new PgException(SqlState.FeatureNotSupported, "unsupported transaction command in PL/pgSQL")
                : session.Database.Planner.Plan(session, statement, statement.Raw, given);
        }

        query = new Query(plan, named.Slots, session.Catalog.Version, session.PlanSettings);
        if (isQuery)
        {
            _queries[key] = query;
        }

        return query;
    }

    /// <summary>Makes an expression's value one of a variable's type: by an assignment's cast, else through text.</summary>
    private static void Convert(ParseState pstate, BoundQuery query, uint type, int typmod)
    {
        if (query.TargetList is not [var target])
        {
            return;
        }

        BoundExpr? coerced;
        try
        {
            coerced = Coercion.CoerceToTargetType(pstate, target.Expr, target.Expr.Type, type, typmod, CoercionContext.PlPgSql, CoercionForm.ImplicitCast, -1);
        }
        catch (PgException e)
        {
            throw e.At(ExprFacts.Location(target.Expr));
        }

        var expr = coerced ?? throw new PgException(
                SqlState.CannotCoerce,
                $"cannot cast type {FormatType.Format(target.Expr.Type, pstate)} to {FormatType.Format(type, pstate)}");
        Collations.Assign(pstate, expr);
        query.TargetList[0] = new TargetEntry { Expr = expr, ResNo = 1, ResName = target.ResName };
    }

    /// <summary>plpgsql_post_column_ref: a name that is no column may be a variable; one that is both is ambiguous.</summary>
    private BoundExpr? Resolve(ParseState pstate, Pg.ColumnRef reference, BoundExpr? found, List<Slot> slots)
    {
        var names = reference.Fields.Where(static f => f.String is not null).Select(static f => f.String.Sval).ToArray();
        if (names.Length != reference.Fields.Count || !TryFind(names, out var variable, out var rest) || rest.Length > (variable.IsRecord ? 1 : 0))
        {
            return found;
        }

        if (found is not null)
        {
            throw new PgException(SqlState.AmbiguousColumn, $"column reference \"{string.Join('.', names)}\" is ambiguous")
                .WithDetail("It could refer to either a PL/pgSQL variable or a table column.").At(reference.Location);
        }

        if (!variable.IsRecord)
        {
            return Parameter(pstate, slots, variable, null, variable.Type, variable.Typmod, reference.Location);
        }

        if (variable.Fields!.Count == 0 && rest.Length == 0)
        {
            return Parameter(pstate, slots, variable, Unassigned, TypeOid.Record, -1, reference.Location);
        }

        if (variable.Fields.Count == 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"record \"{variable.Name}\" is not assigned yet")
                .WithDetail("The tuple structure of a not-yet-assigned record is indeterminate.");
        }

        if (rest is [var name])
        {
            var field = variable.Fields.Find(f => f.Name == name)
                ?? throw new PgException(SqlState.UndefinedColumn, $"record \"{variable.Name}\" has no field \"{name}\"");
            return Parameter(pstate, slots, variable, field.Name, field.Type, field.Typmod, reference.Location);
        }

        var row = new BoundRowExpr { Type = TypeOid.Record, RowFormat = CoercionForm.ExplicitCall, Location = reference.Location };
        foreach (var field in variable.Fields)
        {
            row.Args.Add(Parameter(pstate, slots, variable, field.Name, field.Type, field.Typmod, reference.Location));
            row.ColNames.Add(field.Name);
        }

        return row;
    }

    private static BoundParam Parameter(ParseState pstate, List<Slot> slots, PlVariable variable, string? field, uint type, int typmod, int location)
    {
        var index = slots.FindIndex(s => s.Variable == variable && s.Field == field);
        if (index < 0)
        {
            index = slots.Count;
            slots.Add(new Slot(variable, field, type));
        }

        return new BoundParam
        {
            Kind = ParamKind.Extern,
            ParamId = index + 1,
            Type = type,
            Typmod = typmod,
            Collation = pstate.Catalog.Type(type)?.typcollation ?? 0,
            Location = location,
        };
    }

    /// <summary>The error of a query within the block: its position is within that query.</summary>
    private static PgException Internal(PgException error, string text, int skip)
    {
        if (error.Position == 0 && error.Location >= 0)
        {
            error.Position = new PgMicro.PgQuery.SourceText((skip > 0 ? SelectPrefix : "") + text).ToCursorPosition(error.Location);
        }

        error.InternalQuery = text;
        error.InternalPosition = Math.Max(1, error.Position - skip);
        error.Position = 0;
        error.Location = -1;
        return error;
    }

    private static PgException Context(PgException error, string line)
    {
        error.Where = error.Where is null ? line : error.Where + "\n" + line;
        return error;
    }
}
