using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding;

/// <summary>The text forms of regclass, regtype and their like, along a search path.</summary>
/// <param name="catalog">The session's catalog as it is now.</param>
/// <param name="searchPath">The session's search path as it is now, implicit schemas included.</param>
/// <param name="types">Settings for reading type modifiers.</param>
public sealed class RegResolver(Func<CatalogSnapshot> catalog, Func<IReadOnlyList<uint>> searchPath, TypeContext types) : IRegResolver
{
    /// <inheritdoc/>
    public uint Parse(uint regType, string name)
    {
        var snapshot = catalog();
        switch (regType)
        {
            case TypeOid.Regclass:
                return Relation(snapshot, QualifiedName.Parse(name));
            case TypeOid.Regtype:
                return Type(name);
            case TypeOid.Regproc:
                return Unambiguous(
                    Along(snapshot, QualifiedName.Parse(name), (n, s) => snapshot.ProcsByName(n).Where(p => p.pronamespace == s).Select(p => p.oid)),
                    new PgException(SqlState.UndefinedFunction, $"function \"{name}\" does not exist"),
                    new PgException(SqlState.AmbiguousFunction, $"more than one function named \"{name}\""));
            case TypeOid.Regprocedure:
                return Procedure(snapshot, name);
            case TypeOid.Regoper:
                return Unambiguous(
                    Along(snapshot, QualifiedName.ParseOperator(name), (n, s) => snapshot.OperatorsByName(n).Where(o => o.oprnamespace == s).Select(o => o.oid)),
                    new PgException(SqlState.UndefinedFunction, $"operator does not exist: {name}"),
                    new PgException(SqlState.AmbiguousFunction, $"more than one operator named {name}"));
            case TypeOid.Regoperator:
                return Operator(snapshot, name);
            case TypeOid.RegNamespace:
                var schema = QualifiedName.ParseSingle(name);
                return snapshot.FindNamespace(schema)?.oid
                    ?? throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
            case TypeOid.RegRole:
                var role = QualifiedName.ParseSingle(name);
                return snapshot.FindRole(role)?.oid ?? throw new PgException(SqlState.UndefinedObject, $"role \"{role}\" does not exist");
            case TypeOid.RegCollation:
                return First(snapshot, name, (n, s) => snapshot.FindCollation(n, s)?.oid ?? 0, n => $"collation \"{n}\" for encoding \"UTF8\" does not exist");
            case TypeOid.RegConfig:
                return First(
                    snapshot,
                    name,
                    (n, s) => snapshot.TsConfigsByName(n).FirstOrDefault(c => c.cfgnamespace == s)?.oid ?? 0,
                    n => $"text search configuration \"{n}\" does not exist");
            case TypeOid.RegDictionary:
                return First(
                    snapshot,
                    name,
                    (n, s) => snapshot.TsDictionariesByName(n).FirstOrDefault(d => d.dictnamespace == s)?.oid ?? 0,
                    n => $"text search dictionary \"{n}\" does not exist");
            default:
                throw PgErrors.FeatureNotSupported($"looking up type {regType} by name");
        }
    }

    /// <inheritdoc/>
    public uint FindRelation(string name) => Relation(catalog(), QualifiedName.Parse(name), requiresSchema: true);

