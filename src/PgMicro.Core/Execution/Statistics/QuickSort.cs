namespace PgMicro.Core.Execution.Statistics;

/// <summary>
/// The quicksort of Bentley and McIlroy ("Engineering a Sort Function"), which PostgreSQL sorts with: values that compare as equal end in the order that its
/// lists have.
/// </summary>
internal static class QuickSort
{
    private const int Few = 7;
    private const int Many = 40;

    internal static void Sort<T>(Span<T> items, Comparison<T> compare)
    {
        while (items.Length > 1)
        {
            if (items.Length < Few)
            {
                Insert(items, compare);
                return;
            }

            if (IsSorted(items, compare))
            {
                return;
            }

            Swap(items, 0, Pivot(items, compare));
            var (smaller, greater) = Partition(items, compare);

            // The larger part in this loop.
            var first = items[..smaller];
            var second = items[(items.Length - greater)..];
            Sort(smaller <= greater ? first : second, compare);
            items = smaller <= greater ? second : first;
        }
    }

    private static void Insert<T>(Span<T> items, Comparison<T> compare)
    {
        for (var i = 1; i < items.Length; i++)
        {
            for (var j = i; j > 0 && compare(items[j - 1], items[j]) > 0; j--)
            {
                Swap(items, j - 1, j);
            }
        }
    }

    private static bool IsSorted<T>(Span<T> items, Comparison<T> compare)
    {
        for (var i = 1; i < items.Length; i++)
        {
            if (compare(items[i - 1], items[i]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Pivot<T>(Span<T> items, Comparison<T> compare)
    {
        var (low, middle, high) = (0, items.Length / 2, items.Length - 1);
        if (items.Length == Few)
        {
            return middle;
        }

        if (items.Length > Many)
        {
            var step = items.Length / 8;
            low = Median(items, low, low + step, low + (2 * step), compare);
            middle = Median(items, middle - step, middle, middle + step, compare);
            high = Median(items, high - (2 * step), high - step, high, compare);
        }

        return Median(items, low, middle, high, compare);
    }

    private static int Median<T>(Span<T> items, int a, int b, int c, Comparison<T> compare)
    {
        if (compare(items[a], items[b]) < 0)
        {
            return compare(items[b], items[c]) < 0 ? b : compare(items[a], items[c]) < 0 ? c : a;
        }

        return compare(items[b], items[c]) > 0 ? b : compare(items[a], items[c]) < 0 ? a : c;
    }

    // In three parts by the first item; the items equal to it gather at both ends and are moved into the middle then.
    private static (int Smaller, int Greater) Partition<T>(Span<T> items, Comparison<T> compare)
    {
        var (equalLow, low, high, equalHigh) = (1, 1, items.Length - 1, items.Length - 1);
        while (true)
        {
            for (; low <= high && compare(items[low], items[0]) is var order and <= 0; low++)
            {
                if (order == 0)
                {
                    Swap(items, equalLow++, low);
                }
            }

            for (; low <= high && compare(items[high], items[0]) is var order and >= 0; high--)
            {
                if (order == 0)
                {
                    Swap(items, high, equalHigh--);
                }
            }

            if (low > high)
            {
                break;
            }

            Swap(items, low++, high--);
        }

        var (smaller, greater) = (low - equalLow, equalHigh - high);
        Exchange(items, 0, low, Math.Min(equalLow, smaller));
        Exchange(items, low, items.Length, Math.Min(greater, items.Length - equalHigh - 1));
        return (smaller, greater);
    }

    // The first items from a start on with the last ones before an end.
    private static void Exchange<T>(Span<T> items, int start, int end, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Swap(items, start + i, end - count + i);
        }
    }

    private static void Swap<T>(Span<T> items, int a, int b) => (items[a], items[b]) = (items[b], items[a]);
}
