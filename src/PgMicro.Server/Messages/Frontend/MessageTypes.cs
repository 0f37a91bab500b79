namespace PgMicro.Server.Messages.Frontend;

/// <summary>Messages that carry nothing, or nothing that is read in a file of its own.</summary>
internal static class MessageTypes
{
    /// <summary>Sync (S).</summary>
    internal const byte Sync = (byte)'S';

    /// <summary>Flush (H).</summary>
    internal const byte Flush = (byte)'H';

    /// <summary>Terminate (X).</summary>
    internal const byte Terminate = (byte)'X';

    /// <summary>FunctionCall (F).</summary>
    internal const byte FunctionCall = (byte)'F';

    /// <summary>CopyData (d).</summary>
    internal const byte CopyData = (byte)'d';

    /// <summary>CopyDone (c).</summary>
    internal const byte CopyDone = (byte)'c';

    /// <summary>CopyFail (f).</summary>
    internal const byte CopyFail = (byte)'f';

    /// <summary>PasswordMessage, SASLInitialResponse and SASLResponse (p).</summary>
    internal const byte Password = (byte)'p';
}
