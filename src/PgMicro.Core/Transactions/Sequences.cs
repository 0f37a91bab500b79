using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// The states of a database's sequences. They live in memory and are not transactional, as PostgreSQL's are not; each commit writes
/// those that moved (manual: "Sequence Manipulation Functions").
/// </summary>
internal sealed class Sequences
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, State> _states = [];
    private volatile bool _unsaved;

    /// <summary>Whether a sequence has moved since its state was written.</summary>
    internal bool HasUnsaved => _unsaved;

    /// <summary>nextval.</summary>
    /// <exception cref="PgException">2200H past the end of a sequence that does not cycle.</exception>
    internal long Next(SqliteConnectionHandle connection, PgSequence sequence, string name)
    {
        lock (_lock)
        {
            var state = Find(connection, sequence);
            long value;
            if (!state.IsCalled)
            {
                value = state.LastValue;
            }
            else
            {
                var next = (Int128)state.LastValue + sequence.seqincrement;
                if (next > sequence.seqmax || next < sequence.seqmin)
                {
                    if (!sequence.seqcycle)
                    {
                        var (what, bound) = sequence.seqincrement > 0 ? ("maximum", sequence.seqmax) : ("minimum", sequence.seqmin);
                        throw new PgException("2200H", $"nextval: reached {what} value of sequence \"{name}\" ({bound})");
                    }

                    next = sequence.seqincrement > 0 ? sequence.seqmin : sequence.seqmax;
                }

                value = (long)next;
            }

            state.LastValue = value;
            state.IsCalled = true;
            MarkUnsaved(state);
            return value;
        }
    }

    /// <summary>setval and ALTER SEQUENCE … RESTART.</summary>
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
            var state = Find(connection, sequence);
            state.LastValue = value;
            state.IsCalled = isCalled;
            MarkUnsaved(state);
        }
    }

    /// <summary>The state: last_value and is_called.</summary>
    internal (long LastValue, bool IsCalled) Get(SqliteConnectionHandle connection, PgSequence sequence)
    {
        lock (_lock)
        {
            var state = Find(connection, sequence);
            return (state.LastValue, state.IsCalled);
        }
    }

    /// <summary>Writes what has moved, within the transaction that commits.</summary>
    internal void Save(SqliteConnectionHandle connection)
    {
        if (!_unsaved)
        {
            return;
        }

        lock (_lock)
        {
            _unsaved = false;
            var statement = connection.Rent(
                "UPDATE pgmicro_sequence SET last_value = ?2, is_called = ?3 WHERE seqrelid = ?1");
            try
            {
                foreach (var (oid, state) in _states)
                {
                    if (!state.IsUnsaved)
                    {
                        continue;
                    }

                    statement.BindInt64(1, oid);
                    statement.BindInt64(2, state.LastValue);
                    statement.BindInt64(3, state.IsCalled ? 1 : 0);
                    statement.ExecuteNonQuery();
                    statement.Reset();
                    state.IsUnsaved = false;
                }
            }
            finally
            {
                connection.Return(statement);
            }
        }
    }

    private State Find(SqliteConnectionHandle connection, PgSequence sequence)
    {
        if (_states.TryGetValue(sequence.seqrelid, out var state))
        {
            return state;
        }

        var statement = connection.Rent("SELECT last_value, is_called FROM pgmicro_sequence WHERE seqrelid = ?1");
        try
        {
            statement.BindInt64(1, sequence.seqrelid);
            state = statement.Step()
                ? new State { LastValue = statement.GetInt64(0), IsCalled = statement.GetInt64(1) != 0 }
                : new State { LastValue = sequence.seqstart };
        }
        finally
        {
            connection.Return(statement);
        }

        _states.Add(sequence.seqrelid, state);
        return state;
    }

    private void MarkUnsaved(State state) => _unsaved = state.IsUnsaved = true;

    private sealed class State
    {
        internal long LastValue { get; set; }

        internal bool IsCalled { get; set; }

        internal bool IsUnsaved { get; set; }
    }
}
