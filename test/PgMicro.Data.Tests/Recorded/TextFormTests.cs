using Npgsql;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>Values in PostgreSQL's text form, whether or not a CLR type holds them.</summary>
public sealed class TextFormTests : AdoTest
{
    [Fact]
    public Task Values_have_their_text() => Run(async (database, connection) =>
    {
        foreach (var value in (string[])
        [
            "NULL::int", "42", "true", "1e400::numeric", "0.1::float8", "'-infinity'::timestamptz", "interval '1 year 2 mons -3 days 04:05:06.7'", "'10.1.2.3/16'::inet", "'\\x00ff'::bytea", "ARRAY[1, NULL, 3]",
            "ROW(1, 'a b', NULL)", "'[1,5)'::int4range", "'{\"b\": 1, \"a\": [null]}'::jsonb", "B'101'", "'x'::char(3)", "'a & !b'::tsquery", "plainto_tsquery('english', 'the')",
        ])
        {
            await using var command = connection.Command("SELECT " + value);
            if (command is NpgsqlCommand npgsql)
            {
                npgsql.AllResultTypesAreUnknown = true; // has the server send text
            }

            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            database.Log.Value(value, reader is PgMicroDataReader ours ? ours.GetText(0) : reader.IsDBNull(0) ? null : reader.GetString(0));
        }
    });

    [Fact]
    public Task Empty_text_search_queries_are_read() => Run(async (database, connection) =>
    {
        await using var command = connection.Command("SELECT plainto_tsquery('english', 'the')");
        var query = await command.ExecuteScalarAsync();
        database.Log.Line($"{query!.GetType().Name} '{query}'");
    });
}
