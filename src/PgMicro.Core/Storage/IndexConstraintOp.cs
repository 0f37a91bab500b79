namespace PgMicro.Core.Storage;

/// <summary>The operator of a constraint on a virtual table's column, by SQLite's own numbers.</summary>
internal enum IndexConstraintOp : byte
{
    Equal = 2,
    Greater = 4,
    LessOrEqual = 8,
    Less = 16,
    GreaterOrEqual = 32,
    Match = 64,
    Like = 65,
    Glob = 66,
    Regexp = 67,
    NotEqual = 68,
    IsNot = 69,
    IsNotNull = 70,
    IsNull = 71,
    Is = 72,
    Limit = 73,
    Offset = 74,
    Function = 150,
}
