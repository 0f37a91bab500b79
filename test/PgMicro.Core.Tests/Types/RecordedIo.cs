using System.Runtime.CompilerServices;
using System.Text;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Types;

/// <summary>One question and PostgreSQL's answer, a line of Recorded/io.tsv.</summary>
internal sealed record RecordedIo(
    string Type, string Settings, string Input, string State, string Output, string Binary, string Detail, string Hint, string Context)
{
    private static readonly Dictionary<string, uint> Oids = new()
    {
        ["int2"] = TypeOid.Int2,
        ["int4"] = TypeOid.Int4,
        ["int8"] = TypeOid.Int8,
        ["oid"] = TypeOid.Oid,
        ["xid"] = TypeOid.Xid,
        ["cid"] = TypeOid.Cid,
        ["xid8"] = TypeOid.Xid8,
        ["bool"] = TypeOid.Bool,
        ["tid"] = TypeOid.Tid,
        ["float4"] = TypeOid.Float4,
        ["float8"] = TypeOid.Float8,
        ["numeric"] = TypeOid.Numeric,
        ["text"] = TypeOid.Text,
        ["varchar"] = TypeOid.Varchar,
        ["bpchar"] = TypeOid.Bpchar,
        ["char"] = TypeOid.Bpchar,
        ["name"] = TypeOid.Name,
        ["\"char\""] = TypeOid.Char,
        ["bytea"] = TypeOid.Bytea,
        ["uuid"] = TypeOid.Uuid,
        ["json"] = TypeOid.Json,
        ["jsonb"] = TypeOid.Jsonb,
        ["int2vector"] = TypeOid.Int2Vector,
        ["oidvector"] = TypeOid.OidVector,
        ["date"] = TypeOid.Date,
        ["time"] = TypeOid.Time,
        ["timetz"] = TypeOid.Timetz,
        ["timestamp"] = TypeOid.Timestamp,
        ["timestamptz"] = TypeOid.Timestamptz,
        ["interval"] = TypeOid.Interval,
    };

    private static readonly Dictionary<string, int> IntervalRanges = new()
    {
        ["month"] = 2,
        ["year"] = 4,
        ["day"] = 8,
        ["hour"] = 1024,
        ["minute"] = 2048,
        ["second"] = 4096,
        ["year to month"] = 6,
        ["day to hour"] = 1032,
        ["day to minute"] = 3080,
        ["day to second"] = 7176,
        ["hour to minute"] = 3072,
        ["hour to second"] = 7168,
        ["minute to second"] = 6144,
    };

    public static IReadOnlyList<RecordedIo> All { get; } = [.. File.ReadLines(Path.Combine(Folder(), "Recorded", "io.tsv")).Skip(1).Select(Parse)];

    public static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    public (PgTypeCodec Codec, int Typmod) Resolve()
    {
        var name = Type;
        var isArray = name.EndsWith("[]", StringComparison.Ordinal);
        name = isArray ? name[..^2] : name;
        string[] arguments = [];
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open >= 0)
        {
            arguments = name[(open + 1)..^1].Split(',');
            name = name[..open];
        }

        if (name.StartsWith("interval", StringComparison.Ordinal) && (name.Length > 8 || arguments.Length > 0))
        {
            var range = name.Length > 8 ? IntervalRanges[name[9..]] : 0x7FFF;
            arguments = [range.ToString(), .. arguments];
            name = "interval";
        }

        var codec = BuiltInCodecs.Find(Oids[name])!;
        var typmod = arguments.Length > 0 ? codec.TypmodIn(arguments) : Type is "char" ? 5 : -1;
        return (isArray ? BuiltInCodecs.Find(codec.ArrayOid)! : codec, typmod);
    }

    public TypeContext MakeContext()
    {
        // The recording session ran in UTC.
        var context = new TypeContext { Types = BuiltInCodecs.Resolver };
        foreach (var setting in Settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            var value = setting[(at + 1)..];
            switch (setting[..at])
            {
                case "DateStyle":
                    var parts = value.Split(", ");
                    context.DateStyle = Enum.Parse<DateStyleFormat>(parts[0], ignoreCase: true);
                    context.DateOrder = parts.Length > 1 ? Enum.Parse<DateOrder>(parts[1], ignoreCase: true) : DateOrder.Dmy;
                    break;
                case "TimeZone":
                    context.TimeZone = PgTimeZone.Find(value)!;
                    break;
                case "IntervalStyle":
                    context.IntervalStyle = Enum.Parse<IntervalStyle>(value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
                    break;
                case "extra_float_digits":
                    context.ExtraFloatDigits = int.Parse(value);
                    break;
                case "bytea_output":
                    context.ByteaOutputEscape = value == "escape";
                    break;
                default:
                    throw new InvalidOperationException(setting);
            }
        }

        return context;
    }

    private static RecordedIo Parse(string line)
    {
        var f = line.Split('\t').Select(Unescape).ToArray();
        return new(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]);
    }

    private static string Unescape(string field)
    {
        var result = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            result.Append(field[i] != '\\' ? field[i] : field[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'v' => '\v', 'b' => '\b', 'f' => '\f', var c => c });
        }

        return result.ToString();
    }
}
