using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private readonly Stack<SqlExpr> _caseTest = [];
    private SqlExpr? _domainValue;
    private List<SqlExpr>? _execParams;
    private bool _isConjunct;

    /// <summary>Lowers an expression of the current scope.</summary>
    internal SqlExpr Expr(BoundExpr expr)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PgErrors.StatementTooComplex();
        }

        if (_scope.NullGroups.Count > 0)
        {
            if (_scope.NullGroups.Exists(g => BoundEquality.AreEqual(g, expr)))
            {
                return SqlLiteral.Null;
            }

            if (_scope.KeptGroups.Exists(g => BoundEquality.AreEqual(g, expr)))
            {
                var (scope, nulls) = (_scope, _scope.NullGroups);
                scope.NullGroups = [];
                var kept = Expr(expr);
                scope.NullGroups = nulls;
                return kept;
            }
        }

        if (_scope.Computed is not null && Computed(expr) is { } stored)
        {
            return stored;
        }

        // What SQLite would find in a condition of CASE, or in an argument, is not how the text that comes of it compares.
        var lowered = Lower(expr);
        return lowered.HasCollation && lowered is not SqlCollate && expr.Type is not (TypeOid.Unknown or TypeOid.Void)
            && context.Types.GetCodec(Catalog.GetBaseType(expr.Type)) is { ColumnType: SqliteColumnType.Text, Collation: null }
            ? new SqlCollate(lowered, SqlCollate.Binary) : lowered;
    }

    private SqlExpr Lower(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundVar var:
                return Var(var);
            case BoundConst constant:
                return new SqlLiteral(constant.Value);
            case BoundParam param:
                return Parameter(param);
            case BoundFuncExpr func:
                return Function(func);
            case BoundNamedArgExpr named:
                return Expr(named.Arg);
            case BoundOpExpr op:
                return Operator(op);
            case BoundDistinctExpr distinct:
                return IsDistinct(distinct.OpNo, distinct.OpFuncId, distinct.Args, distinct.InputCollation);
            case BoundNullIfExpr nullIf:
                return NullIf(nullIf);
            case BoundScalarArrayOpExpr array:
                return ArrayOperator(array, condition: false);
            case BoundBoolExpr logic:
                return Logic(logic, condition: false);
            case BoundSubLink link:
                return SubLink(link);
            case BoundRelabelType relabel:
                return Relabel(relabel);
            case BoundCoerceViaIO io:
                return CoerceViaIo(io);
            case BoundCollateExpr collate:
                return Expr(collate.Arg);
            case BoundCaseExpr @case:
                return Case(@case);
            case BoundCaseTestExpr:
                return _caseTest.Peek();
            case BoundCoalesceExpr coalesce:
                return coalesce.Args.Count == 1 ? Expr(coalesce.Args[0]) : new SqlCall("coalesce", coalesce.Args.Select(Expr).ToList());
            case BoundMinMaxExpr minMax:
                return MinMax(minMax);
            case BoundNullTest test:
                return NullTest(test);
            case BoundBooleanTest test:
                return BooleanTest(test);
            case BoundSqlValueFunction value:
                return SqlValue(value);
            case BoundAggref aggregate:
                return Aggregate(aggregate);
            case BoundWindowFunc window:
                return Window(window);
            case BoundGroupingFunc grouping:
                return Grouping(grouping);
            case BoundRowCompareExpr row:
                return RowCompare(row);
            case BoundArrayExpr array:
                return new SqlCall(EngineFunctions.Array, [SqlLiteral.Of(array.ElementType), SqlLiteral.Of(array.MultiDims ? 1 : 0), .. array.Elements.Select(Expr)]);
            case BoundRowExpr row:
                return Row(row.Type, row.Args, row.ColNames);
            case BoundFieldSelect field:
                return FieldSelect(field);
            case BoundFieldStore store:
                return FieldStore(store);
            case BoundSubscriptingRef subscript:
                return Subscript(subscript);
            case BoundArrayCoerceExpr coerce:
                return ArrayCoerce(coerce);
            case BoundNextValueExpr next:
                return Invoke(Implementation(NextVal, next.Location), NextVal, TypeOid.Int8, [TypeOid.Regclass], 0, [SqlLiteral.Of(next.SeqId)]);
            case BoundCoerceToDomain domain:
                return CoerceToDomain(domain);
            case BoundCoerceToDomainValue:
                return _domainValue!;
            case BoundJsonValueExpr json:
                return Expr(json.FormattedExpr);
            case BoundJsonConstructorExpr { Func: { } func } constructor:
                return constructor.Coercion is null ? Expr(func) : WithCaseTest(Expr(func), constructor.Coercion);
            case BoundJsonConstructorExpr { ConstructorType: JsonConstructorType.Object or JsonConstructorType.Array or JsonConstructorType.Parse } constructor:
                return JsonConstructor(constructor);
            case BoundConvertRowtypeExpr convert:
                return new SqlCall(EngineFunctions.ConvertRow, [SqlLiteral.Of(convert.Arg.Type), SqlLiteral.Of(convert.Type), Expr(convert.Arg)]);
            case BoundXmlExpr xml:
                return Xml(xml);
            case BoundJsonExpr json:
                return JsonQuery(json);
            case BoundJsonIsPredicate test:
                return IsJson(test);
            case BoundJsonConstructorExpr:
                throw PgErrors.FeatureNotSupported("this SQL/JSON expression", expr.Location);
            case BoundCurrentOfExpr:
                throw PgErrors.FeatureNotSupported("WHERE CURRENT OF", expr.Location);
            default:
                throw PgErrors.FeatureNotSupported(expr.GetType().Name["Bound".Length..], expr.Location);
        }
    }

    private SqlExpr WithCaseTest(SqlExpr value, BoundExpr expr)
    {
        _caseTest.Push(value);
        var result = Expr(expr);
        _caseTest.Pop();
        return result;
    }

    /// <summary>An expression of which only truth matters: NULL may come out as false.</summary>
    private SqlExpr Condition(BoundExpr expr) => expr switch
    {
        _ when _scope.Computed is not null && Computed(expr) is { } stored => stored,
        BoundBoolExpr { BoolOp: not BoolExprType.Not } logic => Logic(logic, condition: true),
        BoundScalarArrayOpExpr array => ArrayOperator(array, condition: true),
        BoundSubLink link => SubLink(link, condition: true),
        _ => Expr(expr),
    };

    // What an outer join extends with nulls may compute something else there.
    private SqlColumn? Computed(BoundExpr expr)
    {
        foreach (var (rtIndex, columns) in _scope.Computed!)
        {
            if (!_scope.Nullable.Contains(rtIndex) && columns.Find(expr) is { } column)
            {
                return column;
            }
        }

        return null;
    }

    /// <summary>The conjuncts of a condition; one that may fail only runs where the ones before it hold.</summary>
    private List<SqlExpr> Conjuncts(BoundExpr condition)
    {
        var flat = new List<BoundExpr>();
        Conjunction.Flatten(condition, flat);
        if (flat.Exists(f => Volatility.Has(Catalog, f)) && flat.Skip(1).Any(f => Fallible.Check(Catalog, f)))
        {
            // Each is evaluated once, in the order written.
            var chain = Condition(flat[^1]);
            for (var i = flat.Count - 2; i >= 0; i--)
            {
                chain = new SqlCase([(Condition(flat[i]), chain)], null);
            }

            return [chain];
        }

        var result = new List<SqlExpr>(flat.Count);
        List<HashSet<int>>? tables = null;
        for (var i = 0; i < flat.Count; i++)
        {
            _isConjunct = flat[i] is BoundSubLink or BoundBoolExpr { BoolOp: BoolExprType.Not, Args: [BoundSubLink] };
            var lowered = Condition(flat[i]);
            _isConjunct = false;
            if (i > 0 && Fallible.Check(Catalog, flat[i]))
            {
                tables ??= flat.ConvertAll(static f => LevelReferences.Of(f));
                var guards = new List<SqlExpr>();
                for (var j = 0; j < i; j++)
                {
                    if (tables[i].Count > 0 && tables[j].IsSubsetOf(tables[i]))
                    {
                        guards.Add(Condition(flat[j]));
                    }
                }

                if (guards.Count > 0)
                {
                    lowered = new SqlCase([(SqlChain.And(guards), lowered)], null);
                }
            }

            result.Add(lowered);
        }

        return result;
    }

    private SqlExpr Logic(BoundBoolExpr logic, bool condition)
    {
        if (logic.BoolOp != BoolExprType.Not)
        {
            return condition ? new SqlChain(logic.BoolOp == BoolExprType.And ? "AND" : "OR", logic.Args.ConvertAll(Condition)) : Connective(logic);
        }

        return Expr(logic.Args[0]) switch
        {
            SqlInList list => list with { Not = !list.Not },
            SqlInQuery query => query with { Not = !query.Not },
            SqlIsNull test => test with { Not = !test.Not },
            var other => new SqlUnary("NOT", other),
        };
    }

    private SqlExpr NullIf(BoundNullIfExpr nullIf)
    {
        var (left, right) = (nullIf.Args[0], nullIf.Args[1]);
        return Volatility.Has(Catalog, left) && ComparisonOperators.Native(Catalog, nullIf.OpNo, left.Type, right.Type) == "="
            ? new SqlCall("nullif", [Collated(Expr(left), left.Type, nullIf.InputCollation), Expr(right)])
            : Once(left, value => new SqlCase(
                [(Compare(nullIf.OpNo, nullIf.OpFuncId, left, right, value, Expr(right), nullIf.InputCollation, TypeOid.Bool), SqlLiteral.Null)], value));
    }

    // A volatile operand is evaluated once: by SQLite's own CASE of an operand, where its equality is the type's.
    private SqlTemplate? CaseOfVolatile(BoundCaseExpr @case)
    {
        if (@case.Arg is null || !Volatility.Has(Catalog, @case.Arg))
        {
            return null;
        }

        var args = new List<SqlExpr> { Expr(@case.Arg) };
        var text = new System.Text.StringBuilder("CASE {0}");
        foreach (var arm in @case.Args)
        {
            if (arm.Expr is not BoundOpExpr { Args: [BoundCaseTestExpr test, var value] } op || ComparisonOperators.Native(Catalog, op.OpNo, test.Type, value.Type) != "="
                || CollationOf(test.Type, op.InputCollation) is not null)
            {
                return null;
            }

            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" WHEN {{{args.Count}}} THEN {{{args.Count + 1}}}");
            args.Add(Expr(value));
            args.Add(Expr(arm.Result));
        }

        text.Append(System.Globalization.CultureInfo.InvariantCulture, $" ELSE {{{args.Count}}} END");
        args.Add(Expr(@case.DefResult));
        return new SqlTemplate(text.ToString(), args);
    }

    private SqlExpr Case(BoundCaseExpr @case)
    {
        return CaseOfVolatile(@case) is { } once ? once : @case.Arg is { } operand ? Once(operand, Arms) : Arms(null);

        SqlCase Arms(SqlExpr? test)
        {
            if (test is not null)
            {
                _caseTest.Push(test);
            }

            var arms = @case.Args.Select(arm => (Condition(arm.Expr), Result(arm.Result))).ToList();
            var otherwise = Result(@case.DefResult);
            if (test is not null)
            {
                _caseTest.Pop();
            }

            return new SqlCase(arms, otherwise);
        }

        // A result stands outside the test: an outer CASE's operand is what it means.
        SqlExpr Result(BoundExpr result)
        {
            if (@case.Arg is null)
            {
                return Expr(result);
            }

            var own = _caseTest.Pop();
            var lowered = Expr(result);
            _caseTest.Push(own);
            return lowered;
        }
    }

    private SqlExpr MinMax(BoundMinMaxExpr minMax)
    {
        // SQLite's max() and min() of several are NULL when one is; PostgreSQL's skip nulls.
        var name = minMax.Op == MinMaxOp.Greatest ? "max" : "min";
        var args = minMax.Args.Select(Expr).ToList();
        if (Catalog.GetBaseType(minMax.Type) == TypeOid.Record || minMax.Args.Exists(a => Volatility.Has(Catalog, a)))
        {
            // Records may turn out not to be comparable, which a collation cannot tell.
            return new SqlCall(EngineFunctions.MinMax, [SqlLiteral.Of(Catalog.GetBaseType(minMax.Type)), SqlLiteral.Of(minMax.Op == MinMaxOp.Greatest ? 1 : 0), .. args]);
        }

        var result = args[0];
        for (var i = 1; i < args.Count; i++)
        {
            // Of equal values PostgreSQL keeps the first; SQLite's max does, its min keeps the last.
            var both = minMax.Op == MinMaxOp.Greatest
                ? new SqlCall(name, [Collated(result, minMax.Type, minMax.InputCollation), args[i]])
                : new SqlCall(name, [Collated(args[i], minMax.Type, minMax.InputCollation), result]);
            result = new SqlCall("coalesce", [both, result, args[i]]);
        }

        return result;
    }

    private SqlExpr NullTest(BoundNullTest test)
    {
        if (!test.ArgIsRow)
        {
            return new SqlIsNull(Expr(test.Arg), test.IsNotNull);
        }

        if (test.Arg is BoundRowExpr row)
        {
            return row.Args.Count == 0 ? SqlLiteral.True : Expr(new BoundBoolExpr
            {
                BoolOp = BoolExprType.And,
                Type = TypeOid.Bool,
                Args = row.Args.ConvertAll(BoundExpr (a) => new BoundNullTest { Arg = a, IsNotNull = test.IsNotNull, Type = TypeOid.Bool }),
            });
        }

        // In a check or a generated column there is one relation, and no range table: the row's type tells its columns.
        if (test.Arg is BoundVar { Varattno: 0 } whole && ScopeAt(whole.Varlevelsup).Query.RangeTable.Count < whole.Varno
            && Catalog.Type(whole.Type) is { typrelid: not 0 } rowType)
        {
            return SqlChain.And(Catalog.Attributes(rowType.typrelid).Where(static a => a is { attnum: > 0, attisdropped: false })
                .Select(a => (SqlExpr)new SqlIsNull(
                    Expr(new BoundVar { Varno = whole.Varno, Varattno = a.attnum, Varlevelsup = whole.Varlevelsup, Type = a.atttypid, Typmod = a.atttypmod, Collation = a.attcollation }),
                    test.IsNotNull)).ToList());
        }

        if (test.Arg is BoundVar { Varattno: 0 } var && ScopeAt(var.Varlevelsup) is var scope && scope.Query.RangeTable[var.Varno - 1] is { } entry
            && entry.RteKind is not RteKind.Join)
        {
            var columns = Enumerable.Range(1, entry.Eref.ColNames.Count)
                .Where(i => entry.RteKind != RteKind.Relation || !IsDropped(entry, i))
                .Select(i => (SqlExpr)new SqlIsNull(Import(Source(scope, var.Varno).Column(i), scope), test.IsNotNull)).ToList();
            return SqlChain.And(columns);
        }

        return new SqlCall(EngineFunctions.RowNulls, [SqlLiteral.Of(test.Arg.Type), Expr(test.Arg), SqlLiteral.Of(test.IsNotNull ? 0 : 1)]);
    }

    private SqlExpr BooleanTest(BoundBooleanTest test)
    {
        var arg = Expr(test.Arg);
        return test.TestType switch
        {
            BoolTestType.IsTrue => new SqlBinary("IS", arg, SqlLiteral.True),
            BoolTestType.IsNotTrue => new SqlBinary("IS NOT", arg, SqlLiteral.True),
            BoolTestType.IsFalse => new SqlBinary("IS", arg, SqlLiteral.False),
            BoolTestType.IsNotFalse => new SqlBinary("IS NOT", arg, SqlLiteral.False),
            BoolTestType.IsUnknown => new SqlIsNull(arg),
            _ => new SqlIsNull(arg, Not: true),
        };
    }

    private SqlExpr Relabel(BoundRelabelType relabel)
    {
        var from = Catalog.GetBaseType(relabel.Arg.Type);
        var to = Catalog.GetBaseType(relabel.Type);
        return from != TypeOid.Int4 && to == TypeOid.Int4 ? Once(relabel.Arg, arg => Relabel(arg, from, to)) : Relabel(Expr(relabel.Arg), from, to);
    }

    private static SqlExpr Relabel(SqlExpr arg, uint from, uint to)
    {
        if (from == to || arg is SqlLiteral { Value.IsNull: true })
        {
            return arg;
        }

        if (from is TypeOid.Int2Vector or TypeOid.OidVector && to is not (TypeOid.Int2Vector or TypeOid.OidVector))
        {
            return new SqlCall(EngineFunctions.VectorArray, [SqlLiteral.Of(from), SqlLiteral.Of(to), arg]);
        }

        // The same 32 bits with and without a sign.
        return (from == TypeOid.Int4, to == TypeOid.Int4) switch
        {
            (true, false) => arg is SqlLiteral { Value.Int64: >= 0 } ? arg : new SqlBinary("&", arg, SqlLiteral.Of(0xFFFFFFFF)),
            (false, true) => new SqlBinary("-", arg, new SqlBinary("*", new SqlBinary(">", arg, SqlLiteral.Of(int.MaxValue)), SqlLiteral.Of(1L << 32))),
            _ => arg,
        };
    }

    private SqlExpr CoerceViaIo(BoundCoerceViaIO io)
    {
        var arg = Expr(io.Arg);
        var from = Catalog.GetBaseType(io.Arg.Type);
        if (IsPlainText(from) && IsPlainText(Catalog.GetBaseType(io.Type)))
        {
            return arg;
        }

        return new SqlCall(IsImmutableIo(from, io.Type) ? EngineFunctions.CastIoImmutable : EngineFunctions.CastIo, [SqlLiteral.Of(from), SqlLiteral.Of(io.Type), arg]);
    }

    private bool IsImmutableIo(uint from, uint to) =>
        Catalog.Type(from) is { } source && Catalog.Type(to) is { typtype: not 'd' } target
        && Catalog.Proc(source.typoutput) is { provolatile: 'i' } && Catalog.Proc(target.typinput) is { provolatile: 'i' };

    private static bool IsPlainText(uint type) => type is TypeOid.Text or TypeOid.Varchar;

    private SqlExpr CoerceToDomain(BoundCoerceToDomain coerce) => Once(coerce.Arg, value => CheckedDomain(coerce, value));

    private SqlExpr CheckedDomain(BoundCoerceToDomain coerce, SqlExpr given)
    {
        var value = given;
        var domains = new List<uint>();
        for (var type = coerce.Type; Catalog.Type(type) is { typtype: 'd' } domain; type = domain.typbasetype)
        {
            domains.Add(type);
        }

        domains.Reverse();
        foreach (var domain in domains)
        {
            if (Catalog.Type(domain)!.typnotnull)
            {
                value = new SqlCall(EngineFunctions.DomainCheck, [SqlLiteral.Of(coerce.Type), value, SqlLiteral.Null, new SqlIsNull(given, Not: true)]);
            }

            foreach (var constraint in Catalog.ConstraintsOfType(domain).Where(static c => c.contype == 'c').OrderBy(static c => c.conname, StringComparer.Ordinal))
            {
                var saved = _domainValue;
                _domainValue = given;
                var condition = constraint.conbin is { } check ? Expr(BoundTreeSerializer.DeserializeExpr(check)) : InformationSchemaCheck(constraint.conname, given);
                _domainValue = saved;
                value = new SqlCall(EngineFunctions.DomainCheck, [SqlLiteral.Of(coerce.Type), value, SqlLiteral.Of(constraint.conname), condition]);
            }
        }

        return value;
    }

    // The two domains of information_schema: their CHECKs are exported by name alone.
    private static SqlExpr InformationSchemaCheck(string name, SqlExpr value) => name switch
    {
        "cardinal_number_domain_check" => new SqlBinary(">=", value, SqlLiteral.Of(0)),
        "yes_or_no_check" => new SqlInList(value, [SqlLiteral.Of("YES"), SqlLiteral.Of("NO")], false),
        _ => throw PgErrors.FeatureNotSupported($"check constraint \"{name}\""),
    };

    private SqlCall Row(uint type, IReadOnlyList<BoundExpr> fields, IReadOnlyList<string> names)
    {
        var lowered = fields.Select(Expr);
        return type == TypeOid.Record
            ? new SqlCall(EngineFunctions.Record, [SqlLiteral.Of(ShapeOf(fields, names).Id), .. lowered])
            : new SqlCall(EngineFunctions.Row, [SqlLiteral.Of(Catalog.GetBaseType(type)), .. lowered]);
    }

    private static RecordShape ShapeOf(IReadOnlyList<BoundExpr> fields, IReadOnlyList<string> names) => names.Count < fields.Count
        ? RecordShape.Unnamed([.. fields.Select(static f => f.Type)])
        : RecordShape.Get(fields.Select(static f => f.Type), fields.Select(static f => f.Typmod), names);

    private SqlExpr FieldSelect(BoundFieldSelect field) => field.Arg switch
    {
        BoundVar { Varattno: 0 } var when ScopeAt(var.Varlevelsup).Query.RangeTable is var table && table.Count >= var.Varno
            && table[var.Varno - 1].RteKind != RteKind.Join
            => Var(new BoundVar { Varno = var.Varno, Varattno = field.FieldNum, Varlevelsup = var.Varlevelsup, Type = field.Type }),
        BoundRowExpr row => Expr(row.Args[field.FieldNum - 1]),
        _ => Field(field.Arg.Type, Expr(field.Arg), field.FieldNum),
    };

    private static SqlCall Field(uint rowType, SqlExpr row, int number) =>
        new(EngineFunctions.Field, [SqlLiteral.Of(rowType), row, SqlLiteral.Of(number)]);

    private SqlExpr FieldStore(BoundFieldStore store)
    {
        var row = Expr(store.Arg);
        for (var i = 0; i < store.NewVals.Count; i++)
        {
            // What is below the assigned place refers to the place's present value.
            var value = WithCaseTest(Field(store.Type, row, store.FieldNums[i]), store.NewVals[i]);
            row = new SqlCall(EngineFunctions.SetField, [SqlLiteral.Of(Catalog.GetBaseType(store.Type)), row, SqlLiteral.Of(store.FieldNums[i]), value]);
        }

        return row;
    }

    /// <summary>A value of a composite type where the callee takes any record.</summary>
    private SqlExpr AsRecord(SqlExpr value, uint type) => type == TypeOid.Record || value is SqlLiteral { Value.IsNull: true }
        ? value
        : new SqlCall(EngineFunctions.ToRecord, [SqlLiteral.Of(type), value]);

    private SqlExpr Subscript(BoundSubscriptingRef subscript)
    {
        if (subscript.ContainerType == TypeOid.Jsonb)
        {
            return JsonbSubscript(subscript);
        }

        if (subscript.ContainerType == Types.Extensions.ExtensionTypeOid.Hstore)
        {
            return HstoreSubscript(subscript);
        }

        if (subscript is { ContainerType: TypeOid.Name, RefAssignExpr: null, LowerIndexes: null, UpperIndexes: [{ } index] })
        {
            return new SqlCall(EngineFunctions.NameByte, [Expr(subscript.RefExpr), Expr(index)]);
        }

        if (subscript.ContainerType is TypeOid.Point or TypeOid.Lseg or TypeOid.Box or TypeOid.Line or TypeOid.Name)
        {
            return FixedSubscript(subscript);
        }

        if (Catalog.ArrayElementType(subscript.ContainerType) == 0 && subscript.ContainerType is not (TypeOid.Int2Vector or TypeOid.OidVector))
        {
            throw PgErrors.FeatureNotSupported("subscripting a value that is not an array", subscript.Location);
        }

        if (subscript.RefAssignExpr is not null)
        {
            return SubscriptAssignment(subscript);
        }

        if (subscript.LowerIndexes is null)
        {
            return new SqlCall(EngineFunctions.Subscript, [SqlLiteral.Of(subscript.ElementType), Expr(subscript.RefExpr), .. subscript.UpperIndexes.Select(i => Expr(i!))]);
        }

        return Once([subscript.RefExpr, .. Indexes(subscript)], values =>
            new SqlCall(EngineFunctions.Slice, [SqlLiteral.Of(subscript.ElementType), values[0], .. Bounds(subscript, values)]));
    }

    private SqlCall HstoreSubscript(BoundSubscriptingRef subscript)
    {
        var key = subscript.UpperIndexes[0]!;
        var fetch = new SqlCall(EngineFunctions.HstoreSubscript, [Expr(subscript.RefExpr), Expr(key)]);
        return subscript.RefAssignExpr is null
            ? fetch
            : new SqlCall(EngineFunctions.HstoreAssign, [Expr(subscript.RefExpr), Expr(key), WithCaseTest(fetch, subscript.RefAssignExpr)]);
    }

    // Types of a fixed number of elements: no slices, one subscript.
    private SqlExpr FixedSubscript(BoundSubscriptingRef subscript)
    {
        if (subscript.LowerIndexes is not null)
        {
            throw new PgException(
                SqlState.FeatureNotSupported,
                subscript.RefAssignExpr is null ? "slices of fixed-length arrays not implemented" : "updates on slices of fixed-length arrays not implemented");
        }

        if (subscript.ContainerType == TypeOid.Name && subscript.RefAssignExpr is not null)
        {
            throw PgErrors.FeatureNotSupported("assignment to a byte of a name", subscript.Location);
        }

        if (subscript.UpperIndexes is not [{ } index])
        {
            return subscript.RefAssignExpr is null
                ? SqlLiteral.Null
                : throw new PgException(SqlState.ArraySubscriptError, "wrong number of array subscripts");
        }

        var type = SqlLiteral.Of(subscript.ContainerType);
        var container = Expr(subscript.RefExpr);
        var at = Expr(index);
        var element = new SqlCall(EngineFunctions.FixedSubscript, [type, container, at]);
        return subscript.RefAssignExpr is null
            ? element
            : new SqlCall(EngineFunctions.FixedAssign, [type, container, WithCaseTest(element, subscript.RefAssignExpr), at]);
    }

    /// <summary>The subscripts in the order in which they are evaluated: upper ones come first.</summary>
    private static IEnumerable<BoundExpr> Indexes(BoundSubscriptingRef subscript) => subscript.UpperIndexes.Concat(subscript.LowerIndexes ?? []).OfType<BoundExpr>();

    /// <summary>Arguments that tell the bounds of a slice.</summary>
    /// <param name="subscript">The slice.</param>
    /// <param name="values">The array, then its subscripts as <see cref="Indexes"/> gives them.</param>
    private static List<SqlExpr> Bounds(BoundSubscriptingRef subscript, IReadOnlyList<SqlExpr> values)
    {
        var bounds = new List<SqlExpr>();
        var (upperAt, lowerAt) = (1, 1 + subscript.UpperIndexes.Count(static u => u is not null));
        for (var i = 0; i < subscript.UpperIndexes.Count; i++)
        {
            var hasLower = i < subscript.LowerIndexes!.Count && subscript.LowerIndexes[i] is not null;
            var hasUpper = subscript.UpperIndexes[i] is not null;
            bounds.AddRange([SqlLiteral.Of(hasLower ? 1 : 0), hasLower ? values[lowerAt++] : SqlLiteral.Null]);
            bounds.AddRange([SqlLiteral.Of(hasUpper ? 1 : 0), hasUpper ? values[upperAt++] : SqlLiteral.Null]);
        }

        return bounds;
    }

    private SqlExpr SubscriptAssignment(BoundSubscriptingRef subscript) =>
        Once([subscript.RefExpr, .. Indexes(subscript)], values => SubscriptAssignment(subscript, values));

    private SqlCall SubscriptAssignment(BoundSubscriptingRef subscript, IReadOnlyList<SqlExpr> values)
    {
        var array = values[0];
        var element = SqlLiteral.Of(subscript.ElementType);
        if (subscript.LowerIndexes is not null)
        {
            var bounds = Bounds(subscript, values);
            var part = WithCaseTest(new SqlCall(EngineFunctions.Slice, [element, array, .. bounds]), subscript.RefAssignExpr!);
            return new SqlCall(EngineFunctions.AssignSlice, [element, array, part, .. bounds]);
        }

        var indexes = values.Skip(1).ToList();
        var value = WithCaseTest(new SqlCall(EngineFunctions.Subscript, [element, array, .. indexes]), subscript.RefAssignExpr!);
        return new SqlCall(EngineFunctions.AssignElement, [element, array, value, .. indexes]);
    }

    // Subscripts are keys as text or positions as integers.
    private SqlCall JsonbSubscript(BoundSubscriptingRef subscript)
    {
        var json = Expr(subscript.RefExpr);
        var path = subscript.UpperIndexes.Select(i => Expr(i!)).ToList();
        return subscript.RefAssignExpr is null
            ? new SqlCall(EngineFunctions.JsonbSubscript, [json, .. path])
            : new SqlCall(EngineFunctions.JsonbAssign,
                [json, WithCaseTest(new SqlCall(EngineFunctions.JsonbSubscript, [json, .. path]), subscript.RefAssignExpr), .. path]);
    }

    private SqlExpr ArrayCoerce(BoundArrayCoerceExpr coerce) => Once(coerce.Arg, array => ArrayCoerce(coerce, array));

    private SqlExpr ArrayCoerce(BoundArrayCoerceExpr coerce, SqlExpr array)
    {
        if (Catalog.GetBaseType(coerce.Arg.Type) is var vector and (TypeOid.Int2Vector or TypeOid.OidVector))
        {
            array = new SqlCall(EngineFunctions.VectorArray,
                [SqlLiteral.Of(vector), SqlLiteral.Of(vector == TypeOid.OidVector ? TypeOid.OidArray : TypeOid.Int2Array), array]);
        }

        return coerce.ElemExpr switch
        {
            BoundRelabelType { Arg: BoundCaseTestExpr } or BoundCaseTestExpr => array,
            BoundCoerceViaIO { Arg: BoundCaseTestExpr from } io => new SqlCall(EngineFunctions.ArrayCoerce,
                [SqlLiteral.Of(from.Type), SqlLiteral.Of(io.Type), array, SqlLiteral.Of(-1), SqlLiteral.Of(0)]),
            // A length coercion of each element is the array codec's own.
            BoundFuncExpr { Args: [BoundCaseTestExpr from, BoundConst typmod, ..] } length when from.Type == length.Type && typmod.Type == TypeOid.Int4 =>
                new SqlCall(EngineFunctions.Typmod, [SqlLiteral.Of(coerce.Type), array, new SqlLiteral(typmod.Value),
                    length.Args.Count > 2 ? Expr(length.Args[2]) : SqlLiteral.Of(coerce.CoerceFormat == CoercionForm.ExplicitCast ? 1 : 0)]),
            // Widening changes nothing in an array's text.
            BoundFuncExpr { Args: [BoundCaseTestExpr from] } widening when IsIntegerWidening(from.Type, widening.Type) => array,
            _ => EachElement(coerce, array),
        };
    }

    // The cast of each element, collected, in the shape that the array has.
    private SqlCall EachElement(BoundArrayCoerceExpr coerce, SqlExpr array)
    {
        var from = Catalog.ArrayElementType(Catalog.GetBaseType(coerce.Arg.Type));
        var to = Catalog.ArrayElementType(Catalog.GetBaseType(coerce.Type));
        if (FunctionTable.Find(Unnest) is not { Kind: FunctionKind.Set, SqliteName: { } unnest } implementation)
        {
            throw PgErrors.FunctionNotImplemented("unnest(anyarray)", coerce.Location);
        }

        var alias = NewAlias();
        IReadOnlyList<SqlExpr> args = implementation.NeedsCallSite ? [SqlLiteral.Of(CallSite.Get(Unnest, from, [coerce.Arg.Type]).Id), array] : [array];
        var element = WithCaseTest(new SqlColumn(alias, "c0"), coerce.ElemExpr);
        var collected = Invoke(Implementation(ArrayAggNonArray, coerce.Location), ArrayAggNonArray, coerce.Type, [to], 0, [element]);
        var flat = new SqlScalar(new SqlSelect { Columns = [collected], From = new SqlTableFunction(unnest, args, alias) });
        return new SqlCall(EngineFunctions.ArrayReshape, [SqlLiteral.Of(from), array, SqlLiteral.Of(to), flat]);
    }

    private static bool IsIntegerWidening(uint from, uint to) => (from, to) is (TypeOid.Int2, TypeOid.Int4 or TypeOid.Int8 or TypeOid.Numeric)
        or (TypeOid.Int4, TypeOid.Int8 or TypeOid.Numeric) or (TypeOid.Int8, TypeOid.Numeric);
}
