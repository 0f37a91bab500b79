namespace PgMicro.Core.Storage;

/// <content>SQLite's transactions and savepoints, whose statements are prepared once.</content>
internal sealed unsafe partial class SqliteConnectionHandle
{
    // Deeper ones are rare.
    private const int KeptLevels = 16;

    private const string SavepointCommand = "SAVEPOINT s";
    private const string ReleaseCommand = "RELEASE s";
    private const string RollbackToCommand = "ROLLBACK TO s";

    private static readonly SqlText BeginText = new("BEGIN");
    private static readonly SqlText BeginImmediateText = new("BEGIN IMMEDIATE");
    private static readonly SqlText CommitText = new("COMMIT");
    private static readonly SqlText RollbackText = new("ROLLBACK");
    private static readonly SqlText[] SavepointTexts = TextsOf(SavepointCommand);
    private static readonly SqlText[] ReleaseTexts = TextsOf(ReleaseCommand);
    private static readonly SqlText[] RollbackToTexts = TextsOf(RollbackToCommand);

    /// <summary>Begins a transaction that takes its snapshot when it first reads.</summary>
    internal void Begin() => Execute(BeginText);

    /// <summary>Begins one with SQLite's write lock.</summary>
    internal void BeginWrite() => Execute(BeginImmediateText);

    /// <summary>COMMIT.</summary>
    internal void Commit() => Execute(CommitText);

    /// <summary>ROLLBACK.</summary>
    internal void Rollback() => Execute(RollbackText);

    /// <summary>Sets the savepoint of a level, which is its name: of several with one name SQLite means the last.</summary>
    internal void DefineSavepoint(int level) => Execute(SavepointTexts, SavepointCommand, level);

    /// <summary>Makes what has been done since the savepoint part of what is around it.</summary>
    internal void ReleaseSavepoint(int level) => Execute(ReleaseTexts, ReleaseCommand, level);

    /// <summary>Undoes what has been done since the savepoint, which stays.</summary>
    internal void RollbackToSavepoint(int level) => Execute(RollbackToTexts, RollbackToCommand, level);

    private static SqlText[] TextsOf(string command)
    {
        var texts = new SqlText[KeptLevels];
        for (var level = 0; level < KeptLevels; level++)
        {
            texts[level] = new SqlText(command + level);
        }

        return texts;
    }

    private void Execute(SqlText[] texts, string command, int level)
    {
        if (level < KeptLevels)
        {
            Execute(texts[level]);
        }
        else
        {
            Execute(command + level);
        }
    }
}
