using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Lowering;

/// <summary>The functions and procedures that are run by their text: those that users have made in a language other than internal and C.</summary>
internal static class Routines
{
    private const uint InternalLanguage = 12, CLanguage = 13;

    /// <summary>The row of such a function; null for any other.</summary>
    internal static PgProc? Find(CatalogSnapshot catalog, uint function) =>
        function >= BuiltInOids.FirstNormalObjectId && FunctionTable.Find(function) is null
            && catalog.Proc(function) is { prokind: 'f' or 'p', prolang: not (InternalLanguage or CLanguage) } proc ? proc : null;

    /// <summary>How many OUT, INOUT and TABLE parameters a function has.</summary>
    internal static int OutColumns(PgProc proc) => proc.proargmodes?.Count(static m => m is 'o' or 'b' or 't') ?? 0;
}
