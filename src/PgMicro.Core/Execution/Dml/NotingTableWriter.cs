namespace PgMicro.Core.Execution.Dml;

/// <summary>The writer of a statement that a trigger runs: the statements around it learn which rows it changes.</summary>
internal sealed class NotingTableWriter(ITableWriter writer, IReadOnlyList<DmlExecution> outer) : ITableWriter
{
    public bool Insert(WriteTarget target, RowSource row, bool skipConflicts, out long rowid) => writer.Insert(target, row, skipConflicts, out rowid);

    public long Update(WriteTarget target, RowSource row, long rowid)
    {
        Note(target, rowid);
        return writer.Update(target, row, rowid);
    }

    public void Delete(WriteTarget target, long rowid)
    {
        Note(target, rowid);
        writer.Delete(target, rowid);
    }

    public void Dispose() => writer.Dispose();

    private void Note(WriteTarget target, long rowid)
    {
        foreach (var execution in outer)
        {
            (execution.ChangedByTriggers ??= []).Add((target.Table.Oid, rowid));
        }
    }
}
