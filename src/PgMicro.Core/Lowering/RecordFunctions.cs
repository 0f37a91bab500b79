using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>json[b]_to_recordset as elements and members: OIDs of json[b]_array_elements and json[b]_object_field_text.</summary>
internal sealed record RecordFunctions(uint JsonType, uint Elements, uint MemberText)
{
    internal static RecordFunctions? Find(CatalogSnapshot catalog, uint function) => catalog.Proc(function)?.proname switch
    {
        "json_to_recordset" => Of(catalog, TypeOid.Json, "json_array_elements", "json_object_field_text"),
        "jsonb_to_recordset" => Of(catalog, TypeOid.Jsonb, "jsonb_array_elements", "jsonb_object_field_text"),
        _ => null,
    };

    private static RecordFunctions Of(CatalogSnapshot catalog, uint type, string elements, string member) =>
        new(type, catalog.ProcsByName(elements)[0].oid, catalog.ProcsByName(member)[0].oid);
}
