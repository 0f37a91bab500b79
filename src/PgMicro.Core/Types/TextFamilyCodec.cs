using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>What the types stored as the TEXT they show have in common.</summary>
public abstract class TextFamilyCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) =>
        Input(ReceiveText(binary, context), typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (context.ClientEncoding is null)
        {
            Output(value, context, writer);
        }
        else
        {
            SendText(value, this, context, writer);
        }
    }

    /// <summary>Text within a binary form, as UTF-8.</summary>
    /// <exception cref="PgException">22021, 22P05 when it is not of the client's encoding.</exception>
    internal static ReadOnlySpan<byte> ReceiveText(ReadOnlySpan<byte> binary, TypeContext context)
    {
        if (context.ClientEncoding is { } encoding)
        {
            return encoding.ToUtf8(binary);
        }

        CheckEncoding(binary);
        return binary;
    }

    /// <summary>A value's text form within a binary form, in the client's encoding.</summary>
    /// <exception cref="PgException">22P05 when the client's encoding lacks a character.</exception>
    internal static void SendText(in PgDatum value, PgTypeCodec codec, TypeContext context, IBufferWriter<byte> writer)
    {
        var text = new ArrayBufferWriter<byte>();
        codec.Output(value, context, text);
        writer.Write(context.ClientEncoding is { } encoding ? encoding.FromUtf8(text.WrittenSpan) : text.WrittenSpan);
    }

    /// <summary>Number of code points.</summary>
    internal static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
        {
            count += (b & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Byte length of the first so many code points.</summary>
    internal static int ByteLength(ReadOnlySpan<byte> utf8, int characters)
    {
        var i = 0;
        for (; i < utf8.Length; i++)
        {
            if ((utf8[i] & 0xC0) != 0x80 && characters-- == 0)
            {
                break;
            }
        }

        return i;
    }

    /// <summary>Raises 22021 for bytes that are not UTF-8 or that hold a zero byte.</summary>
    /// <exception cref="PgException">22021.</exception>
    internal static void CheckEncoding(ReadOnlySpan<byte> bytes)
    {
        var zero = bytes.IndexOf((byte)0);
        var checkedPart = zero >= 0 ? bytes[..zero] : bytes;
        var at = System.Text.Unicode.Utf8.IsValid(checkedPart) ? zero : FirstInvalid(checkedPart);
        if (at < 0)
        {
            return;
        }

        var length = bytes[at] switch { < 0x80 => 1, >= 0xF0 and < 0xF8 => 4, >= 0xE0 and < 0xF0 => 3, >= 0xC0 and < 0xE0 => 2, _ => 1 };
        var sequence = new StringBuilder();
        foreach (var b in bytes.Slice(at, Math.Min(length, bytes.Length - at)))
        {
            sequence.Append(CultureInfo.InvariantCulture, $" 0x{b:x2}");
        }

        throw new PgException(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"UTF8\":{sequence}");
    }

    /// <summary>The typmod of a length modifier of char(n) and varchar(n).</summary>
    internal static int LengthTypmodIn(IReadOnlyList<string> arguments, string type)
    {
        if (arguments.Count != 1)
        {
            throw new PgException(SqlState.InvalidParameterValue, "invalid type modifier");
        }

        var length = TypmodArguments.Integers(arguments)[0];
        return length switch
        {
            < 1 => throw new PgException(SqlState.InvalidParameterValue, $"length for type {type} must be at least 1"),
            > 10 * 1024 * 1024 => throw new PgException(SqlState.InvalidParameterValue, $"length for type {type} cannot exceed {10 * 1024 * 1024}"),
            _ => length + 4,
        };
    }

    internal static bool OnlyBlanks(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)' ') < 0;

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length && Rune.DecodeFromUtf8(bytes[i..], out _, out var used) == OperationStatus.Done)
        {
            i += used;
        }

        return i < bytes.Length ? i : -1;
    }
}
