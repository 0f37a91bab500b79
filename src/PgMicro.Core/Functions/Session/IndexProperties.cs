using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What access methods, indexes and their columns can do: PostgreSQL's answers for its own access methods.</summary>
internal static class IndexProperties
{
    [PgFunction("pg_indexam_has_property(oid,text)")]
    public static bool? OfMethod(FunctionContext context, uint method, string property)
    {
        if (context.Catalog.Am(method) is not { amtype: 'i' })
        {
            return null;
        }

        return property.ToLowerInvariant() switch
        {
            "can_order" or "can_unique" => method == BuiltInOids.BtreeAm,
            "can_multi_col" => method is BuiltInOids.BtreeAm or BuiltInOids.GistAm or BuiltInOids.GinAm or BuiltInOids.BrinAm,
            "can_exclude" => method is BuiltInOids.BtreeAm or BuiltInOids.HashAm or BuiltInOids.GistAm or BuiltInOids.SpgistAm,
            "can_include" => method is BuiltInOids.BtreeAm or BuiltInOids.GistAm or BuiltInOids.SpgistAm,
            _ => null,
        };
    }

    [PgFunction("pg_index_has_property(regclass,text)")]
    public static bool? OfIndex(FunctionContext context, uint index, string property)
    {
        if (context.Catalog.Class(index) is not { relkind: 'i' or 'I' } row)
        {
            return null;
        }

        return property.ToLowerInvariant() switch
        {
            "clusterable" => row.relam is BuiltInOids.BtreeAm or BuiltInOids.GistAm,
            "index_scan" => row.relam is BuiltInOids.BtreeAm or BuiltInOids.HashAm or BuiltInOids.GistAm or BuiltInOids.SpgistAm,
            "bitmap_scan" => true,
            "backward_scan" => row.relam is BuiltInOids.BtreeAm or BuiltInOids.HashAm,
            _ => null,
        };
    }

    [PgFunction("pg_index_column_has_property(regclass,integer,text)")]
    public static bool? OfColumn(FunctionContext context, uint index, int column, string property)
    {
        if (context.Catalog.Class(index) is not { relkind: 'i' or 'I' } row || context.Catalog.Index(index) is not { } definition
            || column < 1 || column > definition.indnatts)
        {
            return null;
        }

        var isKey = column <= definition.indnkeyatts;
        var isOrdered = isKey && row.relam == BuiltInOids.BtreeAm;
        var option = isOrdered ? definition.indoption[column - 1] : 0;
        return property.ToLowerInvariant() switch
        {
            "asc" or "desc" or "nulls_first" or "nulls_last" or "search_array" or "search_nulls" when !isKey => null,
            "asc" => isOrdered && (option & 1) == 0,
            "desc" => isOrdered && (option & 1) != 0,
            "nulls_first" => isOrdered && (option & 2) != 0,
            "nulls_last" => isOrdered && (option & 2) == 0,
            "orderable" => isOrdered,
            "distance_orderable" => isKey && (row.relam is BuiltInOids.GistAm or BuiltInOids.SpgistAm) && HasDistance(context, definition.indclass[column - 1]),
            "returnable" => !isKey || IsReturnable(context, row.relam, definition.indclass[column - 1]),
            "search_array" => isOrdered,
            "search_nulls" => row.relam is BuiltInOids.BtreeAm or BuiltInOids.GistAm or BuiltInOids.SpgistAm or BuiltInOids.BrinAm,
            _ => null,
        };
    }

    [PgFunction("pg_indexam_progress_phasename(oid,bigint)")]
    public static string? Phase(FunctionContext context, uint method, long phase) => method != BuiltInOids.BtreeAm ? null : phase switch
    {
        1 => "initializing",
        2 => "scanning table",
        3 => "sorting live tuples",
        4 => "sorting dead tuples",
        5 => "loading tuples in tree",
        _ => null,
    };

    private static bool HasDistance(FunctionContext context, uint opclass) => context.Catalog.Opclass(opclass) is { } row
        && context.Catalog.AmopsOf(row.opcfamily).Any(a => a.amoppurpose == 'o' && a.amoplefttype == row.opcintype);

    // GiST gives back what it keeps as it was, or what a fetch function makes of it.
    private static bool IsReturnable(FunctionContext context, uint method, uint opclass)
    {
        const int Compress = 3, Fetch = 9;
        if (context.Catalog.Opclass(opclass) is not { } row)
        {
            return false;
        }

        return method switch
        {
            BuiltInOids.BtreeAm => true,
            BuiltInOids.SpgistAm => row.opcname != "poly_ops",
            BuiltInOids.GistAm => Supports(context, row, Fetch) || !Supports(context, row, Compress),
            _ => false,
        };
    }

    private static bool Supports(FunctionContext context, PgOpclass opclass, int number) => context.Catalog.Rows(PgAmproc.Relation)
        .Any(p => p.amprocfamily == opclass.opcfamily && p.amproclefttype == opclass.opcintype && p.amprocrighttype == opclass.opcintype && p.amprocnum == number);
}
