using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>What lowering may see: the catalog and the codecs of its types.</summary>
internal sealed class LoweringContext(CatalogSnapshot catalog, ITypeResolver types)
{
    /// <summary>The catalog that the query was bound against.</summary>
    internal CatalogSnapshot Catalog { get; } = catalog;

    /// <summary>Codecs.</summary>
    internal ITypeResolver Types { get; } = types;

    /// <summary>The query of a system view, which has no rule in pg_rewrite; null when it is not known.</summary>
    internal Func<uint, BoundQuery?>? SystemView { get; init; }

    /// <summary>The policies of tables behind views; null where a query reads none.</summary>
    internal IRowSecurity? RowSecurity { get; init; }

    /// <summary>Puts the bodies of users' functions in the places of their calls; null when there are no such functions.</summary>
    internal Func<BoundQuery, BoundQuery>? Inline { get; init; }

    /// <summary>The context of the whole statement, when this is that of a part; the calls of both are noted there.</summary>
    internal LoweringContext? Outer { get; init; }

    /// <summary>WITH queries whose rows stand already in a table of columns c1, c2 … (data-modifying ones).</summary>
    internal IReadOnlyDictionary<CommonTableExpr, string> StagedCtes { get; init; } = new Dictionary<CommonTableExpr, string>();

    /// <summary>The calls of users' functions in what has been lowered; null when there are none.</summary>
    internal HashSet<CallSite>? Routines { get; private set; }

    /// <summary>A call of a user's function has been lowered.</summary>
    internal void NoteRoutine(CallSite site)
    {
        (Routines ??= []).Add(site);
        Outer?.NoteRoutine(site);
    }
}
