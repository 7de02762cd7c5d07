using TorchSharp;

namespace JustAlexNet.Weights.Pickling;

/// <summary>
/// The pickle machine as an allow-list: it builds dictionaries, lists, tuples, numbers, texts and descriptions of tensors, and knows of nothing else.
/// </summary>
/// <remarks>
/// Memory is bounded by the pickle's length: every object made is paid for with what <c>torch.save</c> spends on it at least, from a purse that
/// every byte read puts one coin into. What the values refer to is bounded afterwards, by <see cref="PickleTree"/>.
/// </remarks>
internal sealed class Unpickler
{
    private const int ContainerCost = 3;        // EMPTY_DICT, BINPUT and its place
    private const int TensorCost = 24;
    private const int SmallChange = 4096;       // so that no small pickle, however written, is refused

    private readonly PickleCursor cursor;
    private readonly PickleStack stack;
    private readonly FileFaults faults;
    private readonly FindStorage storages;
    private readonly Dictionary<(string Key, torch.ScalarType Type), StorageReference> known = [];
    private long spent;

    private Unpickler(PickleCursor cursor, FileFaults faults, FindStorage storages)
    {
        (this.cursor, stack, this.faults, this.storages) = (cursor, new PickleStack(cursor), faults, storages);
        spent = cursor.Position - SmallChange;     // what stands before this pickle earned nothing for it
    }

    /// <summary>Reads one pickle and says how many bytes it took; more may follow.</summary>
    public static object? Read(ReadOnlyMemory<byte> pickle, FileFaults faults, FindStorage storages, out int length)
    {
        var cursor = new PickleCursor(pickle, faults);
        var value = Read(cursor, faults, storages);
        length = cursor.Position;
        return value;
    }

    /// <summary>Reads the pickle at a cursor, which then stands behind it.</summary>
    public static object? Read(PickleCursor cursor, FileFaults faults, FindStorage storages)
    {
        var value = new Unpickler(cursor, faults, storages).Run();
        PickleTree.Check(value, faults);
        return value;
    }

    private object? Run()
    {
        while (true)
        {
            var opcode = cursor.Opcode();
            if (opcode == (byte)Opcode.Stop)
            {
                var value = stack.Pop();
                return stack.Count == 0 ? value : throw cursor.Fault("leaves values on the stack at its end");
            }

            Step(opcode);
        }
    }

    private void Step(byte opcode)
    {
        switch ((Opcode)opcode)
        {
            case Opcode.Proto: CheckProtocol(cursor.Byte()); break;
            case Opcode.Mark: stack.Mark(); break;
            case Opcode.None: stack.Push(null); break;
            case Opcode.NewTrue: stack.Push(true); break;
            case Opcode.NewFalse: stack.Push(false); break;
            case Opcode.BinInt: stack.Push((long)cursor.Int32()); break;
            case Opcode.BinInt1: stack.Push((long)cursor.Byte()); break;
            case Opcode.BinInt2: stack.Push((long)cursor.UInt16()); break;
            case Opcode.Long1: stack.Push(cursor.Long()); break;
            case Opcode.BinFloat: stack.Push(cursor.Double()); break;
            case Opcode.BinUnicode: stack.Push(cursor.Text(cursor.UInt32())); break;
            case Opcode.ShortBinString: stack.Push(cursor.Text(cursor.Byte())); break;
            case Opcode.EmptyTuple: PushNew(new PickleTuple()); break;
            case Opcode.Tuple1: PushNew(new PickleTuple(stack.Pop(1))); break;
            case Opcode.Tuple2: PushNew(new PickleTuple(stack.Pop(2))); break;
            case Opcode.Tuple3: PushNew(new PickleTuple(stack.Pop(3))); break;
            case Opcode.Tuple: PushNew(new PickleTuple(stack.PopToMark())); break;
            case Opcode.EmptyList: PushNew(new List<object?>()); break;
            case Opcode.EmptyDict: PushNew(new PickleDictionary()); break;
            case Opcode.Append: Append(stack.Pop(1)); break;
            case Opcode.Appends: Append(stack.PopToMark()); break;
            case Opcode.SetItem: SetItems(stack.Pop(2)); break;
            case Opcode.SetItems: SetItems(stack.PopToMark()); break;
            case Opcode.BinPut: stack.Put(cursor.Byte()); break;
            case Opcode.LongBinPut: stack.Put(cursor.UInt32()); break;
            case Opcode.BinGet: stack.Get(cursor.Byte()); break;
            case Opcode.LongBinGet: stack.Get(cursor.UInt32()); break;
            case Opcode.Global: Global(); break;
            case Opcode.Reduce: Reduce(); break;
            case Opcode.Build: Build(); break;
            case Opcode.BinPersId: FindStorage(); break;
            default:
                throw OpcodeNames.OfRefused(opcode) is { } name
                    ? faults.Refused($"the pickle opcode {name} (byte {cursor.OpcodeAt:N0})")
                    : cursor.Fault($"holds the byte 0x{opcode:X2}, which is no opcode,");
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol > 2)
            throw faults.Unreadable($"its pickle is of protocol {protocol}, expected 2.", "Save it with torch.save(state, path), without pickle_protocol.");
    }

    private void PushNew(object container)
    {
        Pay(ContainerCost);
        stack.Push(container);
    }

    private void Pay(long coins)
    {
        spent += coins;
        if (spent > cursor.Position) throw cursor.Fault("makes more objects than its length can describe");
    }

