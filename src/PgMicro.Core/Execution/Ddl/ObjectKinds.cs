using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Kinds of relations in messages.</summary>
internal static class ObjectKinds
{
    /// <summary>validate_relation_as_table: says that something has no rows (42809).</summary>
    internal static void RequireRows(PgClass relation)
    {
        if (relation.relkind is 'i' or 'I' or 'c')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"").WithDetail(NotSupported(relation.relkind));
        }
    }

    /// <summary>errdetail_relkind_not_supported.</summary>
    internal static string NotSupported(char relkind) => relkind switch
    {
        'r' => "This operation is not supported for tables.",
        'i' => "This operation is not supported for indexes.",
        'I' => "This operation is not supported for partitioned indexes.",
        'S' => "This operation is not supported for sequences.",
        't' => "This operation is not supported for TOAST tables.",
        'v' => "This operation is not supported for views.",
        'm' => "This operation is not supported for materialized views.",
        'c' => "This operation is not supported for composite types.",
        'f' => "This operation is not supported for foreign tables.",
        _ => "This operation is not supported for partitioned tables.",
    };
}
