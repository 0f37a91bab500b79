using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE OPERATOR (manual: "CREATE OPERATOR"): another operator over a function that there is.</summary>
internal static class OperatorObjects
{
    internal static string Create(DdlContext ddl, Pg.DefineStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
        var space = ddl.NewObjectNamespace(schema, name);
        var asked = Read(ddl, statement);
        if (asked.Function is null)
        {
            throw Invalid("operator function must be specified");
        }

        var (left, right) = (asked.Left is null ? 0 : Operand(ddl, asked.Left), asked.Right is null ? 0 : Operand(ddl, asked.Right));
        if (left == 0 && right == 0)
        {
            throw Invalid("operator argument types must be specified");
        }

        if (right == 0)
        {
            throw Invalid("operator right argument type must be specified").WithDetail("Postfix operators are not supported.");
        }

        foreach (var type in left == 0 ? [right] : new[] { left, right })
        {
            RelationRows.RequireUsage(ddl, ddl.Catalog.Type(type)!);
        }

        var function = FindFunction(ddl, asked.Function, left == 0 ? [right] : [left, right]);
        if (PrivilegeCheck.OnList(ddl.Catalog, 'f', function.proacl, function.proowner, ddl.Owner, AclMode.Execute) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {function.proname}");
        }

        RelationRows.RequireUsage(ddl, ddl.Catalog.Type(function.prorettype)!);
        var restrict = asked.Restrict is null ? null : RestrictionEstimator(ddl, asked.Restrict);
        var join = asked.Join is null ? null : JoinEstimator(ddl, asked.Join);
        CheckProperties(
            isBinary: left != 0, isBoolean: function.prorettype == TypeOid.Bool, asked.Commutator is not null, asked.Negator is not null, restrict is not null, join is not null,
            asked.Merges, asked.Hashes);
        var existing = ddl.Catalog.FindOperator(name, left, right, space);
        if (existing is { oprcode: not 0 })
        {
            throw new PgException(SqlState.DuplicateFunction, $"operator {name} already exists");
        }

        var row = ddl.Put((existing ?? new PgOperator { oid = ddl.NewOid(), oprname = name, oprnamespace = space }) with
        {
            oprowner = ddl.Owner,
            oprkind = left == 0 ? 'l' : 'b',
            oprcanmerge = asked.Merges,
            oprcanhash = asked.Hashes,
            oprleft = left,
            oprright = right,
            oprresult = function.prorettype,
            oprcode = function.oid,
            oprrest = restrict?.oid ?? 0,
            oprjoin = join?.oid ?? 0,
        });
        var commutator = asked.Commutator is null ? 0 : Other(ddl, asked.Commutator, right, left, row, isCommutator: true);
        var negator = asked.Negator is null ? 0 : Other(ddl, asked.Negator, left, right, row, isCommutator: false);
        row = ddl.Put(ddl.Catalog.Operator(row.oid)! with { oprcom = commutator, oprnegate = negator });
        LinkBack(ddl, row, commutator, negator);
        Depend(ddl, ddl.Catalog.Operator(row.oid)!);
        return "CREATE OPERATOR";
    }

    /// <summary>The operator of a name and exactly these operands (LookupOperName).</summary>
    /// <exception cref="PgException">42883.</exception>
    internal static PgOperator Find(DdlContext ddl, string[] names, uint left, uint right) =>
        NamespaceLookup.OpernameGetOprid(ddl.ParseState, names, left, right, -1) is not 0 and var found
            ? ddl.Catalog.Operator(found)!
            : throw new PgException(
                SqlState.UndefinedFunction,
                $"operator does not exist: {(left == 0 ? "" : DdlExpressions.FormatType(ddl, left) + " ")}{string.Join('.', names)} {DdlExpressions.FormatType(ddl, right)}");

    private static PgException Invalid(string message) => new(SqlState.InvalidFunctionDefinition, message);

