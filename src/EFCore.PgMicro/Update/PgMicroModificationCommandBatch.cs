using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Update;

/// <summary>SaveChanges' statements as one command, one statement a row; what each affected is known by its place.</summary>
public sealed class PgMicroModificationCommandBatch : ReaderModificationCommandBatch
{
    private int _checked;

    /// <summary>Made by the factory.</summary>
    public PgMicroModificationCommandBatch(ModificationCommandBatchFactoryDependencies dependencies, int maxBatchSize)
        : base(dependencies) => MaxBatchSize = maxBatchSize;

    /// <inheritdoc/>
    protected override int MaxBatchSize { get; }

    /// <inheritdoc/>
    protected override void Consume(RelationalDataReader reader)
    {
        var index = 0;
        try
        {
            var rows = (PgMicroDataReader)reader.DbDataReader;
            for (var first = true; index < ModificationCommands.Count; index++)
            {
                if (!ResultSetMappings[index].HasFlag(ResultSetMapping.HasResultRow))
                {
                    continue;
                }

                if (!first)
                {
                    reader.DbDataReader.NextResult();
                }

                first = false;
                CheckCounts(rows, index);
                if (!reader.Read())
                {
                    throw Conflict(index, 0);
                }

                ModificationCommands[index].PropagateResults(reader);
            }

            while (reader.DbDataReader.NextResult())
            {
            }

            CheckCounts(rows, ModificationCommands.Count);
        }
        catch (Exception e) when (e is not DbUpdateException and not OperationCanceledException)
        {
            throw new DbUpdateException(RelationalStrings.UpdateStoreException, e, Entries(Math.Min(index, ModificationCommands.Count - 1)));
        }
    }

    /// <inheritdoc/>
    protected override async Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default)
    {
        // The statements run on this thread either way; the token reaches them through the reader.
        using (cancellationToken.UnsafeRegister(static r => ((PgMicroDataReader)r!).Cancel(), reader.DbDataReader))
        {
            Consume(reader);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    private static bool ChecksRows(IReadOnlyModificationCommand command) => command.EntityState is EntityState.Modified or EntityState.Deleted;

    private void CheckCounts(PgMicroDataReader reader, int end)
    {
        for (; _checked < end && _checked < reader.StatementRows.Count; _checked++)
        {
            var mapping = ResultSetMappings[_checked];
            if (!mapping.HasFlag(ResultSetMapping.HasResultRow) && ChecksRows(ModificationCommands[_checked]) && reader.StatementRows[_checked] != 1)
            {
                throw Conflict(_checked, reader.StatementRows[_checked]);
            }
        }
    }

    private DbUpdateConcurrencyException Conflict(int index, long rows)
    {
        return new DbUpdateConcurrencyException(RelationalStrings.UpdateConcurrencyException(1, rows), Entries(index));
    }

    private IReadOnlyList<IUpdateEntry> Entries(int index) => ModificationCommands[index].Entries;
}
