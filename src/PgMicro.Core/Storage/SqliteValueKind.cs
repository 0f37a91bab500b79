namespace PgMicro.Core.Storage;

/// <summary>SQLite's storage classes, by SQLite's own numbers.</summary>
internal enum SqliteValueKind
{
    Integer = 1,
    Real = 2,
    Text = 3,
    Blob = 4,
    Null = 5,
}
