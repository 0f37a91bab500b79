using System.Text;

namespace PgMicro.Core.Types.Extensions;

/// <summary>citext: TEXT that compares without regard to case.</summary>
public sealed class CitextCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Citext;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.CitextArray;

    /// <inheritdoc/>
    public override string Name => "citext";

    /// <inheritdoc/>
    public override string? Collation => "pg_citext";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var common = Math.Min(a.Length, b.Length);
        for (var i = 0; i < common; i++)
        {
            if ((a[i] | b[i]) >= 0x80)
            {
                return CompareRunes(a[i..], b[i..]);
            }

            if (Ascii.ToLower(a[i]) is var x && Ascii.ToLower(b[i]) is var y && x != y)
            {
                return x.CompareTo(y);
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int CompareRunes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        while (a.Length > 0 && b.Length > 0)
        {
            Rune.DecodeFromUtf8(a, out var x, out var used);
            Rune.DecodeFromUtf8(b, out var y, out var usedToo);
            if (x != y && Rune.ToLowerInvariant(x).CompareTo(Rune.ToLowerInvariant(y)) is var order and not 0)
            {
                return order;
            }

            a = a[used..];
            b = b[usedToo..];
        }

        return a.Length.CompareTo(b.Length);
    }
}
