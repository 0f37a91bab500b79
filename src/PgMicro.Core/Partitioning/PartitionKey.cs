using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>A column of a partition key.</summary>
/// <param name="Number">The table's column, or 0 for an expression.</param>
/// <param name="Expr">The column or the expression, over the table as range table entry 1.</param>
/// <param name="Opclass">The operator class that orders or hashes it.</param>
/// <param name="Collation">The collation in which it is compared, or 0.</param>
/// <param name="Codec">The codec of its type.</param>
/// <param name="HashFunction">The function of a user's that hashes it; 0 for that of its type.</param>
internal sealed record PartitionKeyColumn(short Number, BoundExpr Expr, PgOpclass Opclass, uint Collation, PgTypeCodec Codec, uint HashFunction)
{
    internal uint Type => Expr.Type;
}

/// <summary>What a partitioned table is partitioned by (PostgreSQL's PartitionKey).</summary>
internal sealed class PartitionKey
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, PartitionKey?>> PerSnapshot = [];

    private PartitionKey(CatalogSnapshot catalog, PgPartitionedTable row)
    {
        Table = row.partrelid;
        Strategy = row.partstrat;
        var expressions = Expressions(row);
        var next = 0;
        Columns = new PartitionKeyColumn[row.partnatts];
        for (var i = 0; i < Columns.Length; i++)
        {
            BoundExpr expr = expressions.Count > 0 && row.partattrs[i] == 0 ? expressions[next++] : Column(catalog.Attribute(Table, row.partattrs[i])!);
            var opclass = catalog.Opclass(row.partclass[i])!;
            Columns[i] = new(row.partattrs[i], expr, opclass, row.partcollation[i], catalog.GetCodec(expr.Type), Strategy == 'h' ? FindHashFunction(catalog, opclass) : 0);
        }
    }

    /// <summary>The partitioned table.</summary>
    internal uint Table { get; }

    /// <summary>'l', 'r' or 'h'.</summary>
    internal char Strategy { get; }

    internal PartitionKeyColumn[] Columns { get; }

    /// <summary>The key of a partitioned table; null when the relation is none.</summary>
    internal static PartitionKey? Of(CatalogSnapshot catalog, uint oid) => PerSnapshot.GetOrCreateValue(catalog)
        .GetOrAdd(oid, static (oid, catalog) => catalog.Find(PgPartitionedTable.Relation, new(oid)) is { } row ? new PartitionKey(catalog, row) : null, catalog);

    /// <summary>The expressions of a key, in order.</summary>
    internal static List<BoundExpr> Expressions(PgPartitionedTable row) =>
        row.partexprs is null ? [] : [.. JsonSerializer.Deserialize<string[]>(row.partexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];

    // The extended hash function, support function 2.
    private static uint FindHashFunction(CatalogSnapshot catalog, PgOpclass opclass)
    {
        if (opclass.oid < BuiltInOids.FirstNormalObjectId)
        {
            return 0;
        }

        return catalog.Find(PgAmproc.ByFamily, new(opclass.opcfamily))
            .FirstOrDefault(p => p.amprocnum == 2 && p.amproclefttype == opclass.opcintype && p.amprocrighttype == opclass.opcintype)?.amproc
            ?? throw new PgException(
                SqlState.InvalidObjectDefinition,
                $"operator class \"{opclass.opcname}\" of access method hash is missing support function 2 for type {CatalogNames.FormatType(catalog, opclass.opcintype, null)}");
    }

    private static BoundVar Column(PgAttribute column) =>
        new() { Varno = 1, Varattno = column.attnum, Type = column.atttypid, Typmod = column.atttypmod, Collation = column.attcollation };
}
