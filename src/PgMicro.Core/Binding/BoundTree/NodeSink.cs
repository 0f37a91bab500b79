using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Receives the fields of a node one by one, in a fixed order: what equality, hashing and walking are made of.
/// Locations are never among them.</summary>
public abstract class NodeSink
{
    /// <summary>A number, OID, enum or flag.</summary>
    public abstract void Scalar(long value);

    /// <summary>A name.</summary>
    public abstract void Text(string? value);

    /// <summary>A constant's value.</summary>
    public abstract void Datum(PgDatum value);

    /// <summary>A child node, which may be absent.</summary>
    public abstract void Node(BoundNode? child);

    /// <summary>A flag.</summary>
    public void Scalar(bool value) => Scalar(value ? 1L : 0L);

    /// <summary>A list of child nodes.</summary>
    public void Nodes<T>(List<T>? children)
        where T : BoundNode?
    {
        Scalar(children?.Count ?? -1);
        if (children is not null)
        {
            foreach (var child in children)
            {
                Node(child);
            }
        }
    }

    /// <summary>A list of names.</summary>
    public void Texts(List<string>? values)
    {
        Scalar(values?.Count ?? -1);
        values?.ForEach(Text);
    }

    /// <summary>A list of numbers.</summary>
    public void Scalars(List<int>? values)
    {
        Scalar(values?.Count ?? -1);
        values?.ForEach(v => Scalar(v));
    }

    /// <summary>A list of OIDs.</summary>
    public void Scalars(List<uint>? values)
    {
        Scalar(values?.Count ?? -1);
        values?.ForEach(v => Scalar(v));
    }
}
