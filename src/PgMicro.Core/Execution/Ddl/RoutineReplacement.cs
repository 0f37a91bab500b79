using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE OR REPLACE of a routine that there is: what calls it must not see another signature.</summary>
internal static class RoutineReplacement
{
    /// <summary>Checks that a row may stand in the place of another.</summary>
    /// <exception cref="PgException">42809, 42501 or 42P13.</exception>
    internal static void Check(DdlContext ddl, PgProc old, PgProc proc, List<BoundExpr> defaults)
    {
        Owners.RequireOwner(ddl, old.proowner, "function", old.proname);
        if (old.prokind != proc.prokind)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot change routine kind").WithDetail(old.prokind switch
            {
                'a' => $"\"{old.proname}\" is an aggregate function.",
                'p' => $"\"{old.proname}\" is a procedure.",
                'w' => $"\"{old.proname}\" is a window function.",
                _ => $"\"{old.proname}\" is a function.",
            });
        }

        if (old.prorettype != proc.prorettype || old.proretset != proc.proretset)
        {
            throw Refuse(ddl, old, old.prokind == 'p' ? "cannot change whether a procedure has output parameters" : "cannot change return type of existing function");
        }

        if (proc.prorettype == TypeOid.Record && !SameColumns(RoutineArguments.OutColumns(old), RoutineArguments.OutColumns(proc)))
        {
            throw Refuse(ddl, old, "cannot change return type of existing function").WithDetail("Row type defined by OUT parameters is different.");
        }

        CheckNames(ddl, old, RoutineArguments.InputNames(old), RoutineArguments.InputNames(proc));
        CheckDefaults(ddl, old, defaults);
    }

    private static void CheckNames(DdlContext ddl, PgProc old, string[]? before, string[]? after)
    {
        for (var i = 0; i < (before?.Length ?? 0); i++)
        {
            if (before![i].Length > 0 && before[i] != after?[i])
            {
                throw Refuse(ddl, old, $"cannot change name of input parameter \"{before[i]}\"");
            }
        }
    }

    private static void CheckDefaults(DdlContext ddl, PgProc old, List<BoundExpr> defaults)
    {
        if (old.pronargdefaults > defaults.Count)
        {
            throw Refuse(ddl, old, "cannot remove parameter defaults from existing function");
        }

        // There may be more than before, in front.
        var before = RoutineDefaults.Read(old);
        for (var i = 0; i < before.Count; i++)
        {
            if (before[i].Type != defaults[defaults.Count - before.Count + i].Type)
            {
                throw Refuse(ddl, old, "cannot change data type of existing parameter default value");
            }
        }
    }

    private static bool SameColumns(List<(string Name, uint Type)>? before, List<(string Name, uint Type)>? after) =>
        before is null || after is null ? before is null && after is null : before.SequenceEqual(after);

    private static PgException Refuse(DdlContext ddl, PgProc old, string message) => new PgException(SqlState.InvalidFunctionDefinition, message)
        .WithHint($"Use DROP {old.prokind switch { 'p' => "PROCEDURE", 'a' => "AGGREGATE", _ => "FUNCTION" }} {CatalogNames.Procedure(ddl.Catalog, old, ddl.LookupPath())} first.");
}
