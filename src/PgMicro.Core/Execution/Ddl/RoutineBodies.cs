using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using System.Text.Json;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>What a routine does: the string of AS, or statements written as they are (PostgreSQL's interpret_AS_clause).</summary>
internal static class RoutineBodies
{
    /// <summary>The row with its body: prosrc, probin, prosqlbody.</summary>
    internal static PgProc Apply(DdlContext ddl, Pg.CreateFunctionStmt statement, PgProc proc, PgLanguage language, string[]? written)
    {
        var standard = statement.SqlBody is { NodeCase: not Pg.Node.NodeOneofCase.None } body ? body : null;
        if (standard is null && written is null)
        {
            throw Invalid("no function body specified");
        }

        if (standard is not null)
        {
            return written is not null ? throw Invalid("duplicate function body specified")
                : language.oid != BuiltInOids.SqlLanguage ? throw Invalid("inline SQL function body only valid for language SQL")
                : proc with { prosqlbody = Bind(ddl, standard, proc) };
        }

        if (language.oid == BuiltInOids.CLanguage)
        {
            // The name in the library is the function's unless it is given.
            return proc with { probin = written![0], prosrc = written.Length > 1 && written[1] != "-" ? written[1] : proc.proname };
        }

        if (written!.Length != 1)
        {
            throw Invalid($"only one AS item needed for language \"{language.lanname}\"");
        }

        return proc with { prosrc = language.oid == BuiltInOids.InternalLanguage && written[0].Length == 0 ? proc.proname : written[0] };
    }

    /// <summary>The queries of pg_proc.prosqlbody as they are run: with the defaults of columns.</summary>
    internal static List<BoundQuery> Executable(CatalogSnapshot catalog, string prosqlbody)
    {
        var queries = Queries(prosqlbody);
        queries.ForEach(query => TargetListRewriter.Rewrite(catalog, query));
        return queries;
    }

    /// <summary>The queries of pg_proc.prosqlbody as they were written: one for RETURN, a list of any length for BEGIN ATOMIC.</summary>
    internal static List<BoundQuery> Queries(string prosqlbody) => IsBlock(prosqlbody)
        ? [.. JsonSerializer.Deserialize<string[]>(prosqlbody)!.Select(BoundTreeSerializer.DeserializeQuery)]
        : [BoundTreeSerializer.DeserializeQuery(prosqlbody)];

    /// <summary>Whether a body was written as BEGIN ATOMIC.</summary>
    internal static bool IsBlock(string prosqlbody) => prosqlbody.StartsWith('[');

    private static string Bind(DdlContext ddl, Pg.Node body, PgProc proc)
    {
        var parameters = new RoutineParameterNames(proc.proname, RoutineArguments.InputNames(proc), proc.proargtypes).Given;
        if (body.NodeCase == Pg.Node.NodeOneofCase.ReturnStmt)
        {
            return BoundTreeSerializer.Serialize(Bind(ddl, body, parameters));
        }

        var statements = body.List.Items is [{ NodeCase: Pg.Node.NodeOneofCase.List } list] ? list.List.Items : [];
        return JsonSerializer.Serialize(statements.Select(s => BoundTreeSerializer.Serialize(Bind(ddl, s, parameters))).ToArray());
    }

    private static BoundQuery Bind(DdlContext ddl, Pg.Node statement, GivenParameters parameters)
    {
        if (statement.NodeCase is not (Pg.Node.NodeOneofCase.SelectStmt or Pg.Node.NodeOneofCase.InsertStmt or Pg.Node.NodeOneofCase.UpdateStmt
            or Pg.Node.NodeOneofCase.DeleteStmt or Pg.Node.NodeOneofCase.MergeStmt or Pg.Node.NodeOneofCase.ReturnStmt))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{Tag(statement)} is not yet supported in unquoted SQL function body");
        }

        return Binder.Bind(new Pg.RawStmt { Stmt = statement }, new BindingContext(ddl.Session, parameters) { KeepsTargetLists = true });
    }

    private static string Tag(Pg.Node statement) => statement.NodeCase switch
    {
        Pg.Node.NodeOneofCase.CallStmt => "CALL",
        Pg.Node.NodeOneofCase.ExplainStmt => "EXPLAIN",
        Pg.Node.NodeOneofCase.DeclareCursorStmt => "DECLARE CURSOR",
        Pg.Node.NodeOneofCase.CreateTableAsStmt => "CREATE TABLE AS",
        Pg.Node.NodeOneofCase.CreateFunctionStmt => statement.CreateFunctionStmt.IsProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION",
        _ when DdlExecutor.Handles(statement) => DdlExecutor.CommandTag(statement),
        _ => throw PgErrors.FeatureNotSupported($"{statement.NodeCase} in an SQL function body"),
    };

    private static PgException Invalid(string message) => new(SqlState.InvalidFunctionDefinition, message);
}
