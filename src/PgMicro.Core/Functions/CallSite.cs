namespace PgMicro.Core.Functions;

/// <summary>
/// The resolved types of one call in a plan: what fn_expr gives a C function in PostgreSQL. Interned process-wide;
/// lowering passes its <see cref="Id"/> as the hidden first argument of functions that ask for it.
/// </summary>
public sealed class CallSite
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Key, CallSite> Interned = new();
    private static readonly Lock Gate = new();
    private static CallSite[] byId = new CallSite[64];
    private static int count;

    private CallSite(int id, Key key)
    {
        Id = id;
        FunctionOid = key.FunctionOid;
        ResultType = key.ResultType;
        ArgumentTypes = key.Types;
        Collation = key.Collation;
    }

    /// <summary>The number that stands for this call site in SQL.</summary>
    public int Id { get; }

    /// <summary>pg_proc.oid.</summary>
    public uint FunctionOid { get; }

    /// <summary>Resolved result type.</summary>
    public uint ResultType { get; }

    /// <summary>Resolved (actual) argument types.</summary>
    public IReadOnlyList<uint> ArgumentTypes { get; }

    /// <summary>Input collation, pg_collation.oid or 0.</summary>
    public uint Collation { get; }

    /// <summary>Finds or makes the call site.</summary>
    public static CallSite Get(uint functionOid, uint resultType, IReadOnlyList<uint> argumentTypes, uint collation = 0)
    {
        var key = new Key(functionOid, resultType, [.. argumentTypes], collation);
        if (Interned.TryGetValue(key, out var found))
        {
            return found;
        }

        lock (Gate)
        {
            if (!Interned.TryGetValue(key, out found))
            {
                found = new CallSite(count, key);
                if (count == byId.Length)
                {
                    var larger = new CallSite[count * 2];
                    byId.CopyTo(larger, 0);
                    larger[count] = found;
                    Volatile.Write(ref byId, larger);
                }
                else
                {
                    byId[count] = found;
                }

                count++;
                Interned[key] = found;
            }

            return found;
        }
    }

    /// <summary>The same call with an array's elements in place of the array: not interned, since any number of them can come.</summary>
    internal CallSite Expanded(int leading, uint elementType, int elements)
    {
        var types = new uint[leading + elements];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = i < leading ? ArgumentTypes[i] : elementType;
        }

        return new CallSite(-1, new Key(FunctionOid, ResultType, types, Collation));
    }

    /// <summary>The call site of an id.</summary>
    public static CallSite FromId(int id) => Volatile.Read(ref byId)[id];

    private readonly record struct Key(uint FunctionOid, uint ResultType, uint[] Types, uint Collation)
    {
        public bool Equals(Key other) => FunctionOid == other.FunctionOid && ResultType == other.ResultType
            && Collation == other.Collation && Types.AsSpan().SequenceEqual(other.Types);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(FunctionOid);
            hash.Add(ResultType);
            hash.Add(Collation);
            foreach (var type in Types)
            {
                hash.Add(type);
            }

            return hash.ToHashCode();
        }
    }
}
