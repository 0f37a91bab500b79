using System.Globalization;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Values of generic options (name = value).</summary>
internal static class DdlOptions
{
    /// <summary>defGetInt64.</summary>
    internal static long Int64(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        Pg.Node.NodeOneofCase.Integer => option.Arg.Integer.Ival,
        Pg.Node.NodeOneofCase.Float when long.TryParse(option.Arg.Float.Fval, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        Pg.Node.NodeOneofCase.Float => throw new PgException(SqlState.NumericValueOutOfRange, $"value \"{option.Arg.Float.Fval}\" is out of range for type bigint"),
        _ => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a numeric value"),
    };

    /// <summary>The value as text, as reloptions keep it.</summary>
    internal static string Text(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        null or Pg.Node.NodeOneofCase.None => "true",
        Pg.Node.NodeOneofCase.Integer => option.Arg.Integer.Ival.ToString(CultureInfo.InvariantCulture),
        Pg.Node.NodeOneofCase.Float => option.Arg.Float.Fval,
        Pg.Node.NodeOneofCase.Boolean => option.Arg.Boolean.Boolval ? "true" : "false",
        Pg.Node.NodeOneofCase.String => option.Arg.String.Sval,
        Pg.Node.NodeOneofCase.TypeName => option.Arg.TypeName.Names[^1].String.Sval,
        _ => throw PgErrors.FeatureNotSupported($"value of option \"{option.Defname}\"", option.Location),
    };
}
