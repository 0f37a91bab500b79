using System.Globalization;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Written type names to types (PostgreSQL's parse_type.c).</summary>
public static class TypeNames
{
    /// <summary>The type and modifier that a name means.</summary>
    /// <exception cref="PgException">42704 when there is none; 22023 and 42601 for a bad modifier; 3F000 for an unknown schema.</exception>
    public static (uint Oid, int Typmod) Resolve(ParseState pstate, Pg.TypeName name)
    {
        var row = Find(pstate, name)
            ?? throw new PgException(SqlState.UndefinedObject, $"type \"{ToString(pstate, name)}\" does not exist").At(name.Location);
        if (!row.typisdefined)
        {
            throw new PgException(SqlState.UndefinedObject, $"type \"{ToString(pstate, name)}\" is only a shell").At(name.Location);
        }

        return (row.oid, Typmod(pstate, name, row, name.Location));
    }

    /// <summary>The type that a name means; SETOF is the caller's matter.</summary>
    public static uint ResolveOid(ParseState pstate, Pg.TypeName name) => Resolve(pstate, name).Oid;

    /// <summary>The pg_type row that a name means, or null: where only the type is wanted, though a modifier must be one that it takes.</summary>
    /// <exception cref="PgException">22023 and 42601 for a bad modifier; 3F000 for an unknown schema.</exception>
    public static PgType? Lookup(ParseState pstate, Pg.TypeName name)
    {
        var row = Find(pstate, name);
        if (row is not null)
        {
            Typmod(pstate, name, row, -1);
        }

        return row;
    }

    private static PgType? Find(ParseState pstate, Pg.TypeName name)
    {
        var catalog = pstate.Catalog;
        PgType? row;
        if (name.Names.Count == 0)
        {
            row = catalog.Type(name.TypeOid);
        }
        else if (name.PctType)
        {
            row = catalog.Type(ColumnType(pstate, name));
        }
        else
        {
            var names = NamespaceLookup.Strings(name.Names);
            if (names.Length == 3 && names[0] != catalog.DatabaseName)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: {string.Join('.', names)}");
            }

            var (schema, type) = NamespaceLookup.Deconstruct(names, name.Location);
            row = schema is null
                ? NamespaceLookup.TypenameGetType(pstate, type)
                : catalog.FindType(type, NamespaceLookup.LookupExplicitNamespace(pstate, schema, name.Location));
        }

        return row is not null && name.ArrayBounds.Count > 0 ? catalog.Type(row.typarray) : row;
    }

    private static uint ColumnType(ParseState pstate, Pg.TypeName name)
    {
        var names = NamespaceLookup.Strings(name.Names);
        var text = string.Join('.', names);
        if (names.Length is < 2 or > 4)
        {
            throw new PgException(
                SqlState.SyntaxError, $"improper %TYPE reference (too {(names.Length < 2 ? "few" : "many")} dotted names): {text}").At(name.Location);
        }

        var column = names[^1];
        var relation = names[^2];
        PgClass? found = null;
        if (names.Length > 2)
        {
            found = pstate.Catalog.FindClass(relation, NamespaceLookup.LookupExplicitNamespace(pstate, names[^3], name.Location));
        }
        else
        {
            foreach (var nsp in pstate.SearchPath)
            {
                if ((found = pstate.Catalog.FindClass(relation, nsp)) is not null)
                {
                    break;
                }
            }
        }

        if (found is null)
        {
            throw new PgException(SqlState.UndefinedTable, $"relation \"{string.Join('.', names[..^1])}\" does not exist").At(name.Location);
        }

        foreach (var attribute in pstate.Catalog.Attributes(found.oid))
        {
            if (attribute.attname == column && !attribute.attisdropped)
            {
                // The type stays what it is when the column's is changed.
                pstate.TypeContext.Notice(new PgNotice(
                    "NOTICE", SqlState.SuccessfulCompletion, $"type reference {ToString(pstate, name)} converted to {FormatType.Format(attribute.atttypid, pstate)}"));
                return attribute.atttypid;
            }
        }

        throw new PgException(SqlState.UndefinedColumn, $"column \"{column}\" of relation \"{relation}\" does not exist").At(name.Location);
    }

    private static int Typmod(ParseState pstate, Pg.TypeName name, PgType row, int location)
    {
        if (name.Typmods.Count == 0)
        {
            return name.Typemod;
        }

        if (row.typmodin == 0)
        {
            throw new PgException(SqlState.SyntaxError, $"type modifier is not allowed for type \"{ToString(pstate, name)}\"").At(location);
        }

        var arguments = new string[name.Typmods.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = ModifierText(name.Typmods[i])
                ?? throw new PgException(SqlState.SyntaxError, "type modifiers must be simple constants or identifiers").At(location);
        }

        // An array type takes the modifiers of its elements.
        var element = TypeFacts.IsTrueArray(row) ? row.typelem : row.oid;
        try
        {
            var typmod = pstate.TypeContext.Types.GetCodec(element).TypmodIn(arguments);
            if (TimePrecision.Warning(element, arguments) is { } warning)
            {
                // Said whenever the statement is analysed, so that its plan may not be kept.
                pstate.TypeContext.HasReadClock = true;
                pstate.TypeContext.Notice(new PgNotice("WARNING", SqlState.InvalidParameterValue, warning) { Location = location });
            }

            return typmod;
        }
        catch (PgException e) when (e.Location < 0)
        {
            e.At(location);
            throw;
        }
    }

    private static string? ModifierText(Pg.Node node)
    {
        switch (node.NodeCase)
        {
            case Pg.Node.NodeOneofCase.AConst:
                var constant = node.AConst;
                return constant.ValCase switch
                {
                    _ when constant.Isnull => null,
                    Pg.A_Const.ValOneofCase.Ival => constant.Ival.Ival.ToString(CultureInfo.InvariantCulture),
                    Pg.A_Const.ValOneofCase.Fval => constant.Fval.Fval,
                    Pg.A_Const.ValOneofCase.Sval => constant.Sval.Sval,
                    _ => null,
                };
            case Pg.Node.NodeOneofCase.ColumnRef when node.ColumnRef.Fields is [{ NodeCase: Pg.Node.NodeOneofCase.String } only]:
                return only.String.Sval;
            default:
                return null;
        }
    }

    /// <summary>The name as messages repeat it.</summary>
    public static string ToString(ParseState pstate, Pg.TypeName name)
    {
        var text = name.Names.Count == 0 ? FormatType.Format(name.TypeOid, pstate) : string.Join('.', NamespaceLookup.Strings(name.Names));
        return text + (name.PctType ? "%TYPE" : "") + (name.ArrayBounds.Count > 0 ? "[]" : "");
    }
}
