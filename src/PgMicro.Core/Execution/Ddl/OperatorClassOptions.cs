using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The parameters that an index column's operator class takes. They size PostgreSQL's signatures and summaries: checked, kept and shown.</summary>
internal static class OperatorClassOptions
{
    private const int LtreeAlignment = 4;

    /// <summary>The list as pg_attribute.attoptions keeps it.</summary>
    /// <exception cref="PgException">22023 for a class without parameters, an unknown one or a bad value.</exception>
    internal static string[]? Check(DdlContext ddl, PgOpclass opclass, IEnumerable<Pg.Node> options)
    {
        var isLtree = opclass.opcname is "gist_ltree_ops" or "gist__ltree_ops";
        var kind = opclass.opcname switch
        {
            "tsvector_ops" or "gist_trgm_ops" or "gist_hstore_ops" when opclass.opcmethod == Catalog.BuiltInOids.GistAm => '1',
            _ when isLtree => '4',
            _ when opclass.opcname.EndsWith("_bloom_ops", StringComparison.Ordinal) => 'b',
            _ when opclass.opcname.EndsWith("_minmax_multi_ops", StringComparison.Ordinal) => 'm',
            _ => throw new PgException(SqlState.InvalidParameterValue, $"operator class {Name(ddl, opclass)} has no options"),
        };
        var list = StorageParameters.Apply(null, options, kind);
        if (isLtree && list is not null && list.Any(static o => int.Parse(o[(o.IndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture) % LtreeAlignment != 0))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"siglen value must be a multiple of {LtreeAlignment}");
        }

        return list;
    }

    private static string Name(DdlContext ddl, PgOpclass opclass) =>
        ddl.LookupPath().Contains(opclass.opcnamespace) ? opclass.opcname : $"{ddl.Catalog.Namespace(opclass.opcnamespace)!.nspname}.{opclass.opcname}";
}
