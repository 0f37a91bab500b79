using PgMicro.Core.Errors;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Binding;

/// <summary>A type's name given as a value (PostgreSQL's typeStringToTypeName).</summary>
internal static class TypeNameText
{
    private const string Before = "SELECT CAST(NULL AS ";

    /// <summary>Reads a type's name.</summary>
    /// <exception cref="PgException">42601, with the position in the name itself.</exception>
    public static Pg.TypeName Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid(text);
        }

        var tree = Read(Before, text, "\n)");
        if (tree.Stmts is [{ Stmt.SelectStmt: { TargetList: [{ ResTarget: { Name: "", Val.TypeCast: { Arg.AConst: not null } cast } }] } select }]
            && !cast.TypeName.Setof && select.CalculateSize() == OnlyTargets(select).CalculateSize())
        {
            return cast.TypeName;
        }

        // More than the cast was read: without its parenthesis, the text says where it goes wrong.
        Read("SELECT NULL::", text, "");
        throw Invalid(text);
    }

    private static Pg.ParseResult Read(string before, string text, string after)
    {
        try
        {
            return PgQueryParser.Parse(before + text + after);
        }
        catch (PgQueryException e)
        {
            // What comes after is ours: where it was not expected, the name ends too early.
            var position = e.CursorPosition - before.Length;
            var atEnd = position > text.Length;
            throw new PgException(SqlState.SyntaxError, atEnd ? "syntax error at end of input" : e.Message, e)
            {
                Where = $"invalid type name \"{text}\"",
                Position = atEnd ? text.Length + 1 : Math.Max(position, 1),
            };
        }
    }

    private static PgException Invalid(string text) => new(SqlState.SyntaxError, $"invalid type name \"{text}\"");

    private static Pg.SelectStmt OnlyTargets(Pg.SelectStmt select)
    {
        var result = new Pg.SelectStmt { LimitOption = select.LimitOption, Op = select.Op };
        result.TargetList.Add(select.TargetList);
        return result;
    }
}
