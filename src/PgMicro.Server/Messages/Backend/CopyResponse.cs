using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>CopyInResponse (G) and CopyOutResponse (H): COPY begins; all its columns have one format.</summary>
internal static class CopyResponse
{
    internal const byte In = (byte)'G';

    internal const byte Out = (byte)'H';

    internal static void Write(MessageWriter writer, byte type, bool isBinary, int columnCount)
    {
        var start = writer.Begin(type);
        writer.Byte(isBinary ? (byte)1 : (byte)0);
        writer.Int16((short)columnCount);
        for (var i = 0; i < columnCount; i++)
        {
            writer.Int16(isBinary ? (short)1 : (short)0);
        }

        writer.End(start);
    }
}
