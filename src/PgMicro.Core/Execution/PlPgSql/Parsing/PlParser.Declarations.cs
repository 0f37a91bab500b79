using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>Blocks and declarations.</content>
internal sealed partial class PlParser
{
    private readonly List<PlDatum> _datums = [];

    // Parameters of cursors are assigned when the cursor is opened.
    private readonly HashSet<PlDatum> _unassigned = [];

    /// <summary>Declares a variable in the innermost block.</summary>
    internal PlDatum Declare(
        string name, PlType type, int line = 0, bool isConstant = false, bool isNotNull = false, PlExpression? initial = null, bool isNamed = true)
    {
        PlDatum datum;
        if (TypeFacts.IsRowType(_session.Catalog, type.Oid))
        {
            datum = new PlRecord
            {
                Name = name,
                Number = _datums.Count,
                Line = line,
                IsConstant = isConstant,
                IsNotNull = isNotNull,
                Default = initial,
                DeclaredType = type.Oid,
                RowType = type.Oid == TypeOid.Record ? null : PlRowType.OfType(_session.Catalog, type.Oid),
            };
        }
        else
        {
            datum = new PlVariable
            {
                Name = name,
                Number = _datums.Count,
                Line = line,
                IsConstant = isConstant,
                IsNotNull = isNotNull,
                Default = initial,
                Type = type.Oid,
                Typmod = type.Typmod,
                Collation = type.Collation != 0 ? type.Collation : CollationOf(type.Oid),
            };
        }

        return Add(datum, isNamed);
    }

    internal PlVariable DeclareVariable(string name, uint type) => (PlVariable)Declare(name, new PlType(type, -1));

    internal PlRecord DeclareRecord(string name) => (PlRecord)Declare(name, new PlType(TypeOid.Record, -1));

    /// <summary>Gives a variable another name.</summary>
    internal void Name(string name, PlDatum datum) => Scope = Scope!.With(name, datum);

    private PlDatum Add(PlDatum datum, bool isNamed = true)
    {
        _datums.Add(datum);
        if (isNamed)
        {
            Name(datum.Name, datum);
        }

        return datum;
    }

    // What has the default collation takes the call's.
    private uint CollationOf(uint type) =>
        _header.Collation != 0 && TypeFacts.Collation(_session.Catalog, type) == Catalog.BuiltInOids.DefaultCollation ? _header.Collation : 0;

    /// <summary>&lt;&lt;label&gt;&gt;, or null.</summary>
    private string? Label()
    {
        if (Current.Text != "<<")
        {
            return null;
        }

        _at++;
        var name = TakeName();
        if (Current.Text != ">>")
        {
            throw Unexpected();
        }

        _at++;
        return name.Name;
    }

    private PlBlock Block(string? label)
    {
        var outer = Scope;
        Scope = PlScope.Block(Scope, label);
        var first = _datums.Count;
        while (Accept("declare"))
        {
            while (!Is("begin") && !Is("declare"))
            {
                Declaration();
            }
        }

        var declared = _datums.Skip(first).Where(d => !_unassigned.Contains(d)).ToArray();
        var line = Current.Line;
        Expect("begin");
        var body = Statements();
        var handlers = Is("exception") ? Handlers() : null;
        Expect("end");
        EndLabel(label);
        Scope = outer;
        return new PlBlock(line, label, declared, body, handlers);
    }

    private void EndLabel(string? label)
    {
        if (Current.Name is null || Is(";"))
        {
            return;
        }

        var token = TakeName();
        if (label is null)
        {
            throw new PgException(SqlState.SyntaxError, $"end label \"{token.Name}\" specified for unlabeled block") { Position = PositionOf(token) };
        }

        if (label != token.Name)
        {
            throw new PgException(SqlState.SyntaxError, $"end label \"{token.Name}\" differs from block's label \"{label}\"") { Position = PositionOf(token) };
        }
    }

    private PlHandlers Handlers()
    {
        Expect("exception");
        var state = (PlVariable)Declare("sqlstate", new PlType(TypeOid.Text, -1), Current.Line, isConstant: true);
        var message = (PlVariable)Declare("sqlerrm", new PlType(TypeOid.Text, -1), Current.Line, isConstant: true);
        var handlers = new List<PlHandler>();
        if (!Is("when"))
        {
            throw Unexpected();
        }

        while (Accept("when"))
        {
            var conditions = new List<string>();
            do
            {
                var token = Take();
                if (token.Is("sqlstate"))
                {
                    var text = StringValue(Take());
                    conditions.Add(ConditionNames.IsState(text) ? text
                        : throw new PgException(SqlState.SyntaxError, "invalid SQLSTATE code") { Position = PositionOf(_tokens[_at - 1]) });
                }
                else
                {
                    var name = token.Name ?? throw Unexpected(token);
                    conditions.Add(name == "others" || ConditionNames.Find(name) is not null ? name
                        : throw new PgException(SqlState.UndefinedObject, $"unrecognized exception condition \"{name}\""));
                }
            }
            while (Accept("or"));
            Expect("then");
            handlers.Add(new PlHandler(conditions, Statements()));
        }

        return new PlHandlers(state, message, handlers);
    }

