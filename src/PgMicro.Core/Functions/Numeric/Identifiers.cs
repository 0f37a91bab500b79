using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Comparison of tid, xid, xid8 and oidvector, and the casts between transaction ids.</summary>
internal static class Identifiers
{
    [PgFunction("tideq(tid,tid)", Sqlite = "({0} = {1})")]
    [PgFunction("xid8eq(xid8,xid8)", Sqlite = "({0} = {1})")]
    [PgFunction("xideqint4(xid,integer)", Sqlite = "({0} = ({1} & 4294967295))")]
    public static bool Equal(long left, long right) => left == right;

    [PgFunction("tidne(tid,tid)", Sqlite = "({0} <> {1})")]
    [PgFunction("xid8ne(xid8,xid8)", Sqlite = "({0} <> {1})")]
    [PgFunction("xidneqint4(xid,integer)", Sqlite = "({0} <> ({1} & 4294967295))")]
    public static bool NotEqual(long left, long right) => left != right;

    [PgFunction("tidlt(tid,tid)", Sqlite = "({0} < {1})")]
    public static bool TidLess(long left, long right) => left < right;

    [PgFunction("tidle(tid,tid)", Sqlite = "({0} <= {1})")]
    public static bool TidLessOrEqual(long left, long right) => left <= right;

    [PgFunction("tidgt(tid,tid)", Sqlite = "({0} > {1})")]
    public static bool TidGreater(long left, long right) => left > right;

    [PgFunction("tidge(tid,tid)", Sqlite = "({0} >= {1})")]
    public static bool TidGreaterOrEqual(long left, long right) => left >= right;

    [PgFunction("tidlarger(tid,tid)")]
    public static long TidLarger(long left, long right) => Math.Max(left, right);

    [PgFunction("tidsmaller(tid,tid)")]
    public static long TidSmaller(long left, long right) => Math.Min(left, right);

    [PgFunction("xid8lt(xid8,xid8)")]
    public static bool Xid8Less(long left, long right) => (ulong)left < (ulong)right;

    [PgFunction("xid8le(xid8,xid8)")]
    public static bool Xid8LessOrEqual(long left, long right) => (ulong)left <= (ulong)right;

    [PgFunction("xid8gt(xid8,xid8)")]
    public static bool Xid8Greater(long left, long right) => (ulong)left > (ulong)right;

    [PgFunction("xid8ge(xid8,xid8)")]
    public static bool Xid8GreaterOrEqual(long left, long right) => (ulong)left >= (ulong)right;

    [PgFunction("xid8cmp(xid8,xid8)")]
    public static int Xid8Compare(long left, long right) => ((ulong)left).CompareTo((ulong)right);

    [PgFunction("xid8_larger(xid8,xid8)")]
    public static long Xid8Larger(long left, long right) => (long)Math.Max((ulong)left, (ulong)right);

    [PgFunction("xid8_smaller(xid8,xid8)")]
    public static long Xid8Smaller(long left, long right) => (long)Math.Min((ulong)left, (ulong)right);

    [PgFunction("xid(xid8)")]
    public static uint Xid(long value) => unchecked((uint)value);

    [PgFunction("oidvectoreq(oidvector,oidvector)", Sqlite = "({0} = {1})")]
    public static bool VectorEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);

    [PgFunction("oidvectorne(oidvector,oidvector)", Sqlite = "({0} <> {1})")]
    public static bool VectorNotEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => !left.SequenceEqual(right);

    [PgFunction("oidvectorlt(oidvector,oidvector)")]
    public static bool VectorLess(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) < 0;

    [PgFunction("oidvectorle(oidvector,oidvector)")]
    public static bool VectorLessOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) <= 0;

    [PgFunction("oidvectorgt(oidvector,oidvector)")]
    public static bool VectorGreater(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) > 0;

    [PgFunction("oidvectorge(oidvector,oidvector)")]
    public static bool VectorGreaterOrEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Compare(left, right) >= 0;

    [PgFunction("oidvectortypes(oidvector)")]
    public static string VectorTypes(FunctionContext context, ReadOnlySpan<byte> types) => string.Join(
        ", ", VectorCodec.OidVector.FromStorage(types).Elements.Select(e => Session.TypeNames.Format(context, (uint)e.Int64, -1)));

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => VectorCodec.OidVector.Compare(left, right);
}
