using PgMicro.Core.Transactions;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>ReadyForQuery (Z): a new cycle may begin; the transaction's state.</summary>
internal static class ReadyForQuery
{
    internal static void Write(MessageWriter writer, TransactionStatus status)
    {
        var start = writer.Begin((byte)'Z');
        writer.Byte(status switch
        {
            TransactionStatus.Idle => (byte)'I',
            TransactionStatus.InTransaction => (byte)'T',
            _ => (byte)'E',
        });
        writer.End(start);
    }
}
