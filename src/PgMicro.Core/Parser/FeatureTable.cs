using System.Collections.Frozen;

namespace PgMicro.Core.Parser;

/// <summary>How the engine treats a field of the parse tree.</summary>
internal enum FieldTreatment
{
    /// <summary>Read and honoured (or refused, with a more exact error) by analysis or by the command.</summary>
    Bound,

    /// <summary>Changes nothing that a user can observe.</summary>
    Harmless,

    /// <summary>Refused: 0A000.</summary>
    Rejected,
}

/// <summary>What is known of one parse-tree message.</summary>
internal sealed class MessageTreatment
{
    /// <summary>The clause to name when the message is refused as a whole; else null.</summary>
    public string? RejectedAs { get; init; }

    /// <summary>Whether every field is bound (Node, which only wraps).</summary>
    public bool AllBound { get; init; }

    /// <summary>The fields by name, with the clause to name for a rejected one.</summary>
    public Dictionary<string, (FieldTreatment Treatment, string? Clause)> Fields { get; } = [];
}

/// <summary>
/// Every message and field of the parse tree, as bound, harmless or rejected. One message starts a line:
/// <c>Message: field ~harmless !rejected {clause}</c>, or <c>!Message {clause}</c> where it is refused as a whole; an indented
/// line goes on with the one before. What only analysis fills in is rejected too, since no text can produce it.
/// </summary>
internal static partial class FeatureTable
{
    /// <summary>The table by message name.</summary>
    public static FrozenDictionary<string, MessageTreatment> Messages { get; } = Read();

    private static FrozenDictionary<string, MessageTreatment> Read()
    {
        var result = new Dictionary<string, MessageTreatment>();
        foreach (var part in (ReadOnlySpan<string>)[Queries, Expressions, Definitions, Commands])
        {
            foreach (var line in part.ReplaceLineEndings("\n").Replace("\n    ", " ", StringComparison.Ordinal).Split('\n'))
            {
                var (name, treatment) = ReadLine(line);
                result.Add(name, treatment);
            }
        }

        return result.ToFrozenDictionary();
    }

    private static (string Name, MessageTreatment Treatment) ReadLine(string line)
    {
        if (line[0] == '!')
        {
            var brace = line.IndexOf('{', StringComparison.Ordinal);
            return (line[1..brace].Trim(), new MessageTreatment { RejectedAs = line[(brace + 1)..line.LastIndexOf('}')] });
        }

        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var rest = line.AsSpan(colon + 1).Trim();
        var treatment = new MessageTreatment { AllBound = rest is "*" };
        while (!treatment.AllBound && rest.Length > 0)
        {
            var end = rest.IndexOf(' ');
            var field = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..].TrimStart();
            switch (field[0])
            {
                case '~':
                    treatment.Fields.Add(field[1..].ToString(), (FieldTreatment.Harmless, null));
                    break;
                case '!':
                    var close = rest.IndexOf('}');
                    treatment.Fields.Add(field[1..].ToString(), (FieldTreatment.Rejected, rest[1..close].ToString()));
                    rest = rest[(close + 1)..].TrimStart();
                    break;
                default:
                    treatment.Fields.Add(field.ToString(), (FieldTreatment.Bound, null));
                    break;
            }
        }

        return (line[..colon], treatment);
    }
}
