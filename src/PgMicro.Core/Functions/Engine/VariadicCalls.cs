using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Functions.Session;
using PgMicro.Core.Functions.Text;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>Calls of VARIADIC "any" functions with an array whose elements are known only when a row is there.</summary>
internal static unsafe class VariadicCalls
{
    /// <summary>The functions that can be called so.</summary>
    internal static bool Knows(string name) => name is "num_nulls" or "num_nonnulls" or "concat" or "concat_ws" or "format"
        or "json_build_array" or "json_build_object" or "jsonb_build_array" or "jsonb_build_object";

    // (function, call site whose last type is the array's, arguments before it …, array)
    internal static void Call(nint context, nint* values, int count)
    {
        var name = FunctionArgument.String(values, 0);
        var site = CallSite.FromId(FunctionArgument.Int32(values, 1));
        var session = FunctionArgument.Context(context);
        var array = new PgArray(0, []);
        if (!FunctionArgument.IsNull(values, count - 1))
        {
            array = ((ArrayCodec)session.Types.GetCodec(site.ArgumentTypes[^1])).FromStorage(FunctionArgument.Bytes(values, count - 1));
        }
        else if (name != "format")
        {
            return;
        }

        var expanded = site.Expanded(count - 3, array.ElementType, array.Elements.Length);
        var arguments = new FunctionArguments(array.Elements);
        switch (name)
        {
            case "num_nulls":
                FunctionResult.Write(context, SessionInformation.CountNulls(arguments));
                break;
            case "num_nonnulls":
                FunctionResult.Write(context, SessionInformation.CountNonNulls(arguments));
                break;
            case "concat":
                SqliteFunctionResult.Text(context, Concat.All(expanded, session, arguments));
                break;
            case "concat_ws":
                if (Concat.WithSeparator(expanded, session, FunctionArgument.IsNull(values, 2) ? null : FunctionArgument.ByteArray(values, 2), arguments) is { } joined)
                {
                    SqliteFunctionResult.Text(context, joined);
                }

                break;
            case "format":
                FunctionResult.Write(context, Quote.Format(expanded, session, FunctionArgument.IsNull(values, 2) ? null : FunctionArgument.String(values, 2), arguments));
                break;
            case "json_build_array":
                SqliteFunctionResult.Text(context, JsonBuild.Array(expanded, session, arguments));
                break;
            case "json_build_object":
                SqliteFunctionResult.Text(context, JsonBuild.Object(expanded, session, arguments));
                break;
            case "jsonb_build_array":
                FunctionResult.Write(context, JsonBuild.JsonbArray(expanded, session, arguments));
                break;
            case "jsonb_build_object":
                FunctionResult.Write(context, JsonBuild.JsonbObject(expanded, session, arguments));
                break;
            default:
                throw PgErrors.FeatureNotSupported($"VARIADIC of an array in a call of {name}");
        }
    }
}
