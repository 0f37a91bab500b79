using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Inspection;

/// <summary>A file with something in it, and two sessions.</summary>
public abstract class TwoSessionTest : IDisposable
{
    private protected TwoSessionTest(string setup)
    {
        Database = Sessions.OpenFile(Temporary.FileName);
        Session = Database.CreateSession();
        Other = Database.CreateSession();
        Session.Run(setup);
    }

    private protected PgDatabase Database { get; }

    private protected PgSession Session { get; }

    private protected PgSession Other { get; }

    private protected TemporaryDatabase Temporary { get; } = new();

    public void Dispose()
    {
        Other.Dispose();
        Session.Dispose();
        Database.Dispose();
        Temporary.Dispose();
        GC.SuppressFinalize(this);
    }
}
