using System.Data;
using System.Data.Common;
using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>A result column's schema.</summary>
public sealed class PgMicroDbColumn : DbColumn
{
    internal PgMicroDbColumn(PgSession session, ColumnDescription column, int ordinal, Type type, string typeName, string database)
    {
        ColumnName = column.Name;
        ColumnOrdinal = ordinal;
        DataType = type;
        DataTypeName = typeName;
        TypeOID = column.TypeOid;
        BaseCatalogName = database;
        IsLong = false;
        if (column.TableOid == 0 || session.Catalog.Class(column.TableOid) is not { } table)
        {
            IsReadOnly = true;
            return;
        }

        BaseTableName = table.relname;
        BaseSchemaName = session.Catalog.Namespace(table.relnamespace)?.nspname;
        TableOID = column.TableOid;
        if (session.Catalog.Attribute(column.TableOid, column.AttributeNumber) is { } attribute)
        {
            BaseColumnName = attribute.attname;
            AllowDBNull = !attribute.attnotnull;
            IsIdentity = attribute.attidentity is not '\0';
            IsAutoIncrement = IsIdentity;
            IsKey = session.Catalog.PrimaryKey(column.TableOid)?.conkey is { } key && key.Contains(column.AttributeNumber);
            IsAliased = attribute.attname != column.Name;
        }
    }

    /// <summary>pg_type.oid.</summary>
    public uint TypeOID { get; }

    /// <summary>pg_class.oid of the table it comes from, or 0.</summary>
    public uint TableOID { get; }

    internal static DataTable ToTable(IReadOnlyList<DbColumn> columns)
    {
        var table = new DataTable("SchemaTable");
        foreach (var (name, type) in ((string, Type)[])[
            ("ColumnName", typeof(string)), ("ColumnOrdinal", typeof(int)), ("ColumnSize", typeof(int)), ("NumericPrecision", typeof(int)), ("NumericScale", typeof(int)),
            ("IsUnique", typeof(bool)), ("IsKey", typeof(bool)), ("BaseCatalogName", typeof(string)), ("BaseColumnName", typeof(string)),
            ("BaseSchemaName", typeof(string)), ("BaseTableName", typeof(string)), ("DataType", typeof(Type)), ("AllowDBNull", typeof(bool)),
            ("IsAliased", typeof(bool)), ("IsAutoIncrement", typeof(bool)), ("IsIdentity", typeof(bool)), ("IsReadOnly", typeof(bool)), ("IsLong", typeof(bool)),
            ("DataTypeName", typeof(string))])
        {
            table.Columns.Add(name, type);
        }

        foreach (var c in columns)
        {
            table.Rows.Add(
                c.ColumnName, c.ColumnOrdinal ?? 0, c.ColumnSize ?? -1, c.NumericPrecision ?? 0, c.NumericScale ?? 0, c.IsUnique ?? false, c.IsKey ?? false,
                c.BaseCatalogName, c.BaseColumnName, c.BaseSchemaName, c.BaseTableName, c.DataType, c.AllowDBNull ?? true, c.IsAliased ?? false,
                c.IsAutoIncrement ?? false, c.IsIdentity ?? false, c.IsReadOnly ?? false, c.IsLong ?? false, c.DataTypeName);
        }

        return table;
    }
}
