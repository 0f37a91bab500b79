using System.Text;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Types;

/// <summary>Storage forms sort as PostgreSQL sorts the values; each collation is found by its name.</summary>
public class OrderTests
{
    private static readonly string[][] Rows =
        [.. File.ReadLines(Path.Combine(RecordedIo.Folder(), "Recorded", "order.tsv")).Skip(1).Select(line => line.Replace("\\\\", "\\", StringComparison.Ordinal).Split('\t'))];

    public static TheoryData<string> TypeNames => [.. Rows.Select(row => row[0]).Distinct()];

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void Storage_forms_sort_as_values_do(string type)
    {
        var (codec, _) = new RecordedIo(type, "", "", "", "", "", "", "", "").Resolve();
        var values = Rows.Where(row => row[0] == type)
            .Select(row => (Input: row[1], Rank: int.Parse(row[2]), Value: codec.Input(Encoding.UTF8.GetBytes(row[1]), -1, TypeContext.Canonical)))
            .ToList();
        foreach (var a in values)
        {
            foreach (var b in values)
            {
                Assert.True(
                    Math.Sign(codec.CompareValues(a.Value, b.Value)) == Math.Sign(a.Rank.CompareTo(b.Rank)), $"{a.Input} and {b.Input}");
                if (a.Value.Kind is DatumKind.Text or DatumKind.Blob && b.Value.Kind == a.Value.Kind && codec.Collation is null)
                {
                    // SQLite's own order is that of bytes.
                    Assert.Equal(Math.Sign(a.Rank.CompareTo(b.Rank)), Math.Sign(a.Value.Bytes.SequenceCompareTo(b.Value.Bytes)));
                }
            }
        }
    }

    [Fact]
    public void Collations_are_found_by_name()
    {
        foreach (var codec in BuiltInCodecs.All.Where(codec => codec.Collation is not null and not "RTRIM"))
        {
            Assert.Equal(codec.Collation, BuiltInCodecs.FindByCollation(codec.Collation!)?.Collation);
        }
    }

    [Fact]
    public void Array_types_are_those_of_pg_type()
    {
        using var stream = typeof(BuiltInTypes).Assembly.GetManifestResourceStream("Catalog/pg_type.tsv")!;
        using var reader = new StreamReader(stream);
        var header = reader.ReadLine()!.Split('\t');
        var (oid, array, kind) = (Array.IndexOf(header, "oid"), Array.IndexOf(header, "typarray"), Array.IndexOf(header, "typtype"));
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            if (fields[kind] is "b" or "p" or "r" or "m")
            {
                Assert.Equal(uint.Parse(fields[array]), BuiltInTypes.ArrayOf(uint.Parse(fields[oid])));
            }
        }
    }
}
