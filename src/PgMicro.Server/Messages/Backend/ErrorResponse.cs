using PgMicro.Core.Errors;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>ErrorResponse (E).</summary>
internal static class ErrorResponse
{
    internal static void Write(MessageWriter writer, PgException error)
    {
        var start = writer.Begin((byte)'E');
        writer.IsLenient = true;
        DiagnosticFields.Severity(writer, error.Severity);
        DiagnosticFields.Text(writer, (byte)'C', error.SqlState);
        DiagnosticFields.Text(writer, (byte)'M', error.Message);
        DiagnosticFields.Text(writer, (byte)'D', error.Detail);
        DiagnosticFields.Text(writer, (byte)'H', error.Hint);
        DiagnosticFields.Text(writer, (byte)'W', error.Where);
        DiagnosticFields.Text(writer, (byte)'s', error.SchemaName);
        DiagnosticFields.Text(writer, (byte)'t', error.TableName);
        DiagnosticFields.Text(writer, (byte)'c', error.ColumnName);
        DiagnosticFields.Text(writer, (byte)'d', error.DataTypeName);
        DiagnosticFields.Text(writer, (byte)'n', error.ConstraintName);
        DiagnosticFields.Number(writer, (byte)'P', error.Position);
        DiagnosticFields.Number(writer, (byte)'p', error.InternalPosition);
        DiagnosticFields.Text(writer, (byte)'q', error.InternalQuery);
        DiagnosticFields.Text(writer, (byte)'R', error.Routine);
        writer.Byte(0);
        writer.IsLenient = false;
        writer.End(start);
    }
}
