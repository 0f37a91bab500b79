using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>The lock table by itself: conflicts, queues, deadlocks, savepoints, the fast path.</summary>
public sealed class LockManagerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly LockTag Table = LockTag.Relation(16384);
    private static readonly LockTag OtherTable = LockTag.Relation(16390);
    private readonly LockManager _locks = new(static () => 5);
    private readonly LockOwner _a;
    private readonly LockOwner _b;
    private readonly LockOwner _c;

    public LockManagerTests()
    {
        (_a, _b, _c) = (_locks.Register(1), _locks.Register(2), _locks.Register(3));
        (_a.Xid, _b.Xid, _c.Xid) = (701, 702, 703);
    }

    // Rows: the mode that is held; columns: the one that is asked for (manual, table 13.2).
    [Theory]
    [InlineData(LockMode.AccessShare, "ggggggg.")]
    [InlineData(LockMode.RowShare, "gggggg..")]
    [InlineData(LockMode.RowExclusive, "gggg....")]
    [InlineData(LockMode.ShareUpdateExclusive, "ggg.....")]
    [InlineData(LockMode.Share, "gg..g...")]
    [InlineData(LockMode.ShareRowExclusive, "gg......")]
    [InlineData(LockMode.Exclusive, "g.......")]
    [InlineData(LockMode.AccessExclusive, "........")]
    internal void Table_modes_exclude_each_other_as_the_manual_says(LockMode held, string expected)
    {
        Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)held));
        var actual = "";
        foreach (var mode in Enum.GetValues<LockMode>())
        {
            actual += Try(_b, Table, (int)mode) == LockOutcome.Granted ? 'g' : '.';
            _locks.ReleaseTransaction(_b);
        }

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(RowLockStrength.KeyShare, "ggg.")]
    [InlineData(RowLockStrength.Share, "gg..")]
    [InlineData(RowLockStrength.NoKeyUpdate, "g...")]
    [InlineData(RowLockStrength.Update, "....")]
    internal void Row_modes_exclude_each_other_as_the_manual_says(RowLockStrength held, string expected)
    {
        var row = LockTag.Row(16384, 1);
        Try(_a, row, (int)held);
        var actual = "";
        foreach (var mode in Enum.GetValues<RowLockStrength>())
        {
            Assert.Equal(_locks.IsHeldByOther(_b, row, (int)mode), Try(_b, row, (int)mode) == LockOutcome.NotAvailable);
            actual += Try(_b, row, (int)mode) == LockOutcome.Granted ? 'g' : '.';
            _locks.ReleaseTransaction(_b);
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Nobody_excludes_himself()
    {
        foreach (var mode in Enum.GetValues<LockMode>())
        {
            Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)mode));
        }

        foreach (var mode in Enum.GetValues<RowLockStrength>())
        {
            Assert.Equal(LockOutcome.Granted, Try(_a, LockTag.Row(1, 1), (int)mode));
        }

        Assert.Equal(12, _a.Mark());
        _locks.ReleaseTransaction(_a);
        Assert.Equal(LockOutcome.Granted, Try(_b, Table, (int)LockMode.AccessExclusive));
    }

    [Fact]
    public async Task A_weak_lock_of_the_fast_path_keeps_a_strong_one_waiting_and_its_end_lets_it_go_on()
    {
        Try(_a, Table, (int)LockMode.AccessShare);
        Assert.Equal([(Table.Object, 1 << (int)LockMode.AccessShare)], _a.FastLocks());
        var strong = await Waits(_b, Table, (int)LockMode.AccessExclusive);
        Assert.Empty(_a.FastLocks());
        Assert.Equal([1], _locks.Blockers(2));
        Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)LockMode.AccessShare));

        // Others queue behind the one who waits, and are no longer on the fast path.
        var weak = await Waits(_c, Table, (int)LockMode.AccessShare);
        Assert.Equal([2], _locks.Blockers(3));
        _locks.ReleaseTransaction(_a);
        Assert.Equal(LockOutcome.GrantedAfterWait, await strong);
        Assert.False(weak.IsCompleted);
        _locks.ReleaseTransaction(_b);
        Assert.Equal(LockOutcome.GrantedAfterWait, await weak);
        _locks.ReleaseTransaction(_c);
        Try(_a, Table, (int)LockMode.AccessShare);
        Assert.Single(_a.FastLocks());
    }

    [Fact]
    public void More_weak_locks_than_the_fast_path_has_places_for_go_to_the_shared_table()
    {
        for (var i = 0u; i < 40; i++)
        {
            Try(_a, LockTag.Relation(20000 + i), (int)LockMode.RowExclusive);
        }

        Assert.Equal(LockOwner.FastSlots, _a.FastLocks().Count());
        for (var i = 0u; i < 40; i++)
        {
            Assert.Equal(LockOutcome.NotAvailable, Try(_b, LockTag.Relation(20000 + i), (int)LockMode.Share));
        }

        _locks.ReleaseTransaction(_a);
        for (var i = 0u; i < 40; i++)
        {
            Assert.Equal(LockOutcome.Granted, Try(_b, LockTag.Relation(20000 + i), (int)LockMode.Share));
        }
    }

    [Fact]
    public async Task A_holder_that_asks_for_more_goes_before_those_who_wait_for_it()
    {
        Try(_a, Table, (int)LockMode.AccessShare);
        var strong = await Waits(_b, Table, (int)LockMode.AccessExclusive);
        Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)LockMode.RowExclusive));
        Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)LockMode.Share));
        Assert.False(strong.IsCompleted);
        _locks.ReleaseTransaction(_a);
        await strong;
    }

    [Fact]
    public async Task Two_holders_that_ask_for_more_are_a_deadlock_of_the_second_one()
    {
        Try(_a, Table, (int)LockMode.Share);
        Try(_b, Table, (int)LockMode.Share);
        var first = await Waits(_a, Table, (int)LockMode.RowExclusive);
        var error = Assert.Throws<PgException>(() => Take(_b, Table, (int)LockMode.RowExclusive));
        Assert.Equal("40P01", error.SqlState);
        Assert.Equal("deadlock detected", error.Message);
        Assert.Equal(
            "Process 2 waits for RowExclusiveLock on relation 16384 of database 5; blocked by process 1.\n"
            + "Process 1 waits for RowExclusiveLock on relation 16384 of database 5; blocked by process 2.",
            error.Detail);
        Assert.Equal("See server log for query details.", error.Hint);
        _locks.ReleaseTransaction(_b);
        Assert.Equal(LockOutcome.GrantedAfterWait, await first);
    }

    [Fact]
    public async Task A_circle_of_three_is_found_by_the_one_who_closes_it()
    {
        var (r1, r2, key) = (LockTag.Row(16384, 1), LockTag.Row(16384, 2), LockTag.OfKey(16388, "(7)"));
        Try(_a, r1, (int)RowLockStrength.Update);
        Try(_b, r2, (int)RowLockStrength.NoKeyUpdate);
        Try(_c, key, 1);
        var a = await Waits(_a, r2, (int)RowLockStrength.Update);
        var b = await Waits(_b, key, 1);
        Assert.Equal(
            "Process 3 waits for ShareLock on transaction 701; blocked by process 1.\n"
            + "Process 1 waits for ShareLock on transaction 702; blocked by process 2.\n"
            + "Process 2 waits for ShareLock on transaction 703; blocked by process 3.",
            Assert.Throws<PgException>(() => Take(_c, r1, (int)RowLockStrength.KeyShare)).Detail);
        _locks.ReleaseTransaction(_c);
        await b;
        _locks.ReleaseTransaction(_b);
        await a;
    }

    [Fact]
    public async Task The_second_one_to_wait_for_a_row_waits_for_its_place_in_the_queue()
    {
        var (row, advisory) = (LockTag.Row(16384, 1), new LockTag(LockKind.Advisory, 2, (7L << 32) | 8));
        Try(_a, row, (int)RowLockStrength.Update);
        Try(_c, advisory, (int)LockMode.Exclusive);
        var b = await Waits(_b, row, (int)RowLockStrength.Update);
        var c = await Waits(_c, row, (int)RowLockStrength.NoKeyUpdate);
        Assert.Equal([1], _locks.Blockers(2));
        Assert.Equal([2], _locks.Blockers(3));
        Assert.Equal(
            "Process 1 waits for ShareLock on advisory lock [5,7,8,2]; blocked by process 3.\n"
            + "Process 3 waits for ExclusiveLock on tuple (0,1) of relation 16384 of database 5; blocked by process 2.\n"
            + "Process 2 waits for ShareLock on transaction 701; blocked by process 1.",
            Assert.Throws<PgException>(() => Take(_a, advisory, (int)LockMode.Share)).Detail);
        _locks.ReleaseTransaction(_a);
        await b;
        Assert.False(c.IsCompleted);
        _locks.ReleaseTransaction(_b);
        await c;
    }

    [Fact]
    public async Task A_circle_that_only_the_order_of_a_queue_makes_is_opened()
    {
        // a holds the table; b waits for it and c behind b; then a waits for what c holds. c may go before b.
        Try(_a, Table, (int)LockMode.AccessShare);
        Try(_c, OtherTable, (int)LockMode.AccessExclusive);
        var b = await Waits(_b, Table, (int)LockMode.AccessExclusive);
        var c = await Waits(_c, Table, (int)LockMode.AccessShare);
        var a = await Waits(_a, OtherTable, (int)LockMode.AccessShare);
        Assert.Equal(LockOutcome.GrantedAfterWait, await c);
        Assert.False(b.IsCompleted);
        _locks.ReleaseTransaction(_c);
        await a;
        _locks.ReleaseTransaction(_a);
        await b;
    }

    [Fact]
    public async Task Who_waits_outside_the_table_is_part_of_a_circle()
    {
        Try(_a, LockTag.Row(1, 1), (int)RowLockStrength.Update);
        _a.ExternalBlocker = () => _b;
        Assert.Equal("40P01", Assert.Throws<PgException>(() => Take(_b, LockTag.Row(1, 1), (int)RowLockStrength.Update)).SqlState);
        _a.ExternalBlocker = null;
        var b = await Waits(_b, LockTag.Row(1, 1), (int)RowLockStrength.Update);
        _a.ExternalBlocker = () => _b;
        Assert.Equal("40P01", Assert.Throws<PgException>(() => _locks.CheckDeadlock(_a)).SqlState);
        _locks.ReleaseTransaction(_a);
        await b;
    }

    [Fact]
    public void What_is_done_before_a_wait_may_make_it_needless()
    {
        Try(_a, Table, (int)LockMode.AccessExclusive);
        var calls = 0;
        _b.BeforeWait = () =>
        {
            calls++;
            _locks.ReleaseTransaction(_a);
        };
        Assert.Equal(LockOutcome.GrantedAfterWait, Take(_b, Table, (int)LockMode.AccessExclusive));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Waits_end_by_time_and_by_cancellation_and_let_those_behind_go_on()
    {
        Try(_a, Table, (int)LockMode.AccessShare);
        var error = Assert.Throws<PgException>(() => _locks.Acquire(_b, Table, (int)LockMode.AccessExclusive, new LockPatience(1, false, default)));
        Assert.Equal(("55P03", "canceling statement due to lock timeout"), (error.SqlState, error.Message));
        using var cancellation = new CancellationTokenSource();
        var strong = await Waits(_b, Table, (int)LockMode.AccessExclusive, cancellation.Token);
        var weak = await Waits(_c, Table, (int)LockMode.AccessShare);
        cancellation.Cancel();
        Assert.Equal(LockOutcome.GrantedAfterWait, await weak);
        error = await Assert.ThrowsAsync<PgException>(() => strong);
        Assert.Equal(("57014", "canceling statement due to user request"), (error.SqlState, error.Message));
        Assert.False(_b.IsWaiting);
        Assert.Equal(0, _b.Mark());

        // Nobody strong is left: weak locks are on the fast path again.
        _locks.ReleaseTransaction(_a);
        Try(_a, Table, (int)LockMode.AccessShare);
        Assert.Single(_a.FastLocks());
    }

    [Fact]
    public async Task A_savepoint_gives_back_what_was_taken_after_it()
    {
        var (kept, given) = (LockTag.Row(16384, 1), LockTag.Row(16384, 2));
        Try(_a, kept, (int)RowLockStrength.KeyShare);
        Try(_a, Table, (int)LockMode.AccessShare);
        var mark = _a.Mark();
        Try(_a, kept, (int)RowLockStrength.Update);
        Try(_a, given, (int)RowLockStrength.Update);
        Try(_a, Table, (int)LockMode.RowExclusive);
        Try(_a, OtherTable, (int)LockMode.AccessExclusive);
        var share = await Waits(_b, Table, (int)LockMode.Share);
        var other = await Waits(_c, OtherTable, (int)LockMode.AccessShare);
        _locks.ReleaseTo(_a, mark);
        await Task.WhenAll(share, other);
        Assert.Equal(LockOutcome.Granted, Try(_b, given, (int)RowLockStrength.Update));
        Assert.Equal(LockOutcome.Granted, Try(_b, kept, (int)RowLockStrength.NoKeyUpdate));
        Assert.Equal(LockOutcome.NotAvailable, Try(_c, kept, (int)RowLockStrength.Update));
        Assert.Equal(LockOutcome.NotAvailable, Try(_c, Table, (int)LockMode.AccessExclusive));

        // The weak mode was given back: b's Share excludes it now.
        Assert.Equal(LockOutcome.NotAvailable, Try(_a, Table, (int)LockMode.RowExclusive));
    }

    [Fact]
    public void Advisory_locks_of_a_session_are_counted_and_outlive_its_transaction()
    {
        var tag = new LockTag(LockKind.Advisory, 1, 42);
        Assert.Equal(LockOutcome.Granted, _locks.AcquireForSession(_a, tag, (int)LockMode.Exclusive, LockPatience.None));
        Assert.Equal(LockOutcome.Granted, _locks.AcquireForSession(_a, tag, (int)LockMode.Exclusive, LockPatience.None));
        Try(_a, tag, (int)LockMode.Exclusive);
        _locks.ReleaseTransaction(_a);
        Assert.True(_locks.ReleaseForSession(_a, tag, (int)LockMode.Exclusive));
        Assert.False(_locks.ReleaseForSession(_a, tag, (int)LockMode.Share));
        Assert.Equal(LockOutcome.NotAvailable, Try(_b, tag, (int)LockMode.Share));
        Assert.True(_locks.ReleaseForSession(_a, tag, (int)LockMode.Exclusive));
        Assert.False(_locks.ReleaseForSession(_a, tag, (int)LockMode.Exclusive));
        Assert.Equal(LockOutcome.Granted, Try(_b, tag, (int)LockMode.Share));
        Assert.Equal(LockOutcome.NotAvailable, _locks.AcquireForSession(_a, tag, (int)LockMode.Exclusive, LockPatience.None));
        Assert.Equal(LockOutcome.Granted, _locks.AcquireForSession(_a, tag, (int)LockMode.Share, LockPatience.None));
        _locks.ReleaseTransaction(_b);
        _locks.ReleaseSession(_a);
        Assert.Equal(LockOutcome.Granted, Try(_b, tag, (int)LockMode.Exclusive));
    }

    [Fact]
    public void Others_with_row_locks_are_known_without_a_search()
    {
        Assert.False(_locks.HasOthers(_a));
        Try(_a, LockTag.Row(16384, 1), (int)RowLockStrength.Update);
        Try(_a, LockTag.OfKey(16388, "(1)"), 1);
        Try(_b, Table, (int)LockMode.RowExclusive);
        Assert.False(_locks.HasOthers(_a));
        Assert.True(_locks.HasOthers(_b));
        Try(_b, LockTag.OfKey(16388, "(2)"), 1);
        Assert.True(_locks.HasOthers(_a));
        _locks.ReleaseTo(_b, 1);
        Assert.False(_locks.HasOthers(_a));
        _locks.ReleaseTransaction(_a);
        Assert.False(_locks.HasOthers(_b));
    }

    [Fact]
    public async Task A_prepared_transaction_inherits_what_its_session_held()
    {
        var prepared = new LockOwner(0);
        Try(_a, Table, (int)LockMode.RowExclusive);
        Try(_a, LockTag.Row(16384, 1), (int)RowLockStrength.Update);
        _locks.Register(prepared);
        _locks.HandOver(_a, prepared);
        Assert.Equal(LockOutcome.NotAvailable, Try(_a, LockTag.Row(16384, 1), (int)RowLockStrength.Share));
        Assert.Equal(LockOutcome.NotAvailable, Try(_a, Table, (int)LockMode.Share));
        Assert.True(_locks.HasOthers(_a));
        var row = await Waits(_b, LockTag.Row(16384, 1), (int)RowLockStrength.Update);
        _locks.ReleaseSession(prepared);
        await row;
        Assert.Equal(LockOutcome.Granted, Try(_a, Table, (int)LockMode.Share));
    }

    [Fact]
    public void Strong_and_weak_locks_of_many_threads_never_meet()
    {
        const int Rounds = 20000;
        var (readers, writers, met) = (0, 0, 0);
        void Run(LockOwner owner, int mode, ref int own, ref int other, int limit)
        {
            for (var i = 0; i < Rounds; i++)
            {
                _locks.Acquire(owner, Table, mode, new LockPatience(0, false, default));
                var count = Interlocked.Increment(ref own);
                if (Volatile.Read(ref other) != 0 || count > limit)
                {
                    Interlocked.Increment(ref met);
                }

                Interlocked.Decrement(ref own);
                _locks.ReleaseTransaction(owner);
            }
        }

        Thread[] threads =
        [
            new(() => Run(_a, (int)LockMode.AccessShare, ref readers, ref writers, 2)),
            new(() => Run(_b, (int)LockMode.AccessShare, ref readers, ref writers, 2)),
            new(() => Run(_c, (int)LockMode.AccessExclusive, ref writers, ref readers, 1)),
        ];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        Assert.Equal(0, met);
    }

    private LockOutcome Try(LockOwner owner, LockTag tag, int mode) => _locks.Acquire(owner, tag, mode, LockPatience.None);

    private LockOutcome Take(LockOwner owner, LockTag tag, int mode, CancellationToken cancellation = default) =>
        _locks.Acquire(owner, tag, mode, new LockPatience(0, false, cancellation));

    // Runs a request on a thread of its own and comes back when it waits.
    private async Task<Task<LockOutcome>> Waits(LockOwner owner, LockTag tag, int mode, CancellationToken cancellation = default)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Begun(LockOwner waiter)
        {
            if (ReferenceEquals(waiter, owner))
            {
                began.TrySetResult();
            }
        }

        _locks.WaitBegun += Begun;
        var request = Task.Factory.StartNew(() => Take(owner, tag, mode, cancellation), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(began.Task, request).WaitAsync(Patience);
        _locks.WaitBegun -= Begun;
        if (request.IsFaulted)
        {
            await request;
        }

        return request;
    }
}
