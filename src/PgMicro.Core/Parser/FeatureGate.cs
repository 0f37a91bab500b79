using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>Refuses what the engine would otherwise ignore: a statement passes only if <see cref="FeatureTable"/> lists
/// every part of it that carries a value.</summary>
public static class FeatureGate
{
    private static readonly ConcurrentDictionary<MessageDescriptor, Plan> Plans = [];

    /// <summary>Checks a statement.</summary>
    /// <exception cref="PgException">0A000 naming the clause, at its place; 54001 when nested too deeply.</exception>
    public static void Check(Pg.RawStmt statement) => Check(statement, -1);

    private static void Check(IMessage message, int location)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded").At(location);
        }

        if (message is Pg.Node node)
        {
            if (node.NodeCase != Pg.Node.NodeOneofCase.None)
            {
                var oneof = Pg.Node.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(node);
                Check((IMessage)oneof.Accessor.GetValue(node), location);
            }

            return;
        }

        var plan = Plans.GetOrAdd(message.Descriptor, static d => new Plan(d));
        if (plan.Location is not null && (int)plan.Location.Accessor.GetValue(message) is > 0 and var own)
        {
            location = own;
        }

        if (plan.RejectedAs is not null)
        {
            throw PgErrors.FeatureNotSupported(plan.RejectedAs, location);
        }

        foreach (var (field, clause) in plan.Rejected)
        {
            if (CarriesValue(field, message))
            {
                throw PgErrors.FeatureNotSupported(clause, location);
            }
        }

        foreach (var field in plan.Children)
        {
            switch (field.Accessor.GetValue(message))
            {
                case IMessage child:
                    Check(child, location);
                    break;
                case IList children:
                    for (var i = 0; i < children.Count; i++)
                    {
                        Check((IMessage)children[i]!, location);
                    }

                    break;
            }
        }
    }

    /// <summary>Whether a field holds more than the parser's neutral value.</summary>
    private static bool CarriesValue(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        null => false,
        IMessage => true,
        ICollection collection => collection.Count > 0,
        string text => text.Length > 0,
        bool flag => flag,
        Enum value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) > 1,
        IConvertible number => Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture) != 0,
        _ => true,
    };

    /// <summary>What to look at in a kind of message: computed once.</summary>
    private sealed class Plan
    {
        public Plan(MessageDescriptor descriptor)
        {
            Location = descriptor.FindFieldByName("location") is { FieldType: FieldType.Int32 } location ? location : null;
            if (!FeatureTable.Messages.TryGetValue(descriptor.Name, out var treatment))
            {
                RejectedAs = descriptor.Name;
                return;
            }

            RejectedAs = treatment.RejectedAs;
            foreach (var field in descriptor.Fields.InDeclarationOrder())
            {
                if (!treatment.Fields.TryGetValue(field.Name, out var known))
                {
                    Rejected.Add((field, $"{descriptor.Name}.{field.Name}"));
                }
                else if (known.Treatment == FieldTreatment.Rejected)
                {
                    Rejected.Add((field, known.Clause!));
                }
                else if (known.Treatment == FieldTreatment.Bound && field.FieldType == FieldType.Message)
                {
                    Children.Add(field);
                }
            }
        }

        public string? RejectedAs { get; }

        public FieldDescriptor? Location { get; }

        public List<(FieldDescriptor Field, string Clause)> Rejected { get; } = [];

        public List<FieldDescriptor> Children { get; } = [];
    }
}
