using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>json[b]_to_record(set): the OID of json[b]_array_elements for a set; 0 for the one object itself.</summary>
internal sealed record RecordFunctions(string Name, bool IsBinary, uint Elements)
{
    internal static RecordFunctions? Find(CatalogSnapshot catalog, uint function) => catalog.Proc(function)?.proname switch
    {
        "json_to_record" => new("json_to_record", false, 0),
        "jsonb_to_record" => new("jsonb_to_record", true, 0),
        "json_to_recordset" => new("json_to_recordset", false, catalog.ProcsByName("json_array_elements")[0].oid),
        "jsonb_to_recordset" => new("jsonb_to_recordset", true, catalog.ProcsByName("jsonb_array_elements")[0].oid),
        _ => null,
    };
}
