using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Xml;

/// <summary>SQLite functions of the SQL/XML expressions.</summary>
internal static unsafe class XmlEntryPoints
{
    internal static void Register(FunctionSet set)
    {
        set.AddScalar("pgmicro_xml_element", -1, FunctionFlags.None, &Element);
        set.AddScalar("pgmicro_xml_forest", -1, FunctionFlags.None, &Forest);
        set.AddScalar("pgmicro_xml_concat", -1, FunctionFlags.None, &Concat);
        set.AddScalar("pgmicro_xml_parse", 2, FunctionFlags.Deterministic, &Parse);
        set.AddScalar("pgmicro_xml_serialize", 3, FunctionFlags.Deterministic, &Serialize);
        set.AddScalar("pgmicro_xml_pi", -1, FunctionFlags.Deterministic, &Instruction);
        set.AddScalar("pgmicro_xml_root", 4, FunctionFlags.Deterministic, &Root);
        set.AddScalar("pgmicro_xml_is_document", 1, FunctionFlags.Deterministic, &IsDocument);
    }

    // pgmicro_xml_element(name, number of attributes, (name, type, value) …, (type, value) …)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Element(nint context, int count, nint* values)
    {
        try
        {
            var attributes = Named(values, 2, FunctionArgument.Int32(values, 1));
            var contents = new List<(uint Type, PgDatum Value)>();
            for (var i = 2 + (attributes.Count * 3); i < count; i += 2)
            {
                contents.Add((FunctionArgument.UInt32(values, i), FunctionArgument.Datum(values, i + 1)));
            }

            FunctionResult.Write(context, XmlExpressions.Element(FunctionArgument.Context(context), FunctionArgument.String(values, 0), attributes, contents));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_forest((name, type, value) …)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forest(nint context, int count, nint* values)
    {
        try
        {
            FunctionResult.Write(context, XmlExpressions.Forest(FunctionArgument.Context(context), Named(values, 0, count / 3)));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_concat(value …)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Concat(nint context, int count, nint* values)
    {
        try
        {
            var parts = new List<string>();
            for (var i = 0; i < count; i++)
            {
                if (!FunctionArgument.IsNull(values, i))
                {
                    parts.Add(FunctionArgument.String(values, i));
                }
            }

            FunctionResult.Write(context, parts.Count == 0 ? null : XmlExpressions.Concatenate(parts));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_parse(text, is content)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Parse(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 0))
            {
                FunctionResult.Write(context, XmlExpressions.Parse(FunctionArgument.String(values, 0), FunctionArgument.Boolean(values, 1)));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_serialize(value, is content, indent)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Serialize(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 0))
            {
                FunctionResult.Write(context, XmlExpressions.Serialize(FunctionArgument.String(values, 0), FunctionArgument.Boolean(values, 1), FunctionArgument.Boolean(values, 2)));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_pi(name [, content])
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Instruction(nint context, int count, nint* values)
    {
        try
        {
            var instruction = XmlExpressions.Instruction(
                FunctionArgument.String(values, 0), count == 1 || FunctionArgument.IsNull(values, 1) ? null : FunctionArgument.String(values, 1));
            if (count == 1 || !FunctionArgument.IsNull(values, 1))
            {
                FunctionResult.Write(context, instruction);
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_root(value, has version, version, standalone)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Root(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 0))
            {
                FunctionResult.Write(context, XmlExpressions.Root(
                    FunctionArgument.String(values, 0), FunctionArgument.Boolean(values, 1),
                    FunctionArgument.IsNull(values, 2) ? null : FunctionArgument.String(values, 2), FunctionArgument.Int32(values, 3)));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_is_document(value)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IsDocument(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 0))
            {
                FunctionResult.Write(context, XmlFunctions.IsDocument(FunctionArgument.String(values, 0)));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    private static List<(string Name, uint Type, PgDatum Value)> Named(nint* values, int first, int count)
    {
        var named = new List<(string Name, uint Type, PgDatum Value)>(count);
        for (var i = 0; i < count; i++)
        {
            var at = first + (i * 3);
            named.Add((FunctionArgument.String(values, at), FunctionArgument.UInt32(values, at + 1), FunctionArgument.Datum(values, at + 2)));
        }

        return named;
    }
}
