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
        set.AddScalar("pgmicro_cast_io_immutable", 3, FunctionFlags.Deterministic | FunctionFlags.Innocuous, &CastIo);
        set.AddScalar("pgmicro_typmod", 4, FunctionFlags.None, &Typmod);
        set.AddScalar("pgmicro_in", 3, FunctionFlags.None, &In);
        set.AddScalar("pgmicro_out", 2, FunctionFlags.None, &Out);
        set.AddScalar("pgmicro_array_coerce", 5, FunctionFlags.None, &ArrayCoerce);
        set.AddScalar("pgmicro_subscript", -1, FunctionFlags.None, &Subscript);
        set.AddScalar("pgmicro_slice", -1, FunctionFlags.None, &Slice);
        set.AddScalar("pgmicro_array", -1, FunctionFlags.None, &MakeArray);
        set.AddScalar("pgmicro_name_byte", 2, FunctionFlags.None, &NameByte);
        set.AddScalar("pgmicro_vector_array", 3, FunctionFlags.None, &VectorArray);
        set.AddScalar("pgmicro_raise", 4, FunctionFlags.DirectOnly, &Raise);
        RowEntryPoints.Register(set);
        Xml.XmlEntryPoints.Register(set);
        Xml.XmlTableModule.Register(set);
        QueryEntryPoints.Register(set);
        RoutineEntryPoints.Register(set);
        AggregateEntryPoints.Register(set);
        AssignmentEntryPoints.Register(set);
        Json.JsonEntryPoints.Register(set);
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

    // pgmicro_name_byte(name, index): a name is an array of 64 bytes, of which those past its end are zero.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void NameByte(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 0) && !FunctionArgument.IsNull(values, 1) && FunctionArgument.Datum(values, 1).Int64 is var index and >= 0 and <= NameCodec.MaxLength)
            {
                var name = FunctionArgument.Bytes(values, 0);
                FunctionResult.Write(context, CharCodec.FromByte(index < name.Length ? name[(int)index] : (byte)0));
            }
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    // pgmicro_vector_array(vector type, array type, value): the two are stored differently.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void VectorArray(nint context, int count, nint* values)
    {
        try
        {
            if (!FunctionArgument.IsNull(values, 2))
            {
                var types = FunctionArgument.Context(context).Types;
                var vector = (VectorCodec)types.GetCodec(FunctionArgument.UInt32(values, 0));
                var array = (ArrayCodec)types.GetCodec(FunctionArgument.UInt32(values, 1));
                FunctionResult.Write(context, array.ToStorage(vector.FromStorage(FunctionArgument.Bytes(values, 2))));
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
}
