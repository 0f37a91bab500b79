using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>RETURN, RETURN NEXT, RETURN QUERY.</content>
internal sealed partial class PlParser
{
    private PlStatement Return()
    {
        var token = Take();
        if (Is("next") && _header is { IsProcedure: false })
        {
            _at++;
            return ReturnNext(token);
        }

        if (Is("query"))
        {
            _at++;
            return ReturnQuery(token);
        }

        PlExpression? expression = null;
        PlTarget? variable = null;
        string? refused = _header.ReturnsSet ? "RETURN cannot have a parameter in function returning set"
            : _header.IsProcedure ? "RETURN cannot have a parameter in a procedure"
            : _header.ReturnsVoid ? "RETURN cannot have a parameter in function returning void"
            : _header.HasOutParameters ? "RETURN cannot have a parameter in function with OUT parameters" : null;
        if (refused is not null)
        {
            if (!Is(";"))
            {
                throw new PgException(SqlState.DatatypeMismatch, refused) { Position = PositionOf(Current), Hint = _header.ReturnsSet ? "Use RETURN NEXT or RETURN QUERY." : null };
            }

            variable = OutTarget;
        }
        else if (TargetAt(_at, out var tokens, out _) is { } target and not FieldTarget && _tokens[_at + tokens].Is(";"))
        {
            variable = target;
            _at += tokens;
        }
        else
        {
            expression = Expression(";", ";");
        }

        Expect(";");
        return new ReturnStatement(token.Line, expression, variable);
    }

    private ReturnNextStatement ReturnNext(in BodyToken token)
    {
        if (!_header.ReturnsSet)
        {
            throw new PgException(SqlState.DatatypeMismatch, "cannot use RETURN NEXT in a non-SETOF function") { Position = PositionOf(token) };
        }

        PlExpression? expression = null;
        PlTarget? variable = null;
        if (_header.HasOutParameters)
        {
            if (!Is(";"))
            {
                throw new PgException(SqlState.DatatypeMismatch, "RETURN NEXT cannot have a parameter in function with OUT parameters") { Position = PositionOf(Current) };
            }

            variable = OutTarget;
        }
        else if (TargetAt(_at, out var tokens, out _) is { } target and not FieldTarget && _tokens[_at + tokens].Is(";"))
        {
            variable = target;
            _at += tokens;
        }
        else
        {
            expression = Expression(";", ";");
        }

        Expect(";");
        return new ReturnNextStatement(token.Line, expression, variable);
    }

    private ReturnQueryStatement ReturnQuery(in BodyToken token)
    {
        if (!_header.ReturnsSet)
        {
            throw new PgException(SqlState.DatatypeMismatch, "cannot use RETURN QUERY in a non-SETOF function") { Position = PositionOf(token) };
        }

        if (!Accept("execute"))
        {
            var query = Sql(";", PgQueryParseMode.Statements, ";");
            _at++;
            return new ReturnQueryStatement(token.Line, query, false, []);
        }

        _runsUnknown = true;
        var text = Expression("; or USING", ";", "using");
        var arguments = Is("using") ? Arguments(", or ;", ";") : [];
        Expect(";");
        return new ReturnQueryStatement(token.Line, text, true, arguments);
    }

    /// <summary>What the OUT parameters are as a result.</summary>
    internal PlTarget? OutTarget { get; set; }
}
