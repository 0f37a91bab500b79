using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Adds entries to the range table (the rules of addRangeTableEntry… in parse_relation.c).</summary>
public static class RangeTableEntries
{
    /// <summary>A relation.</summary>
    public static ParseNamespaceItem AddRelation(ParseState pstate, PgClass relation, Pg.Alias? alias, bool inFromCl, int location = -1)
    {
        var eref = new Alias { AliasName = alias?.Aliasname ?? relation.relname };
        var columns = new List<NamespaceColumn>();
        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Relation,
            Relid = relation.oid,
            RelKind = relation.relkind,
            Alias = ToAlias(alias),
            Eref = eref,
            InFromCl = inFromCl,
            Inh = true,
            Location = location,
        };
        var given = alias?.Colnames ?? [];
        var used = 0;
        foreach (var attribute in pstate.Catalog.Attributes(relation.oid))
        {
            if (attribute.attnum <= 0)
            {
                continue;
            }

            if (attribute.attisdropped)
            {
                eref.ColNames.Add("");
                columns.Add(default);
                continue;
            }

            eref.ColNames.Add(used < given.Count ? given[used].String.Sval : attribute.attname);
            used++;
            columns.Add(new NamespaceColumn(
                pstate.RangeTable.Count + 1, attribute.attnum, attribute.atttypid, attribute.atttypmod, attribute.attcollation));
        }

