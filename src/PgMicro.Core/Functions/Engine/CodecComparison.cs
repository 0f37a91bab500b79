using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>Comparison of types whose order their codec knows; inline it is SQLite's under the type's collation, which lowering adds.</summary>
internal static class CodecComparison
{
    [PgFunction("array_eq(anyarray,anyarray)")]
    [PgFunction("enum_eq(anyenum,anyenum)")]
    [PgFunction("range_eq(anyrange,anyrange)")]
    [PgFunction("multirange_eq(anymultirange,anymultirange)")]
    [PgFunction("jsonb_eq(jsonb,jsonb)")]
    [PgFunction("network_eq(inet,inet)")]
    [PgFunction("macaddr_eq(macaddr,macaddr)")]
    [PgFunction("macaddr8_eq(macaddr8,macaddr8)")]
    [PgFunction("biteq(bit,bit)")]
    [PgFunction("varbiteq(varbit,varbit)")]
    [PgFunction("timetz_eq(timetz,timetz)")]
    [PgFunction("pg_lsn_eq(pg_lsn,pg_lsn)")]
    [PgFunction("cash_eq(money,money)")]
    [PgFunction("tsvector_eq(tsvector,tsvector)")]
    public static bool Eq(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) == 0;

    [PgFunction("array_ne(anyarray,anyarray)")]
    [PgFunction("enum_ne(anyenum,anyenum)")]
    [PgFunction("range_ne(anyrange,anyrange)")]
    [PgFunction("multirange_ne(anymultirange,anymultirange)")]
    [PgFunction("jsonb_ne(jsonb,jsonb)")]
    [PgFunction("network_ne(inet,inet)")]
    [PgFunction("macaddr_ne(macaddr,macaddr)")]
    [PgFunction("macaddr8_ne(macaddr8,macaddr8)")]
    [PgFunction("bitne(bit,bit)")]
    [PgFunction("varbitne(varbit,varbit)")]
    [PgFunction("timetz_ne(timetz,timetz)")]
    [PgFunction("pg_lsn_ne(pg_lsn,pg_lsn)")]
    [PgFunction("cash_ne(money,money)")]
    [PgFunction("tsvector_ne(tsvector,tsvector)")]
    public static bool Ne(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) != 0;

    [PgFunction("array_lt(anyarray,anyarray)")]
    [PgFunction("enum_lt(anyenum,anyenum)")]
    [PgFunction("range_lt(anyrange,anyrange)")]
    [PgFunction("multirange_lt(anymultirange,anymultirange)")]
    [PgFunction("jsonb_lt(jsonb,jsonb)")]
    [PgFunction("network_lt(inet,inet)")]
    [PgFunction("macaddr_lt(macaddr,macaddr)")]
    [PgFunction("macaddr8_lt(macaddr8,macaddr8)")]
    [PgFunction("bitlt(bit,bit)")]
    [PgFunction("varbitlt(varbit,varbit)")]
    [PgFunction("timetz_lt(timetz,timetz)")]
    [PgFunction("pg_lsn_lt(pg_lsn,pg_lsn)")]
    [PgFunction("cash_lt(money,money)")]
    [PgFunction("tsvector_lt(tsvector,tsvector)")]
    public static bool Lt(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) < 0;

    [PgFunction("array_le(anyarray,anyarray)")]
    [PgFunction("enum_le(anyenum,anyenum)")]
    [PgFunction("range_le(anyrange,anyrange)")]
    [PgFunction("multirange_le(anymultirange,anymultirange)")]
    [PgFunction("jsonb_le(jsonb,jsonb)")]
    [PgFunction("network_le(inet,inet)")]
    [PgFunction("macaddr_le(macaddr,macaddr)")]
    [PgFunction("macaddr8_le(macaddr8,macaddr8)")]
    [PgFunction("bitle(bit,bit)")]
    [PgFunction("varbitle(varbit,varbit)")]
    [PgFunction("timetz_le(timetz,timetz)")]
    [PgFunction("pg_lsn_le(pg_lsn,pg_lsn)")]
    [PgFunction("cash_le(money,money)")]
    [PgFunction("tsvector_le(tsvector,tsvector)")]
    public static bool Le(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) <= 0;

