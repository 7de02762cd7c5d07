using System.Runtime.InteropServices;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class StopSignalTests
{
    [Fact]
    public void Signal_that_comes_twice_at_once_is_one()
    {
        var (clock, heard) = (new Clock(), new List<bool>());
        using var stop = new StopSignal(heard.Add, clock);
        PosixSignalContext first = new(PosixSignal.SIGTERM), echo = new(PosixSignal.SIGTERM), second = new(PosixSignal.SIGTERM);

        stop.Handle(first);
        clock.Milliseconds = 20;
        stop.Handle(echo);
        Assert.Equal((true, true), (first.Cancel, echo.Cancel));
        Assert.Equal([false], heard);
        Assert.True(stop.Token.IsCancellationRequested);

        clock.Milliseconds = 900;
        stop.Handle(second);
        Assert.False(second.Cancel);        // the system ends the process
        Assert.Equal([false, true], heard);
        Assert.Equal(ExitCode.Terminated, stop.ExitCode);
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