    /// <inheritdoc/>
    public string? Format(uint regType, uint oid)
    {
        var snapshot = catalog();
        var path = searchPath();
        switch (regType)
        {
            case TypeOid.Regclass:
                return snapshot.Class(oid) is { } relation ? CatalogNames.Relation(snapshot, relation, path) : null;
            case TypeOid.Regtype:
                return snapshot.Type(oid) is null ? null : CatalogNames.FormatType(snapshot, oid, path);
            case TypeOid.Regproc:
                if (snapshot.Proc(oid) is not { } function)
                {
                    return null;
                }

                var sameName = Along(snapshot, (null, function.proname), (n, s) => snapshot.ProcsByName(n).Where(p => p.pronamespace == s).Select(p => p.oid));
                return sameName is [var only] && only == oid
                    ? CatalogNames.QuoteIdentifier(function.proname)
                    : CatalogNames.QuoteQualified(snapshot.Namespace(function.pronamespace)?.nspname, function.proname);
            case TypeOid.Regprocedure:
                return snapshot.Proc(oid) is { } procedure ? CatalogNames.Procedure(snapshot, procedure, path) : null;
            case TypeOid.Regoper:
                if (snapshot.Operator(oid) is not { } op)
                {
                    return null;
                }

                var operators = Along(snapshot, (null, op.oprname), (n, s) => snapshot.OperatorsByName(n).Where(o => o.oprnamespace == s).Select(o => o.oid));
                return operators is [var single] && single == oid
                    ? op.oprname
                    : CatalogNames.QuoteIdentifier(snapshot.Namespace(op.oprnamespace)?.nspname ?? "???") + "." + op.oprname;
            case TypeOid.Regoperator:
                return snapshot.Operator(oid) is { } signed ? CatalogNames.Operator(snapshot, signed, path) : null;
            case TypeOid.RegNamespace:
                return snapshot.Namespace(oid) is { } schema ? CatalogNames.QuoteIdentifier(schema.nspname) : null;
            case TypeOid.RegRole:
                return snapshot.Role(oid) is { } role ? CatalogNames.QuoteIdentifier(role.rolname) : null;
            case TypeOid.RegCollation:
                return snapshot.Collation(oid) is { } collation
                    ? CatalogNames.Qualified(snapshot, collation.collnamespace, collation.collname, path, static (c, n, s) => c.FindCollation(n, s)?.oid ?? 0, oid)
                    : null;
            case TypeOid.RegConfig:
                return snapshot.Find(Catalog.Tables.PgTsConfig.Relation, new(oid)) is { } config
                    ? CatalogNames.Qualified(
                        snapshot, config.cfgnamespace, config.cfgname, path, static (c, n, s) => c.TsConfigsByName(n).FirstOrDefault(r => r.cfgnamespace == s)?.oid ?? 0, oid)
                    : null;
            case TypeOid.RegDictionary:
                return snapshot.Find(Catalog.Tables.PgTsDict.Relation, new(oid)) is { } dictionary
                    ? CatalogNames.Qualified(
                        snapshot,
                        dictionary.dictnamespace,
                        dictionary.dictname,
                        path,
                        static (c, n, s) => c.TsDictionariesByName(n).FirstOrDefault(r => r.dictnamespace == s)?.oid ?? 0,
                        oid)
                    : null;
            default:
                return null;
        }
    }

    private static uint Unambiguous(List<uint> found, PgException none, PgException many) =>
        found.Count switch { 0 => throw none, 1 => found[0], _ => throw many };

    private uint Relation(CatalogSnapshot snapshot, IReadOnlyList<string> names, bool requiresSchema = false)
    {
        var (schema, name) = names.Count switch
        {
            1 => ((string?)null, names[0]),
            2 => (names[0], names[1]),
            3 when names[0] == snapshot.DatabaseName => (names[1], names[2]),
            3 => throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: \"{string.Join('.', names)}\""),
            _ => throw new PgException(SqlState.SyntaxError, $"improper relation name (too many dotted names): {string.Join('.', names)}"),
        };
        if (schema is not null)
        {
            var nsp = snapshot.FindNamespace(schema);
            if (nsp is null && requiresSchema)
            {
                throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
            }

            return nsp is not null && snapshot.FindClass(name, nsp.oid) is { } qualified
                ? qualified.oid
                : throw new PgException(SqlState.UndefinedTable, $"relation \"{schema}.{name}\" does not exist");
        }

        foreach (var nsp in searchPath())
        {
            if (snapshot.FindClass(name, nsp) is { } relation)
            {
                return relation.oid;
            }
        }

