using System.Collections;
using System.Collections.Concurrent;
using System.Numerics;
using NpgsqlTypes;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Data.Converters;

/// <summary>The converters of one PostgreSQL type; the first is the default.</summary>
internal sealed class TypeConverters
{
    private const int DaysTo2000 = 10957;
    private const long MicrosecondsTo2000 = DaysTo2000 * 86_400_000_000L;
    private static readonly ConcurrentDictionary<uint, TypeConverters> BuiltIn = new();
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<PgTypeCodec, TypeConverters> UserDefined = new();

    private readonly PgTypeCodec _codec;
    private readonly ConcurrentDictionary<Type, Converter?> _known = new();
    private readonly TypeConverters? _elements;

    private TypeConverters(PgTypeCodec codec)
    {
        _codec = codec;
        if (codec is ArrayCodec array)
        {
            _elements = Of(array.Element);
            var element = _elements.Default.ClrType;
            Default = Make(typeof(MultidimensionalArrayConverter<,>), [typeof(Array), element], array, _elements);
            FieldType = typeof(Array);
            _known[typeof(Array)] = Default;
        }
        else
        {
            var all = Create(codec);
            Default = all[0];
            foreach (var converter in all)
            {
                _known.TryAdd(converter.ClrType, converter);
            }

            FieldType = Default.ClrType;
        }
    }

    /// <summary>What GetValue uses.</summary>
    internal Converter Default { get; }

    /// <summary>What GetFieldType says.</summary>
    internal Type FieldType { get; }

    /// <summary>The converters of a type. Those of built-in types are shared by the process.</summary>
    internal static TypeConverters Of(PgTypeCodec codec) =>
        codec.Oid is > 0 and < 16384 ? BuiltIn.GetOrAdd(codec.Oid, static (_, c) => new TypeConverters(c), codec) : UserDefined.GetValue(codec, static c => new TypeConverters(c));

    /// <exception cref="InvalidCastException">There is no such pairing.</exception>
    internal Converter ForReading(Type type) => type == typeof(object)
        ? Default
        : Find(type) ?? throw new InvalidCastException($"Reading as '{type.FullName}' is not supported for fields having DataTypeName '{TypeName}'");

