using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>Operator classes of users as the columns of indexes have them.</summary>
internal static class IndexClasses
{
    /// <summary>
    /// Checks that a class can be a column's. The file compares values by their types' own order: what a class of users calls equal by a function of its own no
    /// unique index can tell.
    /// </summary>
    /// <exception cref="PgException">XX000 when the class has no support function 1, 0A000.</exception>
    internal static void Check(DdlContext ddl, PgOpclass opclass, PgAm am, string index, int column, bool isUnique)
    {
        if (opclass.oid < BuiltInOids.FirstNormalObjectId || am.oid is not (BuiltInOids.BtreeAm or BuiltInOids.HashAm))
        {
            return;
        }

        if (!ddl.Catalog.Find(PgAmproc.ByFamily, new(opclass.opcfamily)).Any(p => p.amprocnum == 1 && p.amproclefttype == opclass.opcintype && p.amprocrighttype == opclass.opcintype))
        {
            throw new PgException(SqlState.InternalError, $"missing support function 1 for attribute {column} of index \"{index}\"");
        }

        var equality = ddl.Catalog.OperatorOfStrategy(opclass.opcfamily, opclass.opcintype, opclass.opcintype, am.oid == BuiltInOids.BtreeAm ? 3 : 1);
        if (isUnique && ddl.Catalog.Operator(equality) is { } op && Lowering.Routines.Find(ddl.Catalog, op.oprcode) is not null)
        {
            throw PgErrors.FeatureNotSupported($"a unique index with operator class {opclass.opcname}, whose equality is a function that users have made,");
        }
    }
}
