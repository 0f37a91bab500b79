using System.Globalization;
using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Binding.Deparse;

public sealed partial class ExpressionDeparser
{
    private void PartitionBound(BoundPartitionBound bound)
    {
        if (bound.IsDefault)
        {
            _out.Append("DEFAULT");
            return;
        }

        switch (bound.Strategy)
        {
            case 'h':
                _out.Append(CultureInfo.InvariantCulture, $"FOR VALUES WITH (modulus {bound.Modulus}, remainder {bound.Remainder})");
                break;
            case 'l':
                _out.Append("FOR VALUES IN (");
                for (var i = 0; i < bound.ListDatums.Count; i++)
                {
                    _out.Append(i == 0 ? "" : ", ");
                    Const(bound.ListDatums[i], -1);
                }

                _out.Append(')');
                break;
            default:
                _out.Append("FOR VALUES FROM ");
                RangeBound(bound.LowerDatums);
                _out.Append(" TO ");
                RangeBound(bound.UpperDatums);
                break;
        }
    }

    /// <summary>One end of a range bound, as messages tell it too.</summary>
    internal static string RangeBound(List<BoundRangeDatum> bound, DeparseContext context)
    {
        var deparser = new ExpressionDeparser(context, new System.Text.StringBuilder(), 0);
        deparser.RangeBound(bound);
        return deparser._out.ToString();
    }

    private void RangeBound(List<BoundRangeDatum> bound)
    {
        _out.Append('(');
        for (var i = 0; i < bound.Count; i++)
        {
            _out.Append(i == 0 ? "" : ", ");
            switch (bound[i].Kind)
            {
                case RangeDatumKind.MinValue:
                    _out.Append("MINVALUE");
                    break;
                case RangeDatumKind.MaxValue:
                    _out.Append("MAXVALUE");
                    break;
                default:
                    Const(bound[i].Value!, -1);
                    break;
            }
        }

        _out.Append(')');
    }
}
