using System.Globalization;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The clauses of CREATE TYPE name (…).</summary>
internal sealed class BaseTypeOptions
{
    internal string[]? Input { get; private set; }

    internal string[]? Output { get; private set; }

    internal string[]? Receive { get; private set; }

    internal string[]? Send { get; private set; }

    internal string[]? TypmodIn { get; private set; }

    internal string[]? TypmodOut { get; private set; }

    internal string[]? Analyze { get; private set; }

    internal string[]? Subscript { get; private set; }

    internal short Length { get; private set; } = -1;

    internal bool ByValue { get; private set; }

    internal char Alignment { get; private set; } = 'i';

    internal char Storage { get; private set; } = 'p';

    internal char Category { get; private set; } = 'U';

    internal bool Preferred { get; private set; }

    internal char Delimiter { get; private set; } = ',';

    internal bool Collatable { get; private set; }

    /// <summary>Reads the clauses; LIKE goes first, whatever its place.</summary>
    /// <exception cref="PgException">42601, 22023, 0A000.</exception>
    internal static BaseTypeOptions Read(DdlContext ddl, IEnumerable<Pg.Node> definition)
    {
        var named = new Dictionary<string, Pg.DefElem>(StringComparer.Ordinal);
        foreach (var option in definition.Select(static n => n.DefElem))
        {
            var name = option.Defname == "analyse" ? "analyze" : option.Defname;
            if (!IsKnown(name))
            {
                // A WARNING, even though what it says is ignored may matter.
                ddl.Notice($"type attribute \"{option.Defname}\" not recognized", "WARNING", SqlState.SyntaxError);
            }
            else if (!named.TryAdd(name, option))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }
        }

        var result = new BaseTypeOptions();
        if (named.Remove("like", out var like))
        {
            var type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, Placeless(OptionValues.TypeName(like))))!;
            (result.Length, result.ByValue, result.Alignment, result.Storage) = (type.typlen, type.typbyval, type.typalign, type.typstorage);
        }

        foreach (var (name, option) in named)
        {
            result.Set(ddl, name, option);
        }

        return result;
    }

    /// <summary>TypeCreate's checks of what the storage looks like in PostgreSQL.</summary>
    /// <exception cref="PgException">42P17.</exception>
    internal void CheckPhysical()
    {
        if (ByValue)
        {
            var wanted = Length switch { 1 => 'c', 2 => 's', 4 => 'i', 8 => 'd', _ => throw Invalid($"internal size {Length} is invalid for passed-by-value type") };
            if (Alignment != wanted)
            {
                throw Invalid($"alignment \"{Alignment}\" is invalid for passed-by-value type of size {Length}");
            }
        }
        else if ((Length == -1 && Alignment is not ('i' or 'd')) || (Length == -2 && Alignment != 'c'))
        {
            throw Invalid($"alignment \"{Alignment}\" is invalid for variable-length type");
        }

        if (Storage != 'p' && Length != -1)
        {
            throw Invalid("fixed-size types must have storage PLAIN");
        }
    }

    private static bool IsKnown(string name) => name is "like" or "internallength" or "input" or "output" or "receive" or "send" or "typmod_in" or "typmod_out" or "analyze"
        or "subscript" or "category" or "preferred" or "delimiter" or "element" or "default" or "passedbyvalue" or "alignment" or "storage" or "collatable";

    private void Set(DdlContext ddl, string name, Pg.DefElem option)
    {
        switch (name)
        {
            case "internallength":
                Length = ReadLength(option);
                break;
            case "input":
                Input = OptionValues.QualifiedName(option);
                break;
            case "output":
                Output = OptionValues.QualifiedName(option);
                break;
            case "receive":
                Receive = OptionValues.QualifiedName(option);
                break;
            case "send":
                Send = OptionValues.QualifiedName(option);
                break;
            case "typmod_in":
                TypmodIn = OptionValues.QualifiedName(option);
                break;
            case "typmod_out":
                TypmodOut = OptionValues.QualifiedName(option);
                break;
            case "analyze":
                Analyze = OptionValues.QualifiedName(option);
                break;
            case "subscript":
                Subscript = OptionValues.QualifiedName(option);
                break;
            case "category":
                var category = OptionValues.String(option);
                Category = category.Length > 0 && category[0] is >= ' ' and <= '~' ? category[0]
                    : throw new PgException(SqlState.InvalidParameterValue, $"invalid type category \"{category}\": must be simple ASCII");
                break;
            case "preferred":
                Preferred = OptionValues.Boolean(option);
                break;
            case "delimiter":
                Delimiter = OptionValues.String(option) is { Length: > 0 } delimiter ? delimiter[0] : '\0';
                break;
            case "element":
                var element = TypeNames.ResolveOid(ddl.ParseState, Placeless(OptionValues.TypeName(option)));
                throw ddl.Catalog.Type(element) is { typtype: 'p' }
                    ? new PgException(SqlState.DatatypeMismatch, $"array element type cannot be {DdlExpressions.FormatType(ddl, element)}")
                    : PgErrors.FeatureNotSupported("ELEMENT of a base type");
            case "default":
                throw PgErrors.FeatureNotSupported("DEFAULT of a base type");
            case "passedbyvalue":
                ByValue = OptionValues.Boolean(option);
                break;
            case "alignment":
                Alignment = ReadAlignment(OptionValues.String(option));
                break;
            case "storage":
                var storage = OptionValues.String(option);
                Storage = storage.ToLowerInvariant() switch
                {
                    "plain" => 'p',
                    "external" => 'e',
                    "extended" => 'x',
                    "main" => 'm',
                    _ => throw new PgException(SqlState.InvalidParameterValue, $"storage \"{storage}\" not recognized"),
                };
                break;
            case "collatable":
                Collatable = OptionValues.Boolean(option);
                break;
        }
    }

    private static short ReadLength(Pg.DefElem option)
    {
        if (option.Arg?.NodeCase == Pg.Node.NodeOneofCase.Integer)
        {
            return (short)option.Arg.Integer.Ival;
        }

        var text = OptionValues.String(option);
        return string.Equals(text, "variable", StringComparison.OrdinalIgnoreCase) ? (short)-1
            : throw new PgException(SqlState.SyntaxError, $"invalid argument for {option.Defname}: \"{text}\"");
    }

    // The word, or the name of a type so aligned.
    private static char ReadAlignment(string text) => text.ToLowerInvariant() switch
    {
        "double" or "float8" or "pg_catalog.float8" => 'd',
        "int4" or "pg_catalog.int4" => 'i',
        "int2" or "pg_catalog.int2" => 's',
        "char" or "pg_catalog.bpchar" => 'c',
        _ => throw new PgException(SqlState.InvalidParameterValue, string.Create(CultureInfo.InvariantCulture, $"alignment \"{text}\" not recognized")),
    };

    private static Pg.TypeName Placeless(Pg.TypeName name)
    {
        var copy = name.Clone();
        copy.Location = -1;
        return copy;
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);
}
