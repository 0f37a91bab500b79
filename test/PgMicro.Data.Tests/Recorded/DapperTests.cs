using System.Data;
using Dapper;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>Dapper, which uses a provider in its own way.</summary>
public sealed class DapperTests : AdoTest
{
    private enum Kind
    {
        A,
        B,
    }

    [Fact]
    public Task Dapper_maps_in_breadth() => Run(async (database, connection) =>
    {
        var log = database.Log;
        await connection.ExecuteAsync("CREATE TABLE blog (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, stars int, at timestamptz, kind int DEFAULT 1); CREATE TABLE post (id serial PRIMARY KEY, blog_id int REFERENCES blog, body text, tags text[])");
        log.Value("inserted", await connection.ExecuteAsync("INSERT INTO blog (title, stars, at) VALUES (@Title, @Stars, @At)", new[]
        {
            new { Title = "one", Stars = (int?)5, At = (DateTime?)new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc) }, new { Title = "two", Stars = (int?)null, At = (DateTime?)null },
        }));
        log.Value("key", await connection.QuerySingleAsync<int>("INSERT INTO blog (title) VALUES (@title) RETURNING id", new { title = "three" }));
        log.Value("posts", connection.Execute("INSERT INTO post (blog_id, body, tags) VALUES (@b, @body, @tags)", new[] { new { b = 1, body = "p1", tags = new[] { "x", "y" } }, new { b = 1, body = "p2", tags = Array.Empty<string>() } }));
        log.Value("records", connection.Query<Blog>("SELECT id, title, stars, at, kind FROM blog ORDER BY id"));
        log.Value("tuples", connection.Query<(int, string?)>("SELECT id, title FROM blog ORDER BY id DESC"));
        log.Value("dynamic", connection.Query("SELECT id, title, stars FROM blog ORDER BY id").Select(r => string.Join(",", ((IDictionary<string, object?>)r).Select(p => $"{p.Key}={p.Value ?? "null"}"))));
        log.Value("in list", connection.Query<int>("SELECT id FROM blog WHERE id = ANY(@ids) ORDER BY id", new { ids = new[] { 1, 3, 9 } }));
        log.Value("expanded list", connection.Query<string>("SELECT title FROM blog WHERE id IN (SELECT unnest(@ids)) ORDER BY id", new { ids = new List<int> { 2 } }));
        log.Value("scalar", (connection.ExecuteScalar<long>("SELECT count(*) FROM blog"), connection.ExecuteScalar<string?>("SELECT NULL"), connection.ExecuteScalar<int>("SELECT 7::bigint")));
        log.Value("multi-mapping", connection.Query<Blog, Post, string>("SELECT b.*, p.* FROM blog b JOIN post p ON p.blog_id = b.id ORDER BY p.id", (b, p) => $"{b.Title}/{p.Body}/{string.Join("+", p.Tags ?? [])}", splitOn: "id"));
        using (var grid = await connection.QueryMultipleAsync("SELECT count(*) FROM blog; SELECT title FROM blog ORDER BY id; SELECT * FROM post WHERE id = @id", new { id = 1 }))
        {
            log.Value("grid", (await grid.ReadSingleAsync<int>(), await grid.ReadAsync<string>(), (await grid.ReadSingleAsync<Post>()).Body));
        }

        var parameters = new DynamicParameters();
        parameters.Add("title", "t%", DbType.String);
        parameters.Add("stars", null, DbType.Int32);
        log.Value("dynamic parameters", connection.Query<string>("SELECT title FROM blog WHERE title LIKE @title AND (stars = @stars OR @stars IS NULL) ORDER BY id", parameters));
        log.Value("first", (connection.QueryFirst<string>("SELECT title FROM blog ORDER BY id"), connection.QueryFirstOrDefault<string>("SELECT title FROM blog WHERE false"), connection.QuerySingleOrDefault<int?>("SELECT stars FROM blog WHERE id = 2")));
        log.Throws("single of many", () => connection.QuerySingle<int>("SELECT id FROM blog"));
        log.Value("enum", connection.Query<Kind>("SELECT kind FROM blog ORDER BY id"));
        log.Value("enum parameter", connection.Query<int>("SELECT id FROM blog WHERE kind = @k ORDER BY id", new { k = Kind.B }));
        log.Value("types", connection.QuerySingle<Types>("SELECT 1.5::numeric AS Money, true AS Flag, '00112233-4455-6677-8899-aabbccddeeff'::uuid AS Key, '\\x01'::bytea AS Raw, interval '1 hour' AS Span, 2.5::float8 AS Real, 'c' AS Letter, 3::int2 AS Small"));
        log.Value("parameter types", connection.QuerySingle<string>("SELECT concat_ws('|', @m::numeric, @g::uuid, @d::timestamptz, @s::interval, @b::bool, @l::bigint)", new { m = 1.5m, g = Guid.Empty, d = DateTime.UnixEpoch, s = TimeSpan.FromMinutes(1), b = true, l = 1L }));
        using (var reader = connection.ExecuteReader("SELECT id, title FROM blog ORDER BY id"))
        {
            using var table = new DataTable();
            table.Load(reader);
            log.Value("table", table.Rows.Cast<DataRow>().Select(r => r.ItemArray));
        }

        log.Value("unbuffered", connection.Query<int>("SELECT generate_series(1, 5)", buffered: false).Take(2).ToArray());
        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("DELETE FROM post", transaction: transaction);
            transaction.Rollback();
        }

        log.Value("after rollback", connection.ExecuteScalar<int>("SELECT count(*) FROM post"));
        log.Throws("error", () => connection.Execute("INSERT INTO post (blog_id) VALUES (@b)", new { b = 99 }));
        log.Value("null parameter", connection.QuerySingle<int?>("SELECT @x::int", new { x = (int?)null }));
        log.Value("literal", connection.QuerySingle<int>("SELECT {=x}", new { x = 4 }));
        await foreach (var id in connection.QueryUnbufferedAsync<int>("SELECT id FROM blog ORDER BY id"))
        {
            log.Value("streamed", id);
        }
    });

    private sealed class Blog
    {
        public int Id { get; set; }

        public string? Title { get; set; }

        public int? Stars { get; set; }

        public DateTime? At { get; set; }

        public Kind Kind { get; set; }
    }

    private sealed class Post
    {
        public int Id { get; set; }

        public string? Body { get; set; }

        public string[]? Tags { get; set; }
    }

    private sealed class Types
    {
        public decimal Money { get; set; }

        public bool Flag { get; set; }

        public Guid Key { get; set; }

        public byte[]? Raw { get; set; }

        public TimeSpan Span { get; set; }

        public double Real { get; set; }

        public char Letter { get; set; }

        public short Small { get; set; }
    }
}
