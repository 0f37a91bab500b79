namespace PgMicro.Core.Execution;

/// <summary>Where a cluster's databases are.</summary>
public sealed record PgClusterOptions
{
    /// <summary>
    /// A folder, in which each file is the database of its name; or one database's file, beside which the others are. It is
    /// taken for a folder when it is one, or when nothing is there and it has no extension.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Databases that live until the cluster is closed; <see cref="Path"/> is but a name.</summary>
    public bool InMemory { get; init; }

    /// <summary>Open every database without writing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether to make the folder or the file when it is not there.</summary>
    public bool Create { get; init; } = true;
}

/// <summary>How to make a database: the options of CREATE DATABASE.</summary>
public sealed record PgCreateDatabaseOptions
{
    /// <summary>The database to copy.</summary>
    public string Template { get; init; } = "template1";

    /// <summary>pg_database.datdba.</summary>
    public uint OwnerOid { get; init; } = 10;

    /// <summary>Whether sessions may be started in it.</summary>
    public bool AllowConnections { get; init; } = true;

    /// <summary>Most sessions at a time, -1 for no limit.</summary>
    public int ConnectionLimit { get; init; } = -1;

    /// <summary>Whether anyone may copy it, and nobody drop it.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>pg_database.oid; 0 for one of the engine's choice.</summary>
    public uint Oid { get; init; }
}
