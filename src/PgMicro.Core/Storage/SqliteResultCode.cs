namespace PgMicro.Core.Storage;

/// <summary>SQLite's primary result codes, and the extended ones that the engine tells apart.</summary>
internal static class SqliteResultCode
{
    internal const int Ok = 0;
    internal const int Error = 1;
    internal const int Internal = 2;
    internal const int Perm = 3;
    internal const int Abort = 4;
    internal const int Busy = 5;
    internal const int Locked = 6;
    internal const int NoMem = 7;
    internal const int ReadOnly = 8;
    internal const int Interrupt = 9;
    internal const int IoErr = 10;
    internal const int Corrupt = 11;
    internal const int CorruptIndex = 779;
    internal const int NotFound = 12;
    internal const int Full = 13;
    internal const int CantOpen = 14;
    internal const int Protocol = 15;
    internal const int Schema = 17;
    internal const int TooBig = 18;
    internal const int Constraint = 19;
    internal const int Mismatch = 20;
    internal const int Misuse = 21;
    internal const int Auth = 23;
    internal const int Range = 25;
    internal const int NotADb = 26;
    internal const int Row = 100;
    internal const int Done = 101;

    internal const int IoErrShortRead = IoErr | (2 << 8);
    internal const int IoErrFsync = IoErr | (4 << 8);
    internal const int BusySnapshot = Busy | (2 << 8);
    internal const int ErrorSnapshot = Error | (3 << 8);
    internal const int ConstraintCheck = Constraint | (1 << 8);
    internal const int ConstraintForeignKey = Constraint | (3 << 8);
    internal const int ConstraintNotNull = Constraint | (5 << 8);
    internal const int ConstraintPrimaryKey = Constraint | (6 << 8);
    internal const int ConstraintUnique = Constraint | (8 << 8);
    internal const int ConstraintRowId = Constraint | (10 << 8);
}
