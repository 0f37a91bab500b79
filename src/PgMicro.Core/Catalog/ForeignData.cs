using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Catalog;

/// <summary>Foreign tables: nothing reads them, since no wrapper has a handler.</summary>
internal static class ForeignData
{
    /// <summary>GetFdwRoutine: what is said of a foreign table that is to be read or written (55000).</summary>
    internal static PgException NoHandler(CatalogSnapshot catalog, uint relation)
    {
        var server = catalog.Find(PgForeignServer.Relation, new(catalog.Find(PgForeignTable.Relation, new(relation))!.ftserver))!;
        return NoHandler(catalog.Find(PgForeignDataWrapper.Relation, new(server.srvfdw))!);
    }

    /// <summary>The same of a wrapper.</summary>
    internal static PgException NoHandler(PgForeignDataWrapper wrapper) => wrapper.fdwhandler == 0
        ? new PgException(SqlState.ObjectNotInPrerequisiteState, $"foreign-data wrapper \"{wrapper.fdwname}\" has no handler")
        : PgErrors.FeatureNotSupported($"the handler of foreign-data wrapper \"{wrapper.fdwname}\"");
}
