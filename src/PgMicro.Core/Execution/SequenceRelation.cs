using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Execution;

/// <summary>The states of all sequences that a session sees, as a relation: what SELECT … FROM a sequence reads.</summary>
internal sealed class SequenceRelation() : RelationModule(ModuleName, ["seqrelid", "last_value", "log_cnt", "is_called"])
{
    internal const string ModuleName = "pgmicro_sequence_state";

    internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection)
    {
        var session = (PgSession)connection.Owner!;
        var sequences = session.Catalog.UserRowsOf(PgSequence.Relation);
        var cells = new SqliteCell[sequences.Count * 4];
        for (var i = 0; i < sequences.Count; i++)
        {
            var (last, ahead, isCalled) = session.Database.Transactions.Sequences.Get(connection, sequences[i]);
            cells[4 * i] = SqliteCell.FromInt64(sequences[i].seqrelid);
            cells[(4 * i) + 1] = SqliteCell.FromInt64(last);
            cells[(4 * i) + 2] = SqliteCell.FromInt64(ahead);
            cells[(4 * i) + 3] = SqliteCell.FromInt64(isCalled ? 1 : 0);
        }

        return [new ArrayRelation(cells, 4)];
    }
}
