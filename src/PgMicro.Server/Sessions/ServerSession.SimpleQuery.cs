using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Parser;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Sessions;

/// <content>The simple query protocol.</content>
internal sealed partial class ServerSession
{
    // All statements of a text are one implicit transaction, unless it has BEGIN and COMMIT of its own.
    private async ValueTask SimpleQueryAsync(string sql)
    {
        _unnamed = null;
        _running = null;
        DropPortal("");
        if (_engine.FindTemplate(sql) is { } known)
        {
            _engine.InImplicitBlock = false;
            var done = await RunAsync(_engine.Execute(known)).ConfigureAwait(false);
            _engine.Sync();
            CommandComplete.Write(_writer, done);
            await SyncAsync().ConfigureAwait(false);
            return;
        }

        var statements = _engine.Parse(sql);
        if (statements.Count == 0)
        {
            EmptyQueryResponse.Write(_writer);
        }

        _engine.InImplicitBlock = statements.Count > 1;
        for (var i = 0; i < statements.Count; i++)
        {
            var tag = await RunSimpleAsync(statements[i]).ConfigureAwait(false);
            if (i == statements.Count - 1)
            {
                // The client may believe the last tag: the transaction is committed by then.
                _engine.Sync();
            }

            CommandComplete.Write(_writer, tag);
        }

        await SyncAsync().ConfigureAwait(false);
    }

    private async ValueTask<string> RunSimpleAsync(ParsedStatement statement)
    {
        return await RunAsync(_engine.Execute(_engine.Prepare(statement), [])).ConfigureAwait(false);
    }

    private async ValueTask<string> RunAsync(Portal run)
    {
        using var portal = run;
        foreach (var added in portal.AddedByRules)
        {
            await SendAsync(added, added.Columns!).ConfigureAwait(false);
        }

        if (portal.Columns is { } columns)
        {
            await SendAsync(portal, columns).ConfigureAwait(false);
        }
        else
        {
            await CopyAsync(portal).ConfigureAwait(false);
        }

        return portal.CommandTag;
    }

    private async ValueTask SendAsync(Portal portal, IReadOnlyList<ColumnDescription> columns)
    {
        short[] formats = portal.IsBinary ? [1] : [];
        RowDescription.Write(_writer, columns, formats, _engine.Catalog);
        using var encoder = new DataRow(columns, formats, _engine);
        await SendRowsAsync(portal, encoder, 0).ConfigureAwait(false);
    }

    /// <summary>Sends rows: so many, or all (0).</summary>
    /// <returns>How many, and whether the statement has come to its end.</returns>
    private async ValueTask<(long Rows, bool AtEnd)> SendRowsAsync(Portal portal, DataRow encoder, int limit)
    {
        for (var rows = 0L; ; rows++)
        {
            if (limit > 0 && rows == limit)
            {
                return (rows, false);
            }

            if (!portal.Read())
            {
                return (rows, true);
            }

            encoder.Write(_writer, portal);
            if (_writer.Length >= MessageWriter.FlushThreshold)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }
    }
}