    private static Properties Read(DdlContext ddl, Pg.DefineStmt statement)
    {
        var asked = new Properties();
        foreach (var option in statement.Definition.Select(static n => n.DefElem))
        {
            switch (option.Defname)
            {
                case "leftarg":
                    asked.Left = TypeOf(option);
                    break;
                case "rightarg":
                    asked.Right = TypeOf(option);
                    break;
                case "function" or "procedure":
                    asked.Function = Utility.OptionValues.QualifiedName(option);
                    break;
                case "commutator":
                    asked.Commutator = Utility.OptionValues.QualifiedName(option);
                    break;
                case "negator":
                    asked.Negator = Utility.OptionValues.QualifiedName(option);
                    break;
                case "restrict":
                    asked.Restrict = Utility.OptionValues.QualifiedName(option);
                    break;
                case "join":
                    asked.Join = Utility.OptionValues.QualifiedName(option);
                    break;
                case "hashes":
                    asked.Hashes = Utility.OptionValues.Boolean(option);
                    break;
                case "merges":
                    asked.Merges = Utility.OptionValues.Boolean(option);
                    break;
                case "sort1" or "sort2" or "ltcmp" or "gtcmp":
                    // Obsolete words for MERGES.
                    asked.Merges = true;
                    break;
                default:
                    ddl.Notice($"operator attribute \"{option.Defname}\" not recognized", "WARNING", SqlState.SyntaxError);
                    break;
            }
        }

        return asked;
    }

    private static Pg.TypeName TypeOf(Pg.DefElem option) => option.Arg?.TypeName is not { } type
        ? throw new PgException(SqlState.SyntaxError, $"argument of {option.Defname} must be a type name")
        : type.Setof ? throw Invalid("SETOF type not allowed for operator argument") : type;

    // PostgreSQL resolves the operands' types without the text.
    private static uint Operand(DdlContext ddl, Pg.TypeName name)
    {
        var unplaced = name.Clone();
        unplaced.Location = -1;
        return TypeNames.ResolveOid(ddl.ParseState, unplaced);
    }