    /// <exception cref="InvalidCastException">There is no such pairing.</exception>
    internal Converter ForWriting(Type type) => Find(type)
        ?? (_codec is ArrayCodec array && type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) ? _known.GetOrAdd(typeof(IEnumerable), _ => new EnumerableConverter(array, _elements!)) : null)
        ?? (typeof(Stream).IsAssignableFrom(type) && type != typeof(Stream) ? Find(typeof(Stream)) : null)
        ?? throw new InvalidCastException($"Writing values of '{type.FullName}' is not supported for parameters having DataTypeName '{TypeName}'.");

    private string TypeName => _codec.Oid == TypeOid.Char ? "char" : _codec.Name;

    private static Converter Make(Type generic, Type[] arguments, params object[] constructor) => (Converter)Activator.CreateInstance(
        generic.MakeGenericType(arguments),
        System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic,
        null, constructor, null)!;

    private Converter? Find(Type type) => _known.TryGetValue(type, out var known) ? known : _known.GetOrAdd(type, Derive);

    private Converter? Derive(Type type)
    {
        if (type.IsEnum)
        {
            return _codec is EnumCodec ? Make(typeof(EnumConverter<>), [type], _codec)
                : _codec.Oid is TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 ? Make(typeof(NumericEnumConverter<>), [type])
                : null;
        }

        if (_codec is RangeCodec range)
        {
            return IsRange(type, Of(range.Subtype)) ? Make(typeof(RangeConverter<>), type.GetGenericArguments(), range, Of(range.Subtype)) : null;
        }

        if (_codec is MultirangeCodec multirange)
        {
            return type.IsSZArray && IsRange(type.GetElementType()!, Of(multirange.Range.Subtype))
                ? Make(typeof(MultirangeConverter<>), type.GetElementType()!.GetGenericArguments(), multirange, Of(multirange.Range.Subtype))
                : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) && IsRange(type.GetGenericArguments()[0], Of(multirange.Range.Subtype))
                    ? Make(typeof(MultirangeListConverter<>), type.GetGenericArguments()[0].GetGenericArguments(), multirange, Of(multirange.Range.Subtype))
                    : null;
        }

        if (_codec is not ArrayCodec array)
        {
            // A class that only its base class is known of: IPAddress.Any is one.
            return type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && Find(parent) is { } inherited ? inherited : null;
        }

        if (type.IsArray)
        {
            var element = type.GetElementType()!;
            return !Pairs(element) ? null
                : type.IsSZArray ? Make(typeof(ArrayConverter<>), [element], array, _elements!)
                : Make(typeof(MultidimensionalArrayConverter<,>), [type, element], array, _elements!);
        }

        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) && Pairs(type.GetGenericArguments()[0])
            ? Make(typeof(ListConverter<>), type.GetGenericArguments(), array, _elements!)
            : null;
    }

    private static bool IsRange(Type type, TypeConverters bounds) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(NpgsqlRange<>) && bounds.Bounds(type.GetGenericArguments()[0]);

    // Numbers have one CLR type as bounds; dates and times may have others.
    private bool Bounds(Type bound) =>
        _codec.Oid is TypeOid.Int4 or TypeOid.Int8 or TypeOid.Numeric ? bound == Default.ClrType : Find(bound) is not null;

    private bool Pairs(Type element)
    {
        var type = Nullable.GetUnderlyingType(element) ?? element;
        return type == typeof(object) || _elements!.Find(type) is not null;
    }

    private static bool IsText(uint oid) => oid is TypeOid.Text or TypeOid.Varchar or TypeOid.Bpchar or TypeOid.Name or TypeOid.Unknown or TypeOid.Refcursor or TypeOid.Cstring;

    private static Converter[] Create(PgTypeCodec codec) => codec.Oid switch
    {
        TypeOid.Bool => [new BooleanConverter()],
        TypeOid.Int2 => Integers<short>(short.MinValue, short.MaxValue),
        TypeOid.Int4 => Integers<int>(int.MinValue, int.MaxValue),
        TypeOid.Int8 => Integers<long>(long.MinValue, long.MaxValue),
        TypeOid.Oid or TypeOid.Xid or TypeOid.Cid or TypeOid.Regtype or TypeOid.Regclass or TypeOid.Regproc or TypeOid.Regprocedure or TypeOid.Regoper
            or TypeOid.Regoperator or TypeOid.RegConfig or TypeOid.RegDictionary or TypeOid.RegNamespace or TypeOid.RegRole or TypeOid.RegCollation =>
            [new IntegerConverter<uint>(0, uint.MaxValue)],
        TypeOid.Xid8 => [new Xid8Converter()],
        TypeOid.Float4 => [new Float4Converter<float>(), new Float4Converter<double>()],
        TypeOid.Float8 => [new Float8Converter<double>(), new Float8Converter<float>()],
        TypeOid.Numeric =>
        [
            new DecimalConverter(), new NumericConverter<BigInteger>(), new NumericConverter<double>(), new NumericConverter<float>(), new NumericConverter<long>(),
            new NumericConverter<int>(), new NumericConverter<short>(), new NumericConverter<byte>(),
        ],
        TypeOid.Char => [new InternalCharConverter(), new CharByteConverter()],
        TypeOid.Json or TypeOid.Jsonb =>
        [
            new StringConverter(codec), new JsonDocumentConverter(codec), new JsonElementConverter(codec), new Utf8Converter(codec), new Utf8MemoryConverter(codec),
            new CharConverter(), new CharArrayConverter(), new StreamConverter<Stream>(codec), new StreamConverter<MemoryStream>(codec),
        ],
        TypeOid.Bytea =>
        [
            new ByteArrayConverter(), new ReadOnlyMemoryConverter(), new MemoryConverter(), new ArraySegmentConverter(), new StreamConverter<Stream>(codec),
            new StreamConverter<MemoryStream>(codec),
        ],
        TypeOid.Uuid => [new GuidConverter()],
        TypeOid.Date => [new DateOnlyConverter(), new DateDateTimeConverter(), new RawDateConverter(DaysTo2000)],
        TypeOid.Time => [new TimeOnlyConverter(), new TimeTimeSpanConverter(), new RawTimeConverter(0)],
        TypeOid.Timetz => [new TimetzConverter()],
        TypeOid.Timestamp => [new TimestampConverter(withTimeZone: false), new RawTimeConverter(MicrosecondsTo2000)],
        TypeOid.Timestamptz => [new TimestampConverter(withTimeZone: true), new DateTimeOffsetConverter(), new RawTimeConverter(MicrosecondsTo2000)],
        TypeOid.Interval => [new TimeSpanConverter(), new IntervalConverter()],
        var oid when IsText(oid) =>
        [
            new StringConverter(codec), new CharConverter(), new CharArrayConverter(), new Utf8Converter(codec), new Utf8MemoryConverter(codec), new StreamConverter<Stream>(codec),
            new StreamConverter<MemoryStream>(codec),
        ],
        TypeOid.Int2Vector => [new VectorConverter<short>((VectorCodec)codec)],
        TypeOid.OidVector => [new VectorConverter<uint>((VectorCodec)codec)],
        TypeOid.Inet or TypeOid.Cidr or TypeOid.Macaddr or TypeOid.Macaddr8 => NetworkConverters.Create(codec),
        TypeOid.Point or TypeOid.Lseg or TypeOid.Path or TypeOid.Box or TypeOid.Polygon or TypeOid.Line or TypeOid.Circle or ExtensionTypeOid.Cube =>
            GeometricConverters.Create(codec),
        TypeOid.Money or TypeOid.Bit or TypeOid.Varbit or TypeOid.PgLsn or TypeOid.TsVector or TypeOid.TsQuery => MiscellaneousConverters.Create(codec),
        ExtensionTypeOid.Hstore => MiscellaneousConverters.Hstore(codec),
        ExtensionTypeOid.Citext => [new StringConverter(codec), new CharConverter(), new CharArrayConverter(), new Utf8Converter(codec)],
        _ when codec is RangeCodec range => [Make(typeof(RangeConverter<>), [Of(range.Subtype).Default.ClrType], range, Of(range.Subtype))],
        _ when codec is MultirangeCodec multirange =>
        [
            Make(typeof(MultirangeConverter<>), [Of(multirange.Range.Subtype).Default.ClrType], multirange, Of(multirange.Range.Subtype)),
        ],
        _ when codec is EnumCodec => [new StringConverter(codec)],
        _ => [new OutputTextConverter(codec)],
    };

    private static Converter[] Integers<T>(long min, long max)
        where T : INumber<T> =>
    [
        new IntegerConverter<T>(min, max), new IntegerConverter<int>(min, max), new IntegerConverter<long>(min, max), new IntegerConverter<short>(min, max),
        new IntegerConverter<byte>(min, max), new IntegerConverter<sbyte>(min, max), new IntegerConverter<decimal>(min, max),
        new IntegerConverter<double>(min, max), new IntegerConverter<float>(min, max),
    ];
}
