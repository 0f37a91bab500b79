namespace PgMicro.PgQuery;

/// <summary>One statement of a text of several, without the semicolon and without white space before it.</summary>
/// <param name="ByteOffset">Where it starts in the UTF-8 form, in bytes.</param>
/// <param name="ByteLength">Its length in the UTF-8 form, in bytes.</param>
/// <param name="Index">Where it starts in the string, in UTF-16 units.</param>
/// <param name="Length">Its length in the string, in UTF-16 units.</param>
public readonly record struct StatementSpan(int ByteOffset, int ByteLength, int Index, int Length)
{
    /// <summary>The statement's own text.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> sql) => sql.Slice(Index, Length);
}
