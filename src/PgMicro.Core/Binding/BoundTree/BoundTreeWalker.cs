using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Visits every node of a tree, queries included, in field order (expression_tree_walker and query_tree_walker).
/// Override the Visit methods; call the base to go on downward.</summary>
public abstract class BoundTreeWalker
{
    private readonly Sink _sink;

    /// <summary>Makes a walker that stands at the query of the tree's top.</summary>
    protected BoundTreeWalker() => _sink = new Sink(this);

    /// <summary>How many queries deep the walk is below where it began.</summary>
    protected int SublevelsUp { get; private set; }

    /// <summary>Set to stop the walk.</summary>
    protected bool Stopped { get; set; }

    /// <summary>Visits a node of any kind; null is nothing.</summary>
    public void Visit(BoundNode? node)
    {
        switch (node)
        {
            case null:
                break;
            case BoundQuery query:
                SublevelsUp++;
                VisitQuery(query);
                SublevelsUp--;
                break;
            case BoundExpr expr:
                VisitExpr(expr);
                break;
            default:
                VisitOther(node);
                break;
        }
    }

    /// <summary>Visits the parts of a query that is the top of the walk: its level counts as zero.</summary>
    public void VisitTop(BoundQuery query) => VisitQuery(query);

    /// <summary>Visits expressions that belong to the level where the walk begins.</summary>
    public void VisitAll<T>(IEnumerable<T?> nodes)
        where T : BoundNode
    {
        foreach (var node in nodes)
        {
            Visit(node);
        }
    }

    /// <summary>An expression.</summary>
    protected virtual void VisitExpr(BoundExpr expr) => VisitChildren(expr);

    /// <summary>A query; <see cref="SublevelsUp"/> counts it already.</summary>
    protected virtual void VisitQuery(BoundQuery query) => VisitChildren(query);

    /// <summary>Any other node: a target entry, range table entry, join, ...</summary>
    protected virtual void VisitOther(BoundNode node) => VisitChildren(node);

    /// <summary>Visits the children of a node.</summary>
    protected void VisitChildren(BoundNode node)
    {
        if (!Stopped)
        {
            node.Describe(_sink);
        }
    }

    private sealed class Sink(BoundTreeWalker walker) : NodeSink
    {
        public override void Scalar(long value)
        {
        }

        public override void Text(string? value)
        {
        }

        public override void Datum(PgDatum value)
        {
        }

        public override void Node(BoundNode? child)
        {
            if (!walker.Stopped)
            {
                walker.Visit(child);
            }
        }
    }
}
