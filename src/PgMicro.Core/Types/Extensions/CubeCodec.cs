using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Extensions;

/// <summary>A cube: two opposite corners, or one point.</summary>
/// <param name="Lower">The first corner as it was written.</param>
/// <param name="Upper">The other corner; the same array for a point.</param>
internal readonly record struct PgCube(double[] Lower, double[] Upper)
{
    internal const int MaxDimensions = 100;

    internal int Dimensions => Lower.Length;

    internal bool IsPoint => Lower.AsSpan().SequenceEqual(Upper);

    internal double Low(int i) => i < Lower.Length ? Math.Min(Lower[i], Upper[i]) : 0;

    internal double High(int i) => i < Lower.Length ? Math.Max(Lower[i], Upper[i]) : 0;

    internal static PgCube FromStorage(ReadOnlySpan<byte> text) => CubeText.Parse(Encoding.UTF8.GetString(text));

    internal static int Compare(in PgCube a, in PgCube b)
    {
        var common = Math.Min(a.Dimensions, b.Dimensions);
        for (var i = 0; i < common; i++)
        {
            if (a.Low(i).CompareTo(b.Low(i)) is var order and not 0)
            {
                return order;
            }
        }

        for (var i = 0; i < common; i++)
        {
            if (a.High(i).CompareTo(b.High(i)) is var order and not 0)
            {
                return order;
            }
        }

        // The missing dimensions of the smaller one are zero; if that makes no difference it is the lesser.
        var most = Math.Max(a.Dimensions, b.Dimensions);
        for (var i = common; i < most; i++)
        {
            if (a.Low(i).CompareTo(b.Low(i)) is var order and not 0)
            {
                return order;
            }
        }

        for (var i = common; i < most; i++)
        {
            if (a.High(i).CompareTo(b.High(i)) is var order and not 0)
            {
                return order;
            }
        }

        return a.Dimensions.CompareTo(b.Dimensions);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text, Lower);
        if (!IsPoint)
        {
            Append(text.Append(','), Upper);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, double[] corner)
    {
        text.Append('(');
        for (var i = 0; i < corner.Length; i++)
        {
            var writer = new ArrayBufferWriter<byte>(32);
            FloatText.Write(corner[i], 1, writer);
            text.Append(i > 0 ? ", " : "").Append(Encoding.ASCII.GetString(writer.WrittenSpan));
        }

        text.Append(')');
    }
}

/// <summary>cube: TEXT "(1, 2),(3, 4)".</summary>
public sealed class CubeCodec : PgTypeCodec
{
    private const uint PointBit = 0x80000000;

    /// <inheritdoc/>
    public override uint Oid => ExtensionTypeOid.Cube;

    /// <inheritdoc/>
    public override uint ArrayOid => ExtensionTypeOid.CubeArray;

    /// <inheritdoc/>
    public override string Name => "cube";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_cube";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        try
        {
            return a.SequenceEqual(b) ? 0 : PgCube.Compare(PgCube.FromStorage(a), PgCube.FromStorage(b));
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(PgCube.FromStorage(text).ToString());

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var header = (uint)reader.Int32();
        var dimensions = (int)(header & ~PointBit);
        if (dimensions > PgCube.MaxDimensions)
        {
            throw new PgException(SqlState.ProgramLimitExceeded, "cube dimension is too large")
                .WithDetail($"A cube cannot have more than {PgCube.MaxDimensions} dimensions.");
        }

        var lower = new double[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            lower[i] = BitConverter.Int64BitsToDouble(reader.Int64());
        }

        var upper = lower;
        if ((header & PointBit) == 0)
        {
            upper = new double[dimensions];
            for (var i = 0; i < dimensions; i++)
            {
                upper[i] = BitConverter.Int64BitsToDouble(reader.Int64());
            }
        }

        reader.End();
        return PgDatum.FromText(new PgCube(lower, upper).ToString());
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var cube = PgCube.FromStorage(value.Bytes);
        writer.WriteInt32((int)((uint)cube.Dimensions | (cube.IsPoint ? PointBit : 0)));
        foreach (var coordinate in cube.IsPoint ? cube.Lower : [.. cube.Lower, .. cube.Upper])
        {
            writer.WriteInt64(BitConverter.DoubleToInt64Bits(coordinate));
        }
    }
}

/// <summary>Reads the text forms of cubes.</summary>
internal static class CubeText
{
    internal static PgCube Parse(string text)
    {
        var at = 0;
        Skip(text, ref at);
        if (at == text.Length)
        {
            throw Error("syntax error at end of input");
        }

        PgCube cube;
        var bracket = text[at] == '[';
        at += bracket ? 1 : 0;
        Skip(text, ref at);
        if (at < text.Length && text[at] == '(')
        {
            var first = Corner(text, ref at);
            Skip(text, ref at);
            var second = first;
            if (at < text.Length && text[at] == ',')
            {
                at++;
                Skip(text, ref at);
                second = at < text.Length && text[at] == '(' ? Corner(text, ref at) : throw Near(text, at);
                if (first.Length != second.Length)
                {
                    throw Error($"Different point dimensions in ({Raw(text, 0)}) and ({Raw(text, 1)}).");
                }
            }

            cube = new PgCube(first, second);
        }
        else
        {
            var point = List(text, ref at);
            cube = new PgCube(point, point);
        }

        Skip(text, ref at);
        if (bracket)
        {
            if (at == text.Length || text[at] != ']')
            {
                throw Near(text, at);
            }

            at++;
            Skip(text, ref at);
        }

        return at == text.Length ? cube : throw Near(text, at);
    }

    private static double[] Corner(string text, ref int at)
    {
        at++;
        Skip(text, ref at);
        var list = at < text.Length && text[at] == ')' ? [] : List(text, ref at);
        Skip(text, ref at);
        if (at == text.Length || text[at] != ')')
        {
            throw Near(text, at);
        }

        at++;
        return list;
    }

    private static double[] List(string text, ref int at)
    {
        var list = new List<double>();
        while (true)
        {
            Skip(text, ref at);
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '-' or '.'))
            {
                at++;
            }

            if (at == start)
            {
                throw Near(text, at);
            }

            var token = text[start..at];
            if (!char.IsAsciiDigit(token.TrimStart('+', '-', '.').FirstOrDefault()) && token.TrimStart('+', '-').ToLowerInvariant() is not ("inf" or "infinity" or "nan"))
            {
                throw Near(text, start);
            }

            list.Add(FloatText.ParseDouble(Encoding.UTF8.GetBytes(token)));
            Skip(text, ref at);
            if (at == text.Length || text[at] != ',')
            {
                break;
            }

            at++;
        }

        return list.Count <= PgCube.MaxDimensions ? [.. list] : throw Error($"A cube cannot have more than {PgCube.MaxDimensions} dimensions.");
    }

    private static string Raw(string text, int index) => text.Split('(')[index + 1].Split(')')[0];

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r' or '\f')
        {
            at++;
        }
    }

    private static PgException Near(string text, int at) => Error(at >= text.Length ? "syntax error at end of input" : $"syntax error at or near \"{text[at]}\"");

    private static PgException Error(string detail) => new PgException(SqlState.InvalidTextRepresentation, "invalid input syntax for cube").WithDetail(detail);
}
