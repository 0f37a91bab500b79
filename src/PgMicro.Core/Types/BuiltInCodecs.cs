using System.Collections.Frozen;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The codecs of built-in types, arrays of them included.</summary>
public static class BuiltInCodecs
{
    private static readonly FrozenDictionary<uint, PgTypeCodec> ByOid = Make();

    private static readonly FrozenDictionary<string, PgTypeCodec> ByCollation = ByOid.Values
        .Where(codec => codec.Collation is not null and not "RTRIM")
        .GroupBy(codec => codec.Collation!)
        .ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The built-in types as a resolver.</summary>
    public static ITypeResolver Resolver { get; } = new BuiltInResolver();

    /// <summary>Every codec.</summary>
    public static IReadOnlyCollection<PgTypeCodec> All => ByOid.Values;

    /// <summary>The codec of a type, or null.</summary>
    public static PgTypeCodec? Find(uint oid) => ByOid.GetValueOrDefault(oid);

    /// <summary>The codec whose order a SQLite collation of ours gives ("pg_numeric", "pg_array_23"), or null.</summary>
    public static PgTypeCodec? FindByCollation(string collation) => ByCollation.GetValueOrDefault(collation);

    private static FrozenDictionary<uint, PgTypeCodec> Make()
    {
        PgTypeCodec[] scalars =
        [
            new BoolCodec(), new Int2Codec(), new Int4Codec(), new Int8Codec(), new OidCodec(), new XidCodec(), new CidCodec(), new Xid8Codec(),
            new TidCodec(), new AclitemCodec(), new Float4Codec(), new Float8Codec(), new NumericCodec(), new TextCodec(), new VarcharCodec(), new BpcharCodec(),
            new NameCodec(), new CharCodec(), new UnknownCodec(), new CstringCodec(), new RefcursorCodec(), new NodeTreeCodec(), new ExtendedStatisticsCodec(TypeOid.PgNdistinct, "pg_ndistinct"),
            new ExtendedStatisticsCodec(TypeOid.PgDependencies, "pg_dependencies"), new ExtendedStatisticsCodec(TypeOid.PgMcvList, "pg_mcv_list"), new ByteaCodec(), new UuidCodec(),
            new DateCodec(), new TimeCodec(), new TimetzCodec(), new TimestampCodec(), new TimestamptzCodec(), new IntervalCodec(),
            new Network.InetCodec(), new Network.CidrCodec(), new Network.MacaddrCodec(), new Network.Macaddr8Codec(),
            new Extensions.CitextCodec(), new Extensions.HstoreCodec(), new Extensions.LtreeCodec(), new Extensions.LqueryCodec(), new Extensions.LtxtqueryCodec(),
            new Extensions.CubeCodec(), new TextSearch.TsVectorCodec(), new TextSearch.TsQueryCodec(), new MoneyCodec(), new PgLsnCodec(), new Xml.XmlCodec(),
            new SnapshotCodec(TypeOid.PgSnapshot, "pg_snapshot"), new SnapshotCodec(TypeOid.TxidSnapshot, "txid_snapshot"),
            BitString.BitCodec.Fixed, BitString.BitCodec.Varying, .. Geometric.GeometricCodec.All, VectorCodec.Int2Vector, VectorCodec.OidVector, new JsonCodec(), new JsonbCodec(), new JsonpathCodec(),
            new RegCodec(TypeOid.Regproc, "regproc"), new RegCodec(TypeOid.Regprocedure, "regprocedure"), new RegCodec(TypeOid.Regoper, "regoper"),
            new RegCodec(TypeOid.Regoperator, "regoperator"), new RegCodec(TypeOid.Regclass, "regclass"), new RegCodec(TypeOid.Regtype, "regtype"),
            new RegCodec(TypeOid.RegConfig, "regconfig"), new RegCodec(TypeOid.RegDictionary, "regdictionary"),
            new RegCodec(TypeOid.RegNamespace, "regnamespace"), new RegCodec(TypeOid.RegRole, "regrole"),
            new RegCodec(TypeOid.RegCollation, "regcollation"),
            new PseudoCodec(TypeOid.Void, "void"), new PseudoCodec(TypeOid.Any, "any"), new PseudoCodec(TypeOid.AnyArray, "anyarray"),
            new PseudoCodec(TypeOid.AnyElement, "anyelement"), new PseudoCodec(TypeOid.AnyNonArray, "anynonarray"),
            new PseudoCodec(TypeOid.AnyEnum, "anyenum"), new PseudoCodec(TypeOid.AnyRange, "anyrange"),
            new PseudoCodec(TypeOid.AnyMultirange, "anymultirange"), new PseudoCodec(TypeOid.AnyCompatible, "anycompatible"),
            new PseudoCodec(TypeOid.AnyCompatibleArray, "anycompatiblearray"), new PseudoCodec(TypeOid.AnyCompatibleNonArray, "anycompatiblenonarray"),
            new PseudoCodec(TypeOid.AnyCompatibleRange, "anycompatiblerange"),
            new PseudoCodec(TypeOid.AnyCompatibleMultirange, "anycompatiblemultirange"), new PseudoCodec(TypeOid.Trigger, "trigger"),
            new PseudoCodec(TypeOid.Internal, "internal"), new PseudoCodec(TypeOid.LanguageHandler, "language_handler"),
        ];
        var all = new Dictionary<uint, PgTypeCodec>();
        foreach (var codec in (PgTypeCodec[])[.. scalars, .. Ranges(scalars)])
        {
            all.Add(codec.Oid, codec);
            if (codec.ArrayOid != 0)
            {
                all.Add(codec.ArrayOid, new ArrayCodec(codec));
            }
        }

        return all.ToFrozenDictionary();
    }

    private static IEnumerable<PgTypeCodec> Ranges(PgTypeCodec[] scalars)
    {
        (uint Oid, string Name, uint Multirange, string MultirangeName, uint Subtype, bool IsDiscrete)[] types =
        [
            (TypeOid.Int4Range, "int4range", 4451, "int4multirange", TypeOid.Int4, true),
            (TypeOid.NumRange, "numrange", 4532, "nummultirange", TypeOid.Numeric, false),
            (TypeOid.TsRange, "tsrange", 4533, "tsmultirange", TypeOid.Timestamp, false),
            (TypeOid.TstzRange, "tstzrange", 4534, "tstzmultirange", TypeOid.Timestamptz, false),
            (TypeOid.DateRange, "daterange", 4535, "datemultirange", TypeOid.Date, true),
            (TypeOid.Int8Range, "int8range", 4536, "int8multirange", TypeOid.Int8, true),
        ];
        foreach (var type in types)
        {
            var subtype = Array.Find(scalars, codec => codec.Oid == type.Subtype)!;
            var range = new Types.Ranges.RangeCodec(type.Oid, 0, type.Name, subtype, type.Multirange, type.IsDiscrete);
            yield return range;
            yield return new Types.Ranges.MultirangeCodec(type.Multirange, 0, type.MultirangeName, range);
        }
    }

    private sealed class BuiltInResolver : ITypeResolver
    {
        public PgTypeCodec GetCodec(uint typeOid) =>
            FindCodec(typeOid) ?? throw PgErrors.FeatureNotSupported($"type with OID {typeOid}");

        public PgTypeCodec? FindCodec(uint typeOid) => Find(typeOid);
    }
}