    private void Append(object?[] values)
    {
        if (stack.Top is not List<object?> list) throw cursor.Fault($"appends to {PickleKind.Of(stack.Top)}");
        list.AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        if (stack.Top is not PickleDictionary dictionary) throw cursor.Fault($"sets an entry of {PickleKind.Of(stack.Top)}");
        if (values.Length % 2 != 0) throw cursor.Fault("sets an entry without a value");
        for (var i = 0; i < values.Length; i += 2) dictionary[Key(values[i])] = values[i + 1];
    }

    // Python itself takes no list or dictionary as a key: no file has one that was written in good faith.
    private object Key(object? key) => PickleDictionary.IsKey(key) ? key!
        : key is List<object?> or PickleDictionary ? throw cursor.Fault($"has {PickleKind.Of(key)} as a dictionary's key")
        : throw faults.Unreadable($"it holds a dictionary with {PickleKind.Of(key)} as a key, expected texts or numbers.", "The file may well be whole. Save the weights alone: torch.save(model.state_dict(), path).");

    private void Global()
    {
        var module = FileFaults.Printable(cursor.Line());
        var name = FileFaults.Printable(cursor.Line());
        Pay(ContainerCost);
        stack.Push(PickleGlobal.Find(module, name) ?? throw faults.Refused($"{module}.{name}"));
    }

    private void Build()
    {
        if (stack.Pop() is not PickleDictionary || stack.Top is not PickleDictionary { IsOrderedDict: true })
            throw faults.Refused($"the state of an object (opcode BUILD, byte {cursor.OpcodeAt:N0})");
        // The state of an OrderedDict is its _metadata (versions of modules), which the entries do without.
    }

    private void FindStorage()
    {
        if (stack.Pop() is not PickleTuple { Count: 5 or 6 } id || id[0] is not "storage" || id[1] is not PickleGlobal.StorageType type
            || id[2] is not string key || id[3] is not string || id[4] is not long elements || elements < 0)
            throw cursor.Fault("names a storage in a way of its own");
        if (!known.TryGetValue((key, type.Type), out var reference))
            known[(key, type.Type)] = reference = new StorageReference(storages(key, type.Type, elements), type.Type, elements);
        if (reference.Elements != elements) throw cursor.Fault($"gives storage '{FileFaults.Printable(key)}' two lengths");
        stack.Push(id.Count == 6 && id[5] is not null ? View(reference, id[5]) : reference);
    }

    /// <summary>A part of a storage with a name of its own, as PyTorch before 0.4 wrote them: (key, first element, elements).</summary>
    private StorageReference View(StorageReference whole, object? part)
    {
        if (part is not PickleTuple { Count: 3 } view || view[0] is not string || view[1] is not long start || view[2] is not long elements)
            throw cursor.Fault("describes a part of a storage in a way of its own");
        if (start < 0 || elements < 0 || start > whole.Elements - elements)
            throw cursor.Fault($"sees {elements:N0} elements from {start:N0} on in a storage of {whole.Elements:N0}");
        Pay(ContainerCost);
        return whole with { Start = start, Elements = elements };
    }

    private void Reduce()
    {
        if (stack.Pop() is not PickleTuple given || stack.Pop() is not PickleGlobal.Function function) throw cursor.Fault("calls what is no function");
        stack.Push(function.Kind switch
        {
            PickleGlobal.FunctionKind.OrderedDict when given.Count <= 1 => OrderedDict(given),
            PickleGlobal.FunctionKind.Size when given is [PickleTuple sizes] => sizes,
            PickleGlobal.FunctionKind.RebuildTensor when given.Count == 4 => Tensor(given),
            PickleGlobal.FunctionKind.RebuildTensorV2 when given.Count is 6 or 7 => Tensor(given),
            PickleGlobal.FunctionKind.RebuildParameter when given.Count == 3 && given[0] is StoredTensor values => values,
            _ => throw cursor.Fault($"calls {function.Name} with {given.Count} arguments that do not fit"),
        });
    }

    private PickleDictionary OrderedDict(PickleTuple given)
    {
        Pay(ContainerCost);
        var made = new PickleDictionary(isOrderedDict: true);
        if (given.Count == 0) return made;
        if (given[0] is not List<object?> pairs) throw cursor.Fault("makes an OrderedDict of something else than pairs");
        Pay(pairs.Count);       // Python 2 writes a list of pairs, and the same list could be used again and again
        foreach (var pair in pairs)
        {
            if (pair is not IReadOnlyList<object?> { Count: 2 } entry) throw cursor.Fault("makes an OrderedDict of something else than pairs");
            made[Key(entry[0])] = entry[1];
        }

        return made;
    }

    private StoredTensor Tensor(PickleTuple given)
    {
        if (given[0] is not StorageReference storage || given[1] is not long offset || given[2] is not PickleTuple sizes || given[3] is not PickleTuple strides)
            throw cursor.Fault("describes a tensor in a way of its own");
        Pay(TensorCost + sizes.Count + strides.Count);
        return StoredTensor.Make(storage.Storage, storage.Type, storage.Start, storage.Elements, Longs(sizes), Longs(strides), offset, out var fault)
            ?? throw cursor.Fault($"is wrong: {fault}");
    }

    private long[] Longs(PickleTuple values) =>
        [.. values.Select(value => value is long number ? number : throw cursor.Fault("describes a tensor in a way of its own"))];
}
