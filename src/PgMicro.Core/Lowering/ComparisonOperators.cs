using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>Which operators compare storage forms as SQLite's own operators do, given the type's collation.</summary>
internal static class ComparisonOperators
{
    private static readonly string?[] ByStrategy = [null, "<", "<=", "=", ">=", ">"];

    /// <summary>SQLite's operator for a PostgreSQL operator of these argument types; null when it takes a function.</summary>
    internal static string? Native(CatalogSnapshot catalog, uint opNo, uint left, uint right)
    {
        var (a, b) = (StorageClass(catalog, left), StorageClass(catalog, right));
        if (a != b || a == 0 || IsCalled(catalog, opNo))
        {
            return null;
        }

        foreach (var amop in catalog.AmopsOfOperator(opNo))
        {
            if (opNo < BuiltInOids.FirstNormalObjectId && amop.oid >= BuiltInOids.FirstNormalObjectId)
            {
                // A user's family gives it a place of its own; what it means stays.
                continue;
            }

            if (amop.amoppurpose == 's' && amop.amopmethod == BuiltInOids.BtreeAm)
            {
                return ByStrategy[amop.amopstrategy];
            }

            if (amop.amoppurpose == 's' && amop.amopmethod == BuiltInOids.HashAm)
            {
                return "=";
            }
        }

        return catalog.Operator(opNo) is { oprnegate: not 0 } negated && IsEquality(catalog, negated.oprnegate) ? "<>" : null;
    }

    /// <summary>Whether an operator is a call of a function that users have made, so that what it means only that function knows.</summary>
    internal static bool IsCalled(CatalogSnapshot catalog, uint opNo) =>
        opNo >= BuiltInOids.FirstNormalObjectId && catalog.Operator(opNo) is { } op && Routines.Find(catalog, op.oprcode) is not null;

    /// <summary>Whether a function cannot fail whatever its arguments are.</summary>
    internal static bool IsSafe(CatalogSnapshot catalog, uint function) => catalog.Proc(function) is { } proc
        && (proc.proleakproof || (proc.prorettype == TypeOid.Bool && SafeNames.Contains(proc.proname)));

    private static bool IsEquality(CatalogSnapshot catalog, uint opNo)
    {
        foreach (var amop in catalog.AmopsOfOperator(opNo))
        {
            if ((amop.amopmethod == BuiltInOids.BtreeAm && amop.amopstrategy == 3) || (amop.amopmethod == BuiltInOids.HashAm && amop.amopstrategy == 1))
            {
                return true;
            }
        }

        return false;
    }

    // Comparisons that PostgreSQL does not call leakproof and that cannot fail here.
    private static readonly HashSet<string> SafeNames =
    [
        "numeric_eq", "numeric_ne", "numeric_lt", "numeric_le", "numeric_gt", "numeric_ge", "array_eq", "array_ne", "array_lt", "array_le", "array_gt", "array_ge",
        "enum_eq", "enum_ne", "enum_lt", "enum_le", "enum_gt", "enum_ge", "jsonb_eq", "jsonb_ne", "textlike", "textnlike", "texticlike", "texticnlike",
        "bpchareq", "bpcharne", "bpcharlt", "bpcharle", "bpchargt", "bpcharge", "text_lt", "text_le", "text_gt", "text_ge", "starts_with",
    ];

    // Types of one class compare with each other; 0 is none.
    private static uint StorageClass(CatalogSnapshot catalog, uint type)
    {
        type = catalog.GetBaseType(type);
        return type switch
        {
            TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 => TypeOid.Int8,
            TypeOid.Float4 or TypeOid.Float8 => TypeOid.Float8,
            TypeOid.Text or TypeOid.Varchar or TypeOid.Name => TypeOid.Text,
            TypeOid.Oid or TypeOid.Regclass or TypeOid.Regtype or TypeOid.Regproc or TypeOid.Regprocedure or TypeOid.Regoper or TypeOid.Regoperator
                or TypeOid.RegNamespace or TypeOid.RegRole or TypeOid.RegConfig or TypeOid.RegDictionary or TypeOid.RegCollation => TypeOid.Oid,
            TypeOid.Record or TypeOid.RecordArray => 0,
            _ => catalog.Type(type) is { typtype: 'b' or 'e' or 'r' or 'm' } ? type : 0,
        };
    }
}
