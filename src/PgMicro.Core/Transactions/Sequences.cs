using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// The states of a database's sequences. They live in memory and are not transactional, as PostgreSQL's are not. A commit
/// writes those that have moved beyond what is written, and for each a number of values ahead (SEQ_LOG_VALS), so that most
/// commits write none; after a crash a sequence goes on behind those, and closing the file writes where it really is
/// (manual: "Sequence Manipulation Functions").
/// </summary>
internal sealed class Sequences
{
    private const int ValuesAhead = 32;

    private static readonly SqlText Update = new("UPDATE pgmicro_sequence SET last_value = ?2, is_called = ?3 WHERE seqrelid = ?1");
    private static readonly SqlText Select = new("SELECT last_value, is_called FROM pgmicro_sequence WHERE seqrelid = ?1");

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, State> _states = [];
    private volatile bool _unsaved;

    /// <summary>Whether a sequence has moved beyond what is written.</summary>
    internal bool HasUnsaved => _unsaved;

    /// <summary>Takes the next values of a sequence, as many as its CACHE says, or fewer at its end.</summary>
    /// <exception cref="PgException">2200H past the end of a sequence that does not cycle.</exception>
    internal SequenceValues Next(SqliteConnectionHandle connection, PgSequence sequence, string name)
    {
        lock (_lock)
        {
            if (_states.TryGetValue(sequence.seqrelid, out var known) && known.LastValue == known.Reserved && connection.TransactionState != SqliteTransactionState.Write)
            {
                // Another process may have gone on from here.
                known.IsCurrent = false;
            }

            var state = Find(connection, sequence);
            var cycled = false;
            if (!TryStep(state, sequence))
            {
                if (!sequence.seqcycle)
                {
                    var (what, bound) = sequence.seqincrement > 0 ? ("maximum", sequence.seqmax) : ("minimum", sequence.seqmin);
                    throw new PgException("2200H", $"nextval: reached {what} value of sequence \"{name}\" ({bound})");
                }

                state.LastValue = sequence.seqincrement > 0 ? sequence.seqmin : sequence.seqmax;
                cycled = true;
            }

            var first = state.LastValue;
            for (var cached = 1L; cached < sequence.seqcache && TryStep(state, sequence); cached++)
            {
            }

            var isBeyond = sequence.seqincrement > 0 ? state.LastValue > state.Reserved : state.LastValue < state.Reserved;
            if (!state.IsReservation || isBeyond || cycled)
            {
                var ahead = (Int128)state.LastValue + ((Int128)ValuesAhead * sequence.seqincrement);
                state.Reserved = (long)Int128.Clamp(ahead, sequence.seqmin, sequence.seqmax);
                state.IsReservation = true;
                MarkUnsaved(state);
            }

            state.Increment = sequence.seqincrement;
            return new SequenceValues(first, state.LastValue, sequence.seqincrement, state.Generation);
        }
    }

    /// <summary>Whether values that a session has taken are still to be given out: the sequence has not been restarted since.</summary>
    internal bool IsCurrent(uint sequence, in SequenceValues values)
    {
        lock (_lock)
        {
            return _states.TryGetValue(sequence, out var state) && state.Generation == values.Generation;
        }
    }

    /// <summary>
    /// ALTER SEQUENCE and TRUNCATE … RESTART IDENTITY, which roll back with their transaction; the result undoes it. Others see, and save, nothing of it before
    /// that has committed; the lock on the sequence keeps them from taking values.
    /// </summary>
    internal Action Restart(SqliteConnectionHandle connection, PgSequence sequence, long? value)
    {
        lock (_lock)
        {
            var state = Find(connection, sequence);
            var (lastValue, isCalled) = (state.LastValue, state.IsCalled);
            var isFirst = state.ChangedBy is null;
            if (isFirst)
            {
                (state.Before, state.ChangedBy) = (Visible(state), connection.Owner);
            }

            Put(state, value ?? lastValue, value is null && isCalled);
            state.Generation++;
            return () =>
            {
                lock (_lock)
                {
                    Put(state, lastValue, isCalled);
                    state.Generation++;
                    if (isFirst)
                    {
                        state.ChangedBy = null;
                    }
                }
            };
        }
    }

