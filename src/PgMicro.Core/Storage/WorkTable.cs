namespace PgMicro.Core.Storage;

/// <summary>A running recursion: the working table that its recursive term reads, the rows that will be the next one, and those seen.</summary>
internal sealed class WorkTable
{
    private readonly HashSet<SqliteCell[]>? _seen;
    private readonly SortedSet<SqliteCell[]>? _sorted;
    private List<SqliteCell[]> _next = [];

    internal WorkTable(long number, IReadOnlyList<ISqliteCollation?>? distinctCollations)
    {
        Number = number;
        if (distinctCollations is not null)
        {
            if (distinctCollations.All(static c => c is null))
            {
                _seen = new HashSet<SqliteCell[]>(RowEquality.Instance);
            }
            else
            {
                _sorted = new SortedSet<SqliteCell[]>(new RowOrder(distinctCollations));
            }
        }
    }

    /// <summary>The number under which the recursive term asks for it.</summary>
    internal long Number { get; }

    /// <summary>Rows of the last iteration.</summary>
    internal List<SqliteCell[]> Rows { get; private set; } = [];

    /// <summary>Notes a row for the next iteration; false when it is a duplicate.</summary>
    internal bool Add(SqliteCell[] row)
    {
        if ((_seen is not null && !_seen.Add(row)) || (_sorted is not null && !_sorted.Add(row)))
        {
            return false;
        }

        _next.Add(row);
        return true;
    }

    /// <summary>Makes the noted rows the working table; false when there are none.</summary>
    internal bool Advance()
    {
        Rows = _next;
        _next = [];
        return Rows.Count > 0;
    }

    private sealed class RowEquality : IEqualityComparer<SqliteCell[]>
    {
        internal static readonly RowEquality Instance = new();

        public bool Equals(SqliteCell[]? x, SqliteCell[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(SqliteCell[] row)
        {
            var hash = default(HashCode);
            foreach (var cell in row)
            {
                hash.Add(cell);
            }

            return hash.ToHashCode();
        }
    }

    private sealed class RowOrder(IReadOnlyList<ISqliteCollation?> collations) : IComparer<SqliteCell[]>
    {
        public int Compare(SqliteCell[]? x, SqliteCell[]? y)
        {
            for (int i = 0; i < x!.Length; i++)
            {
                int order = Compare(in x[i], in y![i], collations[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }

        private static int Compare(in SqliteCell a, in SqliteCell b, ISqliteCollation? collation)
        {
            if (a.Equals(b))
            {
                return 0;
            }

            if (a.Kind == SqliteValueKind.Text && b.Kind == SqliteValueKind.Text)
            {
                return collation?.Compare(a.Bytes, b.Bytes) ?? a.Bytes.SequenceCompareTo(b.Bytes);
            }

            if (a.Kind != b.Kind)
            {
                return Rank(a.Kind).CompareTo(Rank(b.Kind)) is not 0 and var order ? order : Number(a).CompareTo(Number(b));
            }

            return a.Kind switch
            {
                SqliteValueKind.Integer => a.Integer.CompareTo(b.Integer),
                SqliteValueKind.Real => a.Real.CompareTo(b.Real),
                _ => a.Bytes.SequenceCompareTo(b.Bytes),
            };
        }

        private static int Rank(SqliteValueKind kind) => kind switch
        {
            SqliteValueKind.Null => 0,
            SqliteValueKind.Integer or SqliteValueKind.Real => 1,
            SqliteValueKind.Text => 2,
            _ => 3,
        };

        private static double Number(in SqliteCell cell) => cell.Kind == SqliteValueKind.Integer ? cell.Integer : cell.Real;
    }
}
