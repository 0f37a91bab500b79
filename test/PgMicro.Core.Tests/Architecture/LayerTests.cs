using PgMicro.Core.Execution;

namespace PgMicro.Core.Tests.Architecture;

/// <summary>The folders of the engine depend on each other in one direction (docs/architecture.md).</summary>
public sealed class LayerTests
{
    private const string Root = "PgMicro.Core.";

    // Generated: it names every function's declaration, wherever it stands.
    private const string ListOfDeclarations = Root + "Functions.FunctionTable";

    // What each folder may use beside itself.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Errors"] = ["Storage"],
        ["Types"] = ["Errors"],
        ["Storage"] = [],
        ["Catalog"] = ["Errors", "Types", "Storage"],
        ["Functions"] = ["Errors", "Types", "Storage", "Catalog"],
        ["Parser"] = ["Errors"],
        ["Binding"] = ["Errors", "Types", "Catalog", "Functions"],
        ["Rewriting"] = ["Errors", "Types", "Catalog", "Functions", "Binding"],
        ["Partitioning"] = ["Errors", "Types", "Catalog", "Functions", "Binding"],
        ["SqliteSql"] = ["Errors", "Types"],
        ["Lowering"] = ["Errors", "Types", "Storage", "Functions", "Catalog", "Binding", "Partitioning", "SqliteSql"],
        ["Transactions"] = ["Errors", "Storage", "Catalog"],
        ["Execution"] =
            ["Errors", "Types", "Storage", "Functions", "Catalog", "Parser", "Binding", "Rewriting", "Partitioning", "SqliteSql", "Lowering", "Transactions"],
    };

    [Fact]
    public void No_folder_uses_one_above_it()
    {
        var folders = TypeReferences.Of(typeof(PgDatabase).Assembly.Location)
            .Where(use => use.From.StartsWith(Root, StringComparison.Ordinal) && use.To.StartsWith(Root, StringComparison.Ordinal))
            .Select(use => (use.From, use.To, FromFolder: Folder(use.From), ToFolder: Folder(use.To)))
            .Where(use => use.FromFolder is not null && use.ToFolder is not null)
            .ToList();
        Assert.True(folders.Count > 1000, "The reader of the assembly has to find uses.");
        Assert.Empty(folders.Select(use => use.FromFolder!).Distinct().Except(Allowed.Keys));
        var wrong = folders
            .Where(use => use.From != ListOfDeclarations)
            .Where(use => use.FromFolder != use.ToFolder && !Allowed[use.FromFolder!].Contains(use.ToFolder))
            .Select(use => $"{use.From} uses {use.To}")
            .Order();
        Assert.True(!wrong.Any(), string.Join('\n', wrong));
    }

    [Fact]
    public void The_engine_knows_neither_its_providers_nor_its_server()
    {
        string[] foreign = ["Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "System.Data", "PgMicro.Data", "PgMicro.Server"];
        Assert.Empty(TypeReferences.Of(typeof(PgDatabase).Assembly.Location)
            .Where(use => foreign.Any(f => use.To.StartsWith(f, StringComparison.Ordinal)))
            .Select(use => $"{use.From} uses {use.To}"));
    }

    [Fact]
    public void Only_storage_calls_SQLite()
    {
        Assert.Empty(TypeReferences.Of(typeof(PgDatabase).Assembly.Location)
            .Where(use => use.To == Root + "Storage.NativeMethods" && use.From.StartsWith(Root, StringComparison.Ordinal) && Folder(use.From) != "Storage")
            .Select(use => use.From));
    }

    // The folder directly below the project; null for compiler-generated types.
    private static string? Folder(string type)
    {
        var rest = type[Root.Length..];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : rest[..dot];
    }
}
