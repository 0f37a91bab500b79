namespace PgMicro.Core.Storage;

/// <summary>An error that SQLite reported. It carries SQLite's own codes; mapping to SQLSTATE is not done here.</summary>
internal sealed class SqliteException : Exception
{
    internal SqliteException(int extendedCode, string message, int sqlOffset = -1, int systemError = 0)
        : base(message)
    {
        ExtendedCode = extendedCode;
        SqlOffset = sqlOffset;
        SystemError = systemError;
    }

    /// <summary>The primary result code (the low byte of <see cref="ExtendedCode"/>).</summary>
    internal int Code => ExtendedCode & 0xFF;

    /// <summary>The extended result code.</summary>
    internal int ExtendedCode { get; }

    /// <summary>Byte offset of the offending token in the UTF-8 SQL text, or -1.</summary>
    internal int SqlOffset { get; }

    /// <summary>The operating system's error number behind it, or 0.</summary>
    internal int SystemError { get; }
}
