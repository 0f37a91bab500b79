using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>An SQL/XML expression: a function that is told names and types beside the values.</summary>
    private SqlExpr Xml(BoundXmlExpr xml)
    {
        var named = xml.NamedArgs.Zip(xml.ArgNames).SelectMany(arg => new[] { SqlLiteral.Of(arg.Second), SqlLiteral.Of(Known(arg.First.Type)), Expr(arg.First) });
        return xml.Op switch
        {
            XmlExprOp.XmlElement => new SqlCall(
                "pgmicro_xml_element",
                [SqlLiteral.Of(xml.Name!), SqlLiteral.Of(xml.NamedArgs.Count), .. named, .. xml.Args.SelectMany(a => new[] { SqlLiteral.Of(Known(a.Type)), Expr(a) })]),
            XmlExprOp.XmlForest => new SqlCall("pgmicro_xml_forest", [.. named]),
            XmlExprOp.XmlConcat => new SqlCall("pgmicro_xml_concat", xml.Args.ConvertAll(Expr)),
            XmlExprOp.XmlParse => new SqlCall("pgmicro_xml_parse", [Expr(xml.Args[0]), SqlLiteral.Of(xml.IsContent ? 1 : 0)]),
            XmlExprOp.XmlPi => new SqlCall("pgmicro_xml_pi", [SqlLiteral.Of(xml.Name!), .. xml.Args.Select(Expr)]),
            XmlExprOp.XmlRoot => new SqlCall(
                "pgmicro_xml_root", [Expr(xml.Args[0]), SqlLiteral.Of(xml.Args[1] is BoundConst { Value.IsNull: true } ? 0 : 1), Expr(xml.Args[1]), Expr(xml.Args[2])]),
            XmlExprOp.XmlSerialize => new SqlCall(
                "pgmicro_xml_serialize", [Expr(xml.Args[0]), SqlLiteral.Of(xml.IsContent ? 1 : 0), SqlLiteral.Of(xml.Indent ? 1 : 0)]),
            _ => new SqlCall("pgmicro_xml_is_document", xml.Args.ConvertAll(Expr)),
        };
    }

    // A literal whose type nothing decides is text.
    private static uint Known(uint type) => type == Types.TypeOid.Unknown ? Types.TypeOid.Text : type;
}
