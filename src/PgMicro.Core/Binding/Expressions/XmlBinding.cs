using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Xml;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>SQL/XML expressions.</summary>
internal static class XmlBinding
{
    /// <summary>XMLELEMENT, XMLFOREST, XMLCONCAT, XMLPARSE, XMLPI, XMLROOT, IS DOCUMENT.</summary>
    public static BoundExpr Transform(ParseState pstate, Pg.XmlExpr node, Func<Pg.Node, BoundExpr> transform)
    {
        var result = new BoundXmlExpr
        {
            Op = node.Op switch
            {
                Pg.XmlExprOp.IsXmlconcat => XmlExprOp.XmlConcat,
                Pg.XmlExprOp.IsXmlelement => XmlExprOp.XmlElement,
                Pg.XmlExprOp.IsXmlforest => XmlExprOp.XmlForest,
                Pg.XmlExprOp.IsXmlparse => XmlExprOp.XmlParse,
                Pg.XmlExprOp.IsXmlpi => XmlExprOp.XmlPi,
                Pg.XmlExprOp.IsXmlroot => XmlExprOp.XmlRoot,
                _ => XmlExprOp.XmlDocument,
            },
            Name = node.Name.Length == 0 ? null : XmlNames.FromIdentifier(node.Name, isFull: false),
            IsContent = node.Xmloption == Pg.XmlOptionType.XmloptionContent,
            Type = node.Op == Pg.XmlExprOp.IsDocument ? TypeOid.Bool : TypeOid.Xml,
            Location = node.Location,
        };
        foreach (var target in node.NamedArgs.Select(static n => n.ResTarget))
        {
            result.NamedArgs.Add(transform(target.Val));
            var name = target.Name.Length > 0 ? XmlNames.FromIdentifier(target.Name, isFull: false)
                : target.Val.NodeCase == Pg.Node.NodeOneofCase.ColumnRef && target.Val.ColumnRef.Fields[^1].NodeCase == Pg.Node.NodeOneofCase.String
                    ? XmlNames.FromIdentifier(target.Val.ColumnRef.Fields[^1].String.Sval, isFull: true)
                : throw new PgException(
                    SqlState.SyntaxError,
                    result.Op == XmlExprOp.XmlElement ? "unnamed XML attribute value must be a column reference" : "unnamed XML element value must be a column reference")
                    .At(target.Location);
            if (result.Op == XmlExprOp.XmlElement && result.ArgNames.Contains(name))
            {
                throw new PgException(SqlState.SyntaxError, $"XML attribute name \"{name}\" appears more than once").At(target.Location);
            }

            result.ArgNames.Add(name);
        }

        for (var i = 0; i < node.Args.Count; i++)
        {
            var arg = transform(node.Args[i]);
            result.Args.Add((result.Op, i) switch
            {
                (XmlExprOp.XmlConcat, _) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Xml, "XMLCONCAT"),
                (XmlExprOp.XmlParse, 0) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Text, "XMLPARSE"),
                (XmlExprOp.XmlParse, _) => Coercion.CoerceToBoolean(pstate, arg, "XMLPARSE"),
                (XmlExprOp.XmlPi, _) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Text, "XMLPI"),
                (XmlExprOp.XmlRoot, 0) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Xml, "XMLROOT"),
                (XmlExprOp.XmlRoot, 1) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Text, "XMLROOT"),
                (XmlExprOp.XmlRoot, _) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Int4, "XMLROOT"),
                (XmlExprOp.XmlDocument, _) => Coercion.CoerceToSpecificType(pstate, arg, TypeOid.Xml, "IS DOCUMENT"),
                _ => arg,
            });
        }

        return result;
    }

    /// <summary>XMLSERIALIZE: a cast of the value to a character type.</summary>
    public static BoundExpr TransformSerialize(ParseState pstate, Pg.XmlSerialize node, Func<Pg.Node, BoundExpr> transform)
    {
        var xml = Coercion.CoerceToSpecificType(pstate, transform(node.Expr), TypeOid.Xml, "XMLSERIALIZE");
        var (type, typmod) = TypeNames.Resolve(pstate, node.TypeName);
        var text = new BoundXmlExpr
        {
            Op = XmlExprOp.XmlSerialize,
            Args = [xml],
            IsContent = node.Xmloption == Pg.XmlOptionType.XmloptionContent,
            Indent = node.Indent,
            Type = TypeOid.Text,
            SerializedType = type,
            SerializedTypmod = typmod,
            Location = node.Location,
        };
        return Coercion.CoerceToTargetType(pstate, text, TypeOid.Text, type, typmod, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(SqlState.CannotCoerce, $"cannot cast XMLSERIALIZE result to {FormatType.Format(type, pstate)}").At(node.Location);
    }
}
