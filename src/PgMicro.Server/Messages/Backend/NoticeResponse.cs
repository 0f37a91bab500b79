using PgMicro.Core.Errors;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>NoticeResponse (N).</summary>
internal static class NoticeResponse
{
    internal static void Write(MessageWriter writer, PgNotice notice)
    {
        var start = writer.Begin((byte)'N');
        writer.IsLenient = true;
        DiagnosticFields.Severity(writer, notice.Severity);
        DiagnosticFields.Text(writer, (byte)'C', notice.SqlState);
        DiagnosticFields.Text(writer, (byte)'M', notice.Message);
        DiagnosticFields.Text(writer, (byte)'D', notice.Detail);
        DiagnosticFields.Text(writer, (byte)'H', notice.Hint);
        DiagnosticFields.Text(writer, (byte)'W', notice.Where);
        DiagnosticFields.Number(writer, (byte)'P', notice.Position);
        writer.Byte(0);
        writer.IsLenient = false;
        writer.End(start);
    }
}
