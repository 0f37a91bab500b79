using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <summary>The type of a variable.</summary>
/// <param name="Oid">pg_type.oid.</param>
/// <param name="Typmod">The type modifier, or -1.</param>
internal readonly record struct PlType(uint Oid, int Typmod)
{
    /// <summary>pg_collation.oid of COLLATE, or 0.</summary>
    internal uint Collation { get; init; }
}

/// <content>Types of variables.</content>
internal sealed partial class PlParser
{
    private const string TypePrefix = "SELECT CAST(NULL AS ";
    private static readonly string[] TypeEnds = [";", ":=", "=", "default", "not", "collate"];

    private PlType ReadType(string variable)
    {
        var (first, depth) = (_at, 0);
        if (ReferencedType() is { } referenced)
        {
            return Decorated(referenced);
        }

        while (!Array.Exists(TypeEnds, t => Current.Is(t)) && (depth > 0 || !(Is(",") || Is(")"))))
        {
            if (Current.IsEnd)
            {
                throw depth > 0 ? At(Current, "mismatched parentheses") : At(Current, "incomplete data type declaration");
            }

            depth += Current.Text switch { "(" or "[" => 1, ")" or "]" => -1, _ => 0 };
            _at++;
        }

        if (_at == first)
        {
            throw At(Current, "missing data type declaration");
        }

        var start = _tokens[first];
        var text = _tokens.Body[start.Start.._tokens[_at].Start].TrimEnd();
        try
        {
            var (oid, typmod) = TypeNames.Resolve(NewState(), ParseType(text));
            var row = _session.Catalog.Type(oid)!;
            return row.typtype == 'p' && oid != TypeOid.Record
                ? throw new PgException(SqlState.FeatureNotSupported, $"variable \"{variable}\" has pseudo-type {FormatType.Format(oid, NewState())}")
                : new PlType(oid, typmod);
        }
        catch (PgException e) when (e.Location >= 0)
        {
            // Only a validation tells the place.
            e.Position = !_header.ChecksSyntax ? 0 : PositionOf(start) + Math.Max(new SourceText(TypePrefix + text).ToCursorPosition(e.Location) - TypePrefix.Length, 1) - 1;
            e.Location = -1;
            throw;
        }
        catch (PgException e) when (e.Position > 0)
        {
            e.Position += PositionOf(start) - 1;
            throw;
        }
    }

    // libpg_query does not give the tree of a type's name alone.
    private static Pg.TypeName ParseType(string text)
    {
        try
        {
            var tree = PgQueryParser.Parse(TypePrefix + text + ")");
            if (tree.Stmts is [{ Stmt.SelectStmt: { TargetList: [{ ResTarget.Val.TypeCast: { Arg.AConst: not null, TypeName: { Setof: false } name } }], FromClause.Count: 0 } }])
            {
                return name;
            }
        }
        catch (PgQueryException e)
        {
            var isAtEnd = e.CursorPosition > TypePrefix.Length + text.Length;
            throw new PgException(e.SqlState, isAtEnd ? "syntax error at end of input" : e.Message, e)
            {
                Hint = e.Hint,
                Detail = e.Detail,
                Position = Math.Max(Math.Min(e.CursorPosition - TypePrefix.Length, text.Length + 1), 1),
            }.AddContext($"invalid type name \"{text}\"");
        }

        throw new PgException(SqlState.SyntaxError, $"invalid type name \"{text}\"") { Position = 1 };
    }

    private ParseState NewState() => new BindingContext(_session, GivenParameters.None).NewState();

    // name%TYPE, name%ROWTYPE
    private PlType? ReferencedType()
    {
        var (start, names) = (_at, new List<string>());
        var index = _at;
        while (_tokens[index].Name is { } name)
        {
            names.Add(name);
            index++;
            if (_tokens[index].Text != ".")
            {
                break;
            }

            index++;
        }

        if (names.Count == 0 || _tokens[index].Text != "%" || !(_tokens[index + 1].Is("type") || _tokens[index + 1].Is("rowtype")))
        {
            return null;
        }

        var isRow = _tokens[index + 1].Is("rowtype");
        _at = index + 2;
        return isRow ? RowTypeOf(names) : TypeOf(names, _tokens[start]);
    }

    private PlType TypeOf(List<string> names, in BodyToken token)
    {
        if (PlScope.Find(Scope, names.ToArray(), out var used) is { } datum)
        {
            switch (datum)
            {
                case PlVariable variable when used == names.Count:
                    return new PlType(variable.Type, variable.Typmod) { Collation = variable.Collation };
                case PlRecord record when used == names.Count:
                    return new PlType(record.DeclaredType, -1);
                case PlRecord { RowType: { } type } when used == names.Count - 1 && type.IndexOf(names[^1]) is >= 0 and var field:
                    return new PlType(type.Shape.Types[field], type.Shape.Typmods[field]);
            }
        }

        if (names.Count == 1)
        {
            throw new PgException(SqlState.UndefinedObject, $"variable \"{names[0]}\" does not exist");
        }

        var relation = RelationOf(names[..^1]);
        var column = _session.Catalog.FindAttribute(relation.oid, names[^1]) is { attisdropped: false } found ? found
            : throw new PgException(SqlState.UndefinedColumn, $"column \"{names[^1]}\" of relation \"{relation.relname}\" does not exist");
        return new PlType(column.atttypid, column.atttypmod) { Collation = column.attcollation };
    }

    private PlType RowTypeOf(List<string> names)
    {
        var relation = RelationOf(names);
        return relation.reltype != 0 ? new PlType(relation.reltype, -1)
            : throw new PgException(SqlState.WrongObjectType, $"relation \"{relation.relname}\" does not have a composite type");
    }

    private PgClass RelationOf(List<string> names) =>
        _session.Catalog.Class(_session.Reg!.Parse(TypeOid.Regclass, string.Join('.', names.Select(Catalog.CatalogNames.QuoteIdentifier))))!;

    // An array of what has been referred to.
    private PlType Decorated(PlType type)
    {
        var isArray = false;
        if (Accept("array"))
        {
            isArray = true;
        }

        while (Accept("["))
        {
            isArray = true;
            if (Current.Kind == Pg.Token.Iconst)
            {
                _at++;
            }

            Expect("]");
        }

        if (!isArray || TypeFacts.GetElementType(_session.Catalog, type.Oid) != 0)
        {
            return type;
        }

        var array = TypeFacts.GetArrayType(_session.Catalog, type.Oid);
        return array != 0 ? type with { Oid = array }
            : throw new PgException(SqlState.UndefinedObject, $"could not find array type for data type {FormatType.Format(type.Oid, NewState())}");
    }

    private uint ReadCollation(PlType type)
    {
        var keyword = _tokens[_at - 1];
        var names = new List<string>();
        do
        {
            names.Add(TakeName().Name!);
        }
        while (Accept("."));
        var collation = NamespaceLookup.CollationOid(NewState(), names, -1);
        return TypeFacts.IsCollatable(_session.Catalog, type.Oid) ? collation
            : throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {FormatType.Format(type.Oid, NewState())}")
            {
                Position = PositionOf(keyword),
            };
    }

    /// <summary>The value of a string literal.</summary>
    private string StringValue(in BodyToken token)
    {
        if (token.Kind is not (Pg.Token.Sconst or Pg.Token.Usconst))
        {
            throw Unexpected(token);
        }

        return PgQueryParser.Parse("SELECT " + token.Text).Stmts[0].Stmt.SelectStmt.TargetList[0].ResTarget.Val.AConst.Sval.Sval;
    }
}
