using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution;

/// <summary>Names of catalog objects for regclass, regtype and their like, by the session's search_path (manual: "Object Identifier Types").</summary>
internal sealed class RegResolver(PgSession session) : IRegResolver
{
    public uint Parse(uint regType, string name)
    {
        if (name == "-")
        {
            return 0;
        }

        if (name.Length > 0 && name.All(char.IsAsciiDigit))
        {
            return uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new PgException(SqlState.NumericValueOutOfRange, $"value \"{name}\" is out of range for type oid");
        }

        var catalog = session.Catalog;
        switch (regType)
        {
            case TypeOid.Regtype:
                return ParseType(name);
            case TypeOid.Regprocedure or TypeOid.Regoper or TypeOid.Regoperator:
                throw PgErrors.FeatureNotSupported($"input of type {catalog.Type(regType)!.typname} by name");
        }

        var parts = Split(name);
        var (schema, last) = parts.Length == 1 ? (null, parts[0]) : (parts[^2], parts[^1]);
        switch (regType)
        {
            case TypeOid.Regclass:
                return NameResolution.FindRelation(new BindingContext(session, []).NewState(), parts.Length > 2 ? parts[^3] : null, schema, last, -1).oid;
            case TypeOid.RegNamespace:
                return catalog.FindNamespace(last)?.oid ?? throw new PgException(SqlState.InvalidSchemaName, $"schema \"{last}\" does not exist");
            case TypeOid.RegRole:
                return catalog.FindRole(last)?.oid ?? throw new PgException(SqlState.UndefinedObject, $"role \"{last}\" does not exist");
            case TypeOid.RegCollation:
                return NamespaceLookup.CollationOid(new BindingContext(session, []).NewState(), parts, -1);
            case TypeOid.Regproc:
                var visible = session.SearchPath(includeImplicit: true);
                var found = catalog.ProcsByName(last)
                    .Where(p => schema is null ? visible.Contains(p.pronamespace) : catalog.FindNamespace(schema)?.oid == p.pronamespace).ToArray();
                return found.Length switch
                {
                    0 => throw new PgException(SqlState.UndefinedFunction, $"function \"{name}\" does not exist"),
                    1 => found[0].oid,
                    _ => throw new PgException(SqlState.AmbiguousFunction, $"more than one function named \"{name}\""),
                };
            default:
                throw PgErrors.FeatureNotSupported($"input of type {catalog.Type(regType)!.typname} by name");
        }
    }

    public string? Format(uint regType, uint oid)
    {
        if (oid == 0)
        {
            return "-";
        }

        var catalog = session.Catalog;
        string Qualified(uint nsp, string name, bool isVisible) =>
            isVisible ? Identifiers.Quote(name) : Identifiers.QuoteQualified(catalog.Namespace(nsp)?.nspname, name);
        switch (regType)
        {
            case TypeOid.Regclass:
                return catalog.Class(oid) is { } relation
                    ? Qualified(relation.relnamespace, relation.relname, IsFirst(relation.relnamespace, n => catalog.FindClass(relation.relname, n) is not null))
                    : null;
            case TypeOid.Regtype:
                return catalog.Type(oid) is null ? null : FormatType.Format(oid, -1, catalog, session.SearchPath(includeImplicit: true));
            case TypeOid.RegNamespace:
                return catalog.Namespace(oid) is { } schema ? Identifiers.Quote(schema.nspname) : null;
            case TypeOid.RegRole:
                return catalog.Role(oid) is { } role ? Identifiers.Quote(role.rolname) : null;
            case TypeOid.RegCollation:
                return catalog.Collation(oid) is { } collation
                    ? Qualified(collation.collnamespace, collation.collname, IsFirst(collation.collnamespace, n => catalog.FindCollation(collation.collname, n) is not null))
                    : null;
            case TypeOid.Regproc:
                return catalog.Proc(oid) is { } proc
                    ? Qualified(
                        proc.pronamespace, proc.proname,
                        session.SearchPath(includeImplicit: true).Contains(proc.pronamespace) && catalog.ProcsByName(proc.proname).Count() == 1)
                    : null;
            case TypeOid.Regprocedure:
                return catalog.Proc(oid) is { } procedure
                    ? Qualified(procedure.pronamespace, procedure.proname, session.SearchPath(includeImplicit: true).Contains(procedure.pronamespace))
                        + "(" + string.Join(",", procedure.proargtypes.Select(t => FormatType.Format(t, -1, catalog))) + ")"
                    : null;
            default:
                return null;
        }
    }

    private bool IsFirst(uint nsp, Func<uint, bool> has)
    {
        foreach (var candidate in session.SearchPath(includeImplicit: true))
        {
            if (candidate == nsp)
            {
                return true;
            }

            if (has(candidate))
            {
                return false;
            }
        }

        return false;
    }

    private uint ParseType(string name)
    {
        Pg.TypeName type;
        try
        {
            type = session.Database.Parser.Parse($"SELECT NULL::{name}")[0].Raw.Stmt.SelectStmt.TargetList[0].ResTarget.Val.TypeCast.TypeName;
        }
        catch (PgException e) when (e.SqlState == SqlState.SyntaxError)
        {
            throw new PgException(SqlState.SyntaxError, $"invalid type name \"{name}\"", e);
        }

        try
        {
            return session.ResolveType(type);
        }
        catch (PgException e)
        {
            // The place is one in the text made here, not in the statement.
            e.Location = -1;
            throw;
        }
    }

    private static string[] Split(string name)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var i = 0;
        while (true)
        {
            part.Clear();
            var quoted = i < name.Length && name[i] == '"';
            if (quoted)
            {
                for (i++; ; i++)
                {
                    if (i >= name.Length)
                    {
                        throw new PgException(SqlState.InvalidName, "invalid name syntax");
                    }

                    if (name[i] == '"')
                    {
                        if (i + 1 < name.Length && name[i + 1] == '"')
                        {
                            i++;
                        }
                        else
                        {
                            break;
                        }
                    }

                    part.Append(name[i]);
                }

                i++;
            }
            else
            {
                while (i < name.Length && name[i] != '.' && !char.IsWhiteSpace(name[i]))
                {
                    part.Append(char.ToLowerInvariant(name[i++]));
                }
            }

            if (part.Length == 0 && !quoted)
            {
                throw new PgException(SqlState.InvalidName, "invalid name syntax");
            }

            parts.Add(part.ToString());
            if (i >= name.Length)
            {
                return [.. parts];
            }

            if (name[i++] != '.')
            {
                throw new PgException(SqlState.InvalidName, "invalid name syntax");
            }
        }
    }
}