        throw new PgException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist");
    }

    private uint Type(string text)
    {
        var name = TypeNameText.Parse(text);
        try
        {
            return TypeNames.Resolve(new ParseState(catalog(), searchPath(), types), name).Oid;
        }
        catch (PgException e)
        {
            // The offset is one in the type's own text.
            e.Location = -1;
            throw;
        }
    }

    private uint Procedure(CatalogSnapshot snapshot, string text)
    {
        var (name, args) = Signature(text, allowNone: false);
        var found = Along(
            snapshot,
            QualifiedName.Parse(name),
            (n, s) => snapshot.ProcsByName(n).Where(p => p.pronamespace == s && p.proargtypes.AsSpan().SequenceEqual(args)).Select(p => p.oid));
        return found.Count > 0 ? found[0] : throw new PgException(SqlState.UndefinedFunction, $"function \"{text}\" does not exist");
    }

    private uint Operator(CatalogSnapshot snapshot, string text)
    {
        var (name, args) = Signature(text, allowNone: true);
        if (args.Length != 2)
        {
            throw args.Length == 1
                ? new PgException(SqlState.UndefinedParameter, "missing argument").WithHint("Use NONE to denote the missing argument of a unary operator.")
                : new PgException(SqlState.TooManyArguments, "too many arguments").WithHint("Provide two argument types for operator.");
        }

        var found = Along(
            snapshot,
            QualifiedName.ParseOperator(name),
            (n, s) => snapshot.OperatorsByName(n).Where(o => o.oprnamespace == s && o.oprleft == args[0] && o.oprright == args[1]).Select(o => o.oid));
        return found.Count > 0 ? found[0] : throw new PgException(SqlState.UndefinedFunction, $"operator does not exist: {text}");
    }

    // "name(type, type)".
    private (string Name, uint[] Args) Signature(string text, bool allowNone)
    {
        var open = QualifiedName.IndexOutsideQuotes(text, '(', 0);
        if (open < 0)
        {
            throw new PgException(SqlState.InvalidTextRepresentation, "expected a left parenthesis");
        }

        var end = text.TrimEnd();
        if (!end.EndsWith(')'))
        {
            throw new PgException(SqlState.InvalidTextRepresentation, "expected a right parenthesis");
        }

        var inside = end[(open + 1)..^1];
        var args = new List<uint>();
        var start = 0;
        while (inside.AsSpan().Trim().Length > 0)
        {
            var comma = QualifiedName.IndexOutsideQuotes(inside, ',', start);
            var argument = (comma < 0 ? inside[start..] : inside[start..comma]).Trim();
            if (argument.Length == 0)
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "expected a type name");
            }

            args.Add(allowNone && argument.Equals("none", StringComparison.OrdinalIgnoreCase) ? 0 : Type(argument));
            if (comma < 0)
            {
                break;
            }

            start = comma + 1;
        }

        return (text[..open], [.. args]);
    }

    private uint First(CatalogSnapshot snapshot, string text, Func<string, uint, uint> find, Func<string, string> missing)
    {
        var found = Along(snapshot, QualifiedName.Parse(text), (n, s) => find(n, s) is var oid and not 0 ? [oid] : []);
        return found.Count > 0 ? found[0] : throw new PgException(SqlState.UndefinedObject, missing(string.Join('.', QualifiedName.Parse(text))));
    }

    private List<uint> Along(CatalogSnapshot snapshot, IReadOnlyList<string> names, Func<string, uint, IEnumerable<uint>> find) =>
        names.Count == 3 && names[0] != snapshot.DatabaseName
            ? throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: {string.Join('.', names)}")
            : Along(snapshot, NamespaceLookup.Deconstruct(names), find);

    private List<uint> Along(CatalogSnapshot snapshot, (string? Schema, string Name) name, Func<string, uint, IEnumerable<uint>> find)
    {
        // A schema that is not there has none of the name.
        if (name.Schema is not null)
        {
            return snapshot.FindNamespace(name.Schema) is { } nsp ? [.. find(name.Name, nsp.oid)] : [];
        }

        return [.. searchPath().SelectMany(s => find(name.Name, s))];
    }
}
