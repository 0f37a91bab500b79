using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Geometric;

/// <summary>A geometric type: TEXT in PostgreSQL's output form. They have no order, and equality is the operators' own.</summary>
public sealed class GeometricCodec : PgTypeCodec
{
    // What a varlena of points has room for, after its header.
    private const int MaxPathPoints = (int.MaxValue - 16) / 16;
    private const int MaxPolygonPoints = (int.MaxValue - 40) / 16;

    private GeometricCodec(uint oid, string name)
    {
        Oid = oid;
        Name = name;
    }

    /// <summary>Codecs of all seven types.</summary>
    public static IReadOnlyList<GeometricCodec> All { get; } =
    [
        new(TypeOid.Point, "point"), new(TypeOid.Lseg, "lseg"), new(TypeOid.Path, "path"), new(TypeOid.Box, "box"), new(TypeOid.Polygon, "polygon"),
        new(TypeOid.Line, "line"), new(TypeOid.Circle, "circle"),
    ];

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override char Delimiter => Oid == TypeOid.Box ? ';' : ',';

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromText(Oid switch
    {
        TypeOid.Point => PgPoint.FromStorage(text).ToString(),
        TypeOid.Lseg => PgLseg.FromStorage(text).ToString(),
        TypeOid.Path => PgPath.FromStorage(text).ToString(),
        TypeOid.Box => PgBox.FromStorage(text).ToString(),
        TypeOid.Polygon => PgPolygon.FromStorage(text).ToString(),
        TypeOid.Line => PgLine.FromStorage(text).ToString(),
        _ => PgCircle.FromStorage(text).ToString(),
    });

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (context.ExtraFloatDigits > 0)
        {
            writer.Write(value.Bytes);
            return;
        }

        WriteRounded(value.Bytes, context.ExtraFloatDigits, writer);
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var text = Oid switch
        {
            TypeOid.Point => Point(ref reader).ToString(),
            TypeOid.Lseg => new PgLseg(Point(ref reader), Point(ref reader)).ToString(),
            TypeOid.Path => Path(ref reader).ToString(),
            TypeOid.Box => PgBox.Of(Point(ref reader), Point(ref reader)).ToString(),
            TypeOid.Polygon => new PgPolygon(Points(ref reader, "polygon", MaxPolygonPoints)).ToString(),
            TypeOid.Line => Line(ref reader).ToString(),
            _ => Circle(ref reader).ToString(),
        };
        reader.End();
        return PgDatum.FromText(text);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        switch (Oid)
        {
            case TypeOid.Point:
                Write(PgPoint.FromStorage(value.Bytes), writer);
                break;
            case TypeOid.Lseg:
                var lseg = PgLseg.FromStorage(value.Bytes);
                Write(lseg.A, writer);
                Write(lseg.B, writer);
                break;
            case TypeOid.Path:
                var path = PgPath.FromStorage(value.Bytes);
                writer.WriteByte(path.IsClosed ? (byte)1 : (byte)0);
                Write(path.Points, writer);
                break;
            case TypeOid.Box:
                var box = PgBox.FromStorage(value.Bytes);
                Write(box.High, writer);
                Write(box.Low, writer);
                break;
            case TypeOid.Polygon:
                Write(PgPolygon.FromStorage(value.Bytes).Points, writer);
                break;
            case TypeOid.Line:
                var line = PgLine.FromStorage(value.Bytes);
                Write(line.A, writer);
                Write(line.B, writer);
                Write(line.C, writer);
                break;
            default:
                var circle = PgCircle.FromStorage(value.Bytes);
                Write(circle.Center, writer);
                Write(circle.Radius, writer);
                break;
        }
    }

    // The stored form with each of its numbers written with fewer digits: what stands between the numbers stays.
    private static void WriteRounded(ReadOnlySpan<byte> text, int extraFloatDigits, IBufferWriter<byte> writer)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is (byte)'(' or (byte)')' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'<' or (byte)'>' or (byte)',')
            {
                if (i > start)
                {
                    FloatText.Write(FloatText.ParseDouble(text[start..i]), extraFloatDigits, writer);
                }

                if (i < text.Length)
                {
                    writer.WriteByte(text[i]);
                }

                start = i + 1;
            }
        }
    }

    private static double Double(ref WireReader reader) => BitConverter.Int64BitsToDouble(reader.Int64());

    private static PgPoint Point(ref WireReader reader) => new(Double(ref reader), Double(ref reader));

    private static PgPath Path(ref WireReader reader)
    {
        var isClosed = reader.Byte() != 0;
        return new PgPath(Points(ref reader, "path", MaxPathPoints), isClosed);
    }

    private static PgLine Line(ref WireReader reader)
    {
        var line = new PgLine(Double(ref reader), Double(ref reader), Double(ref reader));
        return GeoMath.IsZero(line.A) && GeoMath.IsZero(line.B)
            ? throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid line specification: A and B cannot both be zero")
            : line;
    }

    private static PgCircle Circle(ref WireReader reader)
    {
        var circle = new PgCircle(Point(ref reader), Double(ref reader));
        return circle.Radius < 0 ? throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid radius in external \"circle\" value") : circle;
    }

    private static PgPoint[] Points(ref WireReader reader, string type, int limit)
    {
        var count = reader.Int32();
        if (count <= 0 || count >= limit)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, $"invalid number of points in external \"{type}\" value");
        }

        if (count > reader.Rest.Length / 16)
        {
            throw PgErrors.InsufficientData();
        }

        var points = new PgPoint[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = Point(ref reader);
        }

        return points;
    }

    private static void Write(double value, IBufferWriter<byte> writer) => writer.WriteInt64(BitConverter.DoubleToInt64Bits(value));

    private static void Write(PgPoint point, IBufferWriter<byte> writer)
    {
        Write(point.X, writer);
        Write(point.Y, writer);
    }

    private static void Write(PgPoint[] points, IBufferWriter<byte> writer)
    {
        writer.WriteInt32(points.Length);
        foreach (var point in points)
        {
            Write(point, writer);
        }
    }
}
