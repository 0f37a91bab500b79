namespace PgMicro.Core.Execution;

/// <summary>One column of a result: the fields of PostgreSQL's RowDescription.</summary>
/// <param name="Name">Column name.</param>
/// <param name="TypeOid">pg_type.oid.</param>
/// <param name="Typmod">Type modifier, or -1.</param>
/// <param name="TableOid">pg_class.oid of the table that the column comes from plainly, or 0.</param>
/// <param name="AttributeNumber">pg_attribute.attnum there, or 0.</param>
public sealed record ColumnDescription(string Name, uint TypeOid, int Typmod, uint TableOid, short AttributeNumber)
{
    /// <summary>The type as the query has it: a domain where <see cref="TypeOid"/> is its base type. 0 when nothing says.</summary>
    internal uint DeclaredType { get; init; }

    /// <summary>The type as the query has it.</summary>
    internal uint ValueType => DeclaredType != 0 ? DeclaredType : TypeOid;
}
