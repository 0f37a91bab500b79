using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using Npgsql;
using NpgsqlTypes;

namespace PgMicro.Data.Tests;

/// <summary>Values of PostgreSQL's less common types over ADO.NET, as their CLR types and as text; both are what Npgsql and PostgreSQL 17 give.</summary>
public sealed class TypePairingTests : IDisposable
{
    private readonly PgMicroConnection _connection = new($"Data Source=pairs-{Guid.NewGuid():N};Mode=Memory");

    public TypePairingTests()
    {
        _connection.Open();
        using var command = new PgMicroCommand("CREATE EXTENSION hstore; CREATE EXTENSION cube; CREATE EXTENSION citext; CREATE EXTENSION ltree", _connection);
        command.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();

    public static TheoryData<object, string, string> Values() => new()
    {
        { IPAddress.Parse("192.168.1.5"), "inet", "192.168.1.5/32" },
        { IPAddress.IPv6Loopback, "inet", "::1/128" },
        { new IPNetwork(IPAddress.Parse("10.0.0.0"), 8), "cidr", "10.0.0.0/8" },
        { PhysicalAddress.Parse("08-00-2B-01-02-03"), "macaddr", "08:00:2b:01:02:03" },
        { PhysicalAddress.Parse("08-00-2B-01-02-03-04-05"), "macaddr8", "08:00:2b:01:02:03:04:05" },
        { 1234.5m, "money", "$1,234.50" },
        { new BitArray([true, false, true]), "bit varying", "101" },
        { new NpgsqlPoint(1.5, -2), "point", "(1.5,-2)" },
        { new NpgsqlLSeg(1, 2, 3, 4), "lseg", "[(1,2),(3,4)]" },
        { new NpgsqlBox(4, 3, 2, 1), "box", "(3,4),(1,2)" },
        { new NpgsqlLine(1, 2, 3), "line", "{1,2,3}" },
        { new NpgsqlCircle(1, 2, 3), "circle", "<(1,2),3>" },
        { new NpgsqlPath([new NpgsqlPoint(1, 2), new NpgsqlPoint(3, 4)], true), "path", "[(1,2),(3,4)]" },
        { new NpgsqlPolygon(new NpgsqlPoint(1, 2), new NpgsqlPoint(3, 4), new NpgsqlPoint(5, 0)), "polygon", "((1,2),(3,4),(5,0))" },
        { new NpgsqlRange<int>(1, true, 5, false), "int4range", "[1,5)" },
        { new NpgsqlRange<decimal>(1.5m, false, false, 0, false, true), "numrange", "(1.5,)" },
        { new NpgsqlRange<DateOnly>(new DateOnly(2024, 1, 1), true, new DateOnly(2024, 2, 1), false), "daterange", "[2024-01-01,2024-02-01)" },
        { NpgsqlRange<long>.Empty, "int8range", "empty" },
        { new[] { new NpgsqlRange<int>(1, true, 3, false), new NpgsqlRange<int>(5, true, 7, false) }, "int4multirange", "{[1,3),[5,7)}" },
        { new NpgsqlLogSequenceNumber(0x16B374D848), "pg_lsn", "16/B374D848" },
        { new Dictionary<string, string?> { ["a"] = "1", ["b"] = null }, "hstore", "\"a\"=>\"1\", \"b\"=>NULL" },
        { new NpgsqlCube([1, 2], [3, 4]), "cube", "(1, 2),(3, 4)" },
        { "Top.Science", "ltree", "Top.Science" },
        { "Text", "citext", "Text" },
        { new[] { IPAddress.Parse("192.168.1.5"), IPAddress.Parse("::1") }, "inet[]", "{192.168.1.5,::1}" },
        { new[] { new NpgsqlPoint(1, 2), new NpgsqlPoint(3, 4) }, "point[]", "{\"(1,2)\",\"(3,4)\"}" },
        { new[] { new NpgsqlRange<int>(1, true, 5, false) }, "int4range[]", "{\"[1,5)\"}" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_goes_in_and_comes_back(object value, string typeName, string text)
    {
        using var command = new PgMicroCommand("SELECT @p, @p::text", _connection);
        command.Parameters.Add(new NpgsqlParameter("p", value) { DataTypeName = typeName });
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(value, reader.GetValue(0));
        Assert.Equal(text, reader.GetString(1));
    }

    [Fact]
    public void Text_search_values_are_read()
    {
        using var command = new PgMicroCommand("SELECT to_tsvector('english', 'fat cats'), to_tsquery('english', 'fat & !cats')", _connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal("'cat':2 'fat':1", reader.GetFieldValue<NpgsqlTsVector>(0).ToString());
        Assert.Equal("'fat' & !'cat'", reader.GetFieldValue<NpgsqlTsQuery>(1).ToString());
        Assert.Equal(typeof(NpgsqlTsVector), reader.GetFieldType(0));
    }

    [Fact]
    public void Alternative_types_are_read()
    {
        using var command = new PgMicroCommand(
            "SELECT '10.1.2.3/8'::inet, '{[1,3)}'::int4multirange, '[2024-01-01,2024-02-01)'::daterange, B'1', 'a=>1'::hstore", _connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(new NpgsqlInet(IPAddress.Parse("10.1.2.3"), 8), reader.GetFieldValue<NpgsqlInet>(0));
        Assert.Equal([new NpgsqlRange<int>(1, true, 3, false)], reader.GetFieldValue<List<NpgsqlRange<int>>>(1));
        Assert.Equal(new DateTime(2024, 1, 1), reader.GetFieldValue<NpgsqlRange<DateTime>>(2).LowerBound);
        Assert.True(reader.GetFieldValue<bool>(3));
        Assert.Equal("1", reader.GetFieldValue<IDictionary<string, string?>>(4)["a"]);
    }
}
