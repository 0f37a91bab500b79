using System.Globalization;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>The fields that ErrorResponse and NoticeResponse share (manual: "Error and Notice Message Fields").</summary>
internal static class DiagnosticFields
{
    internal static void Severity(MessageWriter writer, string severity)
    {
        Text(writer, (byte)'S', severity);
        Text(writer, (byte)'V', severity);
    }

    internal static void Text(MessageWriter writer, byte code, string? value)
    {
        if (value is not null)
        {
            writer.Byte(code);
            writer.CString(value);
        }
    }

    internal static void Number(MessageWriter writer, byte code, int value)
    {
        if (value > 0)
        {
            Text(writer, code, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
