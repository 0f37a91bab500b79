using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>PostgreSQL's equal(): structural equality that ignores locations and how a call was written.</summary>
public sealed class BoundEquality : IEqualityComparer<BoundNode?>
{
    /// <summary>The comparer for collections.</summary>
    public static BoundEquality Instance { get; } = new();

    /// <summary>Whether two trees say the same.</summary>
    public static new bool Equals(object? a, object? b) => AreEqual(a as BoundNode, b as BoundNode);

    /// <summary>Whether two trees say the same.</summary>
    public static bool AreEqual(BoundNode? a, BoundNode? b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a is null || b is null || a.GetType() != b.GetType())
        {
            return false;
        }

        if (a is BoundVar va && b is BoundVar vb)
        {
            return va.Varno == vb.Varno && va.Varattno == vb.Varattno && va.Varlevelsup == vb.Varlevelsup
                && va.Type == vb.Type && va.Typmod == vb.Typmod && va.Collation == vb.Collation;
        }

        var fieldsA = Fields.Of(a);
        var fieldsB = Fields.Of(b);
        return fieldsA.ScalarList.SequenceEqual(fieldsB.ScalarList)
            && fieldsA.TextList.SequenceEqual(fieldsB.TextList)
            && fieldsA.DatumList.Count == fieldsB.DatumList.Count
            && fieldsA.DatumList.Zip(fieldsB.DatumList).All(static p => SameDatum(p.First, p.Second))
            && fieldsA.NodeList.Count == fieldsB.NodeList.Count
            && fieldsA.NodeList.Zip(fieldsB.NodeList).All(static p => AreEqual(p.First, p.Second));
    }

    /// <inheritdoc/>
    bool IEqualityComparer<BoundNode?>.Equals(BoundNode? x, BoundNode? y) => AreEqual(x, y);

    /// <summary>A hash that agrees with <see cref="AreEqual"/>.</summary>
    public int GetHashCode(BoundNode? node)
    {
        if (node is null)
        {
            return 0;
        }

        var hash = default(HashCode);
        var fields = Fields.Of(node);
        hash.Add(node.GetType());
        fields.ScalarList.ForEach(hash.Add);
        fields.TextList.ForEach(hash.Add);
        foreach (var datum in fields.DatumList)
        {
            hash.Add(datum.Kind);
            hash.Add(datum.Int64);
            hash.AddBytes(datum.Bytes);
        }

        foreach (var child in fields.NodeList)
        {
            hash.Add(GetHashCode(child));
        }

        return hash.ToHashCode();
    }

    private static bool SameDatum(PgDatum a, PgDatum b) => a.Kind == b.Kind && a.Int64 == b.Int64 && a.Bytes.SequenceEqual(b.Bytes);

    private sealed class Fields : NodeSink
    {
        public List<long> ScalarList { get; } = [];

        public List<string?> TextList { get; } = [];

        public List<PgDatum> DatumList { get; } = [];

        public List<BoundNode?> NodeList { get; } = [];

        public static Fields Of(BoundNode node)
        {
            var fields = new Fields();
            node.Describe(fields);
            return fields;
        }

        public override void Scalar(long value) => ScalarList.Add(value);

        public override void Text(string? value) => TextList.Add(value);

        public override void Datum(PgDatum value) => DatumList.Add(value);

        public override void Node(BoundNode? child) => NodeList.Add(child);
    }
}
