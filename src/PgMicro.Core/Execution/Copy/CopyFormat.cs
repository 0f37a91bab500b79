namespace PgMicro.Core.Execution.Copy;

/// <summary>COPY's FORMAT.</summary>
internal enum CopyFormat
{
    /// <summary>text.</summary>
    Text,

    /// <summary>csv.</summary>
    Csv,

    /// <summary>binary.</summary>
    Binary,
}

/// <summary>COPY's HEADER.</summary>
internal enum CopyHeader
{
    /// <summary>No header line.</summary>
    None,

    /// <summary>A line with the columns' names, skipped on input.</summary>
    Line,

    /// <summary>A line whose names must be the columns'.</summary>
    Match,
}
