namespace PgMicro.Core.Execution;

/// <summary>One execution of a plan: its rows, if it returns any, and its command tag.</summary>
internal sealed class StatementRun
{
    private readonly string? _tag;

    /// <summary>A statement that returns rows; the tag counts those that were read: "SELECT 3".</summary>
    internal StatementRun(RowSource rows, string countedTag = "SELECT")
    {
        Rows = rows;
        CountedTag = countedTag;
        RowsAffected = -1;
    }

    /// <summary>A statement that has run to its end.</summary>
    /// <param name="tag">Whole command tag.</param>
    /// <param name="rowsAffected">Rows changed, or -1.</param>
    /// <param name="rows">Rows to return: RETURNING, SHOW, EXPLAIN.</param>
    internal StatementRun(string tag, long rowsAffected = -1, RowSource? rows = null)
    {
        _tag = tag;
        RowsAffected = rowsAffected;
        Rows = rows;
    }

    /// <summary>COPY … FROM STDIN: rows come in until the sink is complete.</summary>
    internal StatementRun(Copy.CopyInSink copyIn)
    {
        CopyIn = copyIn;
        CountedTag = "COPY";
    }

    /// <summary>COPY … TO STDOUT.</summary>
    internal StatementRun(Copy.CopyOutSource copyOut)
    {
        CopyOut = copyOut;
        CountedTag = "COPY";
    }

    internal RowSource? Rows { get; }

    internal Copy.CopyInSink? CopyIn { get; }

    internal Copy.CopyOutSource? CopyOut { get; }

    internal string? CountedTag { get; }

    /// <summary>Whether the client gets its rows in binary form: FETCH of a BINARY cursor.</summary>
    internal bool IsBinary { get; init; }

    /// <summary>What SELECTs give that rules have added.</summary>
    internal IReadOnlyList<Rules.RuleResult> Results { get; init; } = [];

    internal long RowsAffected { get; }

    internal string Tag(long rowsRead) => _tag ?? $"{CountedTag} {rowsRead}";
}
