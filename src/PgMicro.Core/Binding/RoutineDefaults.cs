using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Binding;

/// <summary>Defaults of a user routine's parameters, in the form of pg_proc.proargdefaults: a JSON array of serialized expressions.</summary>
internal static class RoutineDefaults
{
    /// <summary>The list's form in the catalog; null for none.</summary>
    internal static string? Write(List<BoundExpr> defaults) =>
        defaults.Count == 0 ? null : JsonSerializer.Serialize(defaults.Select(BoundTreeSerializer.Serialize).ToArray());

    /// <summary>Values of the last input parameters; none for a built-in routine, whose defaults are text.</summary>
    internal static List<BoundExpr> Read(PgProc proc) =>
        proc.proargdefaults is null ? [] : [.. JsonSerializer.Deserialize<string[]>(proc.proargdefaults)!.Select(BoundTreeSerializer.DeserializeExpr)];
}
