namespace PgMicro.Core.Tests.Lowering;

/// <summary>Binds, lowers and runs queries; the rows and errors are what PostgreSQL 17 answered (queries.tsv).</summary>
public sealed class LoweredQueryTests
{
    public static TheoryData<string, string> Recorded
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Lowering", "queries.tsv")))
            {
                var tab = line.IndexOf('\t');
                data.Add(line[..tab], line[(tab + 1)..]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Answers_as_PostgreSQL(string sql, string expected)
    {
        using var database = new LoweringDatabase();
        database.Table(
            "t", "a int4!, b text, g text, n numeric",
            "1, 'one', 'x', '1.0'", "2, 'two', 'y', '1.00'", "3, NULL, 'x', '2.5'", "4, 'four', 'y', NULL", "5, 'five', 'z', '10'");
        database.Table("u", "a int4, x int4", "1, 10", "1, 11", "2, 20", "2, 21", "NULL, 30", "9, 90");
        Assert.Equal(expected, database.Run(sql));
    }
}
