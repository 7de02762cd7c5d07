namespace JustAlexNet.Campaigns.Frame;

/// <summary>Cases that do what no case may, to see that the supervisor sees it. Not listed; its tests run it.</summary>
internal sealed class FrameCheck : Campaign
{
    /// <summary>Cases that end badly.</summary>
    public const int Broken = 1, Throwing = 2, Dying = 3, Hanging = 4, Eating = 5;

    public override string Name => "frame";

    public override string About => "Cases that break every promise.";

    public override long StandardCount => 10;

    public override int BlockSize => 10;

    public override TimeSpan CaseLimit => TimeSpan.FromSeconds(1);

    public override long MemoryLimit => 150_000_000;

    public override CaseOutcome Run(CaseContext context)
    {
        switch (context.Index)
        {
            case Broken: return new CaseOutcome("broken", "a promise\nof two lines");
            case Throwing: throw new InvalidOperationException("thrown by case two");
            case Dying: Environment.FailFast("dead by case three"); break;
            case Hanging: while (true) Thread.SpinWait(1000);
            case Eating: Eat(); break;
        }
        File.WriteAllText(Path.Combine(context.Folder, "last"), $"{context.Index}");
        return new CaseOutcome($"drew {context.Random.Next(2)}");
    }

    private static void Eat()
    {
        var eaten = new byte[1_000_000_000];
        Array.Fill(eaten, (byte)1);
        Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(eaten);
    }
}
