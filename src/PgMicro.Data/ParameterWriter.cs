using System.Text;
using Npgsql;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;
using PgMicro.Data.Converters;

namespace PgMicro.Data;

/// <summary>Parameter values to storage forms.</summary>
internal static class ParameterWriter
{
    /// <param name="session">The session.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="declaredType">The type it was declared with; 0 when the engine has inferred it.</param>
    /// <param name="type">The type it has.</param>
    /// <param name="known">The converter that the place's last value was written by.</param>
    internal static PgDatum Write(PgSession session, NpgsqlParameter parameter, int index, uint declaredType, uint type, ref Known? known)
    {
        try
        {
            return Write(session, parameter, declaredType, type, ref known);
        }
        catch (PgException e)
        {
            var where = $"unnamed portal parameter ${index + 1}";
            e.Where = e.Where is null ? where : e.Where + "\n" + where;
            throw;
        }
    }

    private static PgDatum Write(PgSession session, NpgsqlParameter parameter, uint declaredType, uint type, ref Known? known)
    {
        var value = parameter.Value;
        if (value is null && !parameter.GetType().IsGenericType)
        {
            throw new InvalidOperationException($"Parameter '{parameter.ParameterName}' must have its value set.");
        }

        if (value is null or DBNull)
        {
            return PgDatum.Null;
        }

        if (parameter.Size > 0)
        {
            value = value switch
            {
                string text when text.Length > parameter.Size => text[..parameter.Size],
                byte[] bytes when bytes.Length > parameter.Size => bytes[..parameter.Size],
                _ => value,
            };
        }

        var clr = value.GetType();
        if (known is { } last && last.Type == clr && (declaredType != 0 || clr != typeof(string)))
        {
            return last.Converter.WriteObject(value, session);
        }

        var codec = session.Types.GetCodec(session.Catalog.GetBaseType(type));
        if (value is string unknown && declaredType == 0)
        {
            return codec.Input(Encoding.UTF8.GetBytes(unknown), -1, session);
        }

        var converter = TypeConverters.Of(codec).ForWriting(clr);
        known = new Known(clr, converter);
        return converter.WriteObject(value, session);
    }

    /// <summary>How values of a CLR type are written for a parameter of a plan, whose types stay as they are.</summary>
    internal sealed record Known(Type Type, Converter Converter);
}