    [PgFunction("array_gt(anyarray,anyarray)")]
    [PgFunction("enum_gt(anyenum,anyenum)")]
    [PgFunction("range_gt(anyrange,anyrange)")]
    [PgFunction("multirange_gt(anymultirange,anymultirange)")]
    [PgFunction("jsonb_gt(jsonb,jsonb)")]
    [PgFunction("network_gt(inet,inet)")]
    [PgFunction("macaddr_gt(macaddr,macaddr)")]
    [PgFunction("macaddr8_gt(macaddr8,macaddr8)")]
    [PgFunction("bitgt(bit,bit)")]
    [PgFunction("varbitgt(varbit,varbit)")]
    [PgFunction("timetz_gt(timetz,timetz)")]
    [PgFunction("pg_lsn_gt(pg_lsn,pg_lsn)")]
    [PgFunction("cash_gt(money,money)")]
    [PgFunction("tsvector_gt(tsvector,tsvector)")]
    public static bool Gt(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) > 0;

    [PgFunction("array_ge(anyarray,anyarray)")]
    [PgFunction("enum_ge(anyenum,anyenum)")]
    [PgFunction("range_ge(anyrange,anyrange)")]
    [PgFunction("multirange_ge(anymultirange,anymultirange)")]
    [PgFunction("jsonb_ge(jsonb,jsonb)")]
    [PgFunction("network_ge(inet,inet)")]
    [PgFunction("macaddr_ge(macaddr,macaddr)")]
    [PgFunction("macaddr8_ge(macaddr8,macaddr8)")]
    [PgFunction("bitge(bit,bit)")]
    [PgFunction("varbitge(varbit,varbit)")]
    [PgFunction("timetz_ge(timetz,timetz)")]
    [PgFunction("pg_lsn_ge(pg_lsn,pg_lsn)")]
    [PgFunction("cash_ge(money,money)")]
    [PgFunction("tsvector_ge(tsvector,tsvector)")]
    public static bool Ge(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => Compare(site, context, left, right) >= 0;

    [PgFunction("btarraycmp(anyarray,anyarray)")]
    [PgFunction("enum_cmp(anyenum,anyenum)")]
    [PgFunction("range_cmp(anyrange,anyrange)")]
    [PgFunction("multirange_cmp(anymultirange,anymultirange)")]
    [PgFunction("jsonb_cmp(jsonb,jsonb)")]
    [PgFunction("network_cmp(inet,inet)")]
    [PgFunction("macaddr_cmp(macaddr,macaddr)")]
    [PgFunction("macaddr8_cmp(macaddr8,macaddr8)")]
    [PgFunction("bitcmp(bit,bit)")]
    [PgFunction("varbitcmp(varbit,varbit)")]
    [PgFunction("timetz_cmp(timetz,timetz)")]
    public static int Compare(CallSite site, FunctionContext context, PgDatum left, PgDatum right) =>
        Math.Sign(context.Types.GetCodec(site.ArgumentTypes[0]).CompareValues(left, right));

    [PgFunction("array_larger(anyarray,anyarray)")]
    [PgFunction("enum_larger(anyenum,anyenum)")]
    public static PgDatum Larger(CallSite site, FunctionContext context, PgDatum left, PgDatum right) =>
        Compare(site, context, left, right) >= 0 ? left : right;

    [PgFunction("array_smaller(anyarray,anyarray)")]
    [PgFunction("enum_smaller(anyenum,anyenum)")]
    public static PgDatum Smaller(CallSite site, FunctionContext context, PgDatum left, PgDatum right) =>
        Compare(site, context, left, right) <= 0 ? left : right;
}
