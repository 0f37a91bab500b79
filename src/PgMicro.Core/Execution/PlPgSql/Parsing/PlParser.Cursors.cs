using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Cursors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>OPEN, FETCH, MOVE, CLOSE.</content>
internal sealed partial class PlParser
{
    private PlVariable CursorVariable()
    {
        var token = Current;
        if (TargetAt(_at, out var tokens, out _) is not { } target)
        {
            throw NotAVariable(_at);
        }

        if (target is not VariableTarget { Variable: var variable } || _tokens[_at + tokens].Text == "[")
        {
            throw new PgException(SqlState.DatatypeMismatch, "cursor variable must be a simple variable") { Position = PositionOf(token) };
        }

        if (!variable.IsRefcursor)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"variable \"{variable.Name}\" must be of type cursor or refcursor") { Position = PositionOf(token) };
        }

        _at += tokens;
        return variable;
    }

    private OpenStatement Open()
    {
        var line = Take().Line;
        var cursor = CursorVariable();
        if (cursor.CursorQuery is not null)
        {
            var given = CursorArguments(cursor, ";");
            Expect(";");
            return new OpenStatement(line, cursor, null, false, null, given);
        }

        bool? scrolls = Accept("no") ? false : Is("scroll") ? true : null;
        if (scrolls is not null)
        {
            Expect("scroll");
        }

        if (!Is("for"))
        {
            throw At(Current, "syntax error, expected \"FOR\"");
        }

        _at++;
        if (!Accept("execute"))
        {
            var query = CursorQuery(scrolls);
            Expect(";");
            return new OpenStatement(line, cursor, query, false, null, []);
        }

        _runsUnknown = true;
        var text = Expression("USING or ;", "using", ";");
        var arguments = Is("using") ? Arguments(", or ;", ";") : [];
        Expect(";");
        return new OpenStatement(line, cursor, text, true, scrolls, arguments);
    }

    /// <summary>The arguments of a bound cursor, in the order of its parameters.</summary>
    private PlExpression[] CursorArguments(PlVariable cursor, string until)
    {
        if (cursor.CursorParameters is not { } parameters)
        {
            return Is("(") ? throw new PgException(SqlState.SyntaxError, $"cursor \"{cursor.Name}\" has no arguments") { Position = PositionOf(Current) }
                : Is(until) ? [] : throw Unexpected();
        }

        if (!Is("("))
        {
            throw new PgException(SqlState.SyntaxError, $"cursor \"{cursor.Name}\" has arguments") { Position = PositionOf(Current) };
        }

        _at++;
        var result = new PlExpression?[parameters.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var (token, index) = (Current, i);
            if (token.Name is { } name && _tokens[_at + 1].Text == ":=")
            {
                index = parameters.ToList().FindIndex(p => p.Name == name);
                if (index < 0)
                {
                    throw new PgException(SqlState.SyntaxError, $"cursor \"{cursor.Name}\" has no argument named \"{name}\"") { Position = PositionOf(token) };
                }

                _at += 2;
            }

            if (result[index] is not null)
            {
                throw new PgException(SqlState.SyntaxError, $"value for parameter \"{parameters[index].Name}\" of cursor \"{cursor.Name}\" specified more than once")
                {
                    Position = PositionOf(token),
                };
            }

            result[index] = Expression(",\" or \")", ",", ")");
            var end = Take();
            if (end.Text == ")" && i < result.Length - 1)
            {
                throw new PgException(SqlState.SyntaxError, $"not enough arguments for cursor \"{cursor.Name}\"") { Position = PositionOf(end) };
            }

            if (end.Text == "," && i == result.Length - 1)
            {
                throw new PgException(SqlState.SyntaxError, $"too many arguments for cursor \"{cursor.Name}\"") { Position = PositionOf(end) };
            }
        }

        return Is(until) ? [.. result.Select(static e => e!)] : throw Unexpected();
    }

    private FetchStatement Fetch()
    {
        var token = Take();
        var isMove = token.Is("move");
        var (direction, count, returnsSeveral) = (CursorDirection.Forward, 1L, false);
        PlExpression? expression = null;
        switch (Current)
        {
            case var t when t.Is("next"):
                _at++;
                break;
            case var t when t.Is("prior"):
                _at++;
                direction = CursorDirection.Backward;
                break;
            case var t when t.Is("first"):
                _at++;
                direction = CursorDirection.Absolute;
                break;
            case var t when t.Is("last"):
                _at++;
                (direction, count) = (CursorDirection.Absolute, -1);
                break;
            case var t when t.Is("absolute") || t.Is("relative"):
                _at++;
                direction = t.Is("absolute") ? CursorDirection.Absolute : CursorDirection.Relative;
                expression = Expression("FROM or IN", "from", "in");
                break;
            case var t when t.Is("all"):
                _at++;
                (count, returnsSeveral) = (long.MaxValue, true);
                break;
            case var t when t.Is("forward") || t.Is("backward"):
                _at++;
                direction = t.Is("forward") ? CursorDirection.Forward : CursorDirection.Backward;
                if (Accept("all"))
                {
                    (count, returnsSeveral) = (long.MaxValue, true);
                }
                else if (!Is("from") && !Is("in") && TargetAt(_at, out var tokens, out _) is var ahead && !(ahead is VariableTarget && (_tokens[_at + tokens].Is(";") || _tokens[_at + tokens].Is("into"))))
                {
                    expression = Expression("FROM or IN", "from", "in");
                    returnsSeveral = true;
                }

                break;
            case var t when t.Is("from") || t.Is("in"):
                break;
            case var t when TargetAt(_at, out var tokens, out _) is VariableTarget && (_tokens[_at + tokens].Is(";") || _tokens[_at + tokens].Is("into")):
                break;
            case var t when t.Name is not null && !ReservedWords.Contains(t) && (_tokens[_at + 1].Is(";") || _tokens[_at + 1].Is("into")):
                throw NotAVariable(_at);
            default:
                expression = Expression("FROM or IN", "from", "in");
                returnsSeveral = true;
                break;
        }

        if (Is("from") || Is("in"))
        {
            _at++;
        }

        var cursor = CursorVariable();
        PlTarget? target = null;
        if (!isMove)
        {
            if (!Accept("into"))
            {
                throw Unexpected();
            }

            target = IntoTarget(out var isStrict);
            if (isStrict)
            {
                throw PgErrors.FeatureNotSupported("FETCH INTO STRICT in PL/pgSQL");
            }

            if (returnsSeveral)
            {
                throw new PgException(SqlState.FeatureNotSupported, "FETCH statement cannot return multiple rows") { Position = PositionOf(token) };
            }
        }

        Expect(";");
        return new FetchStatement(token.Line, cursor, direction, count, expression, target);
    }

    private CloseStatement Close()
    {
        var line = Take().Line;
        var cursor = CursorVariable();
        Expect(";");
        return new CloseStatement(line, cursor);
    }
}
