using System.Buffers.Binary;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Copy;

/// <summary>Takes COPY's binary form apart: signature, header, tuples, trailer.</summary>
internal sealed class CopyBinaryReader(int columnCount)
{
    private const int HeaderLength = 19;
    private readonly int[] _starts = new int[columnCount];
    private readonly int[] _lengths = new int[columnCount];
    private byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;
    private bool _headerRead;
    private bool _ended;

    private static ReadOnlySpan<byte> Signature => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    internal bool IsNull(int field) => _lengths[field] < 0;

    internal ReadOnlySpan<byte> Field(int field) => _buffer.AsSpan(_starts[field], _lengths[field]);

    internal void Add(ReadOnlySpan<byte> data)
    {
        if (_end + data.Length > _buffer.Length)
        {
            var used = _end - _start;
            var target = used + data.Length > _buffer.Length ? new byte[Math.Max(used + data.Length, _buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start, used).CopyTo(target);
            _buffer = target;
            _start = 0;
            _end = used;
        }

        data.CopyTo(_buffer.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>Reads the next tuple when it is there wholly.</summary>
    /// <param name="isLast">No more data come.</param>
    /// <param name="beginTuple">Called once a tuple is known to begin or the data are found cut off in it.</param>
    internal bool TryReadTuple(bool isLast, Action beginTuple)
    {
        if (!_headerRead && !TryReadHeader(isLast))
        {
            return false;
        }

        var data = _buffer.AsSpan(_start, _end - _start);
        if (_ended)
        {
            return data.Length == 0 ? false : throw Bad("received copy data after EOF marker");
        }

        if (data.Length < 2)
        {
            if (isLast && data.Length > 0)
            {
                beginTuple();
                throw Bad("unexpected EOF in COPY data");
            }

            return false;
        }

        var count = BinaryPrimitives.ReadInt16BigEndian(data);
        if (count == -1)
        {
            _start += 2;
            _ended = true;
            return _start == _end ? false : throw Bad("received copy data after EOF marker");
        }

        if (count != columnCount)
        {
            beginTuple();
            throw Bad($"row field count is {count}, expected {columnCount}");
        }

        var position = 2;
        for (var i = 0; i < columnCount; i++)
        {
            if (data.Length - position < 4)
            {
                return Incomplete(isLast, beginTuple);
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(data[position..]);
            position += 4;
            if (length < -1)
            {
                beginTuple();
                throw Bad("invalid field size");
            }

            _starts[i] = _start + position;
            _lengths[i] = length;
            position += Math.Max(length, 0);
            if (position > data.Length)
            {
                return Incomplete(isLast, beginTuple);
            }
        }

        beginTuple();
        _start += position;
        return true;
    }

    private static bool Incomplete(bool isLast, Action beginTuple)
    {
        if (!isLast)
        {
            return false;
        }

        beginTuple();
        throw Bad("unexpected EOF in COPY data");
    }

    private static PgException Bad(string message) => new(SqlState.BadCopyFileFormat, message);

    private bool TryReadHeader(bool isLast)
    {
        var data = _buffer.AsSpan(_start, _end - _start);
        var known = Math.Min(data.Length, Signature.Length);
        if (!data[..known].SequenceEqual(Signature[..known]) || (isLast && known < Signature.Length))
        {
            throw Bad("COPY file signature not recognized");
        }

        if (data.Length < HeaderLength)
        {
            return !isLast ? false : throw Bad(data.Length < 15 ? "invalid COPY file header (missing flags)" : "invalid COPY file header (missing length)");
        }

        var flags = BinaryPrimitives.ReadInt32BigEndian(data[11..]);
        if ((flags & (1 << 16)) != 0)
        {
            throw Bad("invalid COPY file header (WITH OIDS)");
        }

        if ((flags & unchecked((int)0xFFFF0000)) != 0)
        {
            throw Bad("unrecognized critical flags in COPY file header");
        }

        var extension = BinaryPrimitives.ReadInt32BigEndian(data[15..]);
        if (extension < 0)
        {
            throw Bad("invalid COPY file header (missing length)");
        }

        if (data.Length - HeaderLength < extension)
        {
            return !isLast ? false : throw Bad("invalid COPY file header (wrong length)");
        }

        _start += HeaderLength + extension;
        _headerRead = true;
        return true;
    }
}
