using System.Collections;
using System.Data;
using System.Net;
using System.Net.NetworkInformation;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Schema;

/// <summary>The collection DataTypes: types that have a CLR type, their arrays, and the database's domains of them.</summary>
internal static class SchemaDataTypes
{
    private const uint Int4Multirange = 4451;
    private const uint NumMultirange = 4532;
    private const uint Int8Multirange = 4536;
    private const short NumericScale = 16383;
    private const int ArrayFlag = (int)NpgsqlDbType.Array;

    private static readonly DataTypeRow[] Types =
    [
        new("boolean", typeof(bool), NpgsqlDbType.Boolean, 16, 1000),
        new("bytea", typeof(byte[]), NpgsqlDbType.Bytea, 17, 1001),
        new("char", typeof(char), NpgsqlDbType.InternalChar, 18, 1002),
        new("name", typeof(string), NpgsqlDbType.Name, 19, 1003),
        new("bigint", typeof(long), NpgsqlDbType.Bigint, 20, 1016),
        new("smallint", typeof(short), NpgsqlDbType.Smallint, 21, 1005),
        new("int2vector", typeof(short[]), NpgsqlDbType.Int2Vector, 22, 1006),
        new("integer", typeof(int), NpgsqlDbType.Integer, 23, 1007),
        new("text", typeof(string), NpgsqlDbType.Text, 25, 1009),
        new("oid", typeof(uint), NpgsqlDbType.Oid, 26, 1028),
        new("tid", typeof(NpgsqlTid), NpgsqlDbType.Tid, 27, 0),
        new("xid", typeof(uint), NpgsqlDbType.Xid, 28, 1011),
        new("cid", typeof(uint), NpgsqlDbType.Cid, 29, 1012),
        new("oidvector", typeof(uint[]), NpgsqlDbType.Oidvector, 30, 1013),
        new("json", typeof(string), NpgsqlDbType.Json, 114, 199),
        new("xml", typeof(string), NpgsqlDbType.Xml, 142, 143),
        new("point", typeof(NpgsqlPoint), NpgsqlDbType.Point, 600, 1017),
        new("lseg", typeof(NpgsqlLSeg), NpgsqlDbType.LSeg, 601, 1018),
        new("path", typeof(NpgsqlPath), NpgsqlDbType.Path, 602, 1019),
        new("box", typeof(NpgsqlBox), NpgsqlDbType.Box, 603, 1020),
        new("polygon", typeof(NpgsqlPolygon), NpgsqlDbType.Polygon, 604, 1027),
        new("line", typeof(NpgsqlLine), NpgsqlDbType.Line, 628, 629),
        new("cidr", typeof(IPNetwork), NpgsqlDbType.Cidr, 650, 651),
        new("real", typeof(float), NpgsqlDbType.Real, 700, 1021),
        new("double precision", typeof(double), NpgsqlDbType.Double, 701, 1022),
        new("unknown", typeof(string), NpgsqlDbType.Unknown, 705, 0),
        new("circle", typeof(NpgsqlCircle), NpgsqlDbType.Circle, 718, 719),
        new("macaddr8", typeof(PhysicalAddress), NpgsqlDbType.MacAddr8, 774, 775),
        new("money", typeof(decimal), NpgsqlDbType.Money, 790, 791),
        new("macaddr", typeof(PhysicalAddress), NpgsqlDbType.MacAddr, 829, 1040),
        new("inet", typeof(IPAddress), NpgsqlDbType.Inet, 869, 1041),
        new("character", typeof(string), NpgsqlDbType.Char, 1042, 1014),
        new("character varying", typeof(string), NpgsqlDbType.Varchar, 1043, 1015),
        new("date", typeof(DateOnly), NpgsqlDbType.Date, 1082, 1182),
        new("time without time zone", typeof(TimeOnly), NpgsqlDbType.Time, 1083, 1183),
        new("timestamp without time zone", typeof(DateTime), NpgsqlDbType.Timestamp, 1114, 1115),
        new("timestamp with time zone", typeof(DateTime), NpgsqlDbType.TimestampTz, 1184, 1185),
        new("interval", typeof(TimeSpan), NpgsqlDbType.Interval, 1186, 1187),
        new("time with time zone", typeof(DateTimeOffset), NpgsqlDbType.TimeTz, 1266, 1270),
        new("bit", typeof(BitArray), NpgsqlDbType.Bit, 1560, 1561),
        new("bit varying", typeof(BitArray), NpgsqlDbType.Varbit, 1562, 1563),
        new("numeric", typeof(decimal), NpgsqlDbType.Numeric, 1700, 1231),
        new("refcursor", typeof(string), NpgsqlDbType.Refcursor, 1790, 2201),
        new("regtype", typeof(uint), NpgsqlDbType.Regtype, 2206, 2211),
        new("record", typeof(object[]), null, 2249, 2287),
        new("void", typeof(object), null, 2278, 0),
        new("uuid", typeof(Guid), NpgsqlDbType.Uuid, 2950, 2951),
        new("pg_lsn", typeof(NpgsqlLogSequenceNumber), NpgsqlDbType.PgLsn, 3220, 0),
        new("tsvector", typeof(NpgsqlTsVector), NpgsqlDbType.TsVector, 3614, 3643),
        new("tsquery", typeof(NpgsqlTsQuery), NpgsqlDbType.TsQuery, 3615, 3645),
        new("regconfig", typeof(uint), NpgsqlDbType.Regconfig, 3734, 3735),
        new("jsonb", typeof(string), NpgsqlDbType.Jsonb, 3802, 3807),
        new("int4range", typeof(NpgsqlRange<int>), NpgsqlDbType.IntegerRange, 3904, 3905),
        new("numrange", typeof(NpgsqlRange<decimal>), NpgsqlDbType.NumericRange, 3906, 3907),
        new("tsrange", typeof(NpgsqlRange<DateTime>), NpgsqlDbType.TimestampRange, 3908, 3909),
        new("tstzrange", typeof(NpgsqlRange<DateTime>), NpgsqlDbType.TimestampTzRange, 3910, 3911),
        new("daterange", typeof(NpgsqlRange<DateOnly>), NpgsqlDbType.DateRange, 3912, 3913),
        new("int8range", typeof(NpgsqlRange<long>), NpgsqlDbType.BigIntRange, 3926, 3927),
        new("jsonpath", typeof(string), NpgsqlDbType.JsonPath, 4072, 4073),
        new("int4multirange", typeof(NpgsqlRange<int>[]), NpgsqlDbType.IntegerMultirange, 4451, 6150),
        new("nummultirange", typeof(NpgsqlRange<decimal>[]), NpgsqlDbType.NumericMultirange, 4532, 6151),
        new("tsmultirange", typeof(NpgsqlRange<DateTime>[]), NpgsqlDbType.TimestampMultirange, 4533, 6152),
        new("tstzmultirange", typeof(NpgsqlRange<DateTime>[]), NpgsqlDbType.TimestampTzMultirange, 4534, 6153),
        new("datemultirange", typeof(NpgsqlRange<DateOnly>[]), NpgsqlDbType.DateMultirange, 4535, 6155),
        new("int8multirange", typeof(NpgsqlRange<long>[]), NpgsqlDbType.BigIntMultirange, 4536, 6157),
        new("xid8", typeof(ulong), NpgsqlDbType.Xid8, 5069, 271),
    ];

