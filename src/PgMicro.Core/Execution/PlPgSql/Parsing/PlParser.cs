using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <summary>
/// PL/pgSQL's grammar (manual, chapter 41). The tokens are those of PostgreSQL's lexer, and what is SQL is left to PostgreSQL's parser. libpg_query's
/// own PL/pgSQL parser knows no catalog, and so neither types nor composite variables.
/// </summary>
internal sealed partial class PlParser
{
    private readonly PgSession _session;
    private readonly BodyTokens _tokens;
    private readonly PlHeader _header;
    private readonly List<PlExpression> _expressions = [];
    private int _at;
    private bool _runsUnknown;
    private bool? _printsStrictParameters;
    private VariableConflict _conflict;

    internal PlParser(PgSession session, string body, PlHeader header)
    {
        _session = session;
        _header = header;
        _tokens = new BodyTokens(body);
        foreach (var setting in new[] { "plpgsql.extra_errors", "plpgsql.extra_warnings" })
        {
            if (session.Settings.Get(setting) is not (null or "" or "none"))
            {
                throw PgErrors.FeatureNotSupported(setting);
            }
        }

        _conflict = session.Settings.Get("plpgsql.variable_conflict") switch
        {
            "use_variable" => VariableConflict.UseVariable,
            "use_column" => VariableConflict.UseColumn,
            _ => VariableConflict.Error,
        };
    }

    /// <summary>The line that has been read last, for errors that have no position.</summary>
    internal int Line => _tokens[Math.Max(0, _at - 1)].Line;

    internal IReadOnlyList<PlDatum> Datums => _datums;

    internal IReadOnlyList<PlExpression> Expressions => _expressions;

    internal bool RunsUnknown => _runsUnknown;

    internal bool? PrintsStrictParameters => _printsStrictParameters;

    internal PlScope? Scope { get; set; }

    private BodyToken Current => _tokens[_at];

    /// <summary>Parses the body, whose parameters the scope has already.</summary>
    /// <exception cref="PgException">Its position, when it has one, is one in the body.</exception>
    internal PlBlock ParseBody()
    {
        Options();
        var label = Label();
        if (!Is("declare") && !Is("begin"))
        {
            throw Unexpected();
        }

        var block = Block(label);
        Accept(";");
        return Current.IsEnd ? block : throw Unexpected();
    }

    private void Options()
    {
        while (Current.Text == "#")
        {
            _at++;
            var option = Take();
            switch (option.Name)
            {
                case "print_strict_params":
                    _printsStrictParameters = Take() switch
                    {
                        var t when t.Is("on") => true,
                        var t when t.Is("off") => false,
                        var t => throw new PgException(SqlState.SyntaxError, $"unrecognized print_strict_params option {t.Text}") { Position = PositionOf(t) },
                    };
                    break;
                case "variable_conflict":
                    _conflict = Take() switch
                    {
                        var t when t.Is("error") => VariableConflict.Error,
                        var t when t.Is("use_variable") => VariableConflict.UseVariable,
                        var t when t.Is("use_column") => VariableConflict.UseColumn,
                        var t => throw Unexpected(t),
                    };
                    break;
                case "option":
                    throw PgErrors.FeatureNotSupported("#option in PL/pgSQL");
                default:
                    throw Unexpected(option);
            }
        }
    }

    // ---- tokens ----
    private bool Is(string text) => Current.Is(text);

    private bool Accept(string text)
    {
        if (!Is(text))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string text)
    {
        if (!Accept(text))
        {
            throw Unexpected();
        }
    }

    private BodyToken Take()
    {
        var token = Current;
        _at++;
        return token;
    }

    /// <summary>A name that may be declared: any word that is not reserved.</summary>
    private BodyToken TakeName() => Current is { Name: not null, Kind: not Pg.Token.Param } token && !ReservedWords.Contains(token) ? Take() : throw Unexpected();

    private int PositionOf(in BodyToken token) => _tokens.PositionOf(token.Start);

    private PgException Unexpected() => Unexpected(Current);

    private PgException Unexpected(in BodyToken token) => At(token, "syntax error");

    /// <summary>An error as the grammar raises them.</summary>
    private PgException At(in BodyToken token, string message) =>
        new(SqlState.SyntaxError, token.IsEnd ? $"{message} at end of input" : $"{message} at or near \"{token.Text}\"") { Position = PositionOf(token) };

    // ---- SQL within the body ----

    /// <summary>Reads an expression up to one of some words or signs, which stays to be read.</summary>
    private PlExpression Expression(string expected, params ReadOnlySpan<string> until) => Sql(expected, PgQueryParseMode.PlPgSqlExpression, until);

    /// <summary>Reads the text of an expression or statement up to one of some words or signs outside brackets.</summary>
    private PlExpression Sql(string expected, PgQueryParseMode mode, params ReadOnlySpan<string> until)
    {
        var first = Current;
        var end = SkipSql(expected, mode != PgQueryParseMode.Statements, until);
        if (end == first.Start)
        {
            throw At(Current, mode == PgQueryParseMode.Statements ? "missing SQL statement" : "missing expression");
        }

        return Keep(new PlExpression(_tokens.Body[first.Start..end].TrimEnd(), Scope, mode, _conflict), first.Start);
    }

