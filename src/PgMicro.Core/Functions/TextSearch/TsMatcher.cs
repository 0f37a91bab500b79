using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Whether something matches; maybe, when positions are missing.</summary>
internal enum TsAnswer
{
    No,
    Yes,
    Maybe,
}

/// <summary>Places of a match: its last words, how far back it reaches, and whether everywhere but there is meant.</summary>
internal sealed class TsPlaces
{
    internal List<int> Positions { get; set; } = [];

    internal int Width { get; set; }

    internal bool Negate { get; set; }
}

/// <summary>Evaluates a tsquery over anything that knows where words are.</summary>
internal abstract class TsMatcher
{
    [Flags]
    private enum Emit
    {
        Both = 1,
        LeftOnly = 2,
        RightOnly = 4,
    }

    /// <summary>Whether a word is there; fills in its positions when asked.</summary>
    protected abstract TsAnswer Find(TsValue value, TsPlaces? places);

    internal bool Matches(TsNode node) => Execute(node) == TsAnswer.Yes;

    /// <summary>The places of each part of a query that must be there; false when the query does not match.</summary>
    internal bool Locate(TsNode node, List<TsPlaces> locations)
    {
        switch (node)
        {
            case TsValue value:
                var own = new TsPlaces();
                if (Find(value, own) != TsAnswer.Yes)
                {
                    return false;
                }

                locations.Add(own);
                return true;
            case TsNot not:
                return !Locate(not.Operand, []);
            case TsBinary { Operator: TsOperator.And } and:
                var (first, second) = (new List<TsPlaces>(), new List<TsPlaces>());
                if (!Locate(and.Left, first) || !Locate(and.Right, second))
                {
                    return false;
                }

                locations.AddRange(first);
                locations.AddRange(second);
                return true;
            case TsBinary { Operator: TsOperator.Or } or:
                var (left, right) = (new List<TsPlaces>(), new List<TsPlaces>());
                var (isLeft, isRight) = (Locate(or.Left, left), Locate(or.Right, right));
                if (!isLeft && !isRight)
                {
                    return false;
                }

                if (isLeft && isRight)
                {
                    if (left.Count == 0 || right.Count == 0)
                    {
                        return true;
                    }

                    // Either part will do: their places together stand for one part.
                    var union = new TsPlaces();
                    foreach (var places in left.Concat(right))
                    {
                        union.Positions.AddRange(places.Positions);
                        union.Width = Math.Max(union.Width, places.Width);
                    }

                    union.Positions = [.. union.Positions.Distinct().Order()];
                    locations.Add(union);
                    return true;
                }

                locations.AddRange(isLeft ? left : right);
                return true;
            default:
                var phrase = new TsPlaces();
                if (ExecutePhrase(node, phrase) != TsAnswer.Yes)
                {
                    return false;
                }

                if (!phrase.Negate)
                {
                    locations.Add(phrase);
                }

                return true;
        }
    }

    private TsAnswer Execute(TsNode node)
    {
        switch (node)
        {
            case TsValue value:
                return Find(value, null);
            case TsNot not:
                return Execute(not.Operand) switch { TsAnswer.Yes => TsAnswer.No, TsAnswer.No => TsAnswer.Yes, var maybe => maybe };
            case TsBinary { Operator: TsOperator.And } and:
                var left = Execute(and.Left);
                return left == TsAnswer.No ? left : Execute(and.Right) switch { TsAnswer.Yes => left, var other => other };
            case TsBinary { Operator: TsOperator.Or } or:
                var first = Execute(or.Left);
                return first == TsAnswer.Yes ? first : Execute(or.Right) switch { TsAnswer.No => first, var other => other };
            default:
                return ExecutePhrase(node, null) == TsAnswer.Yes ? TsAnswer.Yes : TsAnswer.No;
        }
    }

    private TsAnswer ExecutePhrase(TsNode node, TsPlaces? places)
    {
        switch (node)
        {
            case TsValue value:
                return Find(value, places ?? new TsPlaces());
            case TsNot not:
                var inner = places ?? new TsPlaces();
                switch (ExecutePhrase(not.Operand, inner))
                {
                    case TsAnswer.No:
                        // Nowhere becomes everywhere.
                        (inner.Positions, inner.Negate) = ([], true);
                        return TsAnswer.Yes;
                    case TsAnswer.Yes when inner.Positions.Count > 0:
                        inner.Negate = !inner.Negate;
                        return TsAnswer.Yes;
                    case TsAnswer.Yes:
                        inner.Negate = false;
                        return TsAnswer.No;
                    default:
                        return TsAnswer.Maybe;
                }

            case TsBinary { Operator: TsOperator.Or } or:
                return Either(or, places);
            default:
                return Both((TsBinary)node, places);
        }
    }

