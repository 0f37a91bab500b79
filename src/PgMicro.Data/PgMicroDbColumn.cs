using System.Data;
using System.Data.Common;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Data;

/// <summary>A result column's schema.</summary>
public sealed class PgMicroDbColumn : DbColumn
{
    private const int HeaderSize = 4; // of a varlena, which a typmod counts

    internal PgMicroDbColumn(PgSession session, ColumnDescription column, PgTypeCodec codec, int ordinal, Type type, string typeName, string database, bool withTable)
    {
        ColumnName = column.Name;
        ColumnOrdinal = ordinal;
        DataType = type;
        DataTypeName = typeName.Contains('.', StringComparison.Ordinal) ? typeName : codec.Oid == TypeOid.Char ? "char" : codec.Name;
        TypeOID = column.TypeOid;
        IsLong = IsHidden = IsIdentity = IsExpression = false;
        IsReadOnly = true;
        Size(codec.Oid, column.Typmod);
        if (!withTable)
        {
            return;
        }

        BaseCatalogName = database;
        if (column.TableOid == 0 || session.Catalog.Class(column.TableOid) is not { } table
            || session.Catalog.Attribute(column.TableOid, column.AttributeNumber) is not { } attribute)
        {
            return;
        }

        BaseTableName = table.relname;
        BaseSchemaName = session.Catalog.Namespace(table.relnamespace)?.nspname;
        TableOID = column.TableOid;
        BaseColumnName = attribute.attname;
        AllowDBNull = !attribute.attnotnull;
        IsAliased = attribute.attname != column.Name;
        IsIdentity = attribute.attidentity is not '\0';
        IsReadOnly = attribute.attidentity == 'a';
        IsAutoIncrement = IsIdentity.Value || IsSerial(session, column);
        IsKey = session.Catalog.PrimaryKey(column.TableOid)?.conkey is { } key && key.Contains(column.AttributeNumber);
        IsUnique = session.Catalog.IndexesOf(column.TableOid).Any(i => i.indisunique && i.indnkeyatts == 1 && i.indkey[0] == column.AttributeNumber);
    }

    /// <summary>pg_type.oid.</summary>
    public uint TypeOID { get; }

    /// <summary>pg_class.oid of the table it comes from, or 0.</summary>
    public uint TableOID { get; }

    private static bool IsSerial(PgSession session, ColumnDescription column) =>
        session.Catalog.SequenceOwnedBy(column.TableOid, column.AttributeNumber) != 0 && session.Catalog.Attrdef(column.TableOid, column.AttributeNumber) is not null;

    private void Size(uint type, int typmod)
    {
        if (typmod < 0)
        {
            return;
        }

        switch (type)
        {
            case TypeOid.Varchar or TypeOid.Bpchar:
                ColumnSize = typmod - HeaderSize;
                break;
            case TypeOid.Numeric:
                NumericPrecision = (typmod - HeaderSize) >> 16;
                NumericScale = (typmod - HeaderSize) & 0x7FF;
                break;
            case TypeOid.Time or TypeOid.Timetz or TypeOid.Timestamp or TypeOid.Timestamptz:
                NumericPrecision = typmod;
                break;
        }
    }

    internal static DataTable ToTable(IReadOnlyList<DbColumn> columns)
    {
        var table = new DataTable("SchemaTable");
        foreach (var (name, type) in ((string, Type)[])[
            ("ColumnName", typeof(string)), ("ColumnOrdinal", typeof(int)), ("ColumnSize", typeof(int)), ("NumericPrecision", typeof(int)), ("NumericScale", typeof(int)),
            ("IsUnique", typeof(bool)), ("IsKey", typeof(bool)), ("BaseServerName", typeof(string)), ("BaseCatalogName", typeof(string)), ("BaseColumnName", typeof(string)),
            ("BaseSchemaName", typeof(string)), ("BaseTableName", typeof(string)), ("DataType", typeof(Type)), ("AllowDBNull", typeof(bool)), ("ProviderType", typeof(int)),
            ("IsAliased", typeof(bool)), ("IsExpression", typeof(bool)), ("IsIdentity", typeof(bool)), ("IsAutoIncrement", typeof(bool)), ("IsRowVersion", typeof(bool)),
            ("IsHidden", typeof(bool)), ("IsLong", typeof(bool)), ("IsReadOnly", typeof(bool)), ("ProviderSpecificDataType", typeof(Type)), ("DataTypeName", typeof(string))])
        {
            table.Columns.Add(name, type);
        }

        foreach (var c in columns)
        {
            table.Rows.Add(
                c.ColumnName, c.ColumnOrdinal ?? -1, c.ColumnSize ?? -1, c.NumericPrecision ?? 0, c.NumericScale ?? 0, c.IsUnique ?? false, c.IsKey ?? false, "",
                c.BaseCatalogName, c.BaseColumnName, c.BaseSchemaName, c.BaseTableName, c.DataType, (object?)c.AllowDBNull ?? DBNull.Value,
                (int)((PgMicroDbColumn)c).TypeOID, c.IsAliased ?? false, c.IsExpression ?? false, c.IsIdentity ?? false, c.IsAutoIncrement ?? false, false,
                c.IsHidden ?? false, c.IsLong ?? false, c.IsReadOnly ?? false, DBNull.Value, c.DataTypeName);
        }

        return table;
    }
}
