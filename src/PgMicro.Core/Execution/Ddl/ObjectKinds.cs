namespace PgMicro.Core.Execution.Ddl;

/// <summary>Kinds of relations in messages.</summary>
internal static class ObjectKinds
{
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
