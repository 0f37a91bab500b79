using System.CommandLine;
using PgMicro.Compatibility;

var root = new Option<string>("--root") { Description = "the repository", DefaultValueFactory = _ => Directory.GetCurrentDirectory() };
var json = new Option<FileInfo?>("--regress-json") { Description = "what regress.py --json wrote" };
var failures = new Option<FileInfo?>("--regress-failures") { Description = "what regress.py --failures wrote" };
var command = new RootCommand("Writes the pages of docs/compatibility from the engine's tables and from recorded runs.") { root, json, failures };
command.SetAction(result =>
{
    var repository = result.GetRequiredValue(root);
    var pages = Path.Combine(repository, "docs", "compatibility");
    var functions = FunctionPage.Survey();
    File.WriteAllText(Path.Combine(pages, "functions.md"), FunctionPage.Write(functions));
    File.WriteAllText(Path.Combine(pages, "sql.md"), SqlPage.Write());
    File.WriteAllText(Path.Combine(pages, "scripts.md"), ScriptPage.Write(Path.Combine(repository, "test", "PgMicro.Conformance")));
    if (result.GetValue(json) is { } scores && result.GetValue(failures) is { } failed)
    {
        File.WriteAllText(Path.Combine(pages, "regress.md"), RegressPage.Write(scores, failed));
    }
});
return command.Parse(args).Invoke();
