using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>pg_input_is_valid and pg_input_error_info.</summary>
internal static class InputValidity
{
    private static readonly RecordShape InfoShape = RecordShape.Get(
        [TypeOid.Text, TypeOid.Text, TypeOid.Text, TypeOid.Text], [-1, -1, -1, -1], ["message", "detail", "hint", "sql_error_code"]);

    [PgFunction("pg_input_is_valid(text,text)")]
    public static bool IsValid(FunctionContext context, byte[] text, string type) => Try(context, text, type) is null;

    [PgFunction("pg_input_error_info(text,text)")]
    public static PgDatum ErrorInfo(FunctionContext context, byte[] text, string type)
    {
        static PgDatum Text(string? value) => value is null ? PgDatum.Null : PgDatum.FromText(value);
        var error = Try(context, text, type);
        var records = (AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record);
        return records.ToStorage(
            InfoShape, error is null ? [PgDatum.Null, PgDatum.Null, PgDatum.Null, PgDatum.Null] : [Text(error.Message), Text(error.Detail), Text(error.Hint), Text(error.SqlState)]);
    }

    private static PgException? Try(FunctionContext context, byte[] text, string typeName)
    {
        var (type, typmod) = Resolve(context, typeName);
        var codec = context.Types.GetCodec(type);
        try
        {
            codec.ApplyTypmod(codec.Input(text, typmod, context), typmod, false, context);
            return null;
        }
        catch (PgException e) when (IsSoft(e))
        {
            return e;
        }
    }

    // What an input function reports of its text; a failing CHECK's own evaluation is not among it.
    private static bool IsSoft(PgException e) => e.SqlState != SqlState.DivisionByZero && (e.SqlState.StartsWith("22", StringComparison.Ordinal)
        || e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("42", StringComparison.Ordinal) || e.SqlState == SqlState.InvalidSchemaName);

    /// <summary>parseTypeString: a type by its SQL name, with modifiers.</summary>
    private static (uint Type, int Typmod) Resolve(FunctionContext context, string name)
    {
        var session = (PgSession)context;
        PgException Invalid() => new(SqlState.SyntaxError, $"invalid type name \"{name}\"");
        Pg.Node statement;
        try
        {
            var statements = session.Database.Parser.Parse($"SELECT NULL::{name}");
            statement = statements.Count == 1 ? statements[0].Raw.Stmt : throw Invalid();
        }
        catch (PgException e) when (e.SqlState == SqlState.SyntaxError)
        {
            throw Invalid();
        }

        return statement.SelectStmt is { FromClause.Count: 0, WhereClause: null, SortClause.Count: 0, TargetList: [{ ResTarget: { Name: "", Val.TypeCast: { } cast } }] }
            && cast.Arg.NodeCase == Pg.Node.NodeOneofCase.AConst
            ? Catch(() => TypeNames.Resolve(new ParseState(context.Catalog, [.. context.SearchPath(includeImplicit: true)], context), cast.TypeName))
            : throw Invalid();
    }

    // The name stands in no statement's text.
    private static (uint Type, int Typmod) Catch(Func<(uint Type, int Typmod)> resolve)
    {
        try
        {
            return resolve();
        }
        catch (PgException e)
        {
            (e.Location, e.Position) = (-1, 0);
            throw;
        }
    }
}