    private TsAnswer Both(TsBinary node, TsPlaces? places)
    {
        var (left, right) = (new TsPlaces(), new TsPlaces());
        var isLeft = ExecutePhrase(node.Left, left);
        if (isLeft == TsAnswer.No)
        {
            return isLeft;
        }

        var isRight = ExecutePhrase(node.Right, right);
        if (isRight == TsAnswer.No || isLeft == TsAnswer.Maybe || isRight == TsAnswer.Maybe)
        {
            return isRight == TsAnswer.No ? TsAnswer.No : TsAnswer.Maybe;
        }

        int width, leftOffset, rightOffset;
        if (node.Operator == TsOperator.Phrase)
        {
            (leftOffset, rightOffset, width) = (node.Distance + right.Width, 0, node.Distance + left.Width + right.Width);
        }
        else
        {
            width = Math.Max(left.Width, right.Width);
            (leftOffset, rightOffset) = (width - left.Width, width - right.Width);
        }

        if (places is not null)
        {
            places.Width = width;
        }

        switch (left.Negate, right.Negate)
        {
            case (true, true):
                // Neither: everywhere but where one is.
                Merge(places, left, right, Emit.Both | Emit.LeftOnly | Emit.RightOnly, leftOffset, rightOffset);
                if (places is not null)
                {
                    places.Negate = true;
                }

                return TsAnswer.Yes;
            case (true, false):
                return Merge(places, left, right, Emit.RightOnly, leftOffset, rightOffset);
            case (false, true):
                return Merge(places, left, right, Emit.LeftOnly, leftOffset, rightOffset);
            default:
                return Merge(places, left, right, Emit.Both, leftOffset, rightOffset);
        }
    }

    private TsAnswer Either(TsBinary node, TsPlaces? places)
    {
        var (left, right) = (new TsPlaces(), new TsPlaces());
        var (isLeft, isRight) = (ExecutePhrase(node.Left, left), ExecutePhrase(node.Right, right));
        if (isLeft == TsAnswer.No && isRight == TsAnswer.No)
        {
            return TsAnswer.No;
        }

        if (isLeft == TsAnswer.Maybe || isRight == TsAnswer.Maybe)
        {
            return TsAnswer.Maybe;
        }

        left.Width = isLeft == TsAnswer.No ? 0 : left.Width;
        right.Width = isRight == TsAnswer.No ? 0 : right.Width;
        var width = Math.Max(left.Width, right.Width);
        var (leftOffset, rightOffset) = (width - left.Width, width - right.Width);
        if (places is not null)
        {
            places.Width = width;
        }

        if (!left.Negate && !right.Negate)
        {
            return Merge(places, left, right, Emit.Both | Emit.LeftOnly | Emit.RightOnly, leftOffset, rightOffset);
        }

        Merge(places, left, right, left.Negate && right.Negate ? Emit.Both : left.Negate ? Emit.LeftOnly : Emit.RightOnly, leftOffset, rightOffset);
        if (places is not null)
        {
            places.Negate = true;
        }

        return TsAnswer.Yes;
    }

    private static TsAnswer Merge(TsPlaces? places, TsPlaces left, TsPlaces right, Emit emit, int leftOffset, int rightOffset)
    {
        var result = new List<int>();
        int i = 0, j = 0;
        while (i < left.Positions.Count || j < right.Positions.Count)
        {
            var l = i < left.Positions.Count ? left.Positions[i] + leftOffset : int.MaxValue;
            var r = j < right.Positions.Count ? right.Positions[j] + rightOffset : int.MaxValue;
            var kind = l < r ? Emit.LeftOnly : l == r ? Emit.Both : Emit.RightOnly;
            if ((emit & kind) != 0)
            {
                result.Add(Math.Min(l, r));
            }

            i += l <= r ? 1 : 0;
            j += r <= l ? 1 : 0;
        }

        if (places is not null)
        {
            places.Positions = result;
        }

        return result.Count > 0 ? TsAnswer.Yes : TsAnswer.No;
    }
}

/// <summary>Matches over a tsvector.</summary>
internal sealed class TsVectorMatcher(PgTsVector vector) : TsMatcher
{
    protected override TsAnswer Find(TsValue value, TsPlaces? places)
    {
        var range = vector.Matching(value.Text, value.IsPrefix);
        var answer = TsAnswer.No;
        var positions = new List<int>();
        foreach (var lexeme in vector.Lexemes.AsSpan(range))
        {
            if (lexeme.Positions.Length == 0)
            {
                // Without positions nothing is known of weights and distances.
                if (places is not null)
                {
                    return TsAnswer.Maybe;
                }

                return TsAnswer.Yes;
            }

            foreach (var entry in lexeme.Positions)
            {
                if (value.Weights == 0 || (value.Weights & (1 << TsLexeme.Weight(entry))) != 0)
                {
                    answer = TsAnswer.Yes;
                    positions.Add(TsLexeme.Position(entry));
                }
            }

            if (answer == TsAnswer.Yes && places is null)
            {
                return answer;
            }
        }

        if (places is not null)
        {
            places.Positions = value.IsPrefix ? [.. positions.Distinct().Order()] : positions;
        }

        return answer;
    }
}
