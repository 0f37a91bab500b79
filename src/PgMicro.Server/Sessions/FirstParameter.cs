using Google.Protobuf;
using PgQuery;

namespace PgMicro.Server.Sessions;

/// <summary>Where a statement refers to a parameter though it can have none.</summary>
internal static class FirstParameter
{
    /// <summary>Number and location of the parameter that stands first in the tree; null when there is none.</summary>
    internal static (int Number, int Location)? Find(IMessage node)
    {
        if (node is ParamRef parameter)
        {
            return (parameter.Number, parameter.Location);
        }

        foreach (var field in node.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType != Google.Protobuf.Reflection.FieldType.Message)
            {
                continue;
            }

            var value = field.Accessor.GetValue(node);
            var children = field.IsRepeated ? ((System.Collections.IEnumerable)value).Cast<IMessage>() : value is IMessage child ? [child] : [];
            foreach (var each in children)
            {
                if (Find(each) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
