using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using PgMicro.PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>Statements.</content>
internal sealed partial class PlParser
{
    // Words that end a list of statements.
    private PlStatement[] Statements()
    {
        var result = new List<PlStatement>();
        while (!IsWord("end") && !IsWord("exception") && !IsWord("else") && !IsWord("elsif") && !IsWord("elseif") && !IsWord("when"))
        {
            if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw PgErrors.StackDepthExceeded();
            }

            result.Add(Statement());
        }

        return [.. result];
    }

    /// <summary>Whether a statement begins here with a word of PL/pgSQL: one that is not reserved may also be a variable that is assigned.</summary>
    private bool IsWord(string word) => Is(word) && (ReservedWords.Contains(Current) || _tokens[_at + 1].Text is not (":=" or "=" or "[" or "."));

    private PlStatement Statement()
    {
        var token = Current;
        if (token.IsEnd || (token.Name is null && token.Text is not ("<<" or "(")))
        {
            throw Unexpected();
        }

        if (token.Text == "<<")
        {
            var label = Label();
            return Is("declare") || Is("begin") ? Terminated(Block(label)) : LoopAt(label) ?? throw Unexpected();
        }

        if (token.Name is not null && !ReservedWords.Contains(token) && AssignmentAt() is { } assignment)
        {
            return assignment;
        }

        // A name in quotes, or one of $n, begins no statement of PL/pgSQL.
        switch (token.Is(token.Name ?? "") ? token.Name : null)
        {
            case "declare" or "begin":
                return Terminated(Block(null));
            case "if":
                return If();
            case "case":
                return Case();
            case "loop" or "while" or "for" or "foreach":
                return LoopAt(null)!;
            case "exit" or "continue":
                return Exit();
            case "return":
                return Return();
            case "raise":
                return Raise();
            case "assert":
                return Assert();
            case "perform":
                return Perform();
            case "execute":
                return Execute();
            case "get":
                return GetDiagnostics();
            case "open":
                return Open();
            case "fetch" or "move":
                return Fetch();
            case "close":
                return Close();
            case "commit" or "rollback":
                return EndTransaction();
            case "call" or "do":
                return Call();
            case "null":
                _at++;
                Expect(";");
                return new NullStatement(token.Line);
            case { } word when ReservedWords.Contains(token):
                throw Unexpected();
            default:
                return Sql();
        }
    }

    private PlStatement Terminated(PlBlock block)
    {
        Expect(";");
        return block;
    }

    // A variable comes first where an assignment follows; elsewhere its name is a word of SQL.
    private AssignStatement? AssignmentAt()
    {
        var token = Current;
        var end = _at;
        while (_tokens[end + 1].Text == "." && _tokens[end + 2].Name is not null)
        {
            end += 2;
        }

        var isAssigned = _tokens[end + 1].Text is ":=" or "=" or "[";
        if (TargetAt(_at, out _, out var names) is not { } target || (!isAssigned && end == _at))
        {
            return isAssigned ? throw NotAVariable(_at) : null;
        }

        CheckAssignable(target, token);
        var stop = SkipSql(";", isExpression: true, ";");
        var mode = PgQueryParseMode.PlPgSqlAssignment1 + names - 1;
        _at++;
        var expression = new PlExpression(_tokens.Body[token.Start..stop].TrimEnd(), Scope, mode, _conflict) { Target = target, TargetNames = names - 1 };
        return new AssignStatement(token.Line, target, Keep(expression, token.Start));
    }

    private IfStatement If()
    {
        var line = Take().Line;
        var branches = new List<(PlExpression, PlStatement[])>();
        do
        {
            var condition = Expression("THEN", "then");
            _at++;
            branches.Add((condition, Statements()));
        }
        while (Accept("elsif") || Accept("elseif"));
        var otherwise = Accept("else") ? Statements() : [];
        Expect("end");
        Expect("if");
        Expect(";");
        return new IfStatement(line, branches, otherwise);
    }

    private CaseStatement Case()
    {
        var line = Take().Line;
        PlExpression? tested = null;
        PlVariable? variable = null;
        if (!Is("when"))
        {
            tested = Expression("WHEN", "when");
            variable = (PlVariable)Declare($"__Case__Variable_{_datums.Count}__", new PlType(TypeOid.Int4, -1), line, isNamed: false);
        }

        var branches = new List<(PlExpression, PlStatement[])>();
        if (!Is("when"))
        {
            throw Unexpected();
        }

        while (Accept("when"))
        {
            var start = Current.Start;
            var condition = Expression("THEN", "then");
            if (variable is not null)
            {
                _expressions.Remove(condition);
                condition = Keep(
                    new PlExpression($"\"{variable.Name}\" IN ({condition.Text})", Scope!.With(variable.Name, variable), PgQueryParseMode.PlPgSqlExpression, _conflict), start);
            }

            Expect("then");
            branches.Add((condition, Statements()));
        }

        var otherwise = Accept("else") ? Statements() : null;
        Expect("end");
        Expect("case");
        Expect(";");
        return new CaseStatement(line, tested, variable, branches, otherwise);
    }

    private ExitStatement Exit()
    {
        var token = Take();
        var isExit = token.Is("exit");
        string? label = null;
        if (!Is(";") && !Is("when"))
        {
            var name = TakeName();
            label = name.Name!;
            var found = PlScope.FindLabel(Scope, label)
                ?? throw new PgException(SqlState.SyntaxError, $"there is no label \"{label}\" attached to any block or loop enclosing this statement") { Position = PositionOf(name) };
            if (!isExit && !found.IsLoop)
            {
                throw new PgException(SqlState.SyntaxError, $"block label \"{label}\" cannot be used in CONTINUE") { Position = PositionOf(name) };
            }
        }

        PlExpression? condition = null;
        if (Accept("when"))
        {
            condition = Expression(";", ";");
        }

        if (label is null && !PlScope.InLoop(Scope))
        {
            throw new PgException(SqlState.SyntaxError, isExit ? "EXIT cannot be used outside a loop, unless it has a label" : "CONTINUE cannot be used outside a loop")
            {
                Position = PositionOf(token),
            };
        }

        Expect(";");
        return new ExitStatement(token.Line, isExit, label, condition);
    }

    private PerformStatement Perform()
    {
        var token = Take();
        if (Is(";"))
        {
            throw At(Current, "missing expression");
        }

        var end = SkipSql(";", isExpression: false, ";");
        _at++;
        return new PerformStatement(token.Line, Keep(
            new PlExpression("SELECT" + _tokens.Body[token.End..end].TrimEnd(), Scope, PgQueryParseMode.Statements, _conflict), token.Start + "PERFORM".Length - "SELECT".Length));
    }

    // INTO is taken out of the text, which stays as long as it was.
    private SqlStatement Sql()
    {
        var first = Current;
        PlTarget? into = null;
        var (isStrict, from, to, depth) = (false, 0, 0, 0);
        for (var previous = default(BodyToken); ; previous = Take())
        {
            if (Current.IsEnd)
            {
                throw At(Current, "unexpected end of function definition");
            }

            depth += Current.Text switch { "(" or "[" => 1, ")" or "]" => -1, _ => 0 };
            if (Is(";") && depth <= 0)
            {
                break;
            }

            if (!Is("into") || (previous.Name is not null && (previous.Is("insert") || previous.Is("merge"))) || first.Is("import"))
            {
                continue;
            }

            if (into is not null)
            {
                throw At(Current, "INTO specified more than once");
            }

            from = Current.Start;
            _at++;
            into = IntoTarget(out isStrict);
            to = Current.Start;
            _at--;
        }

        var text = _tokens.Body[first.Start..Current.Start].TrimEnd();
        if (into is not null)
        {
            var end = Math.Min(to, first.Start + text.Length);
            text = (_tokens.Body[first.Start..from] + new string(' ', to - from) + _tokens.Body[end..(first.Start + text.Length)]).TrimEnd();
        }

        Expect(";");
        return new SqlStatement(first.Line, Keep(new PlExpression(text, Scope, PgQueryParseMode.Statements, _conflict), first.Start), into, isStrict);
    }

    private ExecuteStatement Execute()
    {
        var line = Take().Line;
        var text = Expression("INTO or USING or ;", "into", "using", ";");
        PlTarget? into = null;
        var isStrict = false;
        PlExpression[] arguments = [];
        _runsUnknown = true;
        while (!Accept(";"))
        {
            if (Is("into") && into is null)
            {
                _at++;
                into = IntoTarget(out isStrict);
            }
            else if (Is("using") && arguments.Length == 0)
            {
                arguments = Arguments(", or ; or INTO", ";", "into");
            }
            else
            {
                throw Unexpected();
            }
        }

        return new ExecuteStatement(line, text, arguments, into, isStrict);
    }

    /// <summary>USING's expressions, up to one of some words or signs.</summary>
    private PlExpression[] Arguments(string expected, params string[] until)
    {
        var result = new List<PlExpression>();
        do
        {
            _at++;
            result.Add(Expression(expected, [",", .. until]));
        }
        while (Is(","));
        return [.. result];
    }
}
