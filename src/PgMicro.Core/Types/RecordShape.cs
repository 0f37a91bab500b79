namespace PgMicro.Core.Types;

/// <summary>
/// The columns of anonymous records: what a blessed tuple descriptor is in PostgreSQL. Interned process-wide; the storage form of a record
/// begins with its <see cref="Id"/>, as no record outlives the process.
/// </summary>
public sealed class RecordShape
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Key, RecordShape> Interned = new();
    private static readonly Lock Gate = new();
    private static RecordShape[] byId = new RecordShape[64];
    private static int count;

    private RecordShape(int id, Key key)
    {
        Id = id;
        Types = key.Types;
        Typmods = key.Typmods;
        Names = key.Names;
    }

    /// <summary>The number that stands for this shape in a storage form.</summary>
    public int Id { get; }

    /// <summary>Types of the columns.</summary>
    public IReadOnlyList<uint> Types { get; }

    /// <summary>Their type modifiers.</summary>
    public IReadOnlyList<int> Typmods { get; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Finds or makes a shape.</summary>
    public static RecordShape Get(IEnumerable<uint> types, IEnumerable<int> typmods, IEnumerable<string> names)
    {
        var key = new Key([.. types], [.. typmods], [.. names]);
        if (Interned.TryGetValue(key, out var found))
        {
            return found;
        }

        lock (Gate)
        {
            if (!Interned.TryGetValue(key, out found))
            {
                found = new RecordShape(count, key);
                if (count == byId.Length)
                {
                    var larger = new RecordShape[count * 2];
                    byId.CopyTo(larger, 0);
                    Volatile.Write(ref byId, larger);
                }

                Volatile.Write(ref byId[count++], found);
                Interned[key] = found;
            }

            return found;
        }
    }

    /// <summary>A shape whose columns are called f1, f2 … and have no modifiers.</summary>
    public static RecordShape Unnamed(IReadOnlyList<uint> types) =>
        Get(types, types.Select(static _ => -1), types.Select(static (_, i) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"f{i + 1}")));

    /// <summary>The shape of an id; null for a number that no shape has.</summary>
    public static RecordShape? FromId(int id)
    {
        var all = Volatile.Read(ref byId);
        return (uint)id < (uint)all.Length ? Volatile.Read(ref all[id]) : null;
    }

    private readonly record struct Key(uint[] Types, int[] Typmods, string[] Names)
    {
        public bool Equals(Key other) => Types.AsSpan().SequenceEqual(other.Types) && Typmods.AsSpan().SequenceEqual(other.Typmods)
            && Names.AsSpan().SequenceEqual(other.Names);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            for (var i = 0; i < Types.Length; i++)
            {
                hash.Add(Types[i]);
                hash.Add(Typmods[i]);
                hash.Add(Names[i]);
            }

            return hash.ToHashCode();
        }
    }
}
