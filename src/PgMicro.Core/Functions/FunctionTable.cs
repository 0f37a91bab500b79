using System.Collections.Frozen;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Functions;

/// <summary>The functions that have an implementation. The other half is generated from the declarations.</summary>
internal static unsafe partial class FunctionTable
{
    private static readonly FunctionImplementation[] Implementations = Parse();
    private static readonly FrozenDictionary<uint, FunctionImplementation> ByOid = Implementations.ToFrozenDictionary(f => f.Oid);
    private static readonly Lazy<SetFunctionModule[]> SetModules = new(CreateSetModules);
    private static readonly Lazy<FunctionSet> Registration = new(CreateSet);

    /// <summary>Every implementation, in no particular order.</summary>
    internal static IReadOnlyList<FunctionImplementation> All => Implementations;

    /// <summary>The implementation of a pg_proc row, or null.</summary>
    internal static FunctionImplementation? Find(uint procOid) => ByOid.GetValueOrDefault(procOid);

    /// <summary>Registers every function on a new connection, whose Owner must be the session's <see cref="FunctionContext"/>.</summary>
    internal static void RegisterAll(SqliteConnectionHandle connection)
    {
        connection.Functions.Register(Registration.Value);
        RegisterSets(connection);
    }

    /// <summary>The error of an aggregate that cannot take rows back, over a frame whose start moves.</summary>
    internal static PgException NoMovingFrame(string name) =>
        PgErrors.FeatureNotSupported($"aggregate function {name} over a window frame whose start moves");

    private static void RegisterSets(SqliteConnectionHandle connection)
    {
        foreach (var module in SetModules.Value)
        {
            connection.VirtualTables.Register(module);
        }

        connection.VirtualTables.Register(Xml.XmlTableModule.Module);
    }

    private static SetFunctionModule[] CreateSetModules()
    {
        var list = new List<SetFunctionModule>();
        foreach (var f in Implementations)
        {
            if (f.Kind == FunctionKind.Set)
            {
                list.Add(new SetFunctionModule(
                    f.SqliteName!, CreateSetFunction(f.EntryPoint), f.ColumnCount,
                    Math.Max(f.ArgumentCount, 0) + (f.NeedsCallSite ? 1 : 0)));
            }
        }

        return [.. list];
    }

    private static FunctionImplementation[] Parse()
    {
        var list = new List<FunctionImplementation>(2048);
        foreach (var line in Encoding.UTF8.GetString(Rows).Split('\n'))
        {
            if (line.Length == 0)
            {
                continue;
            }

            var f = line.Split('\t');
            var entryPoint = int.Parse(f[5]);
            list.Add(new FunctionImplementation
            {
                Oid = uint.Parse(f[0]),
                Name = f[1],
                Kind = f[2] switch { "f" => FunctionKind.Scalar, "a" => FunctionKind.Aggregate, _ => FunctionKind.Set },
                SqliteName = entryPoint < 0 ? null : f[1] + "_" + f[0],
                ArgumentCount = int.Parse(f[3]),
                NeedsCallSite = f[4][0] == 't',
                Deterministic = f[4][1] == 't',
                Strict = f[4][2] == 't',
                IsInvertible = f[4][3] == 't',
                EntryPoint = entryPoint,
                ColumnCount = int.Parse(f[7]),
                SqliteTemplate = f[6].Length == 0 ? null : f[6],
            });
        }

        return [.. list];
    }

    private static FunctionSet CreateSet()
    {
        var entryPoints = EntryPoints();
        var set = new FunctionSet();
        foreach (var f in Implementations)
        {
            if (f.EntryPoint < 0 || f.Kind == FunctionKind.Set)
            {
                continue;
            }

            var count = f.ArgumentCount < 0 ? -1 : f.ArgumentCount + (f.NeedsCallSite ? 1 : 0);
            var flags = f.Deterministic ? FunctionFlags.Deterministic | FunctionFlags.Innocuous : FunctionFlags.None;
            if (f.Kind == FunctionKind.Scalar)
            {
                set.AddScalar(f.SqliteName!, count, flags, (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)entryPoints[f.EntryPoint]);
            }
            else
            {
                set.AddWindow(
                    f.SqliteName!, count, flags,
                    (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)entryPoints[f.EntryPoint],
                    (delegate* unmanaged[Cdecl]<nint, void>)entryPoints[f.EntryPoint + 1],
                    (delegate* unmanaged[Cdecl]<nint, void>)entryPoints[f.EntryPoint + 2],
                    (delegate* unmanaged[Cdecl]<nint, int, nint*, void>)entryPoints[f.EntryPoint + 3]);
            }
        }

        Engine.EngineFunctions.AddTo(set);
        return set;
    }
}
