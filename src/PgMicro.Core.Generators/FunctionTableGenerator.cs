using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PgMicro.Core.Generators;

/// <summary>Checks the function declarations against pg_proc and emits their SQLite entry points and the table of implementations.</summary>
[Generator]
public sealed class FunctionTableGenerator : IIncrementalGenerator
{
    private const string AttributeNamespace = "PgMicro.Core.Functions.";

    private static readonly DiagnosticDescriptor Wrong = new DiagnosticDescriptor(
        "PGF001", "Wrong function declaration", "{0}: {1}", "PgMicro", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var functions = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeNamespace + "PgFunctionAttribute", static (_, _) => true, static (c, _) => Declaration.OfMethod(c, 'f')).Collect();
        var sets = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeNamespace + "PgSetFunctionAttribute", static (_, _) => true, static (c, _) => Declaration.OfMethod(c, 's')).Collect();
        var aggregates = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeNamespace + "PgAggregateAttribute", static (_, _) => true, static (c, _) => Declaration.OfType(c)).Collect();
        var facts = context.AdditionalTextsProvider
            .Where(static file => Path.GetFileName(file.Path) is "pg_proc.tsv" or "pg_type.tsv" or "extension.pg_proc.tsv" or "pgmicro.pg_proc.tsv" or "extension.pg_type.tsv")
            .Select(static (file, cancel) => (Name: Path.GetFileName(file.Path), Text: file.GetText(cancel)?.ToString() ?? "")).Collect()
            .Select(static (files, _) =>
            {
                var sorted = files.OrderByDescending(f => f.Name, System.StringComparer.Ordinal).ToList();
                return files.Length == 5
                    ? new CatalogFacts(sorted.Where(f => f.Name.EndsWith("pg_proc.tsv")).Select(f => f.Text), sorted.Where(f => f.Name.EndsWith("pg_type.tsv")).Select(f => f.Text))
                    : null;
            });
        context.RegisterSourceOutput(
            functions.Combine(sets).Combine(aggregates).Combine(facts),
            static (output, all) => Emit(output, all.Left.Left.Left.AddRange(all.Left.Left.Right).AddRange(all.Left.Right), all.Right));
    }

    private static void Emit(SourceProductionContext output, ImmutableArray<Declaration> declarations, CatalogFacts? facts)
    {
        if (facts is null || declarations.IsEmpty)
        {
            return;
        }

        var thunks = new StringBuilder();
        var pointers = new List<string>();
        var rows = new StringBuilder();
        var setCases = new StringBuilder();
        var thunkOf = new Dictionary<string, int>();
        var seen = new Dictionary<uint, string>();
        foreach (var declaration in declarations.OrderBy(d => d.Target, System.StringComparer.Ordinal).ThenBy(d => d.Signatures[0], System.StringComparer.Ordinal))
        {
            for (var i = 0; i < declaration.Signatures.Length; i++)
            {
                var signature = declaration.Signatures[i];
                var proc = facts.Find(signature);
                var problem = proc is null ? "no such function in pg_proc" : Check(declaration, proc);
                if (problem is null && seen.TryGetValue(proc!.Oid, out var other))
                {
                    problem = "declared already by " + other;
                }

                if (problem is not null)
                {
                    var location = Location.Create(
                        declaration.Path, default, new LinePositionSpan(new LinePosition(declaration.Line, 0), new LinePosition(declaration.Line, 0)));
                    output.ReportDiagnostic(Diagnostic.Create(Wrong, location, signature, problem));
                    continue;
                }

                seen[proc!.Oid] = declaration.Target;
                var isBlob = proc.ResultType is "bytea" or "uuid";
                var key = declaration.Target + "|" + declaration.Body + "|" + proc.IsStrict + isBlob;
                if (!thunkOf.TryGetValue(key, out var thunk))
                {
                    thunk = declaration.Body is null ? -1 : declaration.Kind switch
                    {
                        'f' => Function(thunks, pointers, declaration, proc, isBlob),
                        'a' => Aggregate(thunks, pointers, declaration, proc, isBlob),
                        _ => Set(setCases, thunkOf.Count, declaration, proc),
                    };
                    thunkOf[key] = thunk;
                }

                rows.Append(proc.Oid).Append('\t').Append(proc.Name).Append('\t').Append(declaration.Kind).Append('\t')
                    .Append(proc.IsVariadicAny ? -1 : proc.ArgumentCount).Append('\t')
                    .Append(Thunk.TakesCallSite(declaration.Body) ? 't' : 'f').Append(proc.IsImmutable ? 't' : 'f').Append(proc.IsStrict ? 't' : 'f').Append(declaration.Inverse is null ? 'f' : 't').Append('\t')
                    .Append(thunk).Append('\t').Append(declaration.Templates[i] ?? "").Append('\t').Append(proc.ColumnCount).Append('\n');
            }
        }

        var source = new StringBuilder();
        source.Append("// <auto-generated/>\n#nullable enable\nusing PgMicro.Core.Functions;\nusing PgMicro.Core.Types;\nusing PgMicro.Core.Storage;\n");
        source.Append("namespace PgMicro.Core.Functions;\n\ninternal static unsafe partial class FunctionTable\n{\n");
        source.Append("    private static System.ReadOnlySpan<byte> Rows => \"\"\"\"\n").Append(rows).Append("\n\"\"\"\"u8;\n\n");
        source.Append("    private static nint[] EntryPoints()\n    {\n        var table = new nint[").Append(pointers.Count).Append("];\n");
        for (var start = 0; start < pointers.Count; start += 128)
        {
            source.Append("        EntryPoints").Append(start).Append("(table);\n");
        }

        source.Append("        return table;\n    }\n\n");
        for (var start = 0; start < pointers.Count; start += 128)
        {
            source.Append("    private static void EntryPoints").Append(start).Append("(nint[] table)\n    {\n");
            for (var i = start; i < System.Math.Min(start + 128, pointers.Count); i++)
            {
                source.Append("        table[").Append(i).Append("] = (nint)(").Append(pointers[i]).Append(";\n");
            }

            source.Append("    }\n\n");
        }

        source.Append("    private static SetFunction CreateSetFunction(int index) => index switch\n    {\n").Append(setCases);
        source.Append("        _ => throw new System.ArgumentOutOfRangeException(nameof(index)),\n    };\n\n");
        source.Append(thunks).Append("}\n");
        output.AddSource("FunctionTable.g.cs", SourceText.From(source.ToString(), Encoding.UTF8));
    }

    private static string? Check(Declaration declaration, ProcRow proc)
    {
        if (declaration.Kind == 'f' && (proc.Kind != 'f' || proc.ReturnsSet))
        {
            return "not a plain function";
        }

        if (declaration.Kind == 's' && !proc.ReturnsSet)
        {
            return "does not return a set";
        }

        if (declaration.Kind == 'a' && proc.Kind is not ('a' or 'w'))
        {
            return "not an aggregate or window function";
        }

        var body = declaration.Body;
        if (body is null)
        {
            return declaration.Templates.Contains(null) ? "an aggregate without Step needs a template" : null;
        }

        if (!Thunk.TakesRest(body) && Thunk.SqlParameters(body) != proc.ArgumentCount)
        {
            return "the C# method takes " + Thunk.SqlParameters(body) + " SQL arguments and pg_proc has " + proc.ArgumentCount;
        }

        if (declaration.Kind == 'f' && !proc.IsStrict && body.Parameters.Any(p => !Thunk.IsService(p) && !Thunk.AcceptsNull(p)))
        {
            return "not strict, so every parameter must take NULL";
        }

        return declaration.Kind == 'a' && declaration.Final is null ? "an aggregate needs Final" : null;
    }

    private static int Function(StringBuilder output, List<string> pointers, Declaration declaration, ProcRow proc, bool isBlob)
    {
        var body = declaration.Body!;
        var first = Thunk.TakesCallSite(body) ? 1 : 0;
        var test = proc.IsStrict ? Thunk.NullTest(body, first, all: true) : null;
        var call = Thunk.Return(body.Result, $"{declaration.Target}({Thunk.Arguments(body, first)})", isBlob);
        var index = pointers.Count;
        Thunk.Method(output, "F" + index, true, (test is null ? "" : $"if ({test}) {{ return; }} ") + call);
        pointers.Add("delegate* unmanaged[Cdecl]<nint, int, nint*, void>)&F" + index);
        return index;
    }

    private static int Aggregate(StringBuilder output, List<string> pointers, Declaration declaration, ProcRow proc, bool isBlob)
    {
        var step = declaration.Body!;
        var type = declaration.Target;
        var state = declaration.IsStruct ? $"ref SqliteAggregate.State<{type}>(context)" : $"SqliteAggregate.GetOrCreate<{type}>(context)";
        var local = declaration.IsStruct ? "ref var state = " : "var state = ";
        var first = Thunk.TakesCallSite(step) ? 1 : 0;
        var test = Thunk.NullTest(step, first, all: false);
        var skip = test is null ? "" : $"if ({test}) {{ return; }} ";
        var index = pointers.Count;
        Thunk.Method(output, "F" + index, true, $"{skip}{local}{state}; state.Step({Thunk.Arguments(step, first)});");
        pointers.Add("delegate* unmanaged[Cdecl]<nint, int, nint*, void>)&F" + index);

        var final = declaration.Final!;
        var taken = declaration.IsStruct
            ? $"var state = FunctionArgument.AggregateState<{type}>(context);"
            : $"var state = SqliteAggregate.Take<{type}>(context) ?? new {type}();";
        Thunk.Method(output, "F" + (index + 1), false, taken + " " + Thunk.Return(final.Result, $"state.Final({Thunk.Arguments(final, 0)})", isBlob));
        pointers.Add("delegate* unmanaged[Cdecl]<nint, void>)&F" + (index + 1));

        var value = declaration.Value ?? final;
        var valueName = declaration.Value is null ? "Final" : "Value";
        var peeked = declaration.IsStruct
            ? $"var state = FunctionArgument.AggregateState<{type}>(context);"
            : $"var state = SqliteAggregate.Peek<{type}>(context) ?? new {type}();";
        Thunk.Method(output, "F" + (index + 2), false, peeked + " " + Thunk.Return(value.Result, $"state.{valueName}({Thunk.Arguments(value, 0)})", isBlob));
        pointers.Add("delegate* unmanaged[Cdecl]<nint, void>)&F" + (index + 2));

        var inverse = declaration.Inverse is { } shape
            ? $"{skip}{local}{state}; state.Inverse({Thunk.Arguments(shape, first)});"
            : $"throw FunctionTable.NoMovingFrame(\"{proc.Name}\");";
        Thunk.Method(output, "F" + (index + 3), true, inverse);
        pointers.Add("delegate* unmanaged[Cdecl]<nint, int, nint*, void>)&F" + (index + 3));
        return index;
    }

    private static int Set(StringBuilder output, int index, Declaration declaration, ProcRow proc)
    {
        var body = declaration.Body!;
        var first = Thunk.TakesCallSite(body) ? 1 : 0;
        var factory = body.Result.Contains("[]") ? "Rows" : "Values";
        output.Append("        ").Append(index).Append(" => SetFunction.").Append(factory).Append("(static (context, values, count) => ")
            .Append(proc.IsStrict && Thunk.NullTest(body, first, true) is { } test ? $"{test} ? null : " : "")
            .Append(declaration.Target).Append('(').Append(Thunk.Arguments(body, first)).Append(")),\n");
        return index;
    }
}