    /// <summary>The function of a name and exactly these arguments; null when there is none.</summary>
    internal static PgProc? TryFindFunction(DdlContext ddl, string[] names, uint[] types)
    {
        var (schema, name) = DdlContext.Qualified(names);
        IReadOnlyList<uint> path = schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid];
        return path.Select(nsp => ddl.Catalog.ProcsByName(name).FirstOrDefault(p => p.pronamespace == nsp && p.proargtypes.AsSpan().SequenceEqual(types)))
            .FirstOrDefault(static p => p is not null);
    }

    /// <summary>The function of a name and exactly these arguments.</summary>
    /// <exception cref="PgException">42883.</exception>
    internal static PgProc FindFunction(DdlContext ddl, string[] names, uint[] types) => TryFindFunction(ddl, names, types)
        ?? throw new PgException(
            SqlState.UndefinedFunction, $"function {string.Join('.', names)}({string.Join(", ", types.Select(t => DdlExpressions.FormatType(ddl, t)))}) does not exist");

    private static PgProc Estimator(DdlContext ddl, string[] names, string what, uint[] types)
    {
        var function = FindFunction(ddl, names, types);
        return function.prorettype == TypeOid.Float8
            ? function
            : throw new PgException(SqlState.InvalidObjectDefinition, $"{what} estimator function {string.Join('.', names)} must return type double precision");
    }

    /// <summary>The function of RESTRICT.</summary>
    /// <exception cref="PgException">42883, 42P17.</exception>
    internal static PgProc RestrictionEstimator(DdlContext ddl, string[] names) =>
        Estimator(ddl, names, "restriction", [TypeOid.Internal, TypeOid.Oid, TypeOid.Internal, TypeOid.Int4]);

    /// <summary>The function of JOIN: the form with five arguments first, the old one with four as well.</summary>
    /// <exception cref="PgException">42883, 42P17.</exception>
    internal static PgProc JoinEstimator(DdlContext ddl, string[] names)
    {
        uint[] types = [TypeOid.Internal, TypeOid.Oid, TypeOid.Internal, TypeOid.Int2, TypeOid.Internal];
        return TryFindFunction(ddl, names, types) is null && TryFindFunction(ddl, names, types[..4]) is not null
            ? Estimator(ddl, names, "join", types[..4])
            : Estimator(ddl, names, "join", types);
    }

    /// <summary>Raises 42P13 for a property that an operator of its kind cannot have.</summary>
    internal static void CheckProperties(bool isBinary, bool isBoolean, bool commutes, bool negates, bool restricts, bool joins, bool merges, bool hashes)
    {
        if (!isBinary)
        {
            Refuse(commutes, "only binary operators can have commutators");
            Refuse(joins, "only binary operators can have join selectivity");
            Refuse(merges, "only binary operators can merge join");
            Refuse(hashes, "only binary operators can hash");
        }

        if (!isBoolean)
        {
            Refuse(negates, "only boolean operators can have negators");
            Refuse(restricts, "only boolean operators can have restriction selectivity");
            Refuse(joins, "only boolean operators can have join selectivity");
            Refuse(merges, "only boolean operators can merge join");
            Refuse(hashes, "only boolean operators can hash");
        }

        static void Refuse(bool condition, string message)
        {
            if (condition)
            {
                throw Invalid(message);
            }
        }
    }

    // get_other_operator: one that there is, the operator itself, or a shell that a later CREATE OPERATOR fills.
    private static uint Other(DdlContext ddl, string[] names, uint left, uint right, PgOperator self, bool isCommutator)
    {
        if (NamespaceLookup.OpernameGetOprid(ddl.ParseState, names, left, right, -1) is not 0 and var found)
        {
            return found != self.oid || isCommutator ? found : throw Invalid("operator cannot be its own negator");
        }

        var (schema, name) = DdlContext.Qualified(names);
        var space = ddl.NewObjectNamespace(schema, name);
        if (name == self.oprname && space == self.oprnamespace && left == self.oprleft && right == self.oprright)
        {
            return isCommutator ? self.oid : throw Invalid("operator cannot be its own negator");
        }

        ddl.RequireCreate(space);
        var shell = ddl.Put(new PgOperator
        {
            oid = ddl.NewOid(),
            oprname = name,
            oprnamespace = space,
            oprowner = ddl.Owner,
            oprkind = left == 0 ? 'l' : 'b',
            oprleft = left,
            oprright = right,
        });
        Depend(ddl, shell);
        return shell.oid;
    }

    /// <summary>Has an operator's commutator and negator answer the links.</summary>
    internal static void LinkBack(DdlContext ddl, PgOperator row, uint commutator, uint negator)
    {
        Link(ddl, commutator, static o => o.oprcom, static (o, oid) => o with { oprcom = oid }, row.oid);
        Link(ddl, negator, static o => o.oprnegate, static (o, oid) => o with { oprnegate = oid }, row.oid);
    }

    // The other operator answers the link when it has none yet.
    private static void Link(DdlContext ddl, uint other, Func<PgOperator, uint> linked, Func<PgOperator, uint, PgOperator> link, uint self)
    {
        if (other != 0 && other != self && other >= BuiltInOids.FirstNormalObjectId && ddl.Catalog.Operator(other) is { } row && linked(row) == 0)
        {
            ddl.Put(link(row, self));
        }
    }

    /// <summary>Writes what an operator depends on anew.</summary>
    internal static void Depend(DdlContext ddl, PgOperator row)
    {
        var address = new ObjectAddress(PgOperator.RelationOid, row.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Namespace(row.oprnamespace));
        foreach (var type in new[] { row.oprleft, row.oprright, row.oprresult })
        {
            ddl.DependOnType(address, type);
        }

        foreach (var function in new[] { row.oprcode, row.oprrest, row.oprjoin })
        {
            ddl.Depend(address, ObjectAddress.Function(function));
        }
    }

    private sealed class Properties
    {
        internal Pg.TypeName? Left { get; set; }

        internal Pg.TypeName? Right { get; set; }

        internal string[]? Function { get; set; }

        internal string[]? Commutator { get; set; }

        internal string[]? Negator { get; set; }

        internal string[]? Restrict { get; set; }

        internal string[]? Join { get; set; }

        internal bool Hashes { get; set; }

        internal bool Merges { get; set; }
    }
}
