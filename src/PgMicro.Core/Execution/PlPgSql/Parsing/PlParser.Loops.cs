using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>Loops.</content>
internal sealed partial class PlParser
{
    private PlStatement? LoopAt(string? label)
    {
        var outer = Scope;
        Scope = PlScope.Loop(Scope!, label);
        var token = Current;
        PlStatement? loop = null;
        if (Accept("loop"))
        {
            loop = new LoopStatement(token.Line, label, null, LoopBody(label));
        }
        else if (Accept("while"))
        {
            var condition = Expression("LOOP", "loop");
            _at++;
            loop = new LoopStatement(token.Line, label, condition, LoopBody(label));
        }
        else if (Accept("for"))
        {
            loop = For(token.Line, label);
        }
        else if (Accept("foreach"))
        {
            loop = ForEach(token.Line, label);
        }

        Scope = outer;
        return loop;
    }

    private PlStatement[] LoopBody(string? label)
    {
        var body = Statements();
        Expect("end");
        Expect("loop");
        EndLabel(label);
        Expect(";");
        return body;
    }

    // FOR's variable: one that exists, several, or a name that an integer loop or a cursor loop declares.
    private PlStatement For(int line, string? label)
    {
        var (nameToken, name) = (Current, Current.Name);
        PlTarget? target = null;
        var several = false;
        if (TargetAt(_at, out var tokens, out _) is { } known)
        {
            _at += tokens;
            target = known;
            if (!known.IsRecord)
            {
                several = Is(",");
                target = several ? new RowTarget(ScalarList(known)) : known;
            }
        }
        else
        {
            TakeName();
        }

        Expect("in");
        if (Is("execute"))
        {
            _at++;
            _runsUnknown = true;
            var (into, text) = (RowsTarget(target, nameToken), Expression("LOOP or USING", "loop", "using"));
            var arguments = Is("using") ? Arguments(", or LOOP", "loop") : [];
            Expect("loop");
            return new ForTextStatement(line, label, into, text, arguments, LoopBody(label));
        }

        if (TargetAt(_at, out var cursorTokens, out _) is VariableTarget { Variable: { IsRefcursor: true } cursor })
        {
            return ForCursor(line, label, nameToken, cursor, cursorTokens, several);
        }

        var isReverse = Accept("reverse");
        var start = Current.Start;
        var end = SkipSql("LOOP", isExpression: false, "..", "loop");
        if (Is(".."))
        {
            return ForInteger(line, label, nameToken, several, isReverse, start, end);
        }

        if (isReverse)
        {
            throw new PgException(SqlState.SyntaxError, "cannot specify REVERSE in query FOR loop") { Position = PositionOf(nameToken) };
        }

        if (end == start)
        {
            throw At(Current, "missing SQL statement");
        }

        var query = Keep(new PlExpression(_tokens.Body[start..end].TrimEnd(), Scope, PgQueryParseMode.Statements, _conflict), start);
        var rows = RowsTarget(target, nameToken);
        _at++;
        return new ForQueryStatement(line, label, rows, query, LoopBody(label));
    }

    private PlTarget RowsTarget(PlTarget? target, in BodyToken name)
    {
        if (target is null)
        {
            throw new PgException(SqlState.SyntaxError, "loop variable of loop over rows must be a record variable or list of scalar variables") { Position = PositionOf(name) };
        }

        CheckAssignable(target is RowTarget { Targets: [var first, ..] } ? first : target, name);
        return target.IsRecord || target is RowTarget ? target : new RowTarget([target]);
    }

    private ForIntegerStatement ForInteger(int line, string? label, in BodyToken name, bool several, bool isReverse, int start, int end)
    {
        if (end == start)
        {
            throw At(Current, "missing expression");
        }

        var lower = Keep(new PlExpression(_tokens.Body[start..end].TrimEnd(), Scope, PgQueryParseMode.PlPgSqlExpression, _conflict), start);
        _at++;
        var upper = Expression("LOOP", "loop", "by");
        PlExpression? step = null;
        if (Accept("by"))
        {
            step = Expression("LOOP", "loop");
        }

        Expect("loop");
        if (several)
        {
            throw new PgException(SqlState.SyntaxError, "integer FOR loop must have only one target variable") { Position = PositionOf(name) };
        }

        var variable = (PlVariable)Declare(name.Name!, new PlType(TypeOid.Int4, -1), line);
        return new ForIntegerStatement(line, label, variable, lower, upper, step, isReverse, LoopBody(label));
    }

    private ForCursorStatement ForCursor(int line, string? label, in BodyToken name, PlVariable cursor, int tokens, bool several)
    {
        var cursorToken = Current;
        if (several)
        {
            throw new PgException(SqlState.SyntaxError, "cursor FOR loop must have only one target variable") { Position = PositionOf(name) };
        }

        if (cursor.CursorQuery is null)
        {
            throw new PgException(SqlState.SyntaxError, "cursor FOR loop must use a bound cursor variable") { Position = PositionOf(cursorToken) };
        }

        _at += tokens;
        var arguments = CursorArguments(cursor, "loop");
        Expect("loop");
        var record = (PlRecord)Declare(name.Name!, new PlType(TypeOid.Record, -1), line);
        return new ForCursorStatement(line, label, record, cursor, arguments, LoopBody(label));
    }

    private ForEachStatement ForEach(int line, string? label)
    {
        var token = Current;
        var target = TargetAt(_at, out var tokens, out _)
            ?? throw new PgException(SqlState.SyntaxError, "loop variable of FOREACH must be a known variable or list of variables") { Position = PositionOf(token) };
        CheckAssignable(target, token);
        _at += tokens;
        if (!target.IsRecord && Is(","))
        {
            target = new RowTarget(ScalarList(target));
        }

        var slice = 0;
        if (Accept("slice"))
        {
            if (Current.Kind != Pg.Token.Iconst)
            {
                throw Unexpected();
            }

            slice = int.Parse(Take().Text, System.Globalization.CultureInfo.InvariantCulture);
        }

        Expect("in");
        Expect("array");
        var array = Expression("LOOP", "loop");
        _at++;
        return new ForEachStatement(line, label, target, slice, array, LoopBody(label));
    }
}
