using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

// model.onnx photo.jpg: the class with the largest logit. ImageNet's evaluation at 224 px, as one writes it in ten minutes: no bound, no check, SkiaSharp's resizing.
const int side = 224, resized = 256;
float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];

using var photo = SKBitmap.Decode(args[1]);
var scale = (float)resized / Math.Min(photo.Width, photo.Height);
using var small = photo.Resize(new SKImageInfo((int)(photo.Width * scale), (int)(photo.Height * scale), SKColorType.Rgba8888), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
var (left, top) = ((small.Width - side) / 2, (small.Height - side) / 2);
var pixels = small.GetPixelSpan();
var values = new float[3 * side * side];
for (var y = 0; y < side; y++)
    for (var x = 0; x < side; x++)
        for (var c = 0; c < 3; c++)
            values[((c * side) + y) * side + x] = (pixels[(((top + y) * small.Width) + left + x) * 4 + c] / 255f - mean[c]) / deviation[c];

using var options = new SessionOptions();
using var session = new InferenceSession(args[0], options);
using var running = new RunOptions();
using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, side, side]);
using var outputs = session.Run(running, [session.InputNames[0]], [input], [session.OutputNames[0]]);
var logits = outputs[0].GetTensorDataAsSpan<float>();
var best = 0;
for (var i = 1; i < logits.Length; i++)
    if (logits[i] > logits[best]) best = i;
Console.WriteLine($"{best} {logits[best]:0.000}");
