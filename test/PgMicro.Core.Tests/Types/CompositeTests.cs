using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Types;

/// <summary>Enums, composites and arrays of them against what PostgreSQL 17 answered.</summary>
public class CompositeTests
{
    private static readonly EnumCodec Mood = new(
        100001, 100002, "mood", [new EnumLabel("sad", 1, 1), new EnumLabel("ok", 2, 2), new EnumLabel("happy", 3, 3), new EnumLabel("new", 1.5f, 4)]);

    private static readonly RecordCodec Pair = new(100003, 100004, "pair", [BuiltInCodecs.Find(TypeOid.Int4)!, BuiltInCodecs.Find(TypeOid.Text)!]);

    [Fact]
    public void Forms_are_PostgreSQLs()
    {
        var failures = new List<string>();
        var context = new TypeContext { Types = BuiltInCodecs.Resolver };
        foreach (var line in File.ReadLines(Path.Combine(RecordedIo.Folder(), "Recorded", "composite.tsv")).Skip(1))
        {
            var row = line.Split('\t').Select(field => field.Replace("\\\\", "\\", StringComparison.Ordinal)).ToArray();
            PgTypeCodec codec = row[0] switch { "mood" => Mood, "pair" => Pair, "mood[]" => new ArrayCodec(Mood), _ => new ArrayCodec(Pair) };
            var expected = row[2] == "00000" ? $"{row[3]} {row[4]}" : $"{row[2]} {row[3]} / {row[5]}";
            string actual;
            try
            {
                var value = codec.Input(Encoding.UTF8.GetBytes(row[1]), -1, context);
                var binary = new ArrayBufferWriter<byte>();
                if (row[4].Length > 0)
                {
                    codec.Send(value, context, binary);
                    Assert.Equal(row[3], codec.OutputString(codec.Receive(binary.WrittenSpan, -1, context), context));
                }

                actual = $"{codec.OutputString(value, context)} {Convert.ToHexStringLower(binary.WrittenSpan)}";
            }
            catch (PgException e)
            {
                actual = $"{e.SqlState} {e.Message} / {e.Detail}";
            }

            if (actual != expected)
            {
                failures.Add($"{row[0]} '{row[1]}'\n    PostgreSQL: {expected}\n    here:       {actual}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void A_label_added_between_others_sorts_there()
    {
        var context = TypeContext.Canonical;
        var added = Mood.Input("new"u8, -1, context);
        Assert.True(Mood.CompareValues(Mood.Input("sad"u8, -1, context), added) < 0);
        Assert.True(Mood.CompareValues(added, Mood.Input("ok"u8, -1, context)) < 0);
    }
}
