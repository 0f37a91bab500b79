using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

public static partial class Coercion
{
    /// <summary>The type that CASE, UNION, VALUES and their like give their branches.</summary>
    /// <param name="pstate">Where the catalog is.</param>
    /// <param name="exprs">The branches.</param>
    /// <param name="context">The construct's name for errors; null to get 0 instead of an error.</param>
    /// <exception cref="PgException">42804 "… types … and … cannot be matched".</exception>
    public static uint SelectCommonType(ParseState pstate, IReadOnlyList<BoundExpr> exprs, string? context) =>
        SelectCommonType(pstate, exprs, context, out _);

    /// <inheritdoc cref="SelectCommonType(ParseState, IReadOnlyList{BoundExpr}, string?)"/>
    public static uint SelectCommonType(ParseState pstate, IReadOnlyList<BoundExpr> exprs, string? context, out BoundExpr which)
    {
        var types = new uint[exprs.Count];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = exprs[i].Type;
        }

        var result = SelectCommonType(pstate.Catalog, types, out var chosen, out var conflict, out var soFar);
        which = exprs[Math.Max(chosen, 0)];
        if (result != 0 || context is null)
        {
            return result;
        }

        throw new PgException(
            SqlState.DatatypeMismatch,
            $"{context} types {FormatType.Format(soFar, pstate)} and {FormatType.Format(TypeFacts.GetBaseType(pstate.Catalog, types[conflict]), pstate)} cannot be matched")
            .At(ExprFacts.Location(exprs[conflict]));
    }

    private static uint SelectCommonType(CatalogSnapshot catalog, ReadOnlySpan<uint> types, out int chosen, out int conflict, out uint soFar)
    {
        chosen = 0;
        conflict = -1;
        soFar = types[0];
        if (soFar != TypeOid.Unknown && types.IndexOfAnyExcept(soFar) < 0)
        {
            return soFar;
        }

        soFar = TypeFacts.GetBaseType(catalog, soFar);
        var category = TypeFacts.Category(catalog, soFar);
        var preferred = TypeFacts.Require(catalog, soFar).typispreferred;
        for (var i = 1; i < types.Length; i++)
        {
            var type = TypeFacts.GetBaseType(catalog, types[i]);
            if (type == TypeOid.Unknown || type == soFar)
            {
                continue;
            }

            var row = TypeFacts.Require(catalog, type);
            if (soFar == TypeOid.Unknown)
            {
                (soFar, category, preferred, chosen) = (type, row.typcategory, row.typispreferred, i);
            }
            else if (row.typcategory != category)
            {
                conflict = i;
                return 0;
            }
            else if (!preferred
                && CanCoerce(catalog, soFar, type, CoercionContext.Implicit)
                && !CanCoerce(catalog, type, soFar, CoercionContext.Implicit))
            {
                (soFar, category, preferred, chosen) = (type, row.typcategory, row.typispreferred, i);
            }
        }

        return soFar == TypeOid.Unknown ? TypeOid.Text : soFar;
    }

    /// <summary>Converts a branch to the common type.</summary>
    /// <exception cref="PgException">42846 "… could not convert type … to …".</exception>
    public static BoundExpr CoerceToCommonType(ParseState pstate, BoundExpr node, uint targetType, string context)
    {
        var inputType = node.Type;
        if (inputType == targetType)
        {
            return node;
        }

        if (CanCoerce(pstate.Catalog, inputType, targetType, CoercionContext.Implicit))
        {
            return CoerceType(pstate, node, inputType, targetType, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
        }

        throw new PgException(
            SqlState.CannotCoerce,
            $"{context} could not convert type {FormatType.Format(inputType, pstate)} to {FormatType.Format(targetType, pstate)}")
            .At(ExprFacts.Location(node));
    }

    /// <summary>The type modifier that all branches of the common type share, else -1.</summary>
    public static int SelectCommonTypmod(IReadOnlyList<BoundExpr> exprs, uint commonType)
    {
        var result = -1;
        for (var i = 0; i < exprs.Count; i++)
        {
            if (exprs[i].Type != commonType)
            {
                return -1;
            }

            if (i == 0)
            {
                result = exprs[i].Typmod;
            }
            else if (result != exprs[i].Typmod)
            {
                return -1;
            }
        }

        return result;
    }

    /// <summary>Whether every branch converts to the type.</summary>
    public static bool VerifyCommonType(ParseState pstate, uint commonType, IReadOnlyList<BoundExpr> exprs)
    {
        foreach (var expr in exprs)
        {
            if (!CanCoerce(pstate.Catalog, expr.Type, commonType, CoercionContext.Implicit))
            {
                return false;
            }
        }

        return true;
    }
}
