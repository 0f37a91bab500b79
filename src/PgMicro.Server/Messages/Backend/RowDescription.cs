using PgMicro.Core.Catalog;
using PgMicro.Core.Execution;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>RowDescription (T): the columns of a result.</summary>
internal static class RowDescription
{
    /// <param name="writer">Where to.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="formats">Format codes as Bind gave them.</param>
    /// <param name="catalog">For the types' lengths.</param>
    internal static void Write(MessageWriter writer, IReadOnlyList<ColumnDescription> columns, ReadOnlySpan<short> formats, CatalogSnapshot catalog)
    {
        var start = writer.Begin((byte)'T');
        writer.Int16((short)columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            writer.CString(column.Name);
            writer.Int32((int)column.TableOid);
            writer.Int16(column.AttributeNumber);
            writer.Int32((int)column.TypeOid);
            writer.Int16(catalog.Type(column.TypeOid)?.typlen ?? -1);
            writer.Int32(column.Typmod);
            writer.Int16(formats.Length switch { 0 => 0, 1 => formats[0], _ => formats[i] });
        }

        writer.End(start);
    }
}
