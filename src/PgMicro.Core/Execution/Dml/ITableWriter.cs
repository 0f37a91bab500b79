namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Puts row changes where the transaction keeps them: the file in direct mode, its own overlay otherwise. Constraints that
/// SQLite cannot enforce have been checked; a violation of a unique index of SQLite comes as its own error.
/// </summary>
internal interface ITableWriter : IDisposable
{
    /// <summary>Inserts a row of the source.</summary>
    /// <param name="target">Table and columns to write.</param>
    /// <param name="row">The row with their values.</param>
    /// <param name="skipConflicts">Insert nothing when a unique index has the key already.</param>
    /// <param name="rowid">The new row's rowid.</param>
    /// <returns>Whether the row was inserted.</returns>
    bool Insert(WriteTarget target, RowSource row, bool skipConflicts, out long rowid);

    /// <summary>Updates a row; returns its rowid afterwards, which differs when it is the primary key.</summary>
    long Update(WriteTarget target, RowSource row, long rowid);

    /// <summary>Deletes a row.</summary>
    void Delete(WriteTarget target, long rowid);
}
