using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Transactions.Serializable;

namespace PgMicro.Core.Transactions.Prepared;

/// <summary>What the file keeps of a prepared transaction: its changes, its locks, and what a serializable one has read and written.</summary>
internal sealed class PreparedState
{
    private const byte Version = 1;

    internal required PreparedTable[] Changes { get; init; }

    internal required IReadOnlyList<(LockTag Tag, int Mode)> Locks { get; init; }

    /// <summary>Null when it is not serializable.</summary>
    internal (bool DidWrite, PredicateTarget[] Reads, (uint Table, long Rowid)[] Writes)? Predicates { get; init; }

    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(Changes.Length);
        foreach (var table in Changes)
        {
            Write(writer, table);
        }

        writer.Write(Locks.Count);
        foreach (var (tag, mode) in Locks)
        {
            writer.Write((byte)tag.Kind);
            writer.Write(tag.Object);
            writer.Write(tag.Id);
            writer.Write(tag.Key is not null);
            if (tag.Key is not null)
            {
                writer.Write(tag.Key);
            }

            writer.Write((byte)mode);
        }

        writer.Write(Predicates is not null);
        if (Predicates is var (didWrite, reads, writes))
        {
            writer.Write(didWrite);
            writer.Write(reads.Length);
            foreach (var read in reads)
            {
                writer.Write(read.Relation);
                writer.Write((byte)read.Granularity);
                writer.Write(read.Id);
            }

            writer.Write(writes.Length);
            foreach (var (table, rowid) in writes)
            {
                writer.Write(table);
                writer.Write(rowid);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="PgException">XX001 for anything else.</exception>
    internal static PreparedState Parse(string gid, byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        Exception? cause = null;
        try
        {
            if (reader.ReadByte() == Version)
            {
                return new PreparedState
                {
                    Changes = [.. Repeat(reader, ReadTable)],
                    Locks = [.. Repeat(reader, ReadLock)],
                    Predicates = reader.ReadBoolean()
                        ? (reader.ReadBoolean(), [.. Repeat(reader, static r => new PredicateTarget(r.ReadUInt32(), (PredicateGranularity)r.ReadByte(), r.ReadInt64()))],
                            [.. Repeat(reader, static r => (r.ReadUInt32(), r.ReadInt64()))])
                        : null,
                };
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            cause = e;
        }

        throw new PgException(SqlState.DataCorrupted, $"the state of the prepared transaction \"{gid}\" cannot be read", cause);
    }

    private static IEnumerable<T> Repeat<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var left = reader.ReadInt32();
        if (left < 0)
        {
            throw new FormatException();
        }

        for (; left > 0; left--)
        {
            yield return read(reader);
        }
    }

    private static void Write(BinaryWriter writer, PreparedTable table)
    {
        writer.Write(table.Oid);
        writer.Write(table.Columns.Length);
        foreach (var column in table.Columns)
        {
            writer.Write(column);
        }

        writer.Write(table.Rows.Length);
        foreach (var row in table.Rows)
        {
            writer.Write(row.Rowid);
            writer.Write((byte)row.Kind);
            writer.Write(row.MovedTo);
            writer.Write(row.Row is not null);
            foreach (var cell in row.Row ?? [])
            {
                Write(writer, cell);
            }
        }
    }

    private static void Write(BinaryWriter writer, in SqliteCell cell)
    {
        writer.Write((byte)cell.Kind);
        switch (cell.Kind)
        {
            case SqliteValueKind.Integer:
                writer.Write(cell.Integer);
                break;
            case SqliteValueKind.Real:
                writer.Write(cell.Real);
                break;
            case SqliteValueKind.Text or SqliteValueKind.Blob:
                writer.Write(cell.Bytes.Length);
                writer.Write(cell.Bytes);
                break;
        }
    }

    private static PreparedTable ReadTable(BinaryReader reader)
    {
        var oid = reader.ReadUInt32();
        string[] columns = [.. Repeat(reader, static r => r.ReadString())];
        return new PreparedTable(oid, columns, [.. Repeat(reader, r => ReadRow(r, columns.Length))]);
    }

    private static PreparedRow ReadRow(BinaryReader reader, int columns)
    {
        var (rowid, kind, movedTo) = (reader.ReadInt64(), (ChangeKind)reader.ReadByte(), reader.ReadInt64());
        if (!reader.ReadBoolean())
        {
            return new PreparedRow(rowid, kind, movedTo, null);
        }

        var row = new SqliteCell[columns];
        for (var i = 0; i < columns; i++)
        {
            row[i] = (SqliteValueKind)reader.ReadByte() switch
            {
                SqliteValueKind.Integer => SqliteCell.FromInt64(reader.ReadInt64()),
                SqliteValueKind.Real => SqliteCell.FromDouble(reader.ReadDouble()),
                SqliteValueKind.Text => SqliteCell.FromText(ReadBytes(reader)),
                SqliteValueKind.Blob => SqliteCell.FromBlob(ReadBytes(reader)),
                _ => SqliteCell.Null,
            };
        }

        return new PreparedRow(rowid, kind, movedTo, row);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position ? reader.ReadBytes(length) : throw new EndOfStreamException();
    }

    private static (LockTag Tag, int Mode) ReadLock(BinaryReader reader)
    {
        var (kind, of, id) = ((LockKind)reader.ReadByte(), reader.ReadUInt32(), reader.ReadInt64());
        return (new LockTag(kind, of, id, reader.ReadBoolean() ? reader.ReadString() : null), reader.ReadByte());
    }
}
