namespace PgMicro.Core.Functions;

/// <summary>
/// Declares the implementation of one pg_proc row. OID, strictness, volatility and types come from the exported catalog;
/// the source generator checks the signature against it, emits the SQLite thunk and the implementation table.
/// </summary>
/// <remarks>
/// Parameter types: bool, short, int, long, uint (oid…), float, double, PgNumeric, PgInterval, string or ReadOnlySpan&lt;byte&gt; (UTF-8 of any
/// Text storage form, bytes of a Blob one), long for date (days since 1970), time and timestamps (microseconds), PgArray (any array), PgDatum (anything).
/// Nullable forms for arguments of functions that are not strict. An optional first parameter <see cref="FunctionContext"/>, and an
/// optional <see cref="CallSite"/> for functions whose behaviour depends on the resolved types or collation (polymorphic ones).
/// Returns: the same types, nullable when NULL can come out; byte[] and string for Text and Blob.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class PgFunctionAttribute(string signature) : Attribute
{
    /// <summary>pg_proc signature with type names as format_type prints them: "octet_length(text)".</summary>
    public string Signature { get; } = signature;

    /// <summary>A SQLite expression with {0}, {1} … for the arguments, used in place of the call when it gives the same.</summary>
    public string? Sqlite { get; init; }
}

/// <summary>Declares a state struct as the implementation of an aggregate's pg_proc row (see <see cref="IPgAggregate"/> for its shape).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true)]
public sealed class PgAggregateAttribute(string signature) : Attribute
{
    /// <summary>pg_proc signature: "sum(integer)".</summary>
    public string Signature { get; } = signature;

    /// <summary>A SQLite aggregate expression with {0} …, when SQLite's own gives the same.</summary>
    public string? Sqlite { get; init; }
}

/// <summary>Declares an iterator method as the implementation of a set-returning pg_proc row.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class PgSetFunctionAttribute(string signature) : Attribute
{
    /// <summary>pg_proc signature: "generate_series(integer,integer)".</summary>
    public string Signature { get; } = signature;
}
