using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Types;

/// <summary>Text and binary I/O of the built-in types against what PostgreSQL 17 answered.</summary>
public class TypeIoTests
{
    public static TheoryData<string> TypeNames => [.. RecordedIo.All.Select(row => row.Type).Distinct()];

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void Text_and_binary_forms_are_PostgreSQLs(string type)
    {
        var failures = new List<string>();
        foreach (var row in RecordedIo.All.Where(row => row.Type == type))
        {
            var (codec, typmod) = row.Resolve();
            var expected = row.State == "00000"
                ? $"{row.Output} {row.Binary}"
                : $"{row.State} {row.Output} / {row.Detail} / {row.Hint} / {row.Context}";
            var actual = Answer(codec, typmod, row);
            if (actual != expected)
            {
                failures.Add($"{row.Settings} '{row.Input}'\n    PostgreSQL: {expected}\n    here:       {actual}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {type}:\n{string.Join('\n', failures)}");
    }

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void Binary_form_reads_back(string type)
    {
        foreach (var row in RecordedIo.All.Where(row => row.Type == type && row.State == "00000"))
        {
            var (codec, typmod) = row.Resolve();
            var context = row.MakeContext();
            var value = codec.Receive(Convert.FromHexString(row.Binary), typmod, context);
            Assert.Equal(row.Output, codec.OutputString(value, context));
        }
    }

    private static string Answer(PgTypeCodec codec, int typmod, RecordedIo row)
    {
        var context = row.MakeContext();
        try
        {
            // A literal is read without its modifier, which an explicit cast then applies; interval reads with it.
            var value = codec.Input(Encoding.UTF8.GetBytes(row.Input), codec.Oid == TypeOid.Interval ? typmod : -1, context);
            value = typmod >= 0 ? codec.ApplyTypmod(value, typmod, isExplicit: true, context) : value;
            var text = codec.OutputString(value, context);
            var binary = new ArrayBufferWriter<byte>();
            codec.Send(value, context, binary);
            return $"{text} {Convert.ToHexStringLower(binary.WrittenSpan)}";
        }
        catch (PgException e)
        {
            return $"{e.SqlState} {e.Message} / {e.Detail} / {e.Hint} / {e.Where}";
        }
    }
}
