using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Types;

/// <summary>Arithmetic of numeric, its result scales included, against what PostgreSQL 17 answered.</summary>
public class NumericMathTests
{
    private static readonly string[][] Rows = [.. File.ReadLines(Path.Combine(RecordedIo.Folder(), "Recorded", "numeric.tsv")).Skip(1).Select(line => line.Split('\t'))];

    public static TheoryData<string> Expressions => [.. Rows.Select(row => row[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Results_are_PostgreSQLs(string expression)
    {
        var failures = new List<string>();
        foreach (var row in Rows.Where(row => row[0] == expression))
        {
            var expected = row[3] == "00000" ? row[4] : $"{row[3]} {row[4]}";
            var actual = Evaluate(expression, row[1], row[2]);
            if (actual != expected)
            {
                failures.Add($"{row[1]}, {row[2]}\n    PostgreSQL: {expected}\n    here:       {actual}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {expression}:\n{string.Join('\n', failures)}");
    }

    private static string Evaluate(string expression, string first, string second)
    {
        try
        {
            var a = PgNumeric.Parse(Encoding.UTF8.GetBytes(first));
            var digits = expression.Contains("int", StringComparison.Ordinal) ? int.Parse(second) : 0;
            var b = second.Length > 0 ? PgNumeric.Parse(Encoding.UTF8.GetBytes(second)) : PgNumeric.Zero;
            return (expression switch
            {
                "%s + %s" => a + b,
                "%s - %s" => a - b,
                "%s * %s" => a * b,
                "%s / %s" => a / b,
                "%s %% %s" => a % b,
                "div(%s, %s)" => PgNumeric.DivideTruncated(a, b),
                "power(%s, %s)" => PgNumeric.Power(a, b),
                "log(%s, %s)" => PgNumeric.Log(a, b),
                "log(%s)" => PgNumeric.Log10(a),
                "sqrt(%s)" => PgNumeric.Sqrt(a),
                "exp(%s)" => PgNumeric.Exp(a),
                "ln(%s)" => PgNumeric.Ln(a),
                "ceil(%s)" => a.Ceiling(),
                "floor(%s)" => a.Floor(),
                "round(%s)" => a.Round(0),
                "trunc(%s)" => a.Truncate(0),
                "abs(%s)" => a.Abs(),
                "sign(%s)" => a.SignValue(),
                "trim_scale(%s)" => a.TrimScale(),
                "round(%s, %s::int)" => a.Round(digits),
                "trunc(%s, %s::int)" => a.Truncate(digits),
                _ => throw new InvalidOperationException(expression),
            }).ToString();
        }
        catch (PgException e)
        {
            return $"{e.SqlState} {e.Message}";
        }
    }
}
