namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>A statement of a body. It is shared by all calls; what changes is the call's.</summary>
/// <param name="line">Its line in the body.</param>
internal abstract class PlStatement(int line)
{
    internal int Line => line;

    /// <summary>What the context of errors calls it.</summary>
    internal abstract string Description { get; }

    internal abstract Flow Run(PlCall call);
}

/// <summary>How control goes on after a statement.</summary>
internal enum Flow
{
    /// <summary>To the next statement.</summary>
    Next,

    /// <summary>Behind the loop or block of the call's label.</summary>
    Exit,

    /// <summary>To the next round of the loop of the call's label.</summary>
    Continue,

    /// <summary>Out of the function.</summary>
    Return,
}
