using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>The columns of row-valued expressions (PostgreSQL's get_expr_result_tupdesc).</summary>
public static class RowShape
{
    /// <summary>The columns by position; null when the expression is no row or its columns are not known.</summary>
    public static IReadOnlyList<RowField>? Of(ParseState pstate, BoundExpr expr)
    {
        var relid = TypeFacts.TypeOrDomainRelid(pstate.Catalog, expr.Type);
        if (relid != 0)
        {
            return OfRelation(pstate, relid);
        }

        if (expr.Type != TypeOid.Record)
        {
            return null;
        }

        switch (expr)
        {
            case BoundVar variable:
                return pstate.Scope?.RecordFields(pstate, variable);
            case BoundRowExpr row:
                {
                    var fields = new RowField[row.Args.Count];
                    for (var i = 0; i < fields.Length; i++)
                    {
                        fields[i] = new RowField(row.ColNames[i], row.Args[i].Type, row.Args[i].Typmod, row.Args[i].Collation);
                    }

                    return fields;
                }

            case BoundFuncExpr function:
                return OfFunction(pstate, function);
            default:
                return null;
        }
    }

    /// <summary>The columns of a relation by attnum; a dropped one has type 0.</summary>
    public static IReadOnlyList<RowField> OfRelation(ParseState pstate, uint relid)
    {
        var fields = new List<RowField>();
        foreach (var attribute in pstate.Catalog.AllAttributes(relid))
        {
            if (attribute.attnum > 0)
            {
                fields.Add(new RowField(
                    attribute.attname, attribute.attisdropped ? 0 : attribute.atttypid, attribute.atttypmod, attribute.attcollation));
            }
        }

        return fields;
    }

    /// <summary>The columns of a function's OUT parameters, polymorphic ones resolved; null when it has fewer than two.</summary>
    public static IReadOnlyList<RowField>? OfFunction(ParseState pstate, BoundFuncExpr call) => OfFunction(pstate.Catalog, call);

    /// <summary>The columns of a function's OUT parameters, polymorphic ones resolved; null when it has fewer than two.</summary>
    public static IReadOnlyList<RowField>? OfFunction(Catalog.CatalogSnapshot catalog, BoundFuncExpr call)
    {
        var proc = catalog.Proc(call.FuncId)!;
        if (proc.proallargtypes is not { } types || proc.proargmodes is not { } modes)
        {
            return null;
        }

        var fields = new List<RowField>();
        for (var i = 0; i < types.Length; i++)
        {
            if (modes[i] is 'o' or 'b' or 't')
            {
                var type = types[i];
                if (TypeFacts.IsPolymorphic(type))
                {
                    var actual = call.Args.ConvertAll(a => a.Type).ToArray();
                    type = Coercion.EnforceGenericTypeConsistency(catalog, null, actual, (uint[])proc.proargtypes.Clone(), type, false);
                }

                var name = proc.proargnames is { } names && names[i].Length > 0 ? names[i] : $"column{fields.Count + 1}";
                fields.Add(new RowField(name, type, -1, TypeFacts.Collation(catalog, type)));
            }
        }

        return fields.Count > 1 ? fields : null;
    }
}
