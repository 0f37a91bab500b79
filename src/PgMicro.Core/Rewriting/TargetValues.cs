using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Rewriting;

/// <summary>References to the columns of one entry as what a target list gives them (ReplaceVarsFromTargetList).</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="varno">The entry: NEW, or the target of a statement whose RETURNING a rule answers.</param>
/// <param name="relation">Its relation.</param>
/// <param name="targets">The target list.</param>
/// <param name="other">The entry that a column belongs to which the list does not give; 0 where it is NULL.</param>
internal sealed class TargetValues(CatalogSnapshot catalog, int varno, PgClass relation, List<TargetEntry> targets, int other) : BoundTreeRewriter
{
    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        if (expr is not BoundVar column || column.Varno != varno || column.Varlevelsup != SublevelsUp)
        {
            return base.RewriteExpr(expr);
        }

        return column.Varattno == 0 ? WholeRow(column) : Value(column.Varattno, column);
    }

    private BoundExpr Value(int attnum, BoundVar column)
    {
        var target = targets.Find(t => !t.ResJunk && t.ResNo == attnum);
        if (target is null)
        {
            if (catalog.Attribute(relation.oid, attnum) is { attgenerated: not '\0' } && catalog.Attrdef(relation.oid, (short)attnum)?.adbin is { } generation)
            {
                return Raised(new TargetValues(catalog, 1, relation, targets, other).Rewrite(BoundTreeSerializer.DeserializeExpr(generation)));
            }

            if (other == 0)
            {
                return Null(column);
            }

            var moved = (BoundVar)column.ShallowCopy();
            moved.Varno = other;
            (moved.SyntacticVarno, moved.SyntacticAttno) = (0, 0);
            return moved;
        }

        if (ExprFacts.Any(target.Expr, static e => e is BoundParam { Kind: ParamKind.MultiExpr }))
        {
            throw new PgException(
                SqlState.FeatureNotSupported, "NEW variables in ON UPDATE rules cannot reference columns that are part of a multiple assignment in the subject UPDATE command");
        }

        return Raised(target.Expr);
    }

    private BoundExpr Raised(BoundExpr expr) => SublevelsUp == 0 ? expr : new LevelRaise(SublevelsUp).Rewrite(expr);

    private BoundRowExpr WholeRow(BoundVar whole)
    {
        var columns = catalog.Attributes(relation.oid).Where(static a => a.attnum > 0).ToArray();
        return new BoundRowExpr
        {
            Type = whole.Type,
            RowFormat = CoercionForm.ImplicitCast,
            Args = [.. columns.Select(a => a.attisdropped ? Constants.Null(TypeOid.Int4) : Value(a.attnum, Column(a, whole)))],
            ColNames = [.. columns.Select(static a => a.attname)],
        };
    }

    private BoundVar Column(PgAttribute attribute, BoundVar whole) => new()
    {
        Varno = varno,
        Varattno = attribute.attnum,
        Varlevelsup = whole.Varlevelsup,
        Type = attribute.atttypid,
        Typmod = attribute.atttypmod,
        Collation = attribute.attcollation,
        Location = whole.Location,
    };

    // A domain has its say about NULL.
    private BoundExpr Null(BoundVar column)
    {
        var type = TypeFacts.GetBaseType(catalog, column.Type);
        BoundExpr result = new BoundConst { Type = type, Typmod = column.Typmod, Collation = column.Collation };
        return type == column.Type ? result : new BoundCoerceToDomain { Arg = result, Type = column.Type, Typmod = -1, Collation = column.Collation, CoercionFormat = CoercionForm.ImplicitCast };
    }
}
