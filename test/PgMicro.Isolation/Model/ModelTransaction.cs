using System.Text;

namespace PgMicro.Isolation.Model;

/// <summary>
/// One transaction of the history. Every value that is written is written once, so that a value tells its writer.
/// </summary>
internal sealed class ModelTransaction(int number, int session)
{
    private readonly StringBuilder _story = new();

    internal int Number => number;

    internal int Session => session;

    internal bool IsCommitted { get; set; }

    /// <summary>What was read of others: key and value.</summary>
    internal List<(int Key, long Value)> Reads { get; } = [];

    /// <summary>What it wrote last to each key, and the value of another transaction that this replaced.</summary>
    internal Dictionary<int, (long Value, long Replaced)> Writes { get; } = [];

    /// <summary>What it wrote and then replaced or undid itself: nobody else may ever see it.</summary>
    internal HashSet<long> Intermediate { get; } = [];

    internal void Tell(string what) => _story.Append("    ").Append(what).Append('\n');

    public override string ToString() => $"  transaction {number} of session {session}{(IsCommitted ? "" : ", rolled back")}\n{_story}";
}
