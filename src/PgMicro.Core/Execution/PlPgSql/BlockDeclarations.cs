using System.Text.Json.Nodes;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>
/// Which block declares which variables. The parser's tree does not say it, so the words of the body are gone through: a block's DECLARE section
/// comes before its BEGIN, and the tree has the blocks and the variables in the order of the words.
/// </summary>
internal static class BlockDeclarations
{
    /// <summary>The numbers of a block's variables among the function's, as PostgreSQL's own tree has them.</summary>
    internal const string Property = "initvarnos";

    private const string BlockName = "PLpgSQL_stmt_block";
    private const string LoopVariableType = "pg_catalog.\"integer\"";

    /// <summary>Notes the variables of each block in the tree of a body.</summary>
    internal static string Add(string tree, string body)
    {
        var blocks = new Queue<List<(string Name, int Line)>>(Sections(body));
        var root = JsonNode.Parse(tree)!;
        foreach (var function in root.AsArray())
        {
            var inner = function!["PLpgSQL_function"]!;
            var next = 0;
            Walk(inner["action"], block =>
            {
                // What the parser has laid around the whole has no line of its own.
                if (block["lineno"] is not null)
                {
                    var section = blocks.TryDequeue(out var found) ? found : throw NotUnderstood();
                    block[Property] = new JsonArray([.. section.ConvertAll(d => Find(inner["datums"]!.AsArray(), d.Name, d.Line, ref next)).Select(static n => (JsonNode)n)]);
                }
            });
        }

        return blocks.Count == 0 ? root.ToJsonString() : throw NotUnderstood();
    }

    private static void Walk(JsonNode? node, Action<JsonObject> visit)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Walk(item, visit);
                }

                break;
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (name == BlockName)
                    {
                        visit(value!.AsObject());
                    }

                    Walk(value, visit);
                }

                break;
        }
    }

    private static int Find(JsonArray datums, string name, int line, ref int next)
    {
        for (; next < datums.Count; next++)
        {
            var (kind, datum) = datums[next]!.AsObject().First();
            if (kind is "PLpgSQL_var" or "PLpgSQL_rec" && (string?)datum!["refname"] == name && (int?)datum["lineno"] == line && !IsOfLoop(datum))
            {
                return next++;
            }
        }

        throw NotUnderstood();
    }

    // Better refused than given another block's variables: BEGIN as the name of a column, where a statement could begin.
    private static PgException NotUnderstood() => PgErrors.FeatureNotSupported("a name of a column or variable that is taken for a word of the block structure in PL/pgSQL");

    // A loop declares its variable itself.
    private static bool IsOfLoop(JsonNode datum) =>
        datum["default_val"] is null && (string?)datum["datatype"]?["PLpgSQL_type"]?["typname"] == LoopVariableType;

    private static List<List<(string Name, int Line)>> Sections(string body)
    {
        var words = new BodyWords(body);
        var sections = new List<List<(string, int)>>();
        List<(string, int)>? section = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (!words.BeginsStatement(i))
            {
                continue;
            }

            switch (words[i].Token)
            {
                case Pg.Token.Declare:
                    section ??= [];
                    break;
                case Pg.Token.BeginP:
                    sections.Add(section ?? []);
                    section = null;
                    break;
                default:
                    if (section is not null && !(i + 1 < words.Count && words.Is(i + 1, "alias")))
                    {
                        section.Add((words.Name(i), words.Line(i)));
                    }

                    break;
            }
        }

        return sections;
    }
}
