using PgMicro.Core.Execution;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;
using PgMicro.Server.Messages.Backend;

namespace PgMicro.Server.Sessions;

/// <summary>A portal of the extended protocol: a statement with its values, started by the first Execute.</summary>
internal sealed class ServerPortal(PreparedStatement? statement, PgDatum[] parameters, short[] resultFormats, IReadOnlyList<Transaction.Savepoint> savepoints)
    : IDisposable
{
    /// <summary>The statement; null for an empty query string.</summary>
    internal PreparedStatement? Statement { get; } = statement;

    internal PgDatum[] Parameters { get; } = parameters;

    /// <summary>Formats of the columns, as Bind gave them.</summary>
    internal short[] ResultFormats { get; } = resultFormats;

    /// <summary>The savepoints that it was made within: it ends when one of them is rolled back to.</summary>
    internal IReadOnlyList<Transaction.Savepoint> Savepoints { get; } = [.. savepoints];

    /// <summary>The statement's run, once it has started.</summary>
    internal Portal? Run { get; set; }

    /// <summary>Whether an Execute has left rows for another: tags count what the last one sent.</summary>
    internal bool WasSuspended { get; set; }

    internal DataRow? Encoder { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run?.Dispose();
        Encoder?.Dispose();
    }
}
