using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Makes an existing table the child of another, as INHERIT and ATTACH PARTITION do, and ends that.</summary>
internal static class InheritanceLinks
{
    /// <summary>CreateInheritance: the child must have all the parent's columns and checks, and has them from the parent too from now on.</summary>
    /// <exception cref="PgException">42804 for what is missing or different, 42P07 when it is its child already.</exception>
    internal static void Create(DdlContext ddl, uint child, uint parent, bool isPartition = false)
    {
        var last = 0;
        foreach (var link in ddl.Catalog.ParentsOf(child))
        {
            if (link.inhparent == parent)
            {
                throw new PgException(SqlState.DuplicateTable, $"relation \"{ddl.Catalog.Class(parent)!.relname}\" would be inherited from more than once");
            }

            last = Math.Max(last, link.inhseqno);
        }

        MergeColumns(ddl, ddl.Catalog.Class(child)!, parent, isPartition);
        MergeChecks(ddl, ddl.Catalog.Class(child)!, parent, isPartition);
        InheritanceRows.Add(ddl, child, parent, last + 1);
    }

    /// <summary>RemoveInheritance: the child keeps what it has, as its own where no other parent has it.</summary>
    /// <exception cref="PgException">42P01 when it is not its child.</exception>
    internal static void Remove(DdlContext ddl, uint child, uint parent, bool isPartition = false)
    {
        var catalog = ddl.Catalog;
        if (catalog.ParentsOf(child).FirstOrDefault(p => p.inhparent == parent) is not { } link)
        {
            var (of, its) = (catalog.Class(parent)!.relname, catalog.Class(child)!.relname);
            throw new PgException(SqlState.UndefinedTable, isPartition
                ? $"relation \"{its}\" is not a partition of relation \"{of}\""
                : $"relation \"{of}\" is not a parent of relation \"{its}\"");
        }

        ddl.Remove(link);
        foreach (var column in catalog.Attributes(child).Where(static a => a is { attisdropped: false, attinhcount: > 0 }))
        {
            if (catalog.FindAttribute(parent, column.attname) is not null)
            {
                ddl.Put(column with { attinhcount = (short)(column.attinhcount - 1), attislocal = column.attislocal || column.attinhcount == 1 });
            }
        }

        foreach (var check in catalog.ConstraintsOf(child).Where(static c => c is { contype: 'c', coninhcount: > 0 }))
        {
            if (catalog.FindConstraint(parent, check.conname) is { contype: 'c' })
            {
                ddl.Put(check with { coninhcount = (short)(check.coninhcount - 1), conislocal = check.conislocal || check.coninhcount == 1 });
            }
        }

        ddl.ForgetDependencies(ObjectAddress.Relation(child), d => d.refclassid == PgClass.RelationOid && d.refobjid == parent && d.refobjsubid == 0);
    }

    // MergeAttributesIntoExisting
    private static void MergeColumns(DdlContext ddl, PgClass child, uint parent, bool isPartition)
    {
        PgException Wrong(string text) => new(SqlState.DatatypeMismatch, text);
        foreach (var wanted in ddl.Catalog.Attributes(parent).Where(static a => !a.attisdropped))
        {
            var name = wanted.attname;
            if (ddl.Catalog.FindAttribute(child.oid, name) is not { } column)
            {
                throw Wrong($"child table is missing column \"{name}\"");
            }

            if (column.atttypid != wanted.atttypid || column.atttypmod != wanted.atttypmod)
            {
                throw Wrong($"child table \"{child.relname}\" has different type for column \"{name}\"");
            }

            if (column.attcollation != wanted.attcollation)
            {
                throw new PgException(SqlState.CollationMismatch, $"child table \"{child.relname}\" has different collation for column \"{name}\"");
            }

            if (wanted.attnotnull && !column.attnotnull)
            {
                throw Wrong($"column \"{name}\" in child table must be marked NOT NULL");
            }

            if ((wanted.attgenerated != 0) != (column.attgenerated != 0))
            {
                throw Wrong($"column \"{name}\" in child table must {(wanted.attgenerated != 0 ? "" : "not ")}be a generated column");
            }

            ddl.Put(column with
            {
                attinhcount = (short)(column.attinhcount + 1),
                attislocal = column.attislocal && !isPartition,
                attidentity = isPartition ? wanted.attidentity : column.attidentity,
            });
        }
    }

    // MergeConstraintsIntoExisting
    private static void MergeChecks(DdlContext ddl, PgClass child, uint parent, bool isPartition)
    {
        foreach (var wanted in ddl.Catalog.ConstraintsOf(parent).Where(static c => c is { contype: 'c', connoinherit: false }))
        {
            var name = wanted.conname;
            if (ddl.Catalog.FindConstraint(child.oid, name) is not { contype: 'c' } check)
            {
                throw new PgException(SqlState.DatatypeMismatch, $"child table is missing constraint \"{name}\"");
            }

            if (Text(ddl, check) != Text(ddl, wanted))
            {
                throw new PgException(SqlState.DatatypeMismatch, $"child table \"{child.relname}\" has different definition for check constraint \"{name}\"");
            }

            PgException Conflict(string kind) => new(SqlState.InvalidObjectDefinition, $"constraint \"{name}\" conflicts with {kind} constraint on child table \"{child.relname}\"");
            if (check.connoinherit)
            {
                throw Conflict("non-inherited");
            }

            if (!check.convalidated)
            {
                throw Conflict("NOT VALID");
            }

            ddl.Put(check with { coninhcount = (short)(check.coninhcount + 1), conislocal = check.conislocal && !isPartition });
        }
    }

    // Columns may have other numbers in the two tables: the texts are the same.
    private static string Text(DdlContext ddl, PgConstraint check) => ExpressionDeparser.Deparse(BoundTreeSerializer.DeserializeExpr(check.conbin!), new DeparseContext
    {
        Catalog = ddl.Catalog,
        TypeContext = ddl.Session,
        SearchPath = [BuiltInOids.PgCatalogNamespace],
        ColumnName = DeparseContext.ColumnsOf(ddl.Catalog, check.conrelid),
    });
}
