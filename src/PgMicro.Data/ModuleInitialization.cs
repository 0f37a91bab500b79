using System.Runtime.CompilerServices;
using Npgsql;

namespace PgMicro.Data;

internal static class ModuleInitialization
{
    /// <summary>NpgsqlParameter infers types only once the static constructor of NpgsqlDataSourceBuilder has run.</summary>
#pragma warning disable CA2255 // type inference must work before the first parameter is made, whoever makes it
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize() => RuntimeHelpers.RunClassConstructor(typeof(NpgsqlDataSourceBuilder).TypeHandle);
}
