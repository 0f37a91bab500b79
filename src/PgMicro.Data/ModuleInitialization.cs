using System.Runtime.CompilerServices;
using Npgsql;

namespace PgMicro.Data;

internal static class ModuleInitialization
{
    /// <summary>NpgsqlParameter infers types only once the static constructor of NpgsqlDataSourceBuilder has run.</summary>
    [ModuleInitializer]
    internal static void Initialize() => RuntimeHelpers.RunClassConstructor(typeof(NpgsqlDataSourceBuilder).TypeHandle);
}
