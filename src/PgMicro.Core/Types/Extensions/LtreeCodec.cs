using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Extensions;

/// <summary>ltree: TEXT, labels with dots between.</summary>
public sealed class LtreeCodec : PgTypeCodec
{
    internal const int MaxLabelLength = 1000;

    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Ltree;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.LtreeArray;

    /// <inheritdoc/>
    public override string Name => "ltree";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_ltree";

    /// <summary>The labels of a storage form.</summary>
    public static string[] Labels(ReadOnlySpan<byte> storage) => storage.Length == 0 ? [] : Encoding.UTF8.GetString(storage).Split('.');

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        // Label by label; a tree is before its descendants.
        while (a.Length > 0 && b.Length > 0)
        {
            var (i, j) = (a.IndexOf((byte)'.'), b.IndexOf((byte)'.'));
            var x = i < 0 ? a : a[..i];
            var y = j < 0 ? b : b[..j];
            if (x.SequenceCompareTo(y) is var order and not 0)
            {
                return order;
            }

            a = i < 0 ? default : a[(i + 1)..];
            b = j < 0 ? default : b[(j + 1)..];
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        Check(Encoding.UTF8.GetString(text));
        return PgDatum.FromText(text.ToArray());
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) =>
        Input(VersionedText.Read(binary, "ltree", context), typmod, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => VersionedText.Write(value.Bytes, context, writer);

    internal static bool IsLabelRune(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-';

    private static void Check(string text)
    {
        var (position, start, length) = (1, 1, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsLabelRune(rune))
            {
                length++;
            }
            else if (rune.Value == '.' && length > 0)
            {
                CheckLength(length, start);
                (length, start) = (0, position + 1);
            }
            else
            {
                throw new PgException(SqlState.SyntaxError, $"ltree syntax error at character {position}");
            }

            position++;
        }

        if (length == 0 && position > 1)
        {
            throw new PgException(SqlState.SyntaxError, "ltree syntax error").WithDetail("Unexpected end of input.");
        }

        CheckLength(length, start);
    }

    private static void CheckLength(int length, int position)
    {
        if (length > MaxLabelLength)
        {
            throw new PgException(SqlState.NameTooLong, "label string is too long")
                .WithDetail($"Label length is {length}, must be at most {MaxLabelLength}, at character {position}.");
        }
    }
}

/// <summary>The binary form of ltree, lquery and ltxtquery: a version byte, then the text.</summary>
internal static class VersionedText
{
    internal static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> binary, string type, TypeContext context) => binary.Length > 0 && binary[0] == 1
        ? TextFamilyCodec.ReceiveText(binary[1..], context)
        : throw new PgException(SqlState.InvalidBinaryRepresentation, $"unsupported {type} version number {(binary.Length > 0 ? binary[0] : 0)}");

    internal static void Write(ReadOnlySpan<byte> text, TypeContext context, IBufferWriter<byte> writer)
    {
        writer.WriteByte(1);
        writer.Write(context.ClientEncoding is { } encoding ? encoding.FromUtf8(text) : text);
    }
}
