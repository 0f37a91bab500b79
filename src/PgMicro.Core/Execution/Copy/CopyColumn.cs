using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Copy;

/// <summary>A column that COPY FROM fills: how its text becomes a value, and what its default is.</summary>
internal sealed class CopyColumn
{
    private readonly PgSession _session;
    private readonly PgTypeCodec _codec;
    private readonly int _typmod;
    private readonly Lookup? _domain;
    private readonly BoundExpr? _defaultExpr;
    private DefaultSource? _default;

    internal CopyColumn(PgSession session, TableColumn column, int position)
    {
        _session = session;
        Table = column;
        Position = position;
        _typmod = column.Typmod;
        var type = TypeFacts.GetBaseType(session.Catalog, column.Type, ref _typmod);
        _codec = session.Types.GetCodec(type);
        if (session.Catalog.Type(column.Type) is { typtype: 'd' })
        {
            var pstate = new BindingContext(session, GivenParameters.None).NewState();
            var check = Coercion.CoerceToTargetType(
                pstate, BoundTrees.Parameter(1, type, _typmod, column.Collation), type, column.Type, -1, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)!;
            _domain = Query(check);
        }

        _defaultExpr = TargetListRewriter.BuildColumnDefault(session.Catalog, column.Attribute);
    }

    internal TableColumn Table { get; }

    /// <summary>Position in the row that is inserted.</summary>
    internal int Position { get; }

    internal bool HasDefault => _defaultExpr is not null;

    /// <summary>Whether the default must be computed for each row, other than by a sequence.</summary>
    internal bool HasVolatileDefault => Source is { IsSequence: false, IsPerRow: true };

    internal bool ForceNotNull { get; set; }

    internal bool ForceNull { get; set; }

    private DefaultSource Source => _default ??= DefaultSource.Make(_session, _defaultExpr);

    /// <summary>The type's input function.</summary>
    internal PgDatum Input(ReadOnlySpan<byte> text) => Checked(_codec.Input(text, _typmod, _session));

    /// <summary>The type's receive function.</summary>
    internal PgDatum Receive(ReadOnlySpan<byte> binary) => Checked(_codec.Receive(binary, _typmod, _session));

    /// <summary>NULL as a value of the column.</summary>
    internal PgDatum Null() => _domain is null ? PgDatum.Null : Checked(PgDatum.Null);

    /// <summary>The value of a column that has none given.</summary>
    internal PgDatum Default() => Source.Next(_session);

    private static Lookup Query(BoundExpr expr) => new(() => new BoundQuery
    {
        CommandType = CommandType.Select,
        JoinTree = new FromExpr(),
        TargetList = [BoundTrees.Target(expr, 1)],
    });

    private static PgDatum First(Lookup query, PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        using var rows = query.Open(session, parameters);
        return rows.Read() ? rows.GetDatum(0) : PgDatum.Null;
    }

    private PgDatum Checked(PgDatum value) => _domain is null ? value : First(_domain, _session, [value]);

    /// <summary>Where a default comes from: a constant, a sequence, an expression computed once or for each row.</summary>
    private sealed class DefaultSource
    {
        private PgDatum _constant;
        private uint _sequence;
        private bool _isInt4;
        private bool _isInt2;
        private Lookup? _query;

        internal bool IsSequence => _sequence != 0;

        internal bool IsPerRow => _sequence != 0 || _query is not null;

        internal static DefaultSource Make(PgSession session, BoundExpr? expr)
        {
            switch (expr)
            {
                case null:
                    return new DefaultSource();
                case BoundConst constant:
                    return new DefaultSource { _constant = constant.Value };
                case BoundNextValueExpr { Type: TypeOid.Int8 } next:
                    return new DefaultSource { _sequence = next.SeqId };
                case BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast, Args: [BoundNextValueExpr { Type: TypeOid.Int8 } next], Type: TypeOid.Int4 or TypeOid.Int2 } cast:
                    return new DefaultSource { _sequence = next.SeqId, _isInt4 = cast.Type == TypeOid.Int4, _isInt2 = cast.Type == TypeOid.Int2 };
            }

            var query = Query(expr);
            return Volatility.Has(session.Catalog, expr)
                ? new DefaultSource { _query = query }
                : new DefaultSource { _constant = First(query, session, []) };
        }

        internal PgDatum Next(PgSession session)
        {
            if (_sequence != 0)
            {
                var value = session.NextValue(_sequence);
                return (_isInt4 && value != (int)value) || (_isInt2 && value != (short)value)
                    ? throw PgErrors.OutOfRange(_isInt4 ? "integer" : "smallint")
                    : PgDatum.FromInt64(value);
            }

            return _query is null ? _constant : First(_query, session, []);
        }
    }
}
