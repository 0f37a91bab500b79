using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>The Authentication messages (R).</summary>
internal static class AuthenticationMessages
{
    private const byte Type = (byte)'R';

    internal static void Ok(MessageWriter writer)
    {
        var start = writer.Begin(Type);
        writer.Int32(0);
        writer.End(start);
    }

    /// <summary>AuthenticationSASL: the mechanisms to choose from.</summary>
    internal static void Sasl(MessageWriter writer, IEnumerable<string> mechanisms)
    {
        var start = writer.Begin(Type);
        writer.Int32(10);
        foreach (var mechanism in mechanisms)
        {
            writer.CString(mechanism);
        }

        writer.Byte(0);
        writer.End(start);
    }

    /// <summary>AuthenticationSASLContinue.</summary>
    internal static void SaslContinue(MessageWriter writer, ReadOnlySpan<byte> data) => Data(writer, 11, data);

    /// <summary>AuthenticationSASLFinal.</summary>
    internal static void SaslFinal(MessageWriter writer, ReadOnlySpan<byte> data) => Data(writer, 12, data);

    private static void Data(MessageWriter writer, int code, ReadOnlySpan<byte> data)
    {
        var start = writer.Begin(Type);
        writer.Int32(code);
        writer.Bytes(data);
        writer.End(start);
    }
}
