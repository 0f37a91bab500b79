using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>Values of options in a statement (PostgreSQL's defGetString, defGetBoolean and the like).</summary>
internal static class OptionValues
{
    /// <summary>Whether the option has no value.</summary>
    internal static bool IsAbsent(Pg.DefElem option) => option.Arg is null or { NodeCase: Pg.Node.NodeOneofCase.None };

    /// <summary>The value as text.</summary>
    /// <exception cref="PgException">42601 when there is none.</exception>
    internal static string String(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        null or Pg.Node.NodeOneofCase.None => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a parameter"),
        Pg.Node.NodeOneofCase.Integer => option.Arg.Integer.Ival.ToString(CultureInfo.InvariantCulture),
        Pg.Node.NodeOneofCase.Float => option.Arg.Float.Fval,
        Pg.Node.NodeOneofCase.Boolean => option.Arg.Boolean.Boolval ? "true" : "false",
        Pg.Node.NodeOneofCase.String => option.Arg.String.Sval,
        Pg.Node.NodeOneofCase.TypeName => string.Join(".", option.Arg.TypeName.Names.Select(n => n.String.Sval)),
        Pg.Node.NodeOneofCase.List => string.Join(".", option.Arg.List.Items.Select(n => n.String.Sval)),
        Pg.Node.NodeOneofCase.AStar => "*",
        _ => throw PgErrors.FeatureNotSupported($"value of option \"{option.Defname}\"", option.Location),
    };

    /// <summary>A name with or without a schema.</summary>
    /// <exception cref="PgException">42601 when there is none.</exception>
    internal static string[] QualifiedName(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        null or Pg.Node.NodeOneofCase.None => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a parameter"),
        Pg.Node.NodeOneofCase.TypeName => DdlContext.Names(option.Arg.TypeName.Names),
        Pg.Node.NodeOneofCase.List => DdlContext.Names(option.Arg.List.Items),
        Pg.Node.NodeOneofCase.String => [option.Arg.String.Sval],
        _ => throw new PgException(SqlState.SyntaxError, $"argument of {option.Defname} must be a name"),
    };

    /// <summary>A type, which may be quoted as a string.</summary>
    /// <exception cref="PgException">42601 when there is none.</exception>
    internal static Pg.TypeName TypeName(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        null or Pg.Node.NodeOneofCase.None => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a parameter"),
        Pg.Node.NodeOneofCase.TypeName => option.Arg.TypeName,
        Pg.Node.NodeOneofCase.String => new Pg.TypeName { Names = { option.Arg }, Typemod = -1, Location = -1 },
        _ => throw new PgException(SqlState.SyntaxError, $"argument of {option.Defname} must be a type name"),
    };

    /// <summary>A Boolean value; absent means true.</summary>
    /// <exception cref="PgException">42601.</exception>
    internal static bool Boolean(Pg.DefElem option) =>
        TryBoolean(option) ?? throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a Boolean value");

    /// <summary>A Boolean value; null when it is none.</summary>
    internal static bool? TryBoolean(Pg.DefElem option)
    {
        if (IsAbsent(option))
        {
            return true;
        }

        if (option.Arg.NodeCase == Pg.Node.NodeOneofCase.Integer)
        {
            return option.Arg.Integer.Ival switch { 0 => false, 1 => true, _ => null };
        }

        return String(option).ToLowerInvariant() switch
        {
            "true" or "on" => true,
            "false" or "off" => false,
            _ => null,
        };
    }
}
