using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Records;

/// <summary>Comparison of records, column by column; a NULL equals a NULL and is after all others.</summary>
internal static class RecordComparison
{
    [PgFunction("record_eq(record,record)")]
    public static bool Eq(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, true) == 0;

    [PgFunction("record_ne(record,record)")]
    public static bool Ne(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, true) != 0;

    [PgFunction("record_lt(record,record)")]
    public static bool Lt(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, false) < 0;

    [PgFunction("record_le(record,record)")]
    public static bool Le(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, false) <= 0;

    [PgFunction("record_gt(record,record)")]
    public static bool Gt(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, false) > 0;

    [PgFunction("record_ge(record,record)")]
    public static bool Ge(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(context, left, right, false) >= 0;

    [PgFunction("btrecordcmp(record,record)")]
    public static int Compare(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(Compare(context, left, right, false));

    [PgFunction("record_image_eq(record,record)")]
    public static bool ImageEq(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SameImage(context, left, right);

    [PgFunction("record_image_ne(record,record)")]
    public static bool ImageNe(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => !SameImage(context, left, right);

    [PgFunction("record_image_lt(record,record)")]
    public static bool ImageLt(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareImages(context, left, right) < 0;

    [PgFunction("record_image_le(record,record)")]
    public static bool ImageLe(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareImages(context, left, right) <= 0;

    [PgFunction("record_image_gt(record,record)")]
    public static bool ImageGt(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareImages(context, left, right) > 0;

    [PgFunction("record_image_ge(record,record)")]
    public static bool ImageGe(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareImages(context, left, right) >= 0;

    [PgFunction("btrecordimagecmp(record,record)")]
    public static int CompareImages(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var records = Composites.Anonymous(context);
        var a = records.FromStorage(left, out var leftShape);
        var b = records.FromStorage(right, out var rightShape);
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            CheckTypes(records.OfShape(leftShape).Fields[i]!, records.OfShape(rightShape).Fields[i]!, i);
            var order = a[i].IsNull || b[i].IsNull ? a[i].IsNull.CompareTo(b[i].IsNull) : CompareImage(context, leftShape.Types[i], a[i], b[i]);
            if (order != 0)
            {
                return Math.Sign(order);
            }
        }

        CheckCounts(a, b);
        return 0;
    }

    // By value a datum is an unsigned machine word; by reference its bytes.
    private static int CompareImage(FunctionContext context, uint type, in PgDatum a, in PgDatum b)
    {
        var row = context.Catalog.Type(context.Catalog.GetBaseType(type))!;
        if (row.typbyval && a.Kind == DatumKind.Integer && b.Kind == DatumKind.Integer)
        {
            return ((ulong)a.Int64).CompareTo((ulong)b.Int64);
        }

        return row.typcategory == 'S' || row.oid is TypeOid.Bytea or TypeOid.Uuid
            ? a.Bytes.SequenceCompareTo(b.Bytes)
            : throw PgErrors.FeatureNotSupported($"comparison of the images of type {context.Types.GetCodec(type).Name}");
    }

    // By way of a binary-coercible type too: regtype compares as oid. An array compares as its elements do.
    private static bool HasOpclass(CatalogSnapshot catalog, uint am, uint type)
    {
        type = catalog.GetBaseType(type);
        if (catalog.ArrayElementType(type) is not 0 and var element)
        {
            return HasOpclass(catalog, am, element);
        }

        if (catalog.DefaultOpclass(am, type) is not null)
        {
            return true;
        }

        foreach (var target in (ReadOnlySpan<uint>)[TypeOid.Text, TypeOid.Oid, TypeOid.Inet, TypeOid.Varbit])
        {
            if (catalog.FindCast(type, target) is { castmethod: 'b', castcontext: 'i' } && catalog.DefaultOpclass(am, target) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static int Compare(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool equality)
    {
        var records = Composites.Anonymous(context);
        var a = records.FromStorage(left, out var leftShape);
        var b = records.FromStorage(right, out var rightShape);
        var codecs = records.OfShape(leftShape).Fields;
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            CheckTypes(codecs[i]!, records.OfShape(rightShape).Fields[i]!, i);
            if (!HasOpclass(context.Catalog, BuiltInOids.BtreeAm, leftShape.Types[i])
                && !(equality && HasOpclass(context.Catalog, BuiltInOids.HashAm, leftShape.Types[i])))
            {
                throw new PgException(
                    SqlState.UndefinedFunction,
                    $"could not identify {(equality ? "an equality operator" : "a comparison function")} for type {codecs[i]!.Name}");
            }

            var order = codecs[i] is AnonymousRecordCodec && !a[i].IsNull && !b[i].IsNull
                ? Compare(context, a[i].Bytes, b[i].Bytes, equality)
                : RecordCodec.CompareColumn(codecs[i], a[i], b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        CheckCounts(a, b);
        return 0;
    }

    private static bool SameImage(FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var records = Composites.Anonymous(context);
        var a = records.FromStorage(left, out var leftShape);
        var b = records.FromStorage(right, out var rightShape);
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            CheckTypes(records.OfShape(leftShape).Fields[i]!, records.OfShape(rightShape).Fields[i]!, i);
            var same = a[i].Kind == b[i].Kind && a[i].Kind switch
            {
                DatumKind.Null => true,
                DatumKind.Integer => a[i].Int64 == b[i].Int64,
                DatumKind.Real => BitConverter.DoubleToInt64Bits(a[i].Double) == BitConverter.DoubleToInt64Bits(b[i].Double),
                _ => a[i].Bytes.SequenceEqual(b[i].Bytes),
            };
            if (!same)
            {
                return false;
            }
        }

        CheckCounts(a, b);
        return true;
    }

    private static void CheckTypes(PgTypeCodec left, PgTypeCodec right, int column)
    {
        if (left.Oid != right.Oid)
        {
            throw new PgException(
                SqlState.DatatypeMismatch, $"cannot compare dissimilar column types {left.Name} and {right.Name} at record column {column + 1}");
        }
    }

    private static void CheckCounts(PgDatum[] left, PgDatum[] right)
    {
        if (left.Length != right.Length)
        {
            throw new PgException(SqlState.DatatypeMismatch, "cannot compare record types with different numbers of columns");
        }
    }
}
