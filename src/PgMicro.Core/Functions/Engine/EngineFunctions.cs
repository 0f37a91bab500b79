using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>SQLite functions that lowering calls and that no pg_proc row names.</summary>
internal static unsafe class EngineFunctions
{
    /// <summary>Adds them to the set that every connection registers.</summary>
    internal static void AddTo(FunctionSet set)
    {
        set.AddScalar("pgmicro_cast_io", 3, FunctionFlags.None, &CastIo);
        set.AddScalar("pgmicro_typmod", 4, FunctionFlags.None, &Typmod);
        set.AddScalar("pgmicro_in", 3, FunctionFlags.None, &In);
        set.AddScalar("pgmicro_out", 2, FunctionFlags.None, &Out);
        set.AddScalar("pgmicro_array_coerce", 5, FunctionFlags.None, &ArrayCoerce);
        set.AddScalar("pgmicro_subscript", -1, FunctionFlags.None, &Subscript);
        set.AddScalar("pgmicro_slice", -1, FunctionFlags.None, &Slice);
        set.AddScalar("pgmicro_array", -1, FunctionFlags.None, &MakeArray);
        set.AddScalar("pgmicro_limit", 1, FunctionFlags.Deterministic, &Limit);
        set.AddScalar("pgmicro_offset", 1, FunctionFlags.Deterministic, &Offset);
        set.AddScalar("pgmicro_domain_check", 4, FunctionFlags.None, &DomainCheck);
        set.AddScalar("pgmicro_row", -1, FunctionFlags.None, &Row);
        set.AddScalar("pgmicro_field", 3, FunctionFlags.None, &Field);
        set.AddAggregate("pgmicro_single_row", 1, FunctionFlags.None, &SingleRowStep, &SingleRowFinal);
        set.AddScalar("pgmicro_raise", 4, FunctionFlags.DirectOnly, &Raise);
        RowEntryPoints.Register(set);
    }

    // pgmicro_cast_io(source type, target type, value): the output function of one type, then the input function of the other.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CastIo(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 2))
            {
                return;
            }

