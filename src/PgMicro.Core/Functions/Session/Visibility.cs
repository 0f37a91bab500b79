using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Which names the search_path reaches, and names looked up without an error.</summary>
internal static class Visibility
{
    [PgFunction("pg_collation_is_visible(oid)")]
    public static bool? Collation(FunctionContext context, uint oid) => context.Catalog.Collation(oid) is { } row
        ? IsFirst(context, row.collnamespace, schema => context.Catalog.FindCollation(row.collname, schema) is not null)
        : null;

    [PgFunction("pg_opclass_is_visible(oid)")]
    public static bool? Opclass(FunctionContext context, uint oid) => context.Catalog.Opclass(oid) is { } row
        ? IsFirst(context, row.opcnamespace, schema => context.Catalog.OpclassesByName(row.opcname).Any(o => o.opcnamespace == schema && o.opcmethod == row.opcmethod))
        : null;

    [PgFunction("pg_opfamily_is_visible(oid)")]
    public static bool? Opfamily(FunctionContext context, uint oid) =>
        context.Catalog.Opfamily(oid) is { } row ? context.SearchPath(true).Contains(row.opfnamespace) : null;

    [PgFunction("pg_conversion_is_visible(oid)")]
    public static bool? Conversion(FunctionContext context, uint oid) =>
        context.Catalog.Find(PgConversion.Relation, new(oid)) is { } row ? context.SearchPath(true).Contains(row.connamespace) : null;

    [PgFunction("pg_statistics_obj_is_visible(oid)")]
    public static bool? Statistics(FunctionContext context, uint oid) =>
        context.Catalog.Find(PgStatisticExt.Relation, new(oid)) is { } row
            ? IsFirst(context, row.stxnamespace, schema => context.Catalog.FindStatistics(row.stxname, schema) is not null)
            : null;

    [PgFunction("pg_ts_config_is_visible(oid)")]
    public static bool? TsConfig(FunctionContext context, uint oid) => context.Catalog.Find(PgTsConfig.Relation, new(oid)) is { } row
        ? IsFirst(context, row.cfgnamespace, schema => context.Catalog.TsConfigsByName(row.cfgname).Any(c => c.cfgnamespace == schema))
        : null;

    [PgFunction("pg_ts_dict_is_visible(oid)")]
    public static bool? TsDictionary(FunctionContext context, uint oid) => context.Catalog.Find(PgTsDict.Relation, new(oid)) is { } row
        ? IsFirst(context, row.dictnamespace, schema => context.Catalog.TsDictionariesByName(row.dictname).Any(d => d.dictnamespace == schema))
        : null;

    [PgFunction("pg_ts_parser_is_visible(oid)")]
    public static bool? TsParser(FunctionContext context, uint oid) =>
        context.Catalog.Find(PgTsParser.Relation, new(oid)) is { } row ? context.SearchPath(true).Contains(row.prsnamespace) : null;

    [PgFunction("pg_ts_template_is_visible(oid)")]
    public static bool? TsTemplate(FunctionContext context, uint oid) =>
        context.Catalog.Find(PgTsTemplate.Relation, new(oid)) is { } row ? context.SearchPath(true).Contains(row.tmplnamespace) : null;

    [PgFunction("regclass(text)")]
    public static uint Regclass(FunctionContext context, string name) =>
        (context.Reg ?? throw PgErrors.FeatureNotSupported("names of catalog objects without a catalog")).FindRelation(name);

    private static bool IsFirst(FunctionContext context, uint schema, Func<uint, bool> has)
    {
        foreach (var candidate in context.SearchPath(includeImplicit: true))
        {
            if (candidate == schema || has(candidate))
            {
                return candidate == schema;
            }
        }

        return false;
    }
}
