using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>jsonb_path_exists and its like, and the operators @? and @@.</summary>
internal static class JsonPathFunctions
{
    [PgFunction("jsonb_path_exists(jsonb,jsonpath,jsonb,boolean)")]
    public static bool? Exists(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Exists(context, target, path, vars, silent, false);

    [PgFunction("jsonb_path_exists_tz(jsonb,jsonpath,jsonb,boolean)")]
    public static bool? ExistsTz(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Exists(context, target, path, vars, silent, true);

    [PgFunction("jsonb_path_exists_opr(jsonb,jsonpath)")]
    public static bool? Exists(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path) =>
        Exists(context, target, path, "{}"u8, true, false);

    [PgFunction("jsonb_path_match(jsonb,jsonpath,jsonb,boolean)")]
    public static bool? Match(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Match(context, target, path, vars, silent, false);

    [PgFunction("jsonb_path_match_tz(jsonb,jsonpath,jsonb,boolean)")]
    public static bool? MatchTz(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Match(context, target, path, vars, silent, true);

    [PgFunction("jsonb_path_match_opr(jsonb,jsonpath)")]
    public static bool? Match(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path) =>
        Match(context, target, path, "{}"u8, true, false);

    [PgSetFunction("jsonb_path_query(jsonb,jsonpath,jsonb,boolean)")]
    public static IEnumerable<PgDatum> Query(FunctionContext context, byte[] target, byte[] path, byte[] vars, bool silent) =>
        Find(context, target, path, vars, silent, false).Select(static v => v.ToDatum());

    [PgSetFunction("jsonb_path_query_tz(jsonb,jsonpath,jsonb,boolean)")]
    public static IEnumerable<PgDatum> QueryTz(FunctionContext context, byte[] target, byte[] path, byte[] vars, bool silent) =>
        Find(context, target, path, vars, silent, true).Select(static v => v.ToDatum());

    [PgFunction("jsonb_path_query_array(jsonb,jsonpath,jsonb,boolean)")]
    public static PgDatum Array(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        JsonbValue.FromElements(Find(context, target, path, vars, silent, false)).ToDatum();

    [PgFunction("jsonb_path_query_array_tz(jsonb,jsonpath,jsonb,boolean)")]
    public static PgDatum ArrayTz(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        JsonbValue.FromElements(Find(context, target, path, vars, silent, true)).ToDatum();

    [PgFunction("jsonb_path_query_first(jsonb,jsonpath,jsonb,boolean)")]
    public static PgDatum First(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Find(context, target, path, vars, silent, false) is [var first, ..] ? first.ToDatum() : PgDatum.Null;

    [PgFunction("jsonb_path_query_first_tz(jsonb,jsonpath,jsonb,boolean)")]
    public static PgDatum FirstTz(FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent) =>
        Find(context, target, path, vars, silent, true) is [var first, ..] ? first.ToDatum() : PgDatum.Null;

    private static bool? Exists(
        FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent, bool useZone) =>
        JsonPathExecutor.Evaluate(context, JsonPath.Parse(path), JsonbValue.Parse(target), JsonPathExecutor.Variables(vars), !silent, useZone, null) switch
        {
            JsonPathResult.Error => null,
            var result => result == JsonPathResult.Ok,
        };

    private static bool? Match(
        FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent, bool useZone) =>
        Find(context, target, path, vars, silent, useZone) switch
        {
            [{ Kind: JsonbKind.Boolean } only] => only.Boolean,
            [{ Kind: JsonbKind.Null }] => null,
            _ => silent ? null : throw new PgException(SqlState.SingletonSqlJsonItemRequired, "single boolean result is expected"),
        };

    private static List<JsonbValue> Find(
        FunctionContext context, ReadOnlySpan<byte> target, ReadOnlySpan<byte> path, ReadOnlySpan<byte> vars, bool silent, bool useZone)
    {
        var found = new List<JsonbValue>();
        JsonPathExecutor.Evaluate(context, JsonPath.Parse(path), JsonbValue.Parse(target), JsonPathExecutor.Variables(vars), !silent, useZone, found);
        return found;
    }
}
