namespace PgMicro.Core.Types;

/// <summary>pg_type OIDs of built-in types, by pg_type.typname.</summary>
public static class TypeOid
{
#pragma warning disable CS1591 // the names are pg_type's
    public const uint Bool = 16, Bytea = 17, Char = 18, Name = 19, Int8 = 20, Int2 = 21, Int2Vector = 22, Int4 = 23, Regproc = 24, Text = 25,
        Oid = 26, Tid = 27, Xid = 28, Cid = 29, OidVector = 30, Json = 114, Xml = 142, PgNodeTree = 194, Point = 600, Lseg = 601, Path = 602, Box = 603,
        Polygon = 604, Line = 628, Float4 = 700, Float8 = 701, Unknown = 705, Circle = 718, Money = 790, Macaddr = 829, Inet = 869, Cidr = 650,
        Macaddr8 = 774, Aclitem = 1033, Bpchar = 1042, Varchar = 1043, Date = 1082, Time = 1083, Timestamp = 1114, Timestamptz = 1184,
        Interval = 1186, Timetz = 1266, Bit = 1560, Varbit = 1562, Numeric = 1700, Refcursor = 1790, Regprocedure = 2202, Regoper = 2203,
        Regoperator = 2204, Regclass = 2205, Regtype = 2206, Record = 2249, Cstring = 2275, Any = 2276, AnyArray = 2277, Void = 2278, Trigger = 2279, EventTrigger = 3838,
        LanguageHandler = 2280, Internal = 2281, AnyElement = 2283, RecordArray = 2287, AnyNonArray = 2776, Uuid = 2950, TxidSnapshot = 2970, PgLsn = 3220,
        AnyEnum = 3500, TsVector = 3614, TsQuery = 3615, GtsVector = 3642, RegConfig = 3734, RegDictionary = 3769, Jsonb = 3802, AnyRange = 3831,
        Int4Range = 3904, NumRange = 3906, TsRange = 3908, TstzRange = 3910, DateRange = 3912, Int8Range = 3926, Jsonpath = 4072, RegNamespace = 4089,
        RegRole = 4096, RegCollation = 4191, AnyMultirange = 4537, AnyCompatible = 5077, AnyCompatibleArray = 5078, AnyCompatibleNonArray = 5079,
        AnyCompatibleRange = 5080, AnyCompatibleMultirange = 4538, Xid8 = 5069, PgSnapshot = 5038, PgNdistinct = 3361,
        PgDependencies = 3402, PgMcvList = 5017;

    public const uint BoolArray = 1000, ByteaArray = 1001, CharArray = 1002, NameArray = 1003, Int8Array = 1016, Int2Array = 1005, Int4Array = 1007,
        TextArray = 1009, OidArray = 1028, Float4Array = 1021, Float8Array = 1022, BpcharArray = 1014, VarcharArray = 1015, DateArray = 1182,
        TimeArray = 1183, TimestampArray = 1115, TimestamptzArray = 1185, IntervalArray = 1187, NumericArray = 1231, UuidArray = 2951,
        JsonArray = 199, JsonbArray = 3807, CstringArray = 1263;
#pragma warning restore CS1591
}
