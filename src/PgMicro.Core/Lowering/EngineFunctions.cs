namespace PgMicro.Core.Lowering;

/// <summary>
/// SQLite functions that lowered SQL calls beside those of pg_proc. "Site" is the id of a CallSite with function OID 0, whose types are given.
/// </summary>
internal static class EngineFunctions
{
    /// <summary>(source type OID, target type OID, value): output function, then input function.</summary>
    internal const string CastIo = "pgmicro_cast_io";

    /// <summary>(type OID, value, typmod, explicit 0/1): the type's length coercion.</summary>
    internal const string Typmod = "pgmicro_typmod";

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

    /// <summary>(source element type OID, target element type OID, array, typmod, explicit 0/1): each element through its text.</summary>
    internal const string ArrayCoerce = "pgmicro_array_coerce";

    /// <summary>(site: field types → row type, fields …): ROW(…) in output form.</summary>
    internal const string Row = "pgmicro_row";

    /// <summary>(site: row type → field type, row, field number): one field.</summary>
    internal const string Field = "pgmicro_field";

    /// <summary>(SQLSTATE, message, detail, hint): an error as a value.</summary>
    internal const string Raise = "pgmicro_raise";
}
