namespace PgMicro.Core.Storage;

/// <summary>An error that SQLite reported. It carries SQLite's own codes; mapping to SQLSTATE is not done here.</summary>
internal sealed class SqliteException : Exception
{
    internal SqliteException(int extendedCode, string message, int sqlOffset = -1)
        : base(message)
    {
        ExtendedCode = extendedCode;
        SqlOffset = sqlOffset;
    }

    /// <summary>The primary result code (the low byte of <see cref="ExtendedCode"/>).</summary>
    internal int Code => ExtendedCode & 0xFF;

    /// <summary>The extended result code.</summary>
    internal int ExtendedCode { get; }

    /// <summary>Byte offset of the offending token in the UTF-8 SQL text, or -1.</summary>
    internal int SqlOffset { get; }
}
