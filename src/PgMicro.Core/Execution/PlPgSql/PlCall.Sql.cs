using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>Expressions and SQL statements.</content>
internal sealed partial class PlCall
{
    /// <summary>A value with its type.</summary>
    internal readonly record struct Typed(PgDatum Value, uint Type, int Typmod);

    internal Typed Evaluate(PlExpression expression)
    {
        var plan = expression.GetPlan(this);
        if (plan.Columns is not { } columns)
        {
            throw new PgException(SqlState.WrongObjectType, "query did not return data").AddContext($"query: {expression.Text}");
        }

        if (columns.Count != 1)
        {
            throw new PgException(SqlState.SyntaxError, columns.Count == 1 ? "query returned 1 column" : $"query returned {columns.Count} columns")
                .AddContext($"query: {expression.Text}");
        }

        PgDatum value;
        if (plan.Plan is null)
        {
            value = plan.Slots.Length == 0 ? plan.Constant : plan.Slots[0].Value(this);
        }
        else
        {
            while (plan.NeedsPreparation && !Session.Ready(plan.Plan!))
            {
                plan = expression.GetPlan(this);
            }

            var isInUse = expression.IsInUse;
            expression.IsInUse = true;
            List<PgDatum[]> rows;
            try
            {
                rows = Start(plan.Plan!, plan.Values(this), 2, expression.Text, plan.IsSimple && !isInUse ? null : expression.ContextLine).Rows;
            }
            finally
            {
                expression.IsInUse = isInUse;
            }

            value = rows.Count switch
            {
                0 => PgDatum.Null,
                1 => rows[0][0],
                _ => throw new PgException(SqlState.CardinalityViolation, "query returned more than one row").AddContext($"query: {expression.Text}"),
            };
        }

        var type = columns[0].ValueType;
        return new Typed(value, type == TypeOid.Unknown ? TypeOid.Text : type, columns[0].Typmod);
    }

    /// <summary>Evaluates an expression as a value of a type.</summary>
    internal PgDatum Evaluate(PlExpression expression, uint type)
    {
        var (value, from, typmod) = Evaluate(expression);
        return Cast(value, from, typmod, type, -1);
    }

    internal bool Condition(PlExpression expression)
    {
        var value = Evaluate(expression, TypeOid.Bool);
        return !value.IsNull && value.Boolean;
    }

    /// <summary>The text of a value by its type's output function; null for NULL.</summary>
    internal string? TextOf(PlExpression expression)
    {
        var (value, type, _) = Evaluate(expression);
        return value.IsNull ? null : Session.Types.GetCodec(type).OutputString(value, Session);
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="limit">How many rows are wanted at most.</param>
    internal QueryResult Execute(PlExpression statement, int limit = int.MaxValue)
    {
        if (statement.Statement(Session).Raw.Stmt.NodeCase == Pg.Node.NodeOneofCase.TransactionStmt)
        {
            throw new PgException(SqlState.FeatureNotSupported, "unsupported transaction command in PL/pgSQL");
        }

        var plan = statement.GetPlan(this);
        var values = plan.Values(this);
        while (!Session.Ready(plan.Plan!))
        {
            plan = statement.GetPlan(this);
            values = plan.Values(this);
        }

        RejectWrite(statement.Statement(Session).Raw.Stmt, statement.ContextLine);
        return Start(plan.Plan!, values, limit, statement.Text, statement.ContextLine);
    }

    /// <summary>Runs the text of EXECUTE, whose parameters are USING's.</summary>
    internal QueryResult ExecuteText(string text, IReadOnlyList<Typed> arguments)
    {
        string ContextLine() => $"SQL statement \"{text}\"";
        var wasAtomic = Session.SetAtomic(true);
        try
        {
            QueryResult? last = null;
            foreach (var statement in Session.ParseText(text))
            {
                switch (statement.Raw.Stmt)
                {
                    case { NodeCase: Pg.Node.NodeOneofCase.TransactionStmt }:
                        throw new PgException(SqlState.FeatureNotSupported, "EXECUTE of transaction commands is not implemented");
                    case { SelectStmt.IntoClause: not null }:
                        throw new PgException(SqlState.FeatureNotSupported, "EXECUTE of SELECT ... INTO is not implemented")
                            .WithHint("You might want to use EXECUTE ... INTO or EXECUTE CREATE TABLE ... AS instead.");
                }

                var plan = PlanText(statement, arguments);
                while (!Session.Ready(plan))
                {
                    plan = PlanText(statement, arguments);
                }

                RejectWrite(statement.Raw.Stmt, ContextLine);
                last = Start(plan, [.. arguments.Select(static a => a.Value)], int.MaxValue, text, ContextLine);
            }

            return last ?? new QueryResult(null, [], 0);
        }
        catch (PgException e) when (e.Position > 0 || e.Location >= 0)
        {
            throw PlPlanner.InQuery(e, text, null);
        }
        finally
        {
            Session.SetAtomic(wasAtomic);
        }
    }

    private ExecutablePlan PlanText(Parser.ParsedStatement statement, IReadOnlyList<Typed> arguments)
    {
        var types = new GivenParameters([.. arguments.Select(static a => a.Type)], Infers: false);
        try
        {
            return Session.Database.Planner.GetPlan(Session, statement, types);
        }
        catch (PgException e) when (e.Position == 0 && e.Location < 0)
        {
            throw e.AddContext($"SQL statement \"{statement.Source.Text}\"");
        }
    }

    private void RejectWrite(Pg.Node statement, Func<string> contextLine)
    {
        if (Function.IsReadOnly && CommandNames.OfWriting(statement) is { } command)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{command} is not allowed in a non-volatile function").AddContext(contextLine());
        }
    }

    private QueryResult Start(ExecutablePlan plan, PgDatum[] values, int limit, string text, Func<string>? contextLine)
    {
        var outer = _sql;
        _sql = contextLine?.Invoke();
        PgException raised;
        try
        {
            Session.NoteReads(plan, values);
            var run = plan.Start(Session, values);
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
                        Session.CheckForInterrupts();
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
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            raised = PlPlanner.InQuery(error, text, contextLine);
        }
        finally
        {
            _sql = outer;
        }

        // Outside the catch, as in Run.
        throw raised;
    }
}
