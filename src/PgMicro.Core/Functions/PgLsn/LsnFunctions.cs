using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.PgLsn;

/// <summary>Arithmetic of places in the write-ahead log.</summary>
internal static class LsnFunctions
{
    [PgFunction("pg_lsn_mi(pg_lsn,pg_lsn)")]
    [PgFunction("pg_wal_lsn_diff(pg_lsn,pg_lsn)")]
    public static PgNumeric Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Numeric(Read(left)) - Numeric(Read(right));

    [PgFunction("pg_lsn_pli(pg_lsn,numeric)")]
    public static string Add(ReadOnlySpan<byte> value, PgNumeric bytes) => bytes.IsNaN
        ? throw new PgException(SqlState.FeatureNotSupported, "cannot add NaN to pg_lsn")
        : FromNumeric(Numeric(Read(value)) + bytes);

    [PgFunction("numeric_pl_pg_lsn(numeric,pg_lsn)")]
    public static string AddReversed(PgNumeric bytes, ReadOnlySpan<byte> value) => Add(value, bytes);

    [PgFunction("pg_lsn_mii(pg_lsn,numeric)")]
    public static string Subtract(ReadOnlySpan<byte> value, PgNumeric bytes) => bytes.IsNaN
        ? throw new PgException(SqlState.FeatureNotSupported, "cannot subtract NaN from pg_lsn")
        : FromNumeric(Numeric(Read(value)) - bytes);

    [PgFunction("pg_lsn(numeric)")]
    public static string FromNumeric(PgNumeric value)
    {
        if (value.IsNaN || value.IsInfinite)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot convert {(value.IsNaN ? "NaN" : "infinity")} to pg_lsn");
        }

        return ulong.TryParse(value.Round(0).ToString(), global::System.Globalization.CultureInfo.InvariantCulture, out var lsn)
            ? PgLsnCodec.Format(lsn) : throw new PgException(SqlState.InvalidParameterValue, "pg_lsn out of range");
    }

    [PgFunction("pg_lsn_cmp(pg_lsn,pg_lsn)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Read(left).CompareTo(Read(right));

    [PgFunction("pg_lsn_larger(pg_lsn,pg_lsn)")]
    public static ReadOnlySpan<byte> Larger(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Read(left) > Read(right) ? left : right;

    [PgFunction("pg_lsn_smaller(pg_lsn,pg_lsn)")]
    public static ReadOnlySpan<byte> Smaller(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Read(left) < Read(right) ? left : right;

    private static ulong Read(ReadOnlySpan<byte> value) => PgLsnCodec.TryParse(value, out var lsn) ? lsn : throw PgErrors.InvalidTextRepresentation("pg_lsn", Types.Ascii.Text(value));

    private static PgNumeric Numeric(ulong value) => PgNumeric.Parse(global::System.Text.Encoding.ASCII.GetBytes(value.ToString(global::System.Globalization.CultureInfo.InvariantCulture)));
}
