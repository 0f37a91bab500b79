using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Parsing;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>Compiles bodies (PostgreSQL's do_compile and plpgsql_compile_inline).</summary>
internal static class PlCompiler
{
    private const string InlineName = "inline_code_block";

    /// <summary>Compiles the body of DO.</summary>
    /// <exception cref="PgException">Its position, when it has one, is one in the body.</exception>
    internal static PlFunction CompileInline(PgSession session, string body)
    {
        PlParser? parser = null;
        try
        {
            parser = new PlParser(session, body, new PlHeader { Name = InlineName, ReturnsVoid = true, ChecksSyntax = session.Settings.Get("check_function_bodies") != "off" })
            {
                Scope = PlScope.Block(null, InlineName),
            };
            var found = parser.DeclareVariable("found", TypeOid.Bool).Number;
            var block = parser.ParseBody();
            return new PlFunction
            {
                Name = InlineName,
                Signature = InlineName,
                Datums = parser.Datums,
                Body = block,
                Found = found,
                EndsWithoutReturn = true,
                PrintsStrictParameters = parser.PrintsStrictParameters,
            };
        }
        catch (PgException e)
        {
            throw Compiling(e, parser, InlineName);
        }
    }

    /// <summary>Compiles a function or procedure for the types of a call.</summary>
    /// <param name="session">The session.</param>
    /// <param name="proc">Its row of pg_proc.</param>
    /// <param name="site">The types of the call; null for a validation, where polymorphic types are taken for integer ones.</param>
    /// <param name="kind">What it is to be run as.</param>
    /// <exception cref="PgException">Its position, when it has one, is one in the body.</exception>
    internal static PlFunction Compile(PgSession session, PgProc proc, CallSite? site, PlFunctionKind kind)
    {
        PlParser? parser = null;
        try
        {
            var types = ArgumentTypes.Of(session, proc, site);
            var isProcedure = proc.prokind == 'p';
            var isTrigger = kind == PlFunctionKind.Trigger;
            var resultType = kind switch { PlFunctionKind.Trigger => TypeOid.Trigger, PlFunctionKind.EventTrigger => TypeOid.Void, _ => types.Result };
            CheckSignature(session, proc, resultType, kind);
            parser = new PlParser(session, proc.prosrc, new PlHeader
            {
                Name = proc.proname,
                IsProcedure = isProcedure,
                ReturnsSet = proc.proretset,
                ReturnsVoid = resultType == TypeOid.Void || (isProcedure && !types.HasOut),
                HasOutParameters = types.HasOut,
                Collation = site?.Collation ?? 0,
                ChecksSyntax = site is null,
            })
            {
                Scope = PlScope.Block(null, proc.proname),
            };
            var (inputs, outputs) = Parameters(parser, types);
            var trigger = isTrigger ? Trigger(parser) : null;
            var eventTrigger = kind == PlFunctionKind.EventTrigger
                ? new EventTriggerVariables(parser.DeclareVariable("tg_event", TypeOid.Text), parser.DeclareVariable("tg_tag", TypeOid.Text))
                : null;
            var found = parser.DeclareVariable("found", TypeOid.Bool).Number;
            PlRowType? outRow = null;
            if (outputs.Count > 1 || (outputs.Count == 1 && isProcedure))
            {
                outRow = PlRowType.Anonymous(RecordShape.Get(
                    outputs.Select(static o => o.Type), outputs.Select(static _ => -1), outputs.Select(static (o, i) => o.Name.Length > 0 ? o.Name : $"column{i + 1}")));
                parser.OutTarget = new RowTarget([.. outputs.Select(static o => o.Target)]);
            }
            else if (outputs.Count == 1)
            {
                parser.OutTarget = outputs[0].Target;
            }

            var block = parser.ParseBody();
            var path = session.SearchPath(includeImplicit: true);
            return new PlFunction
            {
                Oid = proc.oid,
                Name = proc.proname,
                Signature = CatalogNames.Procedure(session.Catalog, proc, path),
                Datums = parser.Datums,
                Body = block,
                Parameters = inputs,
                Found = found,
                OutTarget = parser.OutTarget,
                OutRow = outRow,
                IsProcedure = isProcedure,
                EndsWithoutReturn = types.HasOut || resultType == TypeOid.Void || proc.proretset || isProcedure,
                ResultType = resultType,
                ResultIsRow = isTrigger || TypeFacts.IsRowType(session.Catalog, resultType),
                IsReadOnly = proc.provolatile != 'v',
                PrintsStrictParameters = parser.PrintsStrictParameters,
                Trigger = trigger,
                EventTrigger = eventTrigger,
                Expressions = parser.Expressions,
                RunsUnknown = parser.RunsUnknown,
            };
        }
        catch (PgException e)
        {
            throw Compiling(e, parser, proc.proname);
        }
    }

    // A place says enough by itself.
    private static PgException Compiling(PgException error, PlParser? parser, string name) =>
        error.Position > 0 ? error : error.AddContext($"compilation of PL/pgSQL function \"{name}\" near line {parser?.Line ?? 1}");

    private static void CheckSignature(PgSession session, PgProc proc, uint result, PlFunctionKind kind)
    {
        if (kind == PlFunctionKind.EventTrigger)
        {
            if (proc.pronargs != 0)
            {
                throw new PgException(SqlState.InvalidFunctionDefinition, "event trigger functions cannot have declared arguments");
            }

            return;
        }

        if (kind == PlFunctionKind.Trigger)
        {
            if (proc.pronargs != 0)
            {
                throw new PgException(SqlState.InvalidFunctionDefinition, "trigger functions cannot have declared arguments")
                    .WithHint("The arguments of the trigger can be accessed through TG_NARGS and TG_ARGV instead.");
            }

            return;
        }

        if (result is TypeOid.Trigger or TypeOid.EventTrigger)
        {
            throw new PgException(SqlState.FeatureNotSupported, "trigger functions can only be called as triggers");
        }

        if (session.Catalog.Type(result) is { typtype: 'p' } && result is not (TypeOid.Void or TypeOid.Record))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"PL/pgSQL functions cannot return type {FormatType.Format(result, session.Catalog)}");
        }
    }

    private static (List<PlTarget> Inputs, List<(PlTarget Target, string Name, uint Type)> Outputs) Parameters(PlParser parser, ArgumentTypes types)
    {
        var inputs = new List<PlTarget>();
        var outputs = new List<(PlTarget, string, uint)>();
        for (var i = 0; i < types.All.Count; i++)
        {
            var (mode, name, type) = types.All[i];
            var number = $"${i + 1}";
            var datum = parser.Declare(name.Length > 0 ? name : number, new PlType(type, -1), isNamed: false);
            parser.Name(number, datum);
            PlTarget target = datum is PlRecord record ? new RecordTarget(record) : new VariableTarget((PlVariable)datum);
            if (mode is 'i' or 'b' or 'v')
            {
                inputs.Add(target);
            }

            if (mode is 'o' or 'b' or 't')
            {
                outputs.Add((target, name, type));
            }

            if (name.Length > 0)
            {
                if (PlScope.Find(parser.Scope, [name], out _, innermostOnly: true) is not null)
                {
                    throw new PgException(SqlState.InvalidFunctionDefinition, $"parameter name \"{name}\" used more than once");
                }

                parser.Name(name, datum);
            }
        }

        return (inputs, outputs);
    }

    private static TriggerVariables Trigger(PlParser parser) => new(
        parser.DeclareRecord("new"),
        parser.DeclareRecord("old"),
        parser.DeclareVariable("tg_name", TypeOid.Name),
        parser.DeclareVariable("tg_when", TypeOid.Text),
        parser.DeclareVariable("tg_level", TypeOid.Text),
        parser.DeclareVariable("tg_op", TypeOid.Text),
        parser.DeclareVariable("tg_relid", TypeOid.Oid),
        parser.DeclareVariable("tg_relname", TypeOid.Name),
        parser.DeclareVariable("tg_table_name", TypeOid.Name),
        parser.DeclareVariable("tg_table_schema", TypeOid.Name),
        parser.DeclareVariable("tg_nargs", TypeOid.Int4),
        parser.DeclareVariable("tg_argv", TypeOid.TextArray));
}
