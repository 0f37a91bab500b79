using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Query (Q): a simple query.</summary>
internal readonly record struct QueryMessage(string Sql)
{
    internal const byte Type = (byte)'Q';

    internal static QueryMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var reader = new PayloadReader(payload, encoding);
        var message = new QueryMessage(reader.CString());
        reader.End();
        return message;
    }
}
