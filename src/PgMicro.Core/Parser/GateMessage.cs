using System.Collections.Frozen;
using PgMicro.PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>
/// What <see cref="FeatureGate"/> has to know of one kind of parse-tree message to judge its encoded form: the fields by their
/// numbers in libpg_query's schema, as <see cref="FeatureTable"/> treats them.
/// </summary>
internal sealed class GateMessage
{
    private static readonly FrozenDictionary<string, GateMessage> All = Read();
    private GateField?[] _fields = [];

    private GateMessage(string name, MessageTreatment? treatment)
    {
        Name = name;
        RejectedAs = treatment is null ? name : treatment.RejectedAs;
    }

    internal static GateMessage RawStmt { get; } = All["RawStmt"];

    internal string Name { get; }

    /// <summary>The clause to name when the message is refused as a whole.</summary>
    internal string? RejectedAs { get; }

    /// <summary>The number of the field that says where the message stands; 0 when it has none.</summary>
    internal int LocationField { get; private set; }

    /// <summary>Whether a field may be refused.</summary>
    internal bool HasRejected { get; private set; }

    /// <summary>Whether a field holds messages to judge.</summary>
    internal bool HasChildren { get; private set; }

    internal GateField? Field(int number) => (uint)number < (uint)_fields.Length ? _fields[number] : null;

    private static FrozenDictionary<string, GateMessage> Read()
    {
        var schema = ParseTreeSchema.Read();
        var messages = new Dictionary<string, GateMessage>();
        foreach (var message in schema.Messages)
        {
            messages.Add(message.Name, new GateMessage(message.Name, FeatureTable.Messages.GetValueOrDefault(message.Name)));
        }

        foreach (var message in schema.Messages)
        {
            messages[message.Name].SetFields(message, schema.Enums, messages);
        }

        return messages.ToFrozenDictionary();
    }

    private void SetFields(ParseTreeSchema.Message message, IReadOnlySet<string> enums, Dictionary<string, GateMessage> messages)
    {
        var treatment = FeatureTable.Messages.GetValueOrDefault(Name);
        _fields = new GateField?[message.Fields.Select(static f => f.Number).DefaultIfEmpty().Max() + 1];
        foreach (var field in message.Fields)
        {
            if (field is { Name: "location", Type: "int32" })
            {
                LocationField = field.Number;
            }

            string? clause = null;
            var child = messages.GetValueOrDefault(field.Type);
            if (treatment is not { AllBound: true })
            {
                if (treatment is null || !treatment.Fields.TryGetValue(field.Name, out var known))
                {
                    clause = $"{Name}.{field.Name}";
                }
                else if (known.Treatment == FieldTreatment.Rejected)
                {
                    clause = known.Clause;
                }
                else if (known.Treatment == FieldTreatment.Harmless)
                {
                    child = null;
                }
            }

            HasRejected |= clause is not null;
            HasChildren |= clause is null && child is not null;
            _fields[field.Number] = new GateField(
                clause, clause is null ? child : null, enums.Contains(field.Type), messages.ContainsKey(field.Type));
        }
    }
}

/// <summary>How one field is treated.</summary>
/// <param name="Clause">What to name when it carries a value; null when it may.</param>
/// <param name="Child">The kind of message that it holds and that is to be judged.</param>
/// <param name="IsEnum">Whether its first value is the parser's neutral one.</param>
/// <param name="IsMessage">Whether it holds messages, which carry a value though they be empty.</param>
internal sealed record GateField(string? Clause, GateMessage? Child, bool IsEnum, bool IsMessage);
