using System.Net.Sockets;

namespace JustAlexNet.Bench.Load;

/// <summary>Callers who hold connections and send little or nothing.</summary>
internal static class Holding
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), Moment = TimeSpan.FromSeconds(1);

    /// <summary>Sends a beginning at once, and then a byte now and then, for eight seconds at most.</summary>
    /// <returns>Whether the server cut it off before that.</returns>
    public static async Task<bool> SlowAsync(Uri address, byte[] whole, int start)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        try
        {
            var stream = socket.GetStream();
            await stream.WriteAsync(whole.AsMemory(0, start));
            for (var at = start; at < Math.Min(whole.Length, start + 40); at++)
            {
                await stream.WriteAsync(whole.AsMemory(at, 1));
                await Task.Delay(Pause);
                if (IsClosed(socket)) return true;
            }
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Opens connections, sends the same beginning on each and then nothing.</summary>
    /// <returns>How many the server closed within a second.</returns>
    public static async Task<int> IdleAsync(Uri address, int count, byte[] beginning)
    {
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new TcpClient();
                idle.Add(socket);
                await socket.ConnectAsync(address.Host, address.Port);
                try
                {
                    await socket.GetStream().WriteAsync(beginning);
                }
                catch (IOException)
                {
                    // Closed already, which is counted below.
                }
            }
            await Task.Delay(Moment);
            return idle.Count(IsClosed);
        }
        finally
        {
            foreach (var socket in idle) socket.Dispose();
            await Task.Delay(Moment);
        }
    }

    private static bool IsClosed(TcpClient connection)
    {
        try
        {
            var (socket, rest) = (connection.Client, new byte[4096]);
            while (socket.Available > 0) socket.Receive(rest);
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
