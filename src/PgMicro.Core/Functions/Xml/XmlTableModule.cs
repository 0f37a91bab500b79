using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.XPath;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Xml;

/// <summary>
/// XMLTABLE as a table-valued function of two arguments, the spec and the packed values: document, row path, namespaces, column paths.
/// Each of its rows is the packed texts of the columns, which <c>pgmicro_xml_field</c> takes apart.
/// </summary>
internal static unsafe class XmlTableModule
{
    internal const string Name = "pgmicro_xmltable";

    // XPath's error is another one in a row path (a quirk of libxml's context there).
    private const string InvalidRowPath = SqlState.SyntaxError, InvalidColumnPath = SqlState.DataException;

    internal static SetFunctionModule Module { get; } = new(Name, SetFunction.Values(Start), 1, 2);

    internal static void Register(FunctionSet set)
    {
        set.AddScalar("pgmicro_xml_pack", -1, FunctionFlags.Deterministic, &Pack);
        set.AddScalar("pgmicro_xml_field", 4, FunctionFlags.None, &Field);
        set.AddScalar("pgmicro_xml_required", 2, FunctionFlags.None, &Required);
    }

    private static IEnumerable<PgDatum>? Start(SqliteConnectionHandle connection, nint* values, int count)
    {
        var spec = XmlTableSpec.FromId(FunctionArgument.Int32(values, 0));
        var args = Unpack(FunctionArgument.Bytes(values, 1));
        return args[0] is { } document ? Rows(FunctionArgument.Context(connection), spec, document, args) : null;
    }

    private static IEnumerable<PgDatum> Rows(FunctionContext context, XmlTableSpec spec, string text, string?[] args)
    {
        var document = XmlPaths.Load(text);
        var manager = new XmlNamespaceManager(document.NameTable);
        for (var i = 0; i < spec.Namespaces.Length; i++)
        {
            var uri = args[2 + i] ?? throw new PgException(SqlState.NullValueNotAllowed, "namespace URI must not be null");
            if (spec.Namespaces[i].Length == 0)
            {
                throw new PgException(SqlState.FeatureNotSupported, "DEFAULT namespace is not supported");
            }

            manager.AddNamespace(spec.Namespaces[i], uri);
        }

        var rowPath = args[1] ?? throw new PgException(SqlState.NullValueNotAllowed, "row filter expression must not be null");
        if (rowPath.Length == 0)
        {
            throw new PgException(SqlState.DataException, "row path filter must not be empty string");
        }

        var row = XmlPaths.Compile(rowPath, manager, InvalidRowPath);
        var columns = new XPathExpression?[spec.Columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            if (i == spec.Ordinality)
            {
                continue;
            }

            var path = args[2 + spec.Namespaces.Length + i]
                ?? throw new PgException(SqlState.NullValueNotAllowed, "column filter expression must not be null").WithDetail($"Filter for column \"{spec.Columns[i]}\" is null.");
            columns[i] = path.Length == 0
                ? throw new PgException(SqlState.DataException, "column path filter must not be empty string")
                : XmlPaths.Compile(path, manager, InvalidColumnPath);
        }

        if (XmlPaths.Evaluate(document.CreateNavigator()!, row) is not XPathNodeIterator nodes)
        {
            yield break;
        }

        var texts = new string?[columns.Length];
        foreach (XPathNavigator node in nodes)
        {
            context.CheckForInterrupts();
            for (var i = 0; i < columns.Length; i++)
            {
                texts[i] = columns[i] is { } path ? Text(XmlPaths.Evaluate(node, path), spec.Targets[i]) : null;
            }

            yield return PgDatum.FromBlob(Packed(texts));
        }
    }

    private static string? Text(object result, XmlTableTarget target)
    {
        switch (result)
        {
            case XPathNodeIterator nodes when target == XmlTableTarget.Xml:
                return nodes.Count == 0 ? null : string.Concat(XmlPaths.Results(nodes));
            case XPathNodeIterator nodes:
                return nodes.Count switch
                {
                    0 => null,
                    1 when nodes.MoveNext() => nodes.Current!.Value,
                    _ => throw new PgException(SqlState.CardinalityViolation, "more than one value returned by column XPath expression"),
                };
            case bool flag:
                return target == XmlTableTarget.Number ? flag ? "1" : "0" : flag ? "true" : "false";
            case string text:
                return target == XmlTableTarget.Xml ? Types.Xml.XmlText.Escape(text) : text;
            default:
                return XmlPaths.Results(result).First();
        }
    }

    // ---- packed texts: for each a length, -1 for NULL, and UTF-8 ----

    private static byte[] Packed(ReadOnlySpan<string?> texts)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var text in texts)
        {
            var bytes = text is null ? null : Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes?.Length ?? -1);
            stream.Write(length);
            stream.Write(bytes);
        }

        return stream.ToArray();
    }

    private static string?[] Unpack(ReadOnlySpan<byte> packed)
    {
        var result = new List<string?>();
        while (packed.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(packed);
            result.Add(length < 0 ? null : Encoding.UTF8.GetString(packed.Slice(4, length)));
            packed = packed[(4 + Math.Max(length, 0))..];
        }

        return [.. result];
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Pack(nint context, int count, nint* values)
    {
        try
        {
            var texts = new string?[count];
            for (var i = 0; i < count; i++)
            {
                texts[i] = FunctionArgument.IsNull(values, i) ? null : FunctionArgument.String(values, i);
            }

            FunctionResult.Blob(context, Packed(texts));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_field(packed, index, type, typmod)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Field(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 0))
            {
                return;
            }

            var packed = FunctionArgument.Bytes(values, 0);
            for (var skip = FunctionArgument.Int32(values, 1); skip > 0; skip--)
            {
                packed = packed[(4 + Math.Max(BinaryPrimitives.ReadInt32LittleEndian(packed), 0))..];
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(packed);
            if (length >= 0)
            {
                var owner = FunctionArgument.Context(context);
                FunctionResult.Write(context, owner.Types.GetCodec(FunctionArgument.UInt32(values, 2)).Input(packed.Slice(4, length), FunctionArgument.Int32(values, 3), owner));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_xml_required(value, column)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Required(nint context, int count, nint* values)
    {
        try
        {
            FunctionResult.Write(context, FunctionArgument.IsNull(values, 0)
                ? throw new PgException(SqlState.NullValueNotAllowed, $"null is not allowed in column \"{FunctionArgument.String(values, 1)}\"")
                : FunctionArgument.Datum(values, 0));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }
}
