using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Routines;

/// <summary>CALL (manual, SQL commands): a procedure, whose OUT and INOUT parameters are a row of results.</summary>
internal sealed class CallPlan(CallSite site, ExecutablePlan? arguments) : ExecutablePlan
{
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var values = new PgDatum[site.ArgumentTypes.Count];
        if (arguments is not null)
        {
            session.Ready(arguments);
            using var row = arguments.Start(session, parameters).Rows!;
            row.Read();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = row.GetDatum(i);
            }
        }

        var result = session.CallProcedure(site, values);
        if (Columns is null)
        {
            return new StatementRun("CALL");
        }

        if (result.IsNull)
        {
            throw new PgException(SqlState.InternalError, "procedure returned null record");
        }

        var record = ((AnonymousRecordCodec)session.Types.GetCodec(TypeOid.Record)).FromStorage(result.Bytes, out _);
        return new StatementRun("CALL", rows: new BufferedRowSource([record]));
    }

    /// <summary>For each column of the result the number of the argument that stands for that parameter.</summary>
    internal int[] OutArguments { get; init; } = [];

    /// <summary>Analyses a CALL.</summary>
    /// <exception cref="PgException">42883, 42809, 42501 and any error of the arguments.</exception>
    internal static CallPlan Make(PgSession session, Pg.CallStmt statement, GivenParameters parameters)
    {
        var context = new BindingContext(session, parameters);
        var pstate = context.NewState();
        var call = statement.Funccall;
        var args = new List<BoundExpr>();
        foreach (var node in call.Args)
        {
            args.Add(ExpressionBinder.Transform(pstate, node, ParseExprKind.CallArgument));
        }

        var names = call.Funcname.Select(static n => n.String.Sval).ToArray();
        var bound = (BoundFuncExpr)FunctionResolution.ParseFuncOrColumn(pstate, names, args, null, call, isProcedureCall: true, call.Location)!;
        Collations.Assign(pstate, bound);
        context.Parameters.Check(pstate);
        var proc = session.Catalog.Proc(bound.FuncId)!;
        if (session.Catalog.FindRole(session.CurrentRole) is { rolsuper: false } role && proc.proacl is { } acl
            && PrivilegeCheck.OnList(session.Catalog, 'f', acl, proc.proowner, role.oid, AclMode.Execute) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for procedure {proc.proname}");
        }

        var inputs = bound.Args;
        if (proc.proargmodes is { } modes)
        {
            inputs = [.. bound.Args.Where((_, i) => modes[i] != 'o')];
        }

        inputs = inputs.ConvertAll(static a => a is BoundNamedArgExpr named ? named.Arg : a);
        var site = CallSite.Get(proc.oid, bound.Type, [.. inputs.Select(static a => a.Type)], bound.InputCollation);
        var outs = proc.prorettype == TypeOid.Record ? SqlResult.OutFields(session.Catalog, proc, site) : null;
        var query = new BoundQuery { CommandType = CommandType.Select, TargetList = [.. inputs.Select(static (a, i) => BoundTrees.Target(a, i + 1))] };
        if (inputs.Count > 0)
        {
            Roles.QueryPermissions.Check(session, query, null);
        }

        return new CallPlan(site, inputs.Count == 0 ? null : Planner.PlanQuery(session, query, context.ParameterTypes))
        {
            ParameterTypes = context.ParameterTypes,
            OutArguments = outs is null ? [] : OutArgumentsOf(call, proc),
            Columns = outs is null ? null : Planner.Describe(
                outs.Select(static (f, i) => BoundTrees.Target(new BoundConst { Type = f.Type, Typmod = f.Typmod, Collation = f.Collation }, i + 1, f.Name)), session.Catalog),
        };
    }

    private static int[] OutArgumentsOf(Pg.FuncCall call, PgProc proc)
    {
        var result = new List<int>();
        for (var i = 0; i < proc.proargmodes!.Length; i++)
        {
            if (proc.proargmodes[i] is 'o' or 'b')
            {
                var named = call.Args.ToList().FindIndex(a => a.NamedArgExpr is { } argument && argument.Name == proc.proargnames?[i]);
                result.Add(named >= 0 ? named : i);
            }
        }

        return [.. result];
    }
}