    /// <summary>Goes to the end of an SQL text; gives where that is.</summary>
    private int SkipSql(string expected, bool isExpression, params ReadOnlySpan<string> until)
    {
        var depth = 0;
        while (true)
        {
            var token = Current;
            if (depth == 0)
            {
                foreach (var word in until)
                {
                    if (token.Is(word))
                    {
                        return token.Start;
                    }
                }
            }

            if (token.Text is "(" or "[")
            {
                depth++;
            }
            else if (token.Text is ")" or "]" && --depth < 0)
            {
                throw At(token, "mismatched parentheses");
            }

            if (token.IsEnd || token.Text == ";")
            {
                throw depth != 0 ? At(token, "mismatched parentheses")
                    : token.IsEnd ? Unexpected()
                    : new PgException(SqlState.SyntaxError, $"missing \"{expected}\" at end of SQL {(isExpression ? "expression" : "statement")}") { Position = PositionOf(token) };
            }

            _at++;
        }
    }

    /// <summary>Notes an expression, and checks its syntax.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="start">Where its text, or what it stands for, begins in the body.</param>
    private PlExpression Keep(PlExpression expression, int start)
    {
        _expressions.Add(expression);
        if (!_header.ChecksSyntax)
        {
            return expression;
        }

        try
        {
            expression.Parse(_session);
        }
        catch (PgException e) when (e.Position > 0)
        {
            e.Position += _tokens.PositionOf(start) - 1;
            throw;
        }

        return expression;
    }

    // ---- variables ----

    /// <summary>What the names at a place mean: the target, and how many tokens and names it takes; null when the first is no variable's.</summary>
    private PlTarget? TargetAt(int index, out int tokens, out int names)
    {
        tokens = names = 0;
        if (_tokens[index].Name is not { } first || ReservedWords.Contains(_tokens[index]))
        {
            return null;
        }

        var all = new List<string> { first };
        for (var i = index; all.Count < 3 && _tokens[i + 1].Text == "." && _tokens[i + 2].Name is { } next; i += 2)
        {
            all.Add(next);
        }

        if (PlScope.Find(Scope, all.ToArray(), out var used) is not { } datum)
        {
            return null;
        }

        names = used;
        PlTarget target;
        if (datum is PlRecord record)
        {
            if (all.Count > used)
            {
                names++;
                target = new FieldTarget(record, all[used]);
            }
            else
            {
                target = new RecordTarget(record);
            }
        }
        else
        {
            target = new VariableTarget((PlVariable)datum);
        }

        tokens = (2 * names) - 1;
        return target;
    }

    private void CheckAssignable(PlTarget target, in BodyToken token)
    {
        if (target.Datum.IsConstant)
        {
            throw new PgException(SqlState.ErrorInAssignment, $"variable \"{target.Datum.Name}\" is declared CONSTANT") { Position = PositionOf(token) };
        }
    }

    /// <summary>The names at a place as they are written.</summary>
    private string NameAt(int index)
    {
        const int MostTokens = 5;
        var end = index;
        while (end + 2 < index + MostTokens && _tokens[end + 1].Text == "." && _tokens[end + 2].Name is not null)
        {
            end += 2;
        }

        return string.Join('.', Enumerable.Range(index, end - index + 1).Where(i => _tokens[i].Name is not null).Select(i => _tokens[i].Name));
    }

    private PgException NotAVariable(int index)
    {
        var token = _tokens[index];
        return token.Name is null || ReservedWords.Contains(token) ? Unexpected(token)
            : new PgException(SqlState.SyntaxError, $"\"{NameAt(index)}\" is not a known variable") { Position = PositionOf(token) };
    }

    /// <summary>INTO's target: a record, or a list of values.</summary>
    private PlTarget IntoTarget(out bool isStrict)
    {
        isStrict = Accept("strict");
        var start = Current;
        if (TargetAt(_at, out var tokens, out _) is not { } first)
        {
            throw NotAVariable(_at);
        }

        CheckAssignable(first, start);
        _at += tokens;
        if (first.IsRecord)
        {
            return Is(",")
                ? throw new PgException(SqlState.SyntaxError, "record variable cannot be part of multiple-item INTO list") { Position = PositionOf(Current) }
                : first;
        }

        return new RowTarget(ScalarList(first));
    }

    private List<PlTarget> ScalarList(PlTarget first)
    {
        var list = new List<PlTarget> { first };
        while (Accept(","))
        {
            var token = Current;
            if (TargetAt(_at, out var tokens, out _) is not { } next)
            {
                throw NotAVariable(_at);
            }

            CheckAssignable(next, token);
            if (next.IsRecord)
            {
                throw new PgException(SqlState.SyntaxError, $"\"{NameAt(_at)}\" is not a scalar variable") { Position = PositionOf(token) };
            }

            _at += tokens;
            list.Add(next);
        }

        return list;
    }
}
