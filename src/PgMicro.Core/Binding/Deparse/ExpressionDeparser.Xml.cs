using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types.Xml;

namespace PgMicro.Core.Binding.Deparse;

/// <content>SQL/XML expressions.</content>
public sealed partial class ExpressionDeparser
{
    private void Xml(BoundXmlExpr x)
    {
        if (x.Op == XmlExprOp.XmlDocument)
        {
            _out.Append(_context.PrettyParens ? "(" : "");
            Expr(x.Args[0], false);
            _out.Append(_context.PrettyParens ? ") IS DOCUMENT" : " IS DOCUMENT");
            return;
        }

        _out.Append(x.Op switch
        {
            XmlExprOp.XmlConcat => "XMLCONCAT(",
            XmlExprOp.XmlElement => "XMLELEMENT(",
            XmlExprOp.XmlForest => "XMLFOREST(",
            XmlExprOp.XmlParse => "XMLPARSE(",
            XmlExprOp.XmlPi => "XMLPI(",
            XmlExprOp.XmlRoot => "XMLROOT(",
            _ => "XMLSERIALIZE(",
        });
        if (x.Op is XmlExprOp.XmlParse or XmlExprOp.XmlSerialize)
        {
            _out.Append(x.IsContent ? "CONTENT " : "DOCUMENT ");
        }

        var comma = false;
        if (x.Name is not null)
        {
            _out.Append("NAME ").Append(Identifiers.Quote(XmlNames.ToIdentifier(x.Name)));
            comma = true;
        }

        if (x.NamedArgs.Count > 0)
        {
            _out.Append(comma ? ", " : "").Append(x.Op == XmlExprOp.XmlForest ? "" : "XMLATTRIBUTES(");
            for (var i = 0; i < x.NamedArgs.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "");
                Expr(x.NamedArgs[i], true);
                _out.Append(" AS ").Append(Identifiers.Quote(XmlNames.ToIdentifier(x.ArgNames[i])));
            }

            _out.Append(x.Op == XmlExprOp.XmlForest ? "" : ")");
            comma = true;
        }

        _out.Append(comma && x.Args.Count > 0 ? ", " : "");
        switch (x.Op)
        {
            case XmlExprOp.XmlParse:
                Expr(x.Args[0], true);
                _out.Append(x.Args[1] is BoundConst { Value: { IsNull: false, Boolean: true } } ? " PRESERVE WHITESPACE" : " STRIP WHITESPACE");
                break;
            case XmlExprOp.XmlRoot:
                Root(x);
                break;
            default:
                List(x.Args, true);
                break;
        }

        if (x.Op == XmlExprOp.XmlSerialize)
        {
            _out.Append(" AS ").Append(TypeText(x.SerializedType, x.SerializedTypmod)).Append(x.Indent ? " INDENT" : " NO INDENT");
        }

        _out.Append(')');
    }

    private void Root(BoundXmlExpr x)
    {
        Expr(x.Args[0], true);
        _out.Append(", VERSION ");
        if (x.Args[1] is BoundConst { Value.IsNull: true })
        {
            _out.Append("NO VALUE");
        }
        else
        {
            Expr(x.Args[1], false);
        }

        _out.Append(x.Args[2] is BoundConst { Value.IsNull: false } standalone
            ? standalone.Value.Int64 switch { 0 => ", STANDALONE YES", 1 => ", STANDALONE NO", 2 => ", STANDALONE NO VALUE", _ => "" }
            : "");
    }
}
