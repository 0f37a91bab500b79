using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace PgMicro.Core.Generators;

/// <summary>One annotated method or type, as strings so that it compares by value between compilations.</summary>
internal sealed class Declaration : IEquatable<Declaration>
{
    private static readonly SymbolDisplayFormat ShortName = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly string _identity;

    private Declaration(
        char kind, string target, string[] signatures, string?[] templates, Shape? body, Shape? final, Shape? value, Shape? inverse, bool isStruct,
        string path, int line)
    {
        Kind = kind;
        Target = target;
        Signatures = signatures;
        Templates = templates;
        Body = body;
        Final = final;
        Value = value;
        Inverse = inverse;
        IsStruct = isStruct;
        Path = path;
        Line = line;
        _identity = string.Join(
            "|", kind, target, string.Join(";", signatures), string.Join(";", templates), body, final, value, inverse, isStruct, path, line);
    }

    /// <summary>'f' function, 'a' aggregate, 's' set function.</summary>
    public char Kind { get; }

    /// <summary>Fully qualified method, or type of an aggregate.</summary>
    public string Target { get; }

    public string[] Signatures { get; }

    public string?[] Templates { get; }

    /// <summary>The method, or Step; null for an aggregate that only has templates.</summary>
    public Shape? Body { get; }

    public Shape? Final { get; }

    public Shape? Value { get; }

    public Shape? Inverse { get; }

    public bool IsStruct { get; }

    public string Path { get; }

    public int Line { get; }

    public static Declaration OfMethod(GeneratorAttributeSyntaxContext context, char kind)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        var target = method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name;
        return Create(context, kind, target, Shape.Of(method), null, null, null, false);
    }

    public static Declaration OfType(GeneratorAttributeSyntaxContext context)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var step = Method(type, "Step");
        return Create(
            context, 'a', type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), step, Method(type, "Final"), Method(type, "Value"),
            Method(type, "Inverse"), type.IsValueType);
    }

    public bool Equals(Declaration? other) => other is not null && other._identity == _identity;

    public override bool Equals(object? obj) => Equals(obj as Declaration);

    public override int GetHashCode() => _identity.GetHashCode();

    private static Shape? Method(INamedTypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            var method = current.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(m => !m.IsAbstract);
            if (method is not null)
            {
                return Shape.Of(method);
            }
        }

        return null;
    }

    private static Declaration Create(
        GeneratorAttributeSyntaxContext context, char kind, string target, Shape? body, Shape? final, Shape? value, Shape? inverse, bool isStruct)
    {
        var span = context.TargetNode.GetLocation().GetLineSpan();
        var signatures = context.Attributes.Select(a => (string?)a.ConstructorArguments[0].Value ?? "").ToArray();
        var templates = context.Attributes
            .Select(a => a.NamedArguments.FirstOrDefault(n => n.Key == "Sqlite").Value.Value as string).ToArray();
        return new Declaration(kind, target, signatures, templates, body, final, value, inverse, isStruct, span.Path, span.StartLinePosition.Line);
    }

    /// <summary>Parameter and result types by their short C# names.</summary>
    internal sealed class Shape
    {
        private Shape(string[] parameters, string result)
        {
            Parameters = parameters;
            Result = result;
        }

        public string[] Parameters { get; }

        public string Result { get; }

        public static Shape Of(IMethodSymbol method) => new Shape(
            method.Parameters.Select(p => p.Type.ToDisplayString(ShortName)).ToArray(), method.ReturnType.ToDisplayString(ShortName));

        public override string ToString() => string.Join(",", Parameters) + ":" + Result;
    }
}
