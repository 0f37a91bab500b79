using System.Buffers;
using System.Buffers.Binary;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Geometric types and cube ↔ Npgsql's types.</summary>
internal static class GeometricConverters
{
    internal static Converter[] Create(PgTypeCodec codec) => codec.Oid switch
    {
        TypeOid.Point => [new WireConverter<NpgsqlPoint>(codec, static b => Point(b, 0), Write)],
        TypeOid.Lseg => [new WireConverter<NpgsqlLSeg>(codec, static b => new NpgsqlLSeg(Point(b, 0), Point(b, 2)), static (v, w) => Write([v.Start, v.End], w))],
        TypeOid.Box => [new WireConverter<NpgsqlBox>(codec, static b => new NpgsqlBox(Point(b, 0), Point(b, 2)), static (v, w) => Write([v.UpperRight, v.LowerLeft], w))],
        TypeOid.Line =>
        [
            new WireConverter<NpgsqlLine>(codec, static b => new NpgsqlLine(Wire.Double(b, 0), Wire.Double(b, 1), Wire.Double(b, 2)), static (v, w) =>
            {
                w.Write(v.A);
                w.Write(v.B);
                w.Write(v.C);
            }),
        ],
        TypeOid.Circle =>
        [
            new WireConverter<NpgsqlCircle>(codec, static b => new NpgsqlCircle(Wire.Double(b, 0), Wire.Double(b, 1), Wire.Double(b, 2)), static (v, w) =>
            {
                w.Write(v.X);
                w.Write(v.Y);
                w.Write(v.Radius);
            }),
        ],
        TypeOid.Path =>
        [
            new WireConverter<NpgsqlPath>(codec, static b => new NpgsqlPath(Points(b[1..]), open: b[0] == 0), static (v, w) =>
            {
                w.Write<byte>([v.Open ? (byte)0 : (byte)1]);
                WriteCounted([.. v], w);
            }),
        ],
        TypeOid.Polygon => [new WireConverter<NpgsqlPolygon>(codec, static b => new NpgsqlPolygon(Points(b)), static (v, w) => WriteCounted([.. v], w))],
        _ => [new WireConverter<NpgsqlCube>(codec, Cube, WriteCube)],
    };

    private static NpgsqlPoint Point(ReadOnlySpan<byte> binary, int index) => new(Wire.Double(binary, index), Wire.Double(binary, index + 1));

    private static NpgsqlPoint[] Points(ReadOnlySpan<byte> binary)
    {
        var points = new NpgsqlPoint[BinaryPrimitives.ReadInt32BigEndian(binary)];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = Point(binary[4..], i * 2);
        }

        return points;
    }

    private static void Write(NpgsqlPoint point, IBufferWriter<byte> writer) => Write([point], writer);

    private static void Write(NpgsqlPoint[] points, IBufferWriter<byte> writer)
    {
        foreach (var point in points)
        {
            writer.Write(point.X);
            writer.Write(point.Y);
        }
    }

    private static void WriteCounted(NpgsqlPoint[] points, IBufferWriter<byte> writer)
    {
        writer.WriteInt32(points.Length);
        Write(points, writer);
    }

    private static NpgsqlCube Cube(ReadOnlySpan<byte> binary)
    {
        var header = BinaryPrimitives.ReadUInt32BigEndian(binary);
        var dimensions = (int)(header & 0x7FFFFFFF);
        var isPoint = (header & 0x80000000) != 0;
        var (lower, upper) = (new double[dimensions], new double[dimensions]);
        for (var i = 0; i < dimensions; i++)
        {
            lower[i] = Wire.Double(binary[4..], i);
            upper[i] = isPoint ? lower[i] : Wire.Double(binary[4..], dimensions + i);
        }

        return isPoint ? new NpgsqlCube(lower) : new NpgsqlCube(lower, upper);
    }

    private static void WriteCube(NpgsqlCube cube, IBufferWriter<byte> writer)
    {
        writer.WriteInt32(cube.Dimensions);
        foreach (var coordinate in cube.LowerLeft.Concat(cube.UpperRight))
        {
            writer.Write(coordinate);
        }
    }
}