    /// <summary>setval.</summary>
    /// <exception cref="PgException">22003 outside the sequence's bounds.</exception>
    internal void Set(SqliteConnectionHandle connection, PgSequence sequence, string name, long value, bool isCalled)
    {
        if (value < sequence.seqmin || value > sequence.seqmax)
        {
            throw new PgException(
                SqlState.NumericValueOutOfRange, $"setval: value {value} is out of bounds for sequence \"{name}\" ({sequence.seqmin}..{sequence.seqmax})");
        }

        lock (_lock)
        {
            Put(Find(connection, sequence), value, isCalled);
        }
    }

    /// <summary>The state: last_value, log_cnt and is_called.</summary>
    internal (long LastValue, long LogCount, bool IsCalled) Get(SqliteConnectionHandle connection, PgSequence sequence)
    {
        lock (_lock)
        {
            var state = Find(connection, sequence);
            return IsChangedByOther(state, connection) ? state.Before : Visible(state);
        }
    }

    /// <summary>Forgets a sequence that was never committed.</summary>
    internal void Forget(uint sequence)
    {
        lock (_lock)
        {
            _states.Remove(sequence);
        }
    }

    /// <summary>Writes what has moved, within the transaction that commits; <see cref="Saved"/> follows when it has.</summary>
    internal void Save(SqliteConnectionHandle connection)
    {
        if (!_unsaved)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (oid, state) in _states)
            {
                if (state.Unsaved != 0 && !IsChangedByOther(state, connection))
                {
                    // A sequence that a running transaction has made is not in the file yet.
                    if (Write(connection, oid, state.Reserved, state.IsCalled || state.IsReservation))
                    {
                        state.Saving = state.Unsaved;
                        (state.Stored, state.WasStored) = (state.Reserved, true);
                    }
                }
            }
        }
    }

    /// <summary>What <see cref="Save"/> has written is committed.</summary>
    internal void Saved(SqliteConnectionHandle connection)
    {
        if (!_unsaved)
        {
            return;
        }

        lock (_lock)
        {
            _unsaved = false;
            foreach (var state in _states.Values)
            {
                if (state.Unsaved == state.Saving)
                {
                    state.Unsaved = 0;
                }

                state.Saving = 0;
                _unsaved |= state.Unsaved != 0;
                if (!IsChangedByOther(state, connection))
                {
                    state.ChangedBy = null;
                }
            }
        }
    }

    /// <summary>Another process has written to the file: the states are to be compared with it before they are used again.</summary>
    internal void Expire()
    {
        lock (_lock)
        {
            foreach (var state in _states.Values)
            {
                state.IsCurrent = false;
            }
        }
    }

    /// <summary>Whether more is written than has been given out.</summary>
    internal bool IsAhead
    {
        get
        {
            lock (_lock)
            {
                foreach (var state in _states.Values)
                {
                    if (state.Unsaved != 0 || (state.IsReservation && state.Reserved != state.LastValue))
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }

    /// <summary>Writes where the sequences are, when nobody is to take values for now.</summary>
    internal void SaveExactly(SqliteConnectionHandle connection)
    {
        lock (_lock)
        {
            _unsaved = false;
            foreach (var (oid, state) in _states)
            {
                if (IsChangedByOther(state, connection))
                {
                    _unsaved = true;
                }
                else if ((state.Unsaved != 0 || state.IsReservation) && Write(connection, oid, state.LastValue, state.IsCalled))
                {
                    (state.Stored, state.WasStored) = (state.LastValue, true);
                    state.Reserved = state.LastValue;
                    state.IsReservation = false;
                    state.Unsaved = 0;
                }
            }
        }
    }

    private static bool IsChangedByOther(State state, SqliteConnectionHandle connection) =>
        state.ChangedBy is { } other && !ReferenceEquals(other, connection.Owner);

    private static (long LastValue, long LogCount, bool IsCalled) Visible(State state)
    {
        var ahead = state.IsReservation && state.Increment != 0 ? (long)(((Int128)state.Reserved - state.LastValue) / state.Increment) : 0;
        return (state.LastValue, ahead, state.IsCalled);
    }

    private static bool Write(SqliteConnectionHandle connection, uint oid, long value, bool isCalled)
    {
        var statement = connection.Rent(Update);
        try
        {
            statement.BindInt64(1, oid);
            statement.BindInt64(2, value);
            statement.BindInt64(3, isCalled ? 1 : 0);
            return statement.ExecuteNonQuery() != 0;
        }
        finally
        {
            connection.Return(statement);
        }
    }

    private State Find(SqliteConnectionHandle connection, PgSequence sequence)
    {
        if (_states.TryGetValue(sequence.seqrelid, out var state) && state.IsCurrent)
        {
            return state;
        }

        if (state is null)
        {
            _states.Add(sequence.seqrelid, state = new State { LastValue = sequence.seqstart, Reserved = sequence.seqstart });
        }

        var statement = connection.Rent(Select);
        try
        {
            statement.BindInt64(1, sequence.seqrelid);
            if (statement.Step())
            {
                Take(state, statement.GetInt64(0), statement.GetInt64(1) != 0, sequence.seqincrement);
            }
        }
        finally
        {
            connection.Return(statement);
        }

        state.IsCurrent = true;
        return state;
    }

    // What the file says, unless it is what was written here, or values further on have been given out here since.
    private static void Take(State state, long value, bool isCalled, long increment)
    {
        var isBehind = state.Unsaved != 0 && (increment > 0 ? value <= state.LastValue : value >= state.LastValue);
        if ((state.WasStored && value == state.Stored) || isBehind)
        {
            return;
        }

        (state.LastValue, state.IsCalled, state.Reserved, state.Stored) = (value, isCalled, value, value);
        state.WasStored = true;
        state.IsReservation = false;
    }

    private static bool TryStep(State state, PgSequence sequence)
    {
        if (state.IsCalled)
        {
            var next = (Int128)state.LastValue + sequence.seqincrement;
            if (next > sequence.seqmax || next < sequence.seqmin)
            {
                return false;
            }

            state.LastValue = (long)next;
        }

        state.IsCalled = true;
        return true;
    }

    private void Put(State state, long value, bool isCalled)
    {
        state.LastValue = value;
        state.IsCalled = isCalled;
        state.Reserved = value;
        state.IsReservation = false;
        MarkUnsaved(state);
    }

    private void MarkUnsaved(State state)
    {
        state.Unsaved++;
        _unsaved = true;
    }

    private sealed class State
    {
        internal long LastValue { get; set; }

        internal bool IsCalled { get; set; }

        /// <summary>Up to where values may be given out without being written.</summary>
        internal long Reserved { get; set; }

        /// <summary>Whether <see cref="Reserved"/> is ahead of what was given out, by nextval.</summary>
        internal bool IsReservation { get; set; }

        internal long Increment { get; set; }

        /// <summary>The value that was last written or read.</summary>
        internal long Stored { get; set; }

        /// <summary>Whether there is one.</summary>
        internal bool WasStored { get; set; }

        /// <summary>Whether it has been compared with the file since another process may have written to that.</summary>
        internal bool IsCurrent { get; set; }

        /// <summary>Counts the restarts, which take back what sessions have cached.</summary>
        internal int Generation { get; set; }

        /// <summary>The session whose running transaction has restarted it; null when none has.</summary>
        internal object? ChangedBy { get; set; }

        /// <summary>What others see while one has.</summary>
        internal (long LastValue, long LogCount, bool IsCalled) Before { get; set; }

        /// <summary>Counts the moves that are not written; 0 for none.</summary>
        internal long Unsaved { get; set; }

        /// <summary>What <see cref="Unsaved"/> was when it was last written.</summary>
        internal long Saving { get; set; }
    }
}