    private void Declaration()
    {
        if (Current.Text == "<<")
        {
            throw new PgException(SqlState.SyntaxError, "block label must be placed before DECLARE, not after") { Position = PositionOf(Current) };
        }

        var token = Current;
        if (token.Name is null || ReservedWords.Contains(token) || token.Kind == Pg.Token.Param)
        {
            throw Unexpected();
        }

        _at++;
        if (PlScope.Find(Scope, [token.Name], out _, innermostOnly: true) is not null)
        {
            throw At(token, "duplicate declaration");
        }

        if (Is("alias"))
        {
            _at++;
            Expect("for");
            Alias(token.Name);
            return;
        }

        if (Is("cursor") || (Is("no") && _tokens[_at + 1].Is("scroll")) || (Is("scroll") && _tokens[_at + 1].Is("cursor")))
        {
            Cursor(token);
            return;
        }

        var isConstant = Accept("constant");
        var type = ReadType(token.Name);
        if (Accept("collate"))
        {
            type = type with { Collation = ReadCollation(type) };
        }

        var isNotNull = false;
        var constraint = Current;
        if (Accept("not"))
        {
            Expect("null");
            isNotNull = true;
        }

        PlExpression? initial = null;
        if (!Accept(";"))
        {
            if (!Accept(":=") && !Accept("=") && !Accept("default"))
            {
                throw Unexpected();
            }

            initial = Expression(";", ";");
            _at++;
        }

        if (isNotNull && initial is null)
        {
            throw new PgException(SqlState.NullValueNotAllowed, $"variable \"{token.Name}\" must have a default value, since it's declared NOT NULL")
            {
                Position = PositionOf(constraint),
            };
        }

        Declare(token.Name, type, token.Line, isConstant, isNotNull, initial);
    }

    private void Alias(string name)
    {
        var target = TargetAt(_at, out var tokens, out _);
        if (target is null or FieldTarget)
        {
            throw Current.Kind == Pg.Token.Param || (Current.Name is not null && !ReservedWords.Contains(Current))
                ? new PgException(SqlState.UndefinedObject, $"variable \"{NameAt(_at)}\" does not exist") { Position = PositionOf(Current) }
                : Unexpected();
        }

        _at += tokens;
        Expect(";");
        Name(name, target.Datum);
    }

    // name [[NO] SCROLL] CURSOR [(parameters)] FOR query
    private void Cursor(in BodyToken name)
    {
        bool? scrolls = Accept("no") ? false : Is("scroll") ? true : null;
        if (scrolls is not null)
        {
            Expect("scroll");
        }

        Expect("cursor");
        var outer = Scope;
        Scope = PlScope.Block(Scope, null);
        List<PlVariable>? parameters = null;
        if (Accept("("))
        {
            parameters = [];
            do
            {
                var parameter = TakeName();
                if (PlScope.Find(Scope, [parameter.Name!], out _, innermostOnly: true) is not null)
                {
                    throw At(parameter, "duplicate declaration");
                }

                if (Declare(parameter.Name!, ReadType(parameter.Name!), parameter.Line) is not PlVariable variable)
                {
                    throw PgErrors.FeatureNotSupported("a cursor parameter of a composite type in PL/pgSQL");
                }

                parameters.Add(variable);
                _unassigned.Add(variable);
            }
            while (Accept(","));
            Expect(")");
        }

        if (!Accept("is") && !Accept("for"))
        {
            throw Unexpected();
        }

        var query = CursorQuery(scrolls);
        Scope = outer;
        Expect(";");
        Add(new PlVariable
        {
            Name = name.Name!,
            Number = _datums.Count,
            Line = name.Line,
            Type = TypeOid.Refcursor,
            CursorQuery = query,
            CursorParameters = parameters,
            CursorScrolls = scrolls,
        });
    }

    private PlExpression CursorQuery(bool? scrolls)
    {
        var first = Current;
        var end = SkipSql(";", isExpression: false, ";");
        return end == first.Start ? throw At(Current, "missing SQL statement")
            : Keep(new PlExpression(_tokens.Body[first.Start..end].TrimEnd(), Scope, PgQueryParseMode.Statements, _conflict) { IsCursor = true, Scrolls = scrolls }, first.Start);
    }
}
