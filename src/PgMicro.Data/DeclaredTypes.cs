using System.Data;
using System.Reflection;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data;

/// <summary>
/// Parameters that were given a value and no type. Asked for its type, such a one has Npgsql look through its mappings every time; here the
/// common values are known by their class. Whether a parameter was given a type only its own fields tell: where an Npgsql has
/// others, nothing is known here and Npgsql is asked.
/// </summary>
internal static class DeclaredTypes
{
    private static readonly bool IsReadable = Has("_npgsqlDbType", typeof(NpgsqlDbType?)) && Has("_dataTypeName", typeof(string)) && Has("_dbType", typeof(DbType?));

    /// <summary>The type that Npgsql infers for a parameter from its value; 0 when Npgsql is to be asked.</summary>
    internal static uint OfValue(NpgsqlParameter parameter) =>
        IsReadable && parameter.GetType() == typeof(NpgsqlParameter) && NpgsqlDbTypeOf(parameter) is null && DataTypeNameOf(parameter) is null && DbTypeOf(parameter) is null
            ? parameter.Value switch
            {
                int => TypeOid.Int4,
                string => TypeOid.Text,
                long => TypeOid.Int8,
                bool => TypeOid.Bool,
                double => TypeOid.Float8,
                decimal => TypeOid.Numeric,
                Guid => TypeOid.Uuid,
                DateTime { Kind: DateTimeKind.Utc } => TypeOid.Timestamptz,
                DateTime => TypeOid.Timestamp,
                DateOnly => TypeOid.Date,
                short => TypeOid.Int2,
                float => TypeOid.Float4,
                byte[] => TypeOid.Bytea,
                _ => 0,
            }
            : 0;

    private static bool Has(string name, Type type) =>
        typeof(NpgsqlParameter).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)?.FieldType == type;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_npgsqlDbType")]
    private static extern ref NpgsqlDbType? NpgsqlDbTypeOf(NpgsqlParameter parameter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dataTypeName")]
    private static extern ref string? DataTypeNameOf(NpgsqlParameter parameter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dbType")]
    private static extern ref DbType? DbTypeOf(NpgsqlParameter parameter);
}
