namespace PgMicro.Core.Binding.Expressions;

/// <summary>What a conversion is wanted for, from the least willing context to the most.</summary>
public enum CoercionContext
{
    /// <summary>Within an expression, unasked.</summary>
    Implicit,

    /// <summary>Storing into a column.</summary>
    Assignment,

    /// <summary>Storing into a PL/pgSQL variable: as an assignment, else through text.</summary>
    PlPgSql,

    /// <summary>A written cast.</summary>
    Explicit,
}

/// <summary>How one type becomes another.</summary>
public enum CoercionPathType
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>By a cast function.</summary>
    Func,

    /// <summary>The storage form stays; only the type changes.</summary>
    RelabelType,

    /// <summary>Element by element.</summary>
    ArrayCoerce,

    /// <summary>Through the output and input functions.</summary>
    CoerceViaIO,
}
