using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution;

/// <content>What relations take of the file.</content>
public sealed partial class PgSession
{
    /// <inheritdoc/>
    public override long RelationSize(uint relation, bool own, bool indexes)
    {
        var table = Catalog.Class(relation)!;
        var size = own ? FileSize(table) : 0;
        if (indexes)
        {
            foreach (var index in Catalog.IndexesOf(relation))
            {
                size += FileSize(Catalog.Class(index.indexrelid)!);
            }
        }

        return size;
    }

    // Views and what is served from memory take nothing; the key of a rowid table is the table itself.
    private long FileSize(PgClass relation)
    {
        if (relation.relkind is not ('r' or 'i' or 'm') || relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            return 0;
        }

        var (_, file) = RelationNames.Of(Catalog, relation);
        return Connection.QueryInt64($"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name = '{file.Replace("'", "''", StringComparison.Ordinal)}'");
    }
}