    private static readonly Dictionary<uint, (DataTypeRow Type, bool IsArray)> ByOid = Index();

    internal static DataTable Get(PgMicroConnection connection)
    {
        var table = SchemaCollections.Table(
            "DataTypes",
            ("TypeName", typeof(string)), ("ColumnSize", typeof(long)), ("CreateFormat", typeof(string)), ("CreateParameters", typeof(string)), ("DataType", typeof(string)),
            ("IsAutoIncrementable", typeof(bool)), ("IsBestMatch", typeof(bool)), ("IsCaseSensitive", typeof(bool)), ("IsConcurrencyType", typeof(bool)),
            ("IsFixedLength", typeof(bool)), ("IsFixedPrecisionAndScale", typeof(bool)), ("IsLiteralSupported", typeof(bool)), ("IsLong", typeof(bool)),
            ("IsNullable", typeof(bool)), ("IsSearchable", typeof(bool)), ("IsSearchableWithLike", typeof(bool)), ("IsUnsigned", typeof(bool)),
            ("LiteralPrefix", typeof(string)), ("LiteralSuffix", typeof(string)), ("MaximumScale", typeof(short)), ("MinimumScale", typeof(short)),
            ("NativeDataType", typeof(string)), ("ProviderDbType", typeof(int)), ("OID", typeof(uint)));
        foreach (var type in Types)
        {
            Add(table, type, type.Name, type.Oid, isArray: false, isDomain: false);
        }

        foreach (var type in Types.Where(t => t.ArrayOid != 0))
        {
            Add(table, type, type.Name + "[]", type.ArrayOid, isArray: true, isDomain: false);
        }

        if (connection.State == ConnectionState.Open)
        {
            AddOwn(table, connection);
        }

        return table;
    }

