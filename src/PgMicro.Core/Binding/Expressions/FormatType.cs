using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Types as SQL text (PostgreSQL's format_type).</summary>
public static class FormatType
{
    private const uint PgCatalog = 11;
    private const uint Public = 2200;

    /// <summary>The type's name as error messages show it.</summary>
    public static string Format(uint type, CatalogSnapshot catalog) => Format(type, -1, catalog, typmodGiven: false);

    /// <summary>The type's name as error messages show it: with its schema when that is not in the path.</summary>
    public static string Format(uint type, ParseState pstate) => Format(type, -1, pstate.Catalog, typmodGiven: false, pstate.SearchPath);

    /// <summary>The type's name with its modifier: format_type(oid, typmod).</summary>
    public static string Format(uint type, int typmod, CatalogSnapshot catalog, IReadOnlyList<uint>? searchPath = null) =>
        Format(type, typmod, catalog, typmodGiven: true, searchPath);

    /// <summary>The type's name, with its modifier or regardless of one.</summary>
    /// <param name="type">pg_type.oid.</param>
    /// <param name="typmod">The modifier, or -1.</param>
    /// <param name="catalog">The catalog.</param>
    /// <param name="typmodGiven">Whether a modifier of -1 means "none given" and is to be told apart from the default one of bit and char.</param>
    /// <param name="searchPath">Schemas whose types need no qualification; null for pg_catalog and public.</param>
    public static string Format(uint type, int typmod, CatalogSnapshot catalog, bool typmodGiven, IReadOnlyList<uint>? searchPath = null)
    {
        if (type == 0)
        {
            return "-";
        }

        if (catalog.Type(type) is not { } row)
        {
            return "???";
        }

        var suffix = "";
        if (TypeFacts.IsTrueArray(row) && row.typstorage != 'p' && catalog.Type(row.typelem) is { } element)
        {
            row = element;
            suffix = "[]";
        }

        var modified = typmodGiven && typmod >= 0;
        var name = row.oid switch
        {
            TypeOid.Bit => modified ? "bit" + Modifier(row, typmod) : typmodGiven ? "\"bit\"" : "bit",
            TypeOid.Bool => "boolean",
            TypeOid.Bpchar => modified ? "character" + Modifier(row, typmod) : typmodGiven ? "bpchar" : "character",
            TypeOid.Float4 => "real",
            TypeOid.Float8 => "double precision",
            TypeOid.Int2 => "smallint",
            TypeOid.Int4 => "integer",
            TypeOid.Int8 => "bigint",
            TypeOid.Numeric => "numeric" + (modified ? Modifier(row, typmod) : ""),
            TypeOid.Json => "json",
            TypeOid.Interval => "interval" + (modified ? Modifier(row, typmod) : ""),
            TypeOid.Time => Timed("time", " without time zone", row, typmod, modified, catalog),
            TypeOid.Timetz => Timed("time", " with time zone", row, typmod, modified, catalog),
            TypeOid.Timestamp => Timed("timestamp", " without time zone", row, typmod, modified, catalog),
            TypeOid.Timestamptz => Timed("timestamp", " with time zone", row, typmod, modified, catalog),
            TypeOid.Varbit => "bit varying" + (modified ? Modifier(row, typmod) : ""),
            TypeOid.Varchar => "character varying" + (modified ? Modifier(row, typmod) : ""),
            _ => null,
        };
        if (name is null)
        {
            var visible = searchPath is null ? row.typnamespace is PgCatalog or Public || IsTemporary(row, catalog) : IsVisible(row, catalog, searchPath);
            name = Identifiers.QuoteQualified(visible ? null : catalog.Namespace(row.typnamespace)?.nspname, row.typname);
            if (modified)
            {
                name += Modifier(row, typmod);
            }
        }

        return name + suffix;
    }

    // Types of temporary tables come before all others.
    private static bool IsTemporary(PgType row, CatalogSnapshot catalog) =>
        catalog.Namespace(row.typnamespace)?.nspname.StartsWith("pg_temp_", StringComparison.Ordinal) == true;

    private static bool IsVisible(PgType row, CatalogSnapshot catalog, IReadOnlyList<uint> searchPath)
    {
        foreach (var nsp in searchPath)
        {
            if (nsp == row.typnamespace)
            {
                return true;
            }

            if (catalog.FindType(row.typname, nsp) is not null)
            {
                return false;
            }
        }

        return false;
    }

    private static string Timed(string name, string zone, PgType row, int typmod, bool modified, CatalogSnapshot catalog)
    {
        if (!modified)
        {
            return name + zone;
        }

        // PostgreSQL's timestamptypmodout prints the zone too.
        var modifier = Modifier(row, typmod);
        return modifier.EndsWith(zone, StringComparison.Ordinal) ? name + modifier : name + modifier + zone;
    }

    private static string Modifier(PgType row, int typmod) =>
        row.typmodout != 0 && BuiltInCodecs.Find(row.oid) is { } codec ? codec.TypmodOut(typmod) : $"({typmod})";
}
