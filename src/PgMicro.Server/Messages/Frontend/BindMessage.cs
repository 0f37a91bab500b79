using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Bind (B): makes a portal of a prepared statement. The values are read one after the other, where they lie.</summary>
internal ref struct BindMessage
{
    internal const byte Type = (byte)'B';

    private PayloadReader _reader;

    /// <summary>The portal to make; empty for the unnamed one.</summary>
    internal string PortalName { get; private set; }

    /// <summary>The prepared statement; empty for the unnamed one.</summary>
    internal string StatementName { get; private set; }

    /// <summary>Formats of the values: none for text, one for all, or one for each.</summary>
    internal short[] ParameterFormats { get; private set; }

    /// <summary>Number of values.</summary>
    internal int ParameterCount { get; private set; }

    internal static BindMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var message = new BindMessage { _reader = new PayloadReader(payload, encoding) };
        message.PortalName = message._reader.CString();
        message.StatementName = message._reader.CString();
        message.ParameterFormats = message.ReadFormats();
        message.ParameterCount = (ushort)message._reader.Int16();
        if (message.ParameterFormats.Length > 1 && message.ParameterFormats.Length != message.ParameterCount)
        {
            throw new PgException(
                SqlState.ProtocolViolation,
                $"bind message has {message.ParameterFormats.Length} parameter formats but {message.ParameterCount} parameters");
        }

        return message;
    }

    /// <summary>Whether a value is binary.</summary>
    /// <exception cref="PgException">22023 for a format that does not exist.</exception>
    internal readonly bool IsBinary(int parameter) => ParameterFormats.Length switch
    {
        0 => false,
        1 => FormatCodes.IsBinary(ParameterFormats[0]),
        _ => FormatCodes.IsBinary(ParameterFormats[parameter]),
    };

    /// <summary>The next value; false when it is NULL.</summary>
    internal bool ReadValue(out ReadOnlySpan<byte> value)
    {
        var length = _reader.Int32();
        value = length == -1 ? default : _reader.Bytes(length);
        return length != -1;
    }

    /// <summary>Formats of the result columns, which follow the values.</summary>
    internal short[] ReadResultFormats()
    {
        var formats = ReadFormats();
        _reader.End();
        return formats;
    }

    private short[] ReadFormats()
    {
        var count = (ushort)_reader.Int16();
        if (count == 0)
        {
            return [];
        }

        var formats = new short[count];
        for (var i = 0; i < count; i++)
        {
            formats[i] = _reader.Int16();
        }

        return formats;
    }
}
