using System.Text.Json;
using System.Text.Json.Nodes;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Parser;
using Xunit;

namespace PgMicro.Core.Tests.Binding.Queries;

/// <summary>
/// Parse analysis of statements over the system catalogs and two tables (<see cref="TwoTables"/>), against PostgreSQL 17's answers to Parse and Describe
/// (queries.jsonl): parameter types, columns (name, type, typmod, source table and column), or the error with its fields.
/// </summary>
public sealed class QueryAnalysisTests
{
    private static readonly TwoTables Session = new();

    private static readonly Dictionary<string, string> Answers = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Binding", "Queries", "queries.jsonl"))
        .Select(line => JsonNode.Parse(line)!.AsObject())
        .ToDictionary(o => (string)o["sql"]!, Expected);

    public static TheoryData<string> Statements => [.. Answers.Keys];

    [Theory]
    [MemberData(nameof(Statements))]
    public void Answers_as_PostgreSQL_does(string sql) => Assert.Equal(Answers[sql], Analyse(sql));

    // RowDescription names a domain's base type.
    private static JsonNode Described(TargetEntry target)
    {
        var typmod = target.Expr.Typmod;
        var type = TypeFacts.GetBaseType(Session.Catalog, target.Expr.Type, ref typmod);
        return new JsonArray(target.ResName, type, typmod, target.ResOrigTbl, target.ResOrigCol);
    }

    private static string Expected(JsonObject recorded)
    {
        recorded.Remove("sql");
        if (recorded["error"] is { } error)
        {
            return new JsonObject { ["error"] = error.DeepClone() }.ToJsonString();
        }

        return recorded.ToJsonString();
    }

    private static string Analyse(string sql)
    {
        ParsedStatement? statement = null;
        try
        {
            statement = new ParseTreeCache().Parse(sql)[0];
            FeatureGate.Check(statement.Raw);
            var context = new BindingContext(Session, GivenParameters.Inferred);
            var query = Binder.Bind(statement.Raw, context);
            var output = query.CommandType == CommandType.Select ? query.TargetList : query.ReturningList;
            return new JsonObject
            {
                ["params"] = new JsonArray([.. context.ParameterTypes.Select(t => (JsonNode)t)]),
                ["columns"] = new JsonArray([.. output.Where(t => !t.ResJunk).Select(Described)]),
            }.ToJsonString();
        }
        catch (PgException e)
        {
            var error = new JsonObject { ["code"] = e.SqlState, ["message"] = e.Message };
            Add("detail", e.Detail);
            Add("hint", e.Hint);
            var position = e.Position > 0 ? e.Position : statement?.Source.ToCursorPosition(e.Location) ?? 0;
            Add("position", position > 0 ? position.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
            return new JsonObject { ["error"] = error }.ToJsonString();

            void Add(string name, string? value)
            {
                if (value is not null)
                {
                    error[name] = value;
                }
            }
        }
    }
}
