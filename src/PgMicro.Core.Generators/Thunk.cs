using System.Collections.Generic;
using System.Text;

namespace PgMicro.Core.Generators;

/// <summary>Writes the code that moves arguments and results between SQLite and a C# body.</summary>
internal static class Thunk
{
    /// <summary>Whether a parameter is given by the engine and not by SQL.</summary>
    public static bool IsService(string type) => type is "FunctionContext" or "TypeContext" or "CallSite";

    public static bool TakesCallSite(Declaration.Shape? shape) => shape is not null && System.Array.IndexOf(shape.Parameters, "CallSite") >= 0;

    public static bool TakesRest(Declaration.Shape shape) => System.Array.IndexOf(shape.Parameters, "FunctionArguments") >= 0;

    public static int SqlParameters(Declaration.Shape shape)
    {
        var count = 0;
        foreach (var parameter in shape.Parameters)
        {
            if (!IsService(parameter) && parameter != "FunctionArguments")
            {
                count++;
            }
        }

        return count;
    }

    public static bool AcceptsNull(string type) => type.EndsWith("?") || type is "PgDatum" or "FunctionArguments";

    /// <summary>The C# argument list, reading SQL arguments from <paramref name="first"/> on.</summary>
    public static string Arguments(Declaration.Shape shape, int first)
    {
        var list = new List<string>();
        var index = first;
        foreach (var type in shape.Parameters)
        {
            list.Add(type switch
            {
                "FunctionContext" or "TypeContext" => "FunctionArgument.Context(context)",
                "CallSite" => "FunctionArgument.Site(values)",
                "FunctionArguments" => $"new FunctionArguments(values + {index}, count - {index})",
                _ => Read(type, index++),
            });
        }

        return string.Join(", ", list);
    }

    /// <summary>The test for a NULL among the SQL arguments that a body does not take; null when there is none.</summary>
    public static string? NullTest(Declaration.Shape shape, int first, bool all)
    {
        var tests = new List<string>();
        var index = first;
        foreach (var type in shape.Parameters)
        {
            if (IsService(type) || type == "FunctionArguments")
            {
                continue;
            }

            if (all || !AcceptsNull(type))
            {
                tests.Add($"FunctionArgument.IsNull(values, {index})");
            }

            index++;
        }

        return tests.Count == 0 ? null : string.Join(" || ", tests);
    }

    /// <summary>The statement that hands a call's result to SQLite.</summary>
    public static string Return(string resultType, string call, bool isBlob)
    {
        if (resultType == "void")
        {
            return call + "; FunctionResult.Void(context);";
        }

        var method = resultType switch
        {
            "byte[]" or "byte[]?" or "ReadOnlySpan<byte>" => isBlob ? "Blob" : "Text",
            _ => "Write",
        };
        return $"FunctionResult.{method}(context, {call});";
    }

    public static void Method(StringBuilder output, string name, bool withValues, string body)
    {
        output.Append("    [System.Runtime.InteropServices.UnmanagedCallersOnly(CallConvs = new[] { typeof(System.Runtime.CompilerServices.CallConvCdecl) })]\n");
        output.Append("    private static void ").Append(name).Append(withValues ? "(nint context, int count, nint* values)" : "(nint context)").Append("\n    {\n");
        output.Append("        try { ").Append(body).Append(" }\n");
        output.Append("        catch (System.Exception exception) { global::PgMicro.Core.Storage.FunctionHost.Fail(context, exception); }\n    }\n");
    }

    private static string Read(string type, int index)
    {
        var isNullable = type.EndsWith("?");
        var name = isNullable ? type.Substring(0, type.Length - 1) : type;
        var method = name switch
        {
            "bool" => "Boolean",
            "short" => "Int16",
            "int" => "Int32",
            "long" => "Int64",
            "uint" => "UInt32",
            "float" => "Single",
            "double" => "Double",
            "string" => "String",
            "byte[]" => "ByteArray",
            "ReadOnlySpan<byte>" => "Bytes",
            "PgDatum" => "Datum",
            _ => name,
        };
        var read = $"FunctionArgument.{method}(values, {index})";
        return isNullable ? $"FunctionArgument.IsNull(values, {index}) ? null : {read}" : read;
    }
}
