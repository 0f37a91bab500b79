using System.Text;
using Npgsql;
using PgMicro.Core.Execution;
using PgMicro.Core.Types;
using PgMicro.Data.Converters;

namespace PgMicro.Data;

/// <summary>Parameter values to storage forms.</summary>
internal static class ParameterWriter
{
    /// <param name="session">The session.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="declaredType">The type it was declared with; 0 when the engine has inferred it.</param>
    /// <param name="type">The type it has.</param>
    internal static PgDatum Write(PgSession session, NpgsqlParameter parameter, uint declaredType, uint type)
    {
        var value = parameter.Value;
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

        var codec = session.Types.GetCodec(session.Catalog.GetBaseType(type));
        if (value is string unknown && declaredType == 0)
        {
            return codec.Input(Encoding.UTF8.GetBytes(unknown), -1, session);
        }

        return TypeConverters.Of(codec).ForWriting(value.GetType()).WriteObject(value, session);
    }
}
