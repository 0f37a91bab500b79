using System.Collections.Frozen;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>Names of catalog objects as messages print them: quoted where needed, qualified where the search path does not reach.</summary>
public static class CatalogNames
{
    private static readonly Lazy<FrozenSet<string>> s_keywords = new(LoadKeywords);

    /// <summary>quote_identifier.</summary>
    public static string QuoteIdentifier(string name)
    {
        var safe = name.Length > 0 && name[0] is (>= 'a' and <= 'z') or '_';
        foreach (var c in name)
        {
            safe &= c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_';
        }

        return safe && !s_keywords.Value.Contains(name) ? name : "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    /// <summary>quote_qualified_identifier.</summary>
    public static string QuoteQualified(string? schema, string name) =>
        schema is null ? QuoteIdentifier(name) : QuoteIdentifier(schema) + "." + QuoteIdentifier(name);

    /// <summary>format_type without a modifier.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="oid">pg_type.oid.</param>
    /// <param name="searchPath">Schemas searched, pg_catalog being searched first anyway; null for public.</param>
    public static string FormatType(CatalogSnapshot catalog, uint oid, IReadOnlyList<uint>? searchPath)
    {
        if (oid == 0)
        {
            return "-";
        }

        if (catalog.Type(oid) is not { } type)
        {
            return "???";
        }

        if (type.typsubscript == BuiltInFunctions.ArraySubscriptHandler && type.typstorage != 'p' && catalog.Type(type.typelem) is not null)
        {
            return FormatType(catalog, type.typelem, searchPath) + "[]";
        }

        return oid switch
        {
            TypeOid.Bit => "bit",
            TypeOid.Bool => "boolean",
            TypeOid.Bpchar => "character",
            TypeOid.Float4 => "real",
            TypeOid.Float8 => "double precision",
            TypeOid.Int2 => "smallint",
            TypeOid.Int4 => "integer",
            TypeOid.Int8 => "bigint",
            TypeOid.Interval => "interval",
            TypeOid.Json => "json",
            TypeOid.Numeric => "numeric",
            TypeOid.Time => "time without time zone",
            TypeOid.Timetz => "time with time zone",
            TypeOid.Timestamp => "timestamp without time zone",
            TypeOid.Timestamptz => "timestamp with time zone",
            TypeOid.Varbit => "bit varying",
            TypeOid.Varchar => "character varying",
            _ => Qualified(catalog, type.typnamespace, type.typname, searchPath, (c, n, s) => c.FindType(n, s)?.oid ?? 0, oid),
        };
    }

    /// <summary>A relation's name.</summary>
    public static string Relation(CatalogSnapshot catalog, PgClass relation, IReadOnlyList<uint>? searchPath) =>
        Qualified(catalog, relation.relnamespace, relation.relname, searchPath, (c, n, s) => c.FindClass(n, s)?.oid ?? 0, relation.oid);

    /// <summary>format_procedure: name(type,type).</summary>
    public static string Procedure(CatalogSnapshot catalog, PgProc proc, IReadOnlyList<uint>? searchPath)
    {
        var name = Qualified(
            catalog,
            proc.pronamespace,
            proc.proname,
            searchPath,
            (c, n, s) => c.ProcsByName(n).FirstOrDefault(p => p.pronamespace == s && p.proargtypes.AsSpan().SequenceEqual(proc.proargtypes))?.oid ?? 0,
            proc.oid);
        return name + "(" + string.Join(",", proc.proargtypes.Select(t => FormatType(catalog, t, searchPath))) + ")";
    }

    /// <summary>format_operator: name(type,type).</summary>
    public static string Operator(CatalogSnapshot catalog, PgOperator op, IReadOnlyList<uint>? searchPath)
    {
        var visible = false;
        foreach (var nsp in Path(searchPath))
        {
            if (catalog.FindOperator(op.oprname, op.oprleft, op.oprright, nsp) is { } found)
            {
                visible = found.oid == op.oid;
                break;
            }
        }

        var name = visible ? op.oprname : QuoteIdentifier(catalog.Namespace(op.oprnamespace)?.nspname ?? "???") + "." + op.oprname;
        return name + "(" + (op.oprleft == 0 ? "NONE" : FormatType(catalog, op.oprleft, searchPath)) + "," + FormatType(catalog, op.oprright, searchPath) + ")";
    }

    /// <summary>A name, qualified unless the first object of the name along the path is the one.</summary>
    internal static string Qualified(
        CatalogSnapshot catalog, uint schema, string name, IReadOnlyList<uint>? searchPath, Func<CatalogSnapshot, string, uint, uint> find, uint oid)
    {
        foreach (var nsp in Path(searchPath))
        {
            var found = find(catalog, name, nsp);
            if (found != 0)
            {
                return found == oid ? QuoteIdentifier(name) : QuoteQualified(catalog.Namespace(schema)?.nspname, name);
            }
        }

        return QuoteQualified(catalog.Namespace(schema)?.nspname, name);
    }

    private static IEnumerable<uint> Path(IReadOnlyList<uint>? searchPath)
    {
        searchPath ??= [BuiltInOids.PublicNamespace];
        return searchPath.Contains(BuiltInOids.PgCatalogNamespace) ? searchPath : searchPath.Prepend(BuiltInOids.PgCatalogNamespace);
    }

    private static FrozenSet<string> LoadKeywords()
    {
        var result = new List<string>();
        var reader = TsvReader.Open("keywords", ["word", "catcode"])!;
        while (reader.Read())
        {
            if (reader.Char(1) != 'U')
            {
                result.Add(reader.Text(0));
            }
        }

        return result.ToFrozenSet(StringComparer.Ordinal);
    }
}
