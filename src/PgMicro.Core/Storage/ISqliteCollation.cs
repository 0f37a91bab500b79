namespace PgMicro.Core.Storage;

/// <summary>An order of texts. It must be total, consistent, and must not throw.</summary>
internal interface ISqliteCollation
{
    /// <summary>Negative, zero or positive, as UTF-8 text <paramref name="a"/> sorts before, with or after <paramref name="b"/>.</summary>
    int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b);
}
