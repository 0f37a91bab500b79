using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// json[b]_to_record(set), and json[b]_populate_record(set) of a NULL of type record: which argument the JSON is, and the OID of
/// json[b]_array_elements for a set; 0 for the one object itself.
/// </summary>
internal sealed record RecordFunctions(string Name, bool IsBinary, uint Elements, int Argument = 0)
{
    internal static RecordFunctions? Find(CatalogSnapshot catalog, BoundFuncExpr call) => catalog.Proc(call.FuncId)?.proname switch
    {
        "json_populate_record" when IsNullRecord(call) => new("json_populate_record", false, 0, 1),
        "jsonb_populate_record" when IsNullRecord(call) => new("jsonb_populate_record", true, 0, 1),
        "json_populate_recordset" when IsNullRecord(call) => new("json_populate_recordset", false, catalog.ProcsByName("json_array_elements")[0].oid, 1),
        "jsonb_populate_recordset" when IsNullRecord(call) => new("jsonb_populate_recordset", true, catalog.ProcsByName("jsonb_array_elements")[0].oid, 1),
        "json_to_record" => new("json_to_record", false, 0),
        "jsonb_to_record" => new("jsonb_to_record", true, 0),
        "json_to_recordset" => new("json_to_recordset", false, catalog.ProcsByName("json_array_elements")[0].oid),
        "jsonb_to_recordset" => new("jsonb_to_recordset", true, catalog.ProcsByName("jsonb_array_elements")[0].oid),
        _ => null,
    };

    private static bool IsNullRecord(BoundFuncExpr call) => call.Args[0] is { Type: TypeOid.Record } and BoundConst { Value.IsNull: true };
}
