using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Aggregates;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>
/// One group or window frame of a user's aggregate. The functions are called when PostgreSQL calls them: for a frame whose start moves, rows that come and go
/// are only noted, and are looked at when a result is asked for.
/// </summary>
internal sealed class AggregateRun : IAggregateRun
{
    private readonly AggregatePlan _plan;
    private readonly Queue<PgDatum[]>? _rows;
    private PgDatum _state;
    private PgDatum? _result;
    private PgDatum[]? _last;
    private bool _isUnset;
    private long _values;
    private int _aggregated;
    private int _gone;

    internal AggregateRun(AggregatePlan plan)
    {
        _plan = plan;
        _rows = plan.Site.Frame == AggregateFrame.Moving ? new Queue<PgDatum[]>() : null;
        Restart();
    }

    public void Step(PgDatum[] arguments)
    {
        if (_rows is not null)
        {
            _rows.Enqueue(arguments);
            _result = null;
        }
        else if (!Repeats(arguments))
        {
            _result = null;
            Advance(arguments);
        }
    }

    public void Inverse()
    {
        _gone++;
        _result = null;
    }

    public PgDatum Value()
    {
        if (_result is { } known)
        {
            return known;
        }

        if (_rows is not null)
        {
            CatchUp(_rows);
        }

        _result = _plan.Finish(_state);
        return _result.Value;
    }

    private void Restart()
    {
        _state = _plan.Initial;
        _isUnset = _plan.Site.Initial is null;
        (_values, _aggregated) = (0, 0);
    }

    private void CatchUp(Queue<PgDatum[]> rows)
    {
        // A frame that nothing is left of, or that nothing can be taken out of, is computed anew.
        var restarts = _gone > 0 && (_plan.Inverse is null || _gone >= _aggregated);
        for (; _gone > 0; _gone--)
        {
            var row = rows.Dequeue();
            if (!restarts && !Retreat(row))
            {
                restarts = true;
            }
            else if (!restarts)
            {
                _aggregated--;
            }
        }

        if (restarts)
        {
            Restart();
        }

        foreach (var row in rows.Skip(_aggregated))
        {
            Advance(row);
            _aggregated++;
        }
    }

    // DISTINCT: the rows come sorted.
    private bool Repeats(PgDatum[] arguments)
    {
        var distinct = _plan.Site.Distinct;
        if (distinct == 0)
        {
            return false;
        }

        var last = _last;
        _last = arguments;
        if (last is null)
        {
            return false;
        }

        for (var i = 0; i < distinct; i++)
        {
            if (last[i].IsNull != arguments[i].IsNull || (!last[i].IsNull && _plan.Types[i].CompareValues(last[i], arguments[i]) != 0))
            {
                return false;
            }
        }

        return true;
    }

    private void Advance(PgDatum[] arguments)
    {
        if (_plan.Transition.IsStrict)
        {
            if (Array.Exists(arguments, static a => a.IsNull))
            {
                return;
            }

            if (_isUnset)
            {
                // The first value is the first state.
                (_state, _isUnset) = (arguments[0], false);
                _values++;
                return;
            }

            if (_state.IsNull)
            {
                return;
            }
        }

        _isUnset = false;
        _state = _plan.Transition.Call(WithState(arguments));
        if (_state.IsNull && _plan.Inverse is not null)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "moving-aggregate transition function must not return null");
        }

        _values++;
    }

    // False when the inverse function gives up.
    private bool Retreat(PgDatum[] arguments)
    {
        if (_plan.Inverse!.IsStrict && Array.Exists(arguments, static a => a.IsNull))
        {
            return true;
        }

        if (_state.IsNull)
        {
            throw new PgException(SqlState.InternalError, "aggregate transition value is NULL before inverse transition");
        }

        if (_values == 1)
        {
            (_state, _isUnset, _values) = (_plan.Initial, _plan.Site.Initial is null, 0);
            return true;
        }

        var state = _plan.Inverse.Call(WithState(arguments));
        if (state.IsNull)
        {
            return false;
        }

        _state = state;
        _values--;
        return true;
    }

    private PgDatum[] WithState(PgDatum[] arguments)
    {
        var all = new PgDatum[arguments.Length + 1];
        all[0] = _state;
        arguments.CopyTo(all, 1);
        return all;
    }
}
