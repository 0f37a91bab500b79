using System.Buffers;

namespace PgMicro.Core.Types.TextSearch;

/// <summary>Operators of a tsquery, numbered as PostgreSQL numbers them.</summary>
internal enum TsOperator
{
    Not = 1,
    And = 2,
    Or = 3,
    Phrase = 4,
}

/// <summary>A node of a tsquery.</summary>
internal abstract record TsNode
{
    /// <summary>Number of nodes, as numnode counts them.</summary>
    internal abstract int Count { get; }

    /// <summary>Bytes of the operands with their terminators.</summary>
    internal abstract int OperandBytes { get; }

    internal abstract void Write(IBufferWriter<byte> writer, int parentPriority, bool isRightOfPhrase);

    /// <summary>QTNodeCompare.</summary>
    internal static int Compare(TsNode a, TsNode b) => (a, b) switch
    {
        (TsValue x, TsValue y) => x.Crc != y.Crc ? x.Crc > y.Crc ? -1 : 1 : x.Text.AsSpan().SequenceCompareTo(y.Text),
        (TsValue, _) => 1,
        (_, TsValue) => -1,
        (TsNot x, TsNot y) => Compare(x.Operand, y.Operand),
        (TsNot, _) => 1,
        (_, TsNot) => -1,
        (TsBinary x, TsBinary y) => CompareBinary(x, y),
        _ => 0,
    };

    private static int CompareBinary(TsBinary a, TsBinary b)
    {
        if (a.Operator != b.Operator)
        {
            return a.Operator > b.Operator ? -1 : 1;
        }

        // The right operand comes first in PostgreSQL's form.
        var order = Compare(a.Right, b.Right);
        order = order != 0 ? order : Compare(a.Left, b.Left);
        return order != 0 ? order : a.Distance == b.Distance ? 0 : a.Distance > b.Distance ? -1 : 1;
    }
}

/// <summary>An operand.</summary>
/// <param name="Text">The word, UTF-8.</param>
/// <param name="Weights">Bits of the weights that it may have (8 is A, 1 is D); 0 for any.</param>
/// <param name="IsPrefix">Whether it stands for all words that begin with it.</param>
internal sealed record TsValue(byte[] Text, int Weights = 0, bool IsPrefix = false) : TsNode
{
    internal int Crc { get; } = (int)LegacyCrc32.Compute(Text);

    internal override int Count => 1;

    internal override int OperandBytes => Text.Length + 1;

    internal override void Write(IBufferWriter<byte> writer, int parentPriority, bool isRightOfPhrase)
    {
        PgTsVector.Quote(Text, writer);
        if (Weights != 0 || IsPrefix)
        {
            writer.Append(':');
            writer.Append(IsPrefix ? "*" : "");
            writer.Append((Weights & 8) != 0 ? "A" : "");
            writer.Append((Weights & 4) != 0 ? "B" : "");
            writer.Append((Weights & 2) != 0 ? "C" : "");
            writer.Append((Weights & 1) != 0 ? "D" : "");
        }
    }
}

/// <summary>A stop word where an operand was: removed before a query is complete.</summary>
internal sealed record TsStop : TsNode
{
    internal static readonly TsStop Instance = new();

    internal override int Count => 1;

    internal override int OperandBytes => 0;

    internal override void Write(IBufferWriter<byte> writer, int parentPriority, bool isRightOfPhrase) => writer.Append("T");
}

/// <summary>!</summary>
internal sealed record TsNot(TsNode Operand) : TsNode
{
    private const int Priority = 4;

    internal override int Count => Operand.Count + 1;

    internal override int OperandBytes => Operand.OperandBytes;

    internal override void Write(IBufferWriter<byte> writer, int parentPriority, bool isRightOfPhrase)
    {
        writer.Append(parentPriority > Priority ? "( !" : "!");
        Operand.Write(writer, Priority, false);
        writer.Append(parentPriority > Priority ? " )" : "");
    }
}

/// <summary>AND, OR, or FOLLOWED BY at a distance.</summary>
internal sealed record TsBinary(TsOperator Operator, TsNode Left, TsNode Right, int Distance = 0) : TsNode
{
    internal override int Count => Left.Count + Right.Count + 1;

    internal override int OperandBytes => Left.OperandBytes + Right.OperandBytes;

    private int Priority => Operator switch { TsOperator.Or => 1, TsOperator.And => 2, _ => 3 };

    internal override void Write(IBufferWriter<byte> writer, int parentPriority, bool isRightOfPhrase)
    {
        var parenthesis = Priority < parentPriority || (Operator == TsOperator.Phrase && isRightOfPhrase);
        writer.Append(parenthesis ? "( " : "");
        Left.Write(writer, Priority, false);
        switch (Operator)
        {
            case TsOperator.And:
                writer.Append(" & ");
                break;
            case TsOperator.Or:
                writer.Append(" | ");
                break;
            default:
                writer.Append(" <");
                if (Distance == 1)
                {
                    writer.Append('-');
                }
                else
                {
                    writer.AppendInteger(Distance);
                }

                writer.Append("> ");
                break;
        }

        Right.Write(writer, Priority, Operator == TsOperator.Phrase);
        writer.Append(parenthesis ? " )" : "");
    }
}
