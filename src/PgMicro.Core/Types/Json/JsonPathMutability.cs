using System.Text;

namespace PgMicro.Core.Types.Json;

/// <summary>Whether a jsonpath's result depends on the time zone, so that it may not stand in an index.</summary>
internal sealed class JsonPathMutability
{
    private readonly Func<string, uint> _variableType;
    private readonly bool _isLax;
    private Moment _current;
    private bool _isMutable;

    private JsonPathMutability(bool isLax, Func<string, uint> variableType) => (_isLax, _variableType) = (isLax, variableType);

    // What a path's results may be: times with a zone and without one compare by the session's zone.
    private enum Moment
    {
        None,
        Unknown,
        Zoned,
        NotZoned,
    }

    /// <summary>Looks at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="variableType">The type OID of a variable of PASSING; 0 when there is none of that name.</param>
    public static bool Check(JsonPath path, Func<string, uint> variableType)
    {
        var check = new JsonPathMutability(path.IsLax, variableType);
        check.Walk(path.Root);
        return check._isMutable;
    }

    private Moment Walk(JsonPathItem? item)
    {
        var status = Moment.None;
        for (; item is not null && !_isMutable; item = item.Next)
        {
            status = Step(item, status);
        }

        return status;
    }

    private Moment Step(JsonPathItem item, Moment status)
    {
        switch (item.Kind)
        {
            case JsonPathKind.Root:
                return status;
            case JsonPathKind.Current:
                return _current;
            case JsonPathKind.Filter:
                var before = _current;
                _current = status;
                Walk(item.Left);
                _current = before;
                return status;
            case JsonPathKind.Variable:
                return _variableType(Encoding.UTF8.GetString(item.Text)) switch
                {
                    TypeOid.Date or TypeOid.Time or TypeOid.Timestamp => Moment.NotZoned,
                    TypeOid.Timetz or TypeOid.Timestamptz => Moment.Zoned,
                    _ => Moment.None,
                };
            case >= JsonPathKind.Equal and <= JsonPathKind.GreaterOrEqual:
                var (left, right) = (Walk(item.Left), Walk(item.Right));
                _isMutable |= left != Moment.None && right != Moment.None && (left == Moment.Unknown || right == Moment.Unknown || left != right);
                return status;
            case >= JsonPathKind.And and <= JsonPathKind.Minus:
                Walk(item.Left);
                Walk(item.Right);
                return status;
            case JsonPathKind.IndexArray:
                foreach (var (from, to) in item.Subscripts)
                {
                    Walk(from);
                    Walk(to);
                }

                return _isLax ? status : Moment.None;
            case JsonPathKind.AnyArray:
                return _isLax ? status : Moment.None;
            case JsonPathKind.Any:
                return item.Levels.First > 0 ? Moment.None : status;
            case JsonPathKind.DateTime:
                return item.Left is null ? Moment.Unknown : HasZone(Encoding.UTF8.GetString(item.Left.Text)) ? Moment.Zoned : Moment.NotZoned;
            case JsonPathKind.Date or JsonPathKind.Time or JsonPathKind.TimeTz or JsonPathKind.Timestamp or JsonPathKind.TimestampTz:
                _isMutable = true;
                return Moment.NotZoned;
            default:
                return Moment.None;
        }
    }

    // TZ, TZH, TZM or OF outside of quotes.
    private static bool HasZone(string template)
    {
        var quoted = false;
        for (var i = 0; i + 1 < template.Length; i++)
        {
            if (template[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (string.Compare(template, i, "TZ", 0, 2, StringComparison.OrdinalIgnoreCase) == 0 || string.Compare(template, i, "OF", 0, 2, StringComparison.Ordinal) == 0))
            {
                return true;
            }
        }

        return false;
    }
}
