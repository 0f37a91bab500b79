using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Settings;

/// <summary>
/// The run-time parameters of one session: their values, what RESET goes back to, and what the end of a transaction or a
/// rollback to a savepoint undoes (manual: "Parameter Interaction via the Configuration File", SET, SET LOCAL).
/// </summary>
internal sealed class SessionSettings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _resetValues = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Undo> _undo = [];

    /// <summary>Told of every change: name, value as parsed; gives the value to store. May throw to reject it.</summary>
    internal Func<string, string, string> Changing { get; set; } = static (_, value) => value;

    /// <summary>Told of every change after it happened: name, shown value.</summary>
    internal Action<string, string>? Changed { get; set; }

    /// <summary>Whether a parameter has been set since the session began or was made as fresh.</summary>
    internal bool IsTouched { get; set; }

    /// <summary>Position to roll back to.</summary>
    internal int Mark => _undo.Count;

    /// <summary>Gives a parameter its value for the session's start, which RESET restores.</summary>
    internal void Initialize(string name, string value)
    {
        var stored = Find(name)?.Parse(value) ?? value;
        stored = Changing(Find(name)?.Name ?? name, stored);
        _values[name] = _resetValues[name] = stored;
    }

    /// <summary>Tells whether a parameter may have a value, without giving it that.</summary>
    /// <exception cref="PgException">42704 when there is no such parameter, 22023 for the value.</exception>
    internal void Check(string name, string value)
    {
        var definition = Find(name);
        if (definition is null && !IsCustomName(name))
        {
            throw Unrecognized(name);
        }

        definition?.Parse(value);
    }

    /// <summary>The stored value, or null when there is no such parameter.</summary>
    internal string? Get(string name) =>
        _values.TryGetValue(name, out var value) ? value : Find(name)?.BootValue;

    /// <summary>The value as SHOW prints it.</summary>
    /// <exception cref="PgException">42704 when there is no such parameter.</exception>
    internal string Show(string name)
    {
        var value = Get(name) ?? throw Unrecognized(name);
        return Find(name)?.Show(value) ?? value;
    }

    /// <summary>SET.</summary>
    /// <param name="name">Parameter.</param>
    /// <param name="value">New value; null for DEFAULT.</param>
    /// <param name="isLocal">SET LOCAL: until the transaction's end.</param>
    internal void Set(string name, string? value, bool isLocal)
    {
        var definition = Find(name);
        if (definition is null)
        {
            RequireCustomName(name);
        }

        if (definition is { IsSettable: false })
        {
            throw definition.Context switch
            {
                "internal" => new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed"),
                "postmaster" => new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed without restarting the server"),
                "sighup" => new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed now"),
                _ => new PgException(SqlState.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be set after connection start"),
            };
        }

        if (value is null && definition is { Name: "transaction_isolation" or "transaction_read_only" or "transaction_deferrable" })
        {
            throw new PgException(SqlState.FeatureNotSupported, $"parameter \"{definition.Name}\" cannot be reset");
        }

        var stored = value is null ? ResetValue(name) : definition?.Parse(value, name) ?? value;
        var key = definition?.Name ?? name;
        stored = Changing(key, stored);
        _undo.Add(new Undo(key, _values.GetValueOrDefault(key), isLocal));
        Assign(key, stored);
    }

    /// <summary>RESET ALL.</summary>
    internal void ResetAll()
    {
        foreach (var name in _values.Keys.ToArray())
        {
            // RESET ALL leaves roles alone.
            if (Find(name) is not ({ IsSettable: false } or { IsHidden: true } or { Name: "transaction_isolation" or "transaction_read_only" or "transaction_deferrable" }) && _values[name] != ResetValue(name))
            {
                Set(name, null, isLocal: false);
            }
        }
    }

    /// <summary>Undoes what was set since a mark.</summary>
    internal void RollbackTo(int mark)
    {
        for (var i = _undo.Count - 1; i >= mark; i--)
        {
            Restore(_undo[i]);
        }

        _undo.RemoveRange(mark, _undo.Count - mark);
    }

    /// <summary>A function with settings of its own ends: what has been set for the transaction since a mark is over, unless it has been set for the session afterwards.</summary>
    internal void EndFunction(int mark)
    {
        for (var i = _undo.Count - 1; i >= mark; i = Math.Min(i, _undo.Count) - 1)
        {
            var name = _undo[i].Name;
            if (!_undo[i].IsLocal || _undo.FindLastIndex(u => u.Name == name) != i)
            {
                continue;
            }

            Restore(_undo[i]);
            _undo.RemoveAt(i);
        }
    }

    /// <summary>The transaction ends: a rollback undoes everything, a commit what was local.</summary>
    internal void EndTransaction(bool committed)
    {
        if (_undo.Count == 0)
        {
            return;
        }

        if (!committed)
        {
            RollbackTo(0);
            return;
        }

        // A local value hides a session one set before it, not one set after it.
        foreach (var name in _undo.Where(u => u.IsLocal).Select(u => u.Name).Distinct().ToArray())
        {
            var last = _undo.FindLastIndex(u => u.Name == name);
            if (!_undo[last].IsLocal)
            {
                continue;
            }

            var first = last;
            while (_undo.FindLastIndex(first - 1 < 0 ? 0 : first - 1, first, u => u.Name == name) is var previous and >= 0 && _undo[previous].IsLocal)
            {
                first = previous;
            }

            Restore(_undo[first]);
        }

        _undo.Clear();
    }

    /// <summary>Names and stored values of all parameters, for pg_settings and SHOW ALL.</summary>
    internal IEnumerable<(string Name, string Value)> All()
    {
        foreach (var definition in ParameterDefinitions.All.Values.Where(static d => !d.IsHidden).OrderBy(d => d.Name, StringComparer.OrdinalIgnoreCase))
        {
            yield return (definition.Name, Get(definition.Name)!);
        }
    }

    /// <summary>What RESET gives.</summary>
    internal string ResetValue(string name) =>
        _resetValues.TryGetValue(name, out var value) ? value : Find(name)?.BootValue ?? "";

    private static ParameterDefinition? Find(string name) => ParameterDefinitions.All.GetValueOrDefault(name);

    private static bool IsCustomName(string name)
    {
        var dot = name.IndexOf('.');
        return dot > 0 && dot < name.Length - 1;
    }

    // valid_custom_variable_name: identifiers with dots between them.
    private static void RequireCustomName(string name)
    {
        if (!name.Contains('.'))
        {
            throw Unrecognized(name);
        }

        foreach (var part in name.Split('.'))
        {
            if (part.Length == 0 || !(char.IsAsciiLetter(part[0]) || part[0] is '_' or > '\x7f') || !part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or > '\x7f'))
            {
                throw new PgException(SqlState.InvalidName, $"invalid configuration parameter name \"{name}\"")
                    .WithDetail("Custom parameter names must be two or more simple identifiers separated by dots.");
            }
        }
    }

    private static PgException Unrecognized(string name) =>
        new(SqlState.UndefinedObject, $"unrecognized configuration parameter \"{name}\"");

    private void Restore(Undo undo)
    {
        if (undo.OldValue is null)
        {
            var value = ResetValue(undo.Name);
            Changing(undo.Name, value);
            if (Find(undo.Name) is null)
            {
                // A name that has been used once is known from then on, and empty.
                Assign(undo.Name, value);
                return;
            }

            _values.Remove(undo.Name);
            Changed?.Invoke(undo.Name, value);
        }
        else
        {
            Changing(undo.Name, undo.OldValue);
            Assign(undo.Name, undo.OldValue);
        }
    }

    private void Assign(string name, string value)
    {
        IsTouched = true;
        _values[name] = value;
        Changed?.Invoke(name, Find(name)?.Show(value) ?? value);
    }

    private sealed record Undo(string Name, string? OldValue, bool IsLocal);
}
