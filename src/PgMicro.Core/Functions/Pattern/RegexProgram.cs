namespace PgMicro.Core.Functions.Pattern;

/// <summary>A nondeterministic automaton; back references are any text here, the dissection checks them.</summary>
internal sealed class RegexProgram
{
    private const int MaxStates = 100_000;
    private readonly List<State> _states = [];

    /// <summary>One state: a set leads on, a test leads on when it holds, a fork goes both ways, the last accepts.</summary>
    internal readonly record struct State(RegexSet? Set, RegexNode? Test, int Next, int Other);

    public int Start { get; private set; }

    public const int Accept = 0;

    public IReadOnlyList<State> States => _states;

    public State[] Table { get; private set; } = [];

    public static RegexProgram Compile(RegexNode node)
    {
        var program = new RegexProgram();
        program.Add(default);
        program.Start = program.Emit(node, Accept);
        program.Table = [.. program._states];
        return program;
    }

    private int Add(State state)
    {
        if (_states.Count >= MaxStates)
        {
            throw RegexErrors.Invalid("regular expression is too complex");
        }

        _states.Add(state);
        return _states.Count - 1;
    }

    // Built backwards: each part knows the state that follows it.
    private int Emit(RegexNode node, int next)
    {
        switch (node.Kind)
        {
            case RegexNodeKind.Set:
                return Add(new(node.Set, null, next, -1));
            case RegexNodeKind.Constraint or RegexNodeKind.Lookaround:
                return Add(new(null, node, next, -1));
            case RegexNodeKind.Group:
                return Emit(node.Children[0], next);
            case RegexNodeKind.BackReference:
                var any = Add(new(null, null, next, next));
                var step = Add(new(AnyCharacter, null, any, -1));
                _states[any] = new(null, null, next, step);
                return any;
            case RegexNodeKind.Concatenation:
                for (var i = node.Children.Length - 1; i >= 0; i--)
                {
                    next = Emit(node.Children[i], next);
                }

                return next;
            case RegexNodeKind.Alternation:
                var entry = Emit(node.Children[^1], next);
                for (var i = node.Children.Length - 2; i >= 0; i--)
                {
                    entry = Add(new(null, null, Emit(node.Children[i], next), entry));
                }

                return entry;
            case RegexNodeKind.Repetition:
                var child = node.Children[0];
                if (node.Max < 0)
                {
                    var loop = Add(default);
                    var body = Emit(child, loop);
                    _states[loop] = new(null, null, body, next);
                    next = loop;
                }
                else
                {
                    var end = next;
                    for (var i = node.Min; i < node.Max; i++)
                    {
                        next = Add(new(null, null, Emit(child, next), end));
                    }
                }

                for (var i = 0; i < node.Min; i++)
                {
                    next = Emit(child, next);
                }

                return next;
            default:
                return next;
        }
    }

    private static RegexSet AnyCharacter { get; } = new([(0, 0x10FFFF)], [], false, false, false);
}
