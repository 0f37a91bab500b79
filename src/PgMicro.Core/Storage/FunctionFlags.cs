namespace PgMicro.Core.Storage;

/// <summary>Properties of a registered function, by SQLite's own bits.</summary>
[Flags]
internal enum FunctionFlags
{
    None = 0,

    /// <summary>The same arguments give the same result within a statement; needed for use in an index.</summary>
    Deterministic = 0x800,

    /// <summary>Never callable from a schema (view, trigger, index).</summary>
    DirectOnly = 0x80000,

    /// <summary>Free of side effects and of secrets: callable from the schema of a file that is not trusted.</summary>
    Innocuous = 0x200000,
}
