namespace PgMicro.Core.Lowering;

/// <summary>
/// SQLite functions that lowered SQL calls beside those of pg_proc. "Site" is the id of a CallSite with function OID 0, whose types are given.
/// </summary>
internal static class EngineFunctions
{
    /// <summary>(source type OID, target type OID, value): output function, then input function.</summary>
    internal const string CastIo = "pgmicro_cast_io";

    /// <summary>The same between types whose input and output no setting changes: it may stand in an index.</summary>
    internal const string CastIoImmutable = "pgmicro_cast_io_immutable";

    /// <summary>(type OID, value, typmod, explicit 0/1): the type's length coercion.</summary>
    internal const string Typmod = "pgmicro_typmod";

    /// <summary>(row type OID, row type OID of an ancestor, row): the row as the ancestor's.</summary>
    internal const string ConvertRow = "pgmicro_convert_row";

    /// <summary>(value): LIMIT's count: -1 for NULL, 2201W when negative.</summary>
    internal const string Limit = "pgmicro_limit";

    /// <summary>(value): OFFSET's count: 0 for NULL, 2201X when negative.</summary>
    internal const string Offset = "pgmicro_offset";

    /// <summary>Aggregate (value): the value of the only row, NULL for none, 21000 for a second row.</summary>
    internal const string SingleRow = "pgmicro_single_row";

    /// <summary>(domain OID, value, constraint name or NULL for NOT NULL, condition): the value, 23514 or 23502 when the condition is 0.</summary>
    internal const string DomainCheck = "pgmicro_domain_check";

    /// <summary>(element type OID, 1 when the elements are arrays, elements …): ARRAY[…].</summary>
    internal const string Array = "pgmicro_array";

    /// <summary>(element type OID, array, subscripts …): one element.</summary>
    internal const string Subscript = "pgmicro_subscript";

    /// <summary>(element type OID, array, has lower, lower, has upper, upper, …): a slice.</summary>
    internal const string Slice = "pgmicro_slice";

    /// <summary>(element type OID, array, value, subscripts …): the array with one element changed.</summary>
    internal const string AssignElement = "pgmicro_assign_element";

    /// <summary>(element type OID, array, values, has lower, lower, has upper, upper, …): the array with a slice changed.</summary>
    internal const string AssignSlice = "pgmicro_assign_slice";

    /// <summary>(jsonb, keys or positions …): the value there.</summary>
    internal const string JsonbSubscript = "pgmicro_jsonb_subscript";

    /// <summary>(jsonb, value, keys or positions …): the jsonb with the value there.</summary>
    internal const string JsonbAssign = "pgmicro_jsonb_assign";

    /// <summary>(source element type OID, target element type OID, array, typmod, explicit 0/1): each element through its text.</summary>
    internal const string ArrayCoerce = "pgmicro_array_coerce";

    /// <summary>(geometric type OID, value, subscript): one element of a type of fixed length.</summary>
    internal const string FixedSubscript = "pgmicro_fixed_subscript";

    /// <summary>(geometric type OID, value, element, subscript): the value with one element changed.</summary>
    internal const string FixedAssign = "pgmicro_fixed_assign";

    /// <summary>(function, CallSite id, arguments …, array): a VARIADIC "any" function over the elements of an array.</summary>
    internal const string Variadic = "pgmicro_variadic";

    /// <summary>(hstore, key): the value there.</summary>
    internal const string HstoreSubscript = "pgmicro_hstore_subscript";

    /// <summary>(hstore or NULL for an empty one, key, value): the hstore with the value there.</summary>
    internal const string HstoreAssign = "pgmicro_hstore_assign";

    /// <summary>(name, index): a byte of a name, counted from 0.</summary>
    internal const string NameByte = "pgmicro_name_byte";

    /// <summary>(vector type OID, array type OID, vector): int2vector or oidvector as the array that it is.</summary>
    internal const string VectorArray = "pgmicro_vector_array";

    /// <summary>(composite type OID, fields by attribute number …): a row of a named type.</summary>
    internal const string Row = "pgmicro_row";

    /// <summary>(RecordShape id, fields …): an anonymous record.</summary>
    internal const string Record = "pgmicro_record";

    /// <summary>(row type OID, row, field number): one field.</summary>
    internal const string Field = "pgmicro_field";

    /// <summary>(composite type OID, row, field number, value): the row with the field changed.</summary>
    internal const string SetField = "pgmicro_set_field";

    /// <summary>(composite type OID, row): the row as an anonymous record.</summary>
    internal const string ToRecord = "pgmicro_to_record";

    /// <summary>(row type OID, row, 1 or 0): whether all fields are NULL, or none is.</summary>
    internal const string RowNulls = "pgmicro_row_nulls";

    /// <summary>(RecordShape id, record): the record if it has the columns that a column definition list wants, else 42804.</summary>
    internal const string RecordCheck = "pgmicro_record_check";

    /// <summary>(rowid, by block 0/1, percentage, seed): TABLESAMPLE.</summary>
    internal const string Sample = "pgmicro_sample";

    /// <summary>(element type OID, array, new element type OID, flat array of that type or NULL): the elements in the array's shape.</summary>
    internal const string ArrayReshape = "pgmicro_array_reshape";

    /// <summary>(type OID, greatest 0/1, values …): GREATEST and LEAST, each value evaluated once.</summary>
    internal const string MinMax = "pgmicro_min_max";

    /// <summary>(SQLSTATE, message, detail, hint): an error as a value.</summary>
    internal const string Raise = "pgmicro_raise";

    /// <summary>(type OID, typmod, 1 for jsonb, function's name, object, member's name): a column of json[b]_to_record(set).</summary>
    internal const string JsonMember = "pgmicro_json_member";

    /// <summary>(JsonExprSpec id, context item, path, default ON EMPTY, default ON ERROR, PASSING values …): JSON_EXISTS, JSON_QUERY, JSON_VALUE.</summary>
    internal const string JsonExpr = "pgmicro_json_expr";

    /// <summary>The same arguments: 1 when the default ON EMPTY is the result, 2 when the default ON ERROR is, else 0.</summary>
    internal const string JsonExprMissing = "pgmicro_json_expr_missing";

    /// <summary>(1 jsonb + 2 ABSENT ON NULL + 4 UNIQUE, site of the types, keys and values …): JSON_OBJECT.</summary>
    internal const string JsonObject = "pgmicro_json_object";

    /// <summary>(1 jsonb + 2 ABSENT ON NULL, site of the types, values …): JSON_ARRAY.</summary>
    internal const string JsonArray = "pgmicro_json_array";

    /// <summary>(CallSite id, arguments …): a function that users have made.</summary>
    internal const string Call = "pgmicro_call";

    /// <summary>(AggregateSite id, arguments …), an aggregate: the state or result of an aggregate that users have made.</summary>
    internal const string Aggregate = "pgmicro_aggregate";

    /// <summary>(AggregateSite id, what the aggregate gave): the same, or what it is over no rows.</summary>
    internal const string AggregateValue = "pgmicro_aggregate_value";

    /// <summary>(1 for jsonb, text): JSON() WITH UNIQUE KEYS.</summary>
    internal const string JsonParse = "pgmicro_json_parse";

    /// <summary>(0 any, 1 object, 2 array, 3 scalar; unique keys 0/1; type OID; value): IS JSON.</summary>
    internal const string IsJson = "pgmicro_is_json";
}
