using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>What the text of an expression depends on besides the expression.</summary>
public sealed class DeparseContext
{
    /// <summary>The catalog that OIDs are named from.</summary>
    public required CatalogSnapshot Catalog { get; init; }

    /// <summary>Settings that constants are printed by.</summary>
    public required TypeContext TypeContext { get; init; }

    /// <summary>Schemas whose objects need no qualification, in search order.</summary>
    public required IReadOnlyList<uint> SearchPath { get; init; }

    /// <summary>The text of a column, quoted and qualified as needed.</summary>
    public required Func<BoundVar, string> ColumnName { get; init; }

    /// <summary>The text of a subquery, without its parentheses; null where none can stand.</summary>
    public Func<BoundQuery, int, string>? Subquery { get; init; }

    /// <summary>The text of a column where a whole row would else be read as its columns; null for <see cref="ColumnName"/>.</summary>
    public Func<BoundVar, string>? TopLevelColumnName { get; init; }

    /// <summary>The text of OVER's window by its reference; null where none can stand.</summary>
    public Func<int, string>? Window { get; init; }

    /// <summary>The name of a field of the record that a column holds, by number; null where columns hold none.</summary>
    public Func<BoundVar, int, string?>? RecordField { get; init; }

    /// <summary>The text of a parameter by its number; null where it is printed as the number.</summary>
    public Func<int, string?>? ParameterName { get; init; }

    /// <summary>Whether CASE and subqueries are broken into lines.</summary>
    public bool Indents { get; init; } = true;

    /// <summary>Whether to leave out parentheses that precedence makes unneeded (the "pretty" argument of pg_get_expr and its kin).</summary>
    public bool PrettyParens { get; init; }

    /// <summary>Names columns as an expression over one relation does: without qualification.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="relid">pg_class.oid.</param>
    public static Func<BoundVar, string> ColumnsOf(CatalogSnapshot catalog, uint relid) =>
        variable => variable.Varattno == 0
            ? Identifiers.Quote(catalog.Class(relid)?.relname ?? "") + ".*"
            : Identifiers.Quote(catalog.Attribute(relid, variable.Varattno)?.attname ?? "?dropped?column?");
}
