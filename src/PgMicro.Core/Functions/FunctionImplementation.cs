namespace PgMicro.Core.Functions;

/// <summary>What kind of SQLite object implements a function.</summary>
internal enum FunctionKind
{
    /// <summary>A scalar function.</summary>
    Scalar,

    /// <summary>An aggregate, or a window function that SQLite has itself (template only).</summary>
    Aggregate,

    /// <summary>A table-valued function.</summary>
    Set,
}

/// <summary>How one pg_proc row runs in SQLite.</summary>
internal sealed class FunctionImplementation
{
    /// <summary>pg_proc.oid.</summary>
    internal required uint Oid { get; init; }

    /// <summary>pg_proc.proname.</summary>
    internal required string Name { get; init; }

    internal required FunctionKind Kind { get; init; }

    /// <summary>The name of the SQLite function or table-valued function: "octet_length_1374". Null when only the template runs it.</summary>
    internal required string? SqliteName { get; init; }

    /// <summary>A SQLite expression with {0}, {1} … that gives the same; arguments that compare take a COLLATE.</summary>
    internal required string? SqliteTemplate { get; init; }

    /// <summary>Whether the SQLite function takes a <see cref="CallSite"/> id before its arguments.</summary>
    internal required bool NeedsCallSite { get; init; }

    /// <summary>Whether pg_proc says immutable.</summary>
    internal required bool Deterministic { get; init; }

    /// <summary>Whether pg_proc says strict.</summary>
    internal required bool Strict { get; init; }

    /// <summary>Arguments in PostgreSQL, without the call site; -1 for VARIADIC "any".</summary>
    internal required int ArgumentCount { get; init; }

    /// <summary>Whether it is an aggregate that can take rows back, as a window frame whose start moves asks of it.</summary>
    internal bool IsInvertible { get; init; }

    /// <summary>Index of the generated entry point, or -1.</summary>
    internal required int EntryPoint { get; init; }

    /// <summary>Value columns c0 … of a set function, before ord; 1 otherwise.</summary>
    internal required int ColumnCount { get; init; }
}