        CheckAliasCount(eref.AliasName, used, given.Count, location);
        return Add(pstate, rte, [.. columns]);
    }

    /// <summary>A subquery in FROM.</summary>
    public static ParseNamespaceItem AddSubquery(
        ParseState pstate, BoundQuery subquery, Pg.Alias? alias, bool lateral, bool inFromCl, string defaultName = "unnamed_subquery")
    {
        var eref = new Alias { AliasName = alias?.Aliasname ?? defaultName };
        var given = alias?.Colnames ?? [];
        var columns = new List<NamespaceColumn>();
        foreach (var target in subquery.TargetList)
        {
            if (target.ResJunk)
            {
                continue;
            }

            eref.ColNames.Add(columns.Count < given.Count ? given[columns.Count].String.Sval : target.ResName ?? "?column?");
            columns.Add(new NamespaceColumn(
                pstate.RangeTable.Count + 1, target.ResNo, target.Expr.Type, target.Expr.Typmod, target.Expr.Collation));
        }

        CheckAliasCount(eref.AliasName, columns.Count, given.Count, -1);
        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Subquery,
            Subquery = subquery,
            Alias = ToAlias(alias),
            Eref = eref,
            Lateral = lateral,
            InFromCl = inFromCl,
        };
        var item = Add(pstate, rte, [.. columns]);

        // Without an alias nothing can name it.
        item.RelVisible = alias is not null;
        return item;
    }

    /// <summary>VALUES.</summary>
    public static ParseNamespaceItem AddValues(ParseState pstate, List<BoundExprList> lists, List<uint> types, List<int> typmods, List<uint> collations, bool lateral)
    {
        var eref = new Alias { AliasName = "*VALUES*" };
        var columns = new NamespaceColumn[types.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            eref.ColNames.Add("column" + (i + 1));
            columns[i] = new NamespaceColumn(pstate.RangeTable.Count + 1, i + 1, types[i], typmods[i], collations[i]);
        }

        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Values,
            ValuesLists = lists,
            ColTypes = types,
            ColTypmods = typmods,
            ColCollations = collations,
            Eref = eref,
            Lateral = lateral,
            InFromCl = true,
        };
        return Add(pstate, rte, columns);
    }

    /// <summary>A reference to a WITH query.</summary>
    public static ParseNamespaceItem AddCte(ParseState pstate, CommonTableExpr cte, int levelsUp, Pg.RangeVar range)
    {
        var eref = new Alias { AliasName = range.Alias?.Aliasname ?? cte.CteName };
        var given = range.Alias?.Colnames ?? [];
        var selfReference = cte.CteQuery is null || ReferenceEquals(FindRecursive(pstate, levelsUp), cte);
        if (cte.CteQuery is { CommandType: not CommandType.Select } and { ReturningList.Count: 0 })
        {
            throw new PgException(SqlState.FeatureNotSupported, $"WITH query \"{cte.CteName}\" does not have a RETURNING clause").At(range.Location);
        }

        var own = cte.CteColTypes.Count;
        List<(string Name, uint Type, int Typmod, uint Collation)> all =
            [.. cte.CteColNames.Select((n, i) => (n, cte.CteColTypes[i], cte.CteColTypmods[i], cte.CteColCollations[i])), .. SearchCycle.ExtraColumns(cte)];
        var columns = new NamespaceColumn[all.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            eref.ColNames.Add(i < given.Count ? given[i].String.Sval : all[i].Name);

            // Those of SEARCH and CYCLE are not part of * inside the query.
            columns[i] = new NamespaceColumn(
                pstate.RangeTable.Count + 1, i + 1, all[i].Type, all[i].Typmod, all[i].Collation, DontExpand: i >= own && levelsUp > 0);
        }

        CheckAliasCount(eref.AliasName, columns.Length, given.Count, range.Location);
        cte.CteRefCount += selfReference ? 0 : 1;
        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Cte,
            CteName = cte.CteName,
            CteLevelsUp = levelsUp,
            SelfReference = selfReference,
            ColTypes = [.. all.Select(static c => c.Type)],
            ColTypmods = [.. all.Select(static c => c.Typmod)],
            ColCollations = [.. all.Select(static c => c.Collation)],
            Alias = ToAlias(range.Alias),
            Eref = eref,
            InFromCl = true,
            Location = range.Location,
        };
        return Add(pstate, rte, columns);
    }

    /// <summary>Functions in FROM.</summary>
    public static ParseNamespaceItem AddFunctions(
        ParseState pstate, List<(BoundExpr Expr, string Name, IReadOnlyList<Pg.Node> ColumnDefinitions)> functions, Pg.RangeFunction range, bool lateral)
    {
        var alias = range.Alias;
        var eref = new Alias { AliasName = alias?.Aliasname ?? functions[0].Name };
        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Function,
            FuncOrdinality = range.Ordinality,
            Alias = ToAlias(alias),
            Eref = eref,
            Lateral = lateral,
            InFromCl = true,
        };
        var names = new List<string>();
        foreach (var (expr, name, definitions) in functions)
        {
            var before = names.Count;
            var function = new RangeTblFunction { FuncExpr = expr };
            AddFunctionColumns(pstate, rte, function, expr, name, definitions, functions.Count == 1 ? alias : null, names);
            function.FuncColCount = names.Count - before;
            rte.Functions.Add(function);
        }

        if (range.Ordinality)
        {
            names.Add("ordinality");
            rte.ColTypes.Add(TypeOid.Int8);
            rte.ColTypmods.Add(-1);
            rte.ColCollations.Add(0);
        }

        var given = alias?.Colnames ?? [];
        CheckAliasCount(eref.AliasName, names.Count, given.Count, -1);
        var columns = new NamespaceColumn[names.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            eref.ColNames.Add(i < given.Count ? given[i].String.Sval : names[i]);
            columns[i] = new NamespaceColumn(pstate.RangeTable.Count + 1, i + 1, rte.ColTypes[i], rte.ColTypmods[i], rte.ColCollations[i]);
        }

        return Add(pstate, rte, columns);
    }

    /// <summary>XMLTABLE.</summary>
    public static ParseNamespaceItem AddTableFunction(ParseState pstate, TableFunc function, string name, string construct, Pg.Alias? alias, bool lateral)
    {
        var eref = new Alias { AliasName = alias?.Aliasname ?? name };
        var given = alias?.Colnames ?? [];
        if (given.Count > function.ColNames.Count)
        {
            throw new PgException(
                SqlState.InvalidColumnReference, $"{construct} function has {function.ColNames.Count} columns available but {given.Count} columns specified");
        }

        var columns = new NamespaceColumn[function.ColNames.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            eref.ColNames.Add(i < given.Count ? given[i].String.Sval : function.ColNames[i]);
            columns[i] = new NamespaceColumn(pstate.RangeTable.Count + 1, i + 1, function.ColTypes[i], function.ColTypmods[i], function.ColCollations[i]);
        }

        var rte = new RangeTableEntry
        {
            RteKind = RteKind.TableFunc,
            TableFunc = function,
            ColTypes = [.. function.ColTypes],
            ColTypmods = [.. function.ColTypmods],
            ColCollations = [.. function.ColCollations],
            Alias = ToAlias(alias),
            Eref = eref,
            Lateral = lateral,
            InFromCl = true,
        };
        return Add(pstate, rte, columns);
    }

    /// <summary>A join.</summary>
    public static ParseNamespaceItem AddJoin(
        ParseState pstate, List<string> names, NamespaceColumn[] columns, JoinType joinType, int mergedCols, List<BoundExpr> aliasVars,
        List<int> leftCols, List<int> rightCols, Alias? usingAlias, Pg.Alias? alias)
    {
        var eref = new Alias { AliasName = alias?.Aliasname ?? "unnamed_join" };
        var given = alias?.Colnames ?? [];
        if (given.Count > names.Count)
        {
            throw new PgException(
                SqlState.InvalidColumnReference,
                $"join expression \"{eref.AliasName}\" has {names.Count} columns available but {given.Count} columns specified");
        }

        for (var i = 0; i < names.Count; i++)
        {
            eref.ColNames.Add(i < given.Count ? given[i].String.Sval : names[i]);
        }

        if (alias is not null)
        {
            // Printed, a column of a named join is that join's.
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = columns[i] with { SyntacticVarno = pstate.RangeTable.Count + 1, SyntacticAttno = i + 1 };
            }
        }

        var rte = new RangeTableEntry
        {
            RteKind = RteKind.Join,
            JoinType = joinType,
            JoinMergedCols = mergedCols,
            JoinAliasVars = aliasVars,
            JoinLeftCols = leftCols,
            JoinRightCols = rightCols,
            JoinUsingAlias = usingAlias,
            Alias = ToAlias(alias),
            Eref = eref,
            InFromCl = true,
        };
        return Add(pstate, rte, columns);
    }

    /// <summary>A parse-tree alias as a bound one.</summary>
    public static Alias? ToAlias(Pg.Alias? alias) =>
        alias is null ? null : new Alias { AliasName = alias.Aliasname, ColNames = [.. alias.Colnames.Select(n => n.String.Sval)] };

    private static ParseNamespaceItem Add(ParseState pstate, RangeTableEntry rte, NamespaceColumn[] columns)
    {
        pstate.RangeTable.Add(rte);
        return new ParseNamespaceItem { Names = rte.Eref, Rte = rte, RtIndex = pstate.RangeTable.Count, Columns = columns };
    }

    private static CommonTableExpr? FindRecursive(ParseState pstate, int levelsUp)
    {
        var state = pstate;
        for (var i = 0; i < levelsUp; i++)
        {
            state = state!.ParentParseState!;
        }

        return state.InRecursiveOf;
    }

    private static void CheckAliasCount(string name, int available, int specified, int location)
    {
        if (specified > available)
        {
            throw new PgException(
                SqlState.InvalidColumnReference, $"table \"{name}\" has {available} columns available but {specified} columns specified");
        }
    }

    private static void AddFunctionColumns(
        ParseState pstate, RangeTableEntry rte, RangeTblFunction function, BoundExpr expr, string name,
        IReadOnlyList<Pg.Node> definitions, Pg.Alias? alias, List<string> names)
    {
        void AddColumn(string column, uint type, int typmod, uint collation)
        {
            names.Add(column);
            rte.ColTypes.Add(type);
            rte.ColTypmods.Add(typmod);
            rte.ColCollations.Add(collation);
        }

        var catalog = pstate.Catalog;
        var outs = OutColumns(pstate, expr);
        if (definitions.Count > 0)
        {
            if (expr.Type != TypeOid.Record || outs is not null)
            {
                throw new PgException(
                    SqlState.SyntaxError,
                    outs is not null
                        ? "a column definition list is redundant for a function with OUT parameters"
                        : expr.Type == TypeOid.Record || !TypeFacts.IsComplex(catalog, expr.Type)
                            ? "a column definition list is only allowed for functions returning \"record\""
                            : "a column definition list is redundant for a function returning a named composite type").At(definitions[0].ColumnDef.Location);
            }

            function.FuncColNames = [];
            function.FuncColTypes = [];
            function.FuncColTypmods = [];
            function.FuncColCollations = [];
            foreach (var node in definitions)
            {
                var definition = node.ColumnDef;
                var (type, typmod) = TypeNames.Resolve(pstate, definition.TypeName);
                var collation = definition.CollClause is { } clause
                    ? NamespaceLookup.CollationOid(pstate, NamespaceLookup.Strings(clause.Collname), clause.Location)
                    : TypeFacts.Collation(catalog, type);
                if (definition.CollClause is not null && !TypeFacts.IsCollatable(catalog, type))
                {
                    throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {FormatType.Format(type, catalog)}")
                        .At(definition.CollClause.Location);
                }

                if (function.FuncColNames.Contains(definition.Colname))
                {
                    throw new PgException(SqlState.DuplicateColumn, $"column name \"{definition.Colname}\" specified more than once");
                }

                function.FuncColNames.Add(definition.Colname);
                function.FuncColTypes.Add(type);
                function.FuncColTypmods.Add(typmod);
                function.FuncColCollations.Add(collation);
                AddColumn(definition.Colname, type, typmod, collation);
            }

            return;
        }

        if (outs is not null)
        {
            foreach (var (column, type) in outs)
            {
                AddColumn(column, type, -1, TypeFacts.Collation(catalog, type));
            }

            return;
        }

        if (expr.Type == TypeOid.Record)
        {
            throw new PgException(SqlState.SyntaxError, "a column definition list is required for functions returning \"record\"")
                .At(ExprFacts.Location(expr));
        }

        var relid = TypeFacts.TypeOrDomainRelid(catalog, expr.Type);
        if (relid != 0)
        {
            foreach (var attribute in catalog.Attributes(relid))
            {
                if (attribute is { attnum: > 0, attisdropped: false })
                {
                    AddColumn(attribute.attname, attribute.atttypid, attribute.atttypmod, attribute.attcollation);
                }
            }

            return;
        }

        // A scalar's column takes the alias of the table, or the function's name, or that of its single OUT parameter.
        var scalarName = SingleOutName(pstate, expr) ?? alias?.Aliasname ?? name;
        AddColumn(scalarName, expr.Type, expr.Typmod, expr.Collation);
    }

    private static string? SingleOutName(ParseState pstate, BoundExpr expr)
    {
        if (expr is not BoundFuncExpr call || pstate.Catalog.Proc(call.FuncId) is not { proargmodes: { } modes, proargnames: { } argNames })
        {
            return null;
        }

        var found = Enumerable.Range(0, modes.Length).Where(i => modes[i] is 'o' or 'b' or 't').ToArray();
        return found.Length == 1 && argNames[found[0]].Length > 0 ? argNames[found[0]] : null;
    }

    /// <summary>Columns of a function that returns record by OUT parameters; null for others.</summary>
    internal static List<(string Name, uint Type)>? OutColumns(ParseState pstate, BoundExpr expr)
    {
        if (expr is not BoundFuncExpr { Type: TypeOid.Record } call
            || pstate.Catalog.Proc(call.FuncId) is not { proallargtypes: { } types, proargmodes: { } modes } proc)
        {
            return null;
        }

        var result = new List<(string, uint)>();
        for (var i = 0; i < types.Length; i++)
        {
            if (modes[i] is not ('o' or 'b' or 't'))
            {
                continue;
            }

            var type = types[i];
            if (TypeFacts.IsPolymorphic(type))
            {
                Span<uint> declared = [.. proc.proargtypes];
                type = FunctionResolution.EnforceGenericTypes(pstate, [.. call.Args.Select(a => a.Type)], declared, type);
            }

            var name = proc.proargnames is { } names && names[i].Length > 0 ? names[i] : "column" + (result.Count + 1);
            result.Add((name, type));
        }

        return result.Count > 0 ? result : null;
    }
}