    // Enums with their arrays, then domains, whose base may be an enum.
    private static void AddOwn(DataTable table, PgMicroConnection connection)
    {
        var known = new Dictionary<uint, (DataTypeRow Type, bool IsArray)>(ByOid);
        using var command = new PgMicroCommand(
            """
            SELECT t.oid, n.nspname || '.' || t.typname, t.typbasetype, t.typtype = 'd', t.typarray
            FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd') ORDER BY t.typtype DESC, t.oid
            """,
            connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (oid, name) = (reader.GetFieldValue<uint>(0), reader.GetString(1));
            if (!reader.GetBoolean(3))
            {
                var type = new DataTypeRow(name, typeof(string), null, oid, reader.GetFieldValue<uint>(4));
                known.Add(oid, (type, false));
                Add(table, type, name, oid, isArray: false, isDomain: false);
                Add(table, type, name + "[]", type.ArrayOid, isArray: true, isDomain: false);
            }
            else if (known.TryGetValue(reader.GetFieldValue<uint>(2), out var found))
            {
                Add(table, found.Type, name, oid, found.IsArray, isDomain: true);
            }
        }
    }

    private static void Add(DataTable table, DataTypeRow type, string name, uint oid, bool isArray, bool isDomain)
    {
        // Whose properties it has: a range's are its bounds', an array of ranges or a domain of arrays has none.
        var of = isArray && (isDomain || Bound(type.Oid) != 0) ? 0 : Bound(type.Oid) is > 0 and var bound ? bound : type.Oid;

        // Strings of which a literal is a quoted text and LIKE asks.
        var isText = of is TypeOid.Text or TypeOid.Char;
        var parameters = isText ? "size" : of == TypeOid.Numeric ? "precision, scale" : "";
        var format = type.Name.ToUpperInvariant() + type.Oid switch
        {
            TypeOid.Text or TypeOid.Char => "({0})",
            TypeOid.Numeric => "({0},{1})",
            _ => "",
        };
        object isUnsigned = of switch
        {
            TypeOid.Oid or TypeOid.Xid or TypeOid.Cid or TypeOid.Regtype or TypeOid.RegConfig => true,
            TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 or TypeOid.Float4 or TypeOid.Float8 or TypeOid.Numeric or TypeOid.Money => false,
            _ => DBNull.Value,
        };
        object scale = of == TypeOid.Numeric ? NumericScale : DBNull.Value;
        object quote = isText ? "'" : DBNull.Value;
        table.Rows.Add(
            name, DBNull.Value, isArray ? format + "[]" : format, parameters, (isArray ? type.ClrType.MakeArrayType() : type.ClrType).FullName,
            false, !isDomain && type.Oid != TypeOid.Char, true, of == TypeOid.Xid, false, false, isText, of == TypeOid.Bytea, true, true, isText, isUnsigned,
            quote, quote, scale, scale, DBNull.Value, type.DbType is { } dbType ? (int)dbType | (isArray ? ArrayFlag : 0) : DBNull.Value, oid);
    }

    /// <summary>The type of a range's or multirange's bounds, when it is a number; 0 for other types.</summary>
    private static uint Bound(uint type) => type switch
    {
        TypeOid.Int4Range or Int4Multirange => TypeOid.Int4,
        TypeOid.Int8Range or Int8Multirange => TypeOid.Int8,
        TypeOid.NumRange or NumMultirange => TypeOid.Numeric,
        _ => 0,
    };

    private static Dictionary<uint, (DataTypeRow Type, bool IsArray)> Index()
    {
        var types = new Dictionary<uint, (DataTypeRow, bool)>();
        foreach (var type in Types)
        {
            types.Add(type.Oid, (type, false));
            if (type.ArrayOid != 0)
            {
                types.Add(type.ArrayOid, (type, true));
            }
        }

        return types;
    }

    private sealed record DataTypeRow(string Name, Type ClrType, NpgsqlDbType? DbType, uint Oid, uint ArrayOid);
}
