using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions.Serializable;

/// <content>What reads and writes mean to each other.</content>
internal sealed partial class SerializableTransactions
{
    private const int MostEnteredRows = 200;

    // Finer notes than these become coarser ones, as PostgreSQL's do by default.
    private const int MostTuplesOfPage = 2;
    private const int MostTargetsOfRelation = 64;

    /// <summary>A transaction reads all rows of a table.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void ReadRelation(SerializableTransaction mine, uint table)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "out");
            NoteRelation(mine, table);
            foreach (var other in Others())
            {
                if (other != mine && other.Writes.ContainsKey(table))
                {
                    ConflictOut(mine, other);
                }
            }
        }
    }

    /// <summary>A transaction reads the row of a key, or finds that there is none.</summary>
    /// <param name="mine">The transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="index">The index of the key, which is the rowid; 0 when the row is found in another way.</param>
    /// <param name="rowid">The key.</param>
    /// <exception cref="PgException">40001.</exception>
    internal void ReadRow(SerializableTransaction mine, uint table, uint index, long rowid)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "out");
            if (!mine.Reads.Contains(PredicateTarget.OfRelation(table)))
            {
                if (index != 0)
                {
                    Note(mine, PredicateTarget.OfKey(index, rowid));
                }

                NoteTuple(mine, table, rowid);
            }

            foreach (var other in Others())
            {
                if (other != mine && other.Writes.TryGetValue(table, out var rows) && rows.Contains(rowid))
                {
                    ConflictOut(mine, other);
                }
            }
        }
    }

    /// <summary>A transaction writes a row.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void Write(SerializableTransaction mine, uint table, long rowid, bool isNew)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "in");
            mine.DidWrite = true;
            if (!mine.Writes.TryGetValue(table, out var rows))
            {
                mine.Writes.Add(table, rows = []);
            }

            rows.Add(rowid);
            if (!isNew)
            {
                ConflictIn(mine, PredicateTarget.OfTuple(table, rowid));
                ConflictIn(mine, PredicateTarget.OfPage(table, rowid));
            }

            ConflictIn(mine, PredicateTarget.OfRelation(table));
        }
    }

    /// <summary>A transaction reads the rows that an index finds.</summary>
    /// <param name="mine">The transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="index">The index.</param>
    /// <param name="rowids">The rows.</param>
    /// <param name="matches">Whether the index would find a row of these values.</param>
    /// <exception cref="PgException">40001.</exception>
    internal void ReadIndex(SerializableTransaction mine, uint table, uint index, List<long> rowids, Func<object, bool> matches)
    {
        List<(SerializableTransaction Writer, object[]? Rows)>? entered = null;
        lock (_mutex)
        {
            CheckDoomed(mine, "out");
            if (!mine.Reads.Contains(PredicateTarget.OfRelation(table)))
            {
                Note(mine, PredicateTarget.OfRelation(index));
                foreach (var rowid in rowids)
                {
                    NoteTuple(mine, table, rowid);
                }
            }

            foreach (var other in Others())
            {
                if (other == mine || !other.Writes.TryGetValue(table, out var rows))
                {
                    continue;
                }

                if (rows.Overlaps(rowids))
                {
                    ConflictOut(mine, other);
                }
                else if (other.Entered.TryGetValue(table, out var values))
                {
                    (entered ??= []).Add((other, values?.ToArray()));
                }
            }
        }

        // What others enter from now on meets the note.
        foreach (var (writer, rows) in entered ?? [])
        {
            if (rows is null || Array.Exists(rows, r => matches(r)))
            {
                lock (_mutex)
                {
                    // It may have rolled back meanwhile.
                    if (writer.IsCommitted || !writer.IsFinished)
                    {
                        ConflictOut(mine, writer);
                    }
                }
            }
        }
    }

    /// <summary>A transaction enters a row into the indexes of its table.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void WriteEntries(SerializableTransaction mine, uint table, long rowid, uint rowidIndex, uint[] indexes, object values)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "in");
            if (!mine.Entered.TryGetValue(table, out var rows))
            {
                mine.Entered.Add(table, rows = []);
            }

            rows?.Add(values);
            if (rows?.Count > MostEnteredRows)
            {
                mine.Entered[table] = null;
            }

            if (rowidIndex != 0)
            {
                ConflictIn(mine, PredicateTarget.OfKey(rowidIndex, rowid));
            }

            foreach (var index in indexes)
            {
                ConflictIn(mine, PredicateTarget.OfRelation(index));
            }
        }
    }

    /// <summary>A transaction enters a key into an index.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void WriteKey(SerializableTransaction mine, uint index, long key)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "in");
            ConflictIn(mine, PredicateTarget.OfKey(index, key));
            ConflictIn(mine, PredicateTarget.OfRelation(index));
        }
    }

    /// <summary>A transaction empties a table.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void WriteRelation(SerializableTransaction mine, uint table, IEnumerable<uint> indexes)
    {
        lock (_mutex)
        {
            CheckDoomed(mine, "in");
            mine.DidWrite = true;
            mine.Writes.TryAdd(table, []);
            var relations = indexes.Append(table).ToHashSet();
            foreach (var target in _readers.Keys.Where(t => relations.Contains(t.Relation)).ToArray())
            {
                ConflictIn(mine, target);
            }
        }
    }

    private static void CheckDoomed(SerializableTransaction mine, string direction)
    {
        if (mine.IsDoomed)
        {
            throw Failure($"Canceled on identification as a pivot, during conflict {direction} checking.");
        }
    }

    private IEnumerable<SerializableTransaction> Others()
    {
        foreach (var other in _active)
        {
            yield return other;
        }

        foreach (var other in _committed)
        {
            yield return other;
        }
    }

    // The other one has written what this one reads.
    private static void ConflictOut(SerializableTransaction mine, SerializableTransaction writer)
    {
        if (writer.IsDoomed || (writer.IsCommitted && writer.CommitSequence <= mine.LastCommitBeforeSnapshot))
        {
            return;
        }

        // Who only reads runs first, unless somebody whom it sees comes after the writer.
        if (mine.IsReadOnly && writer.IsCommitted && (!writer.HasConflictOut || mine.LastCommitBeforeSnapshot < writer.EarliestOutConflictCommit))
        {
            return;
        }

        Flag(mine, writer, me: mine);
    }

    // Others have read what this one writes.
    private void ConflictIn(SerializableTransaction mine, in PredicateTarget target)
    {
        if (!_readers.TryGetValue(target, out var readers))
        {
            return;
        }

        foreach (var reader in readers)
        {
            if (reader != mine && !reader.IsDoomed && (!reader.IsCommitted || reader.CommitSequence > mine.LastCommitBeforeSnapshot))
            {
                Flag(reader, mine, me: mine);
            }
        }
    }

    private static void Flag(SerializableTransaction reader, SerializableTransaction writer, SerializableTransaction me)
    {
        if (reader.OutConflicts.Contains(writer))
        {
            return;
        }

        if (IsDangerous(reader, writer))
        {
            if (writer == me)
            {
                throw Failure("Canceled on identification as a pivot, during write.");
            }

            if (writer.IsPrepared)
            {
                throw Failure(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Canceled on conflict out to pivot {writer.Xid}, during read."));
            }

            writer.IsDoomed = true;
        }

        reader.OutConflicts.Add(writer);
        writer.InConflicts.Add(reader);
    }

    // T0 → pivot → T2, where T2 commits first and this conflict is either of the two.
    private static bool IsDangerous(SerializableTransaction reader, SerializableTransaction writer)
    {
        if ((writer.IsCommitted && writer.HasConflictOut) || (writer.AssumesConflicts && !writer.IsCommitted))
        {
            return true;
        }

        foreach (var last in writer.OutConflicts)
        {
            if (last.IsPrepared
                && (!reader.IsCommitted || last.PrepareSequence <= reader.CommitSequence)
                && (!writer.IsCommitted || last.PrepareSequence <= writer.CommitSequence)
                && (!reader.IsReadOnly || last.PrepareSequence <= reader.LastCommitBeforeSnapshot))
            {
                return true;
            }
        }

        if (!writer.IsPrepared || reader.IsReadOnly)
        {
            return false;
        }

        if (reader.AssumesConflicts)
        {
            return true;
        }

        foreach (var first in reader.InConflicts)
        {
            if (!first.IsDoomed
                && (!first.IsCommitted || first.CommitSequence >= writer.PrepareSequence)
                && (!first.IsReadOnly || first.LastCommitBeforeSnapshot >= writer.PrepareSequence))
            {
                return true;
            }
        }

        return false;
    }

    private void NoteRelation(SerializableTransaction mine, uint table)
    {
        if (mine.Reads.Contains(PredicateTarget.OfRelation(table)))
        {
            return;
        }

        Forget(mine, t => t.Relation == table);
        Note(mine, PredicateTarget.OfRelation(table));
    }

    private void NoteTuple(SerializableTransaction mine, uint table, long rowid)
    {
        var page = PredicateTarget.OfPage(table, rowid);
        if (mine.Reads.Contains(page) || mine.Reads.Contains(PredicateTarget.OfTuple(table, rowid)))
        {
            return;
        }

        var (onPage, onRelation) = (0, 0);
        foreach (var read in mine.Reads)
        {
            if (read.Relation == table)
            {
                onRelation++;
                onPage += read.Granularity == PredicateGranularity.Tuple && PredicateTarget.OfPage(table, read.Id) == page ? 1 : 0;
            }
        }

        if (onRelation >= MostTargetsOfRelation)
        {
            NoteRelation(mine, table);
        }
        else if (onPage >= MostTuplesOfPage)
        {
            Forget(mine, t => t.Relation == table && t.Granularity == PredicateGranularity.Tuple && PredicateTarget.OfPage(table, t.Id) == page);
            Note(mine, page);
        }
        else
        {
            Note(mine, PredicateTarget.OfTuple(table, rowid));
        }
    }

    private void Note(SerializableTransaction mine, in PredicateTarget target)
    {
        if (!mine.Reads.Add(target))
        {
            return;
        }

        if (!_readers.TryGetValue(target, out var readers))
        {
            _readers.Add(target, readers = []);
        }

        readers.Add(mine);
    }

    private void Forget(SerializableTransaction mine, Predicate<PredicateTarget> which)
    {
        foreach (var read in mine.Reads.Where(r => which(r)).ToArray())
        {
            ForgetRead(mine, read);
            mine.Reads.Remove(read);
        }
    }

    private void ForgetReads(SerializableTransaction mine)
    {
        foreach (var read in mine.Reads)
        {
            ForgetRead(mine, read);
        }

        mine.Reads.Clear();
    }

    private void ForgetRead(SerializableTransaction mine, in PredicateTarget target)
    {
        var readers = _readers[target];
        readers.Remove(mine);
        if (readers.Count == 0)
        {
            _readers.Remove(target);
        }
    }
}
