using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.PgQuery;
using Xunit;

namespace PgMicro.Core.Tests.Binding.Expressions;

/// <summary>Binds expressions of a SELECT without FROM; types and errors are what PostgreSQL 17 answered (expressions.tsv).</summary>
public class ExpressionTypeTests
{
    public static TheoryData<string, string, string, string, string, int> Recorded
    {
        get
        {
            var data = new TheoryData<string, string, string, string, string, int>();
            var folder = Path.Combine(AppContext.BaseDirectory, "Binding", "Expressions", "expressions.tsv");
            foreach (var line in File.ReadAllLines(folder))
            {
                var f = line.Split('\t');
                data.Add(f[0], f[1], f[2], f[3], f[4], int.Parse(f[5], System.Globalization.CultureInfo.InvariantCulture));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void BindsAsPostgreSqlDoes(string expression, string state, string answer, string detail, string hint, int position)
    {
        var sql = "select " + expression;
        PgException? error = null;
        BoundExpr? bound = null;
        var catalog = CatalogSnapshot.Initial;
        var message = "";
        try
        {
            var context = new TypeContext { Types = BuiltInCodecs.Resolver };
            var pstate = new ParseState(catalog, [11, 2200], context) { ParamHooks = new VariableParameters(GivenParameters.Inferred) };
            var target = PgQueryParser.Parse(sql).Stmts[0].Stmt.SelectStmt.TargetList[0].ResTarget.Val;
            bound = ExpressionBinder.TransformList(pstate, [target], ParseExprKind.SelectTarget, false)[0];
            if (bound.Type == TypeOid.Unknown)
            {
                bound = Coercion.CoerceType(
                    pstate, bound, TypeOid.Unknown, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
            }

            Collations.Assign(pstate, bound);
        }
        catch (PgException e)
        {
            error = e;
            message = e.Message;
        }
        catch (PgQueryException e)
        {
            // A syntax error is the parser's own.
            Assert.Equal(state, e.SqlState);
            return;
        }

        if (state == "ok")
        {
            Assert.Null(error);
            Assert.Equal(answer, FormatType.Format(bound!.Type, bound.Typmod, catalog));
            return;
        }

        Assert.NotNull(error);
        Assert.Equal((state, answer), (error!.SqlState, message));
        Assert.Equal((detail, hint), (error.Detail ?? "", error.Hint ?? ""));
        Assert.Equal(position, new SourceText(sql).ToCursorPosition(error.Location));
    }
}