            var session = FunctionArgument.Context(context);
            var writer = new global::System.Buffers.ArrayBufferWriter<byte>();
            session.Types.GetCodec(FunctionArgument.UInt32(values, 0)).Output(FunctionArgument.Datum(values, 2), session, writer);
            FunctionResult.Write(context, session.Types.GetCodec(FunctionArgument.UInt32(values, 1)).Input(writer.WrittenSpan, -1, session));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_typmod(type, value, typmod, is explicit): the type's length coercion.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Typmod(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 1))
            {
                var session = FunctionArgument.Context(context);
                FunctionResult.Write(context, session.Types.GetCodec(FunctionArgument.UInt32(values, 0)).ApplyTypmod(
                    FunctionArgument.Datum(values, 1), FunctionArgument.Int32(values, 2), FunctionArgument.Boolean(values, 3), session));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_in(type, text, typmod): the input function.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void In(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 1))
            {
                var session = FunctionArgument.Context(context);
                FunctionResult.Write(context, session.Types.GetCodec(FunctionArgument.UInt32(values, 0)).Input(
                    FunctionArgument.Bytes(values, 1), FunctionArgument.Int32(values, 2), session));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_out(type, value): the output function.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Out(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 1))
            {
                var session = FunctionArgument.Context(context);
                var writer = new global::System.Buffers.ArrayBufferWriter<byte>();
                session.Types.GetCodec(FunctionArgument.UInt32(values, 0)).Output(FunctionArgument.Datum(values, 1), session, writer);
                SqliteFunctionResult.Text(context, writer.WrittenSpan);
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_array_coerce(source element type, target element type, array, typmod, is explicit): each element through its text.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ArrayCoerce(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 2))
            {
                var session = FunctionArgument.Context(context);
                FunctionResult.Write(context, Arrays.ArrayOperations.Coerce(
                    session, FunctionArgument.UInt32(values, 0), FunctionArgument.UInt32(values, 1), FunctionArgument.Bytes(values, 2),
                    FunctionArgument.Int32(values, 3), FunctionArgument.Boolean(values, 4)));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_subscript(element type, array, i, …): one element.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Subscript(nint context, int count, nint* values)
    {
        try
        {
            for (var i = 1; i < count; i++)
            {
                if (FunctionArgument.IsNull(values, i))
                {
                    return;
                }
            }

            Span<int> subscripts = stackalloc int[count - 2];
            for (var i = 0; i < subscripts.Length; i++)
            {
                subscripts[i] = FunctionArgument.Int32(values, i + 2);
            }

            var array = Arrays.ArrayOperations.Parse(FunctionArgument.Context(context), FunctionArgument.UInt32(values, 0), FunctionArgument.Bytes(values, 1));
            FunctionResult.Write(context, array.Get(subscripts));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_slice(element type, array, has lower 1, lower 1, has upper 1, upper 1, …): a slice; an absent bound is the array's own.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Slice(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 1))
            {
                return;
            }

            var bounds = new (int? Lower, int? Upper)[(count - 2) / 4];
            for (var i = 0; i < bounds.Length; i++)
            {
                var at = 2 + (i * 4);
                var hasLower = FunctionArgument.Boolean(values, at);
                var hasUpper = FunctionArgument.Boolean(values, at + 2);
                if ((hasLower && FunctionArgument.IsNull(values, at + 1)) || (hasUpper && FunctionArgument.IsNull(values, at + 3)))
                {
                    return;
                }

                bounds[i] = (hasLower ? FunctionArgument.Int32(values, at + 1) : null, hasUpper ? FunctionArgument.Int32(values, at + 3) : null);
            }

            var session = FunctionArgument.Context(context);
            var element = FunctionArgument.UInt32(values, 0);
            var array = Arrays.ArrayOperations.Parse(session, element, FunctionArgument.Bytes(values, 1));
            FunctionResult.Write(context, Arrays.ArrayOperations.Store(session, Arrays.ArrayOperations.Slice(array, bounds)));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_array(element type, is nested, e1, e2, …): ARRAY[…]; nested ones are arrays of the same element type.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MakeArray(nint context, int count, nint* values)
    {
        try
        {
            var session = FunctionArgument.Context(context);
            var element = FunctionArgument.UInt32(values, 0);
            var items = new PgDatum[count - 2];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = FunctionArgument.Datum(values, i + 2);
            }

            var array = FunctionArgument.Boolean(values, 1) ? Arrays.ArrayOperations.Nest(session, element, items) : new PgArray(element, items);
            FunctionResult.Write(context, Arrays.ArrayOperations.Store(session, array));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_limit(count): -1 for NULL.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Limit(nint context, int count, nint* values)
    {
        try
        {
            var rows = FunctionArgument.IsNull(values, 0) ? -1 : FunctionArgument.Int64(values, 0);
            if (rows < 0 && !FunctionArgument.IsNull(values, 0))
            {
                throw new Errors.PgException(Errors.SqlState.InvalidRowCountInLimitClause, "LIMIT must not be negative");
            }

            SqliteFunctionResult.Int64(context, rows);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_offset(count): 0 for NULL.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Offset(nint context, int count, nint* values)
    {
        try
        {
            var rows = FunctionArgument.IsNull(values, 0) ? 0 : FunctionArgument.Int64(values, 0);
            if (rows < 0)
            {
                throw new Errors.PgException(Errors.SqlState.InvalidRowCountInResultOffsetClause, "OFFSET must not be negative");
            }

            SqliteFunctionResult.Int64(context, rows);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_domain_check(domain, value, constraint or NULL, condition): the value unless the condition is false.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DomainCheck(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 3) || FunctionArgument.Boolean(values, 3))
            {
                SqliteFunctionResult.Value(context, values[1]);
                return;
            }

            var domain = FunctionArgument.UInt32(values, 0);
            var session = FunctionArgument.Context(context);
            var type = session.Catalog.Type(domain)!;
            var name = Session.TypeNames.Format(session, domain, -1);
            throw FunctionArgument.IsNull(values, 2)
                ? new Errors.PgException(Errors.SqlState.NotNullViolation, $"domain {name} does not allow null values")
                {
                    SchemaName = session.Catalog.Namespace(type.typnamespace)?.nspname,
                    DataTypeName = type.typname,
                }
                : new Errors.PgException(
                    Errors.SqlState.CheckViolation, $"value for domain {name} violates check constraint \"{FunctionArgument.String(values, 2)}\"")
                {
                    SchemaName = session.Catalog.Namespace(type.typnamespace)?.nspname,
                    DataTypeName = type.typname,
                    ConstraintName = FunctionArgument.String(values, 2),
                };
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_row(site: field types → row type, fields …): ROW(…).
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Row(nint context, int count, nint* values)
    {
        try
        {
            var site = FunctionArgument.Site(values);
            var session = FunctionArgument.Context(context);
            var items = new PgDatum[count - 1];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = FunctionArgument.Datum(values, i + 1);
            }

            var codec = site.ResultType != TypeOid.Record && session.Types.FindCodec(site.ResultType) is RecordCodec known
                ? known
                : new RecordCodec(TypeOid.Record, 0, "record", [.. site.ArgumentTypes.Select(session.Types.GetCodec)]);
            FunctionResult.Write(context, codec.ToStorage(items));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_field(site: row type → field type, row, field number): one field of a named composite.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Field(nint context, int count, nint* values)
    {
        try
        {
            if (FunctionArgument.IsNull(values, 1))
            {
                return;
            }

            var site = FunctionArgument.Site(values);
            var codec = FunctionArgument.Context(context).Types.GetCodec(site.ArgumentTypes[0]) as RecordCodec
                ?? throw Errors.PgErrors.FeatureNotSupported("a field of this row type");
            FunctionResult.Write(context, codec.FromStorage(FunctionArgument.Bytes(values, 1))[FunctionArgument.Int32(values, 2) - 1]);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_single_row(value): the only row's value.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowStep(nint context, int count, nint* values)
    {
        try
        {
            var state = SqliteAggregate.GetOrCreate<SingleRow>(context);
            if (state.HasRow)
            {
                throw new Errors.PgException(Errors.SqlState.CardinalityViolation, "more than one row returned by a subquery used as an expression");
            }

            state.HasRow = true;
            state.Value = FunctionArgument.Datum(values, 0);
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SingleRowFinal(nint context)
    {
        try
        {
            if (SqliteAggregate.Take<SingleRow>(context) is { } state)
            {
                FunctionResult.Write(context, state.Value);
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_raise(SQLSTATE, message, detail, hint): an error as a value, for guards that lowering writes.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Raise(nint context, int count, nint* values)
    {
        try
        {
            throw new Errors.PgException(FunctionArgument.String(values, 0), FunctionArgument.String(values, 1))
                .WithDetail(FunctionArgument.IsNull(values, 2) ? null : FunctionArgument.String(values, 2))
                .WithHint(FunctionArgument.IsNull(values, 3) ? null : FunctionArgument.String(values, 3));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    private sealed class SingleRow
    {
        internal bool HasRow { get; set; }

        internal PgDatum Value { get; set; }
    }
}
