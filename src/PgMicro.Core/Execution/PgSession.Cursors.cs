using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Cursors;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution;

/// <content>The session's cursors.</content>
public sealed partial class PgSession
{
    private readonly Dictionary<string, Cursor> _cursors = new(StringComparer.Ordinal);
    private uint _unnamedCursors;

    internal IReadOnlyCollection<Cursor> Cursors => _cursors.Values;

    /// <summary>The cursor of a name.</summary>
    /// <exception cref="PgException">34000.</exception>
    internal Cursor FindCursor(string name) =>
        _cursors.GetValueOrDefault(name) ?? throw new PgException(SqlState.InvalidCursorName, $"cursor \"{name}\" does not exist");

    internal bool HasCursor(string name) => _cursors.ContainsKey(name);

    /// <summary>A name for a cursor that has none (PostgreSQL's CreateNewPortal).</summary>
    internal string NewCursorName()
    {
        string name;
        do
        {
            name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<unnamed portal {++_unnamedCursors}>");
        }
        while (_cursors.ContainsKey(name));
        return name;
    }

    /// <summary>DECLARE.</summary>
    /// <exception cref="PgException">34000 for an empty name, 42P03 for one that is taken.</exception>
    internal void AddCursor(Cursor cursor)
    {
        PgException? error = null;
        if (cursor.Name.Length == 0)
        {
            error = new PgException(SqlState.InvalidCursorName, "invalid cursor name: must not be empty");
        }
        else if (!_cursors.TryAdd(cursor.Name, cursor))
        {
            error = new PgException(SqlState.DuplicateCursor, $"cursor \"{cursor.Name}\" already exists");
        }

        if (error is not null)
        {
            cursor.Dispose();
            throw error;
        }
    }

    /// <summary>CLOSE.</summary>
    internal void CloseCursor(string name)
    {
        FindCursor(name).Dispose();
        _cursors.Remove(name);
    }

    /// <summary>CLOSE ALL.</summary>
    internal void CloseCursors() => DropCursors(static _ => true);

    /// <summary>Cursors keep the rows of the time when they were declared.</summary>
    private void SpoolCursors()
    {
        foreach (var cursor in _cursors.Values)
        {
            cursor.Spool();
        }
    }

    /// <summary>A commit: cursors WITH HOLD keep their rows, the others close.</summary>
    private void HoldCursors()
    {
        if (_cursors.Count == 0)
        {
            return;
        }

        DropCursors(static c => c.Transaction is not null && !c.Plan.IsHoldable);
        foreach (var cursor in _cursors.Values)
        {
            if (cursor.Transaction is not null)
            {
                cursor.Hold();
            }
        }
    }

    private void DropCursorsOf(Transaction transaction) => DropCursors(c => c.Transaction == transaction);

    private void DropCursorsWithin(Transaction.Savepoint savepoint) => DropCursors(c => c.Transaction is not null && c.IsWithin(savepoint));

    private void DropCursors(Func<Cursor, bool> which)
    {
        if (_cursors.Count == 0)
        {
            return;
        }

        foreach (var cursor in _cursors.Values.Where(which).ToArray())
        {
            cursor.Dispose();
            _cursors.Remove(cursor.Name);
        }
    }
}
