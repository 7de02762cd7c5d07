"""Reads a .safetensors file by the format's description, with nothing of ours, and prints whether a PyTorch file holds the same tensors, bit for bit.

    read_safetensors.py FILE.safetensors FILE.pth
"""
import json
import struct
import sys

import torch

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
         "U8": torch.uint8, "BOOL": torch.bool}

data = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
other = torch.load(sys.argv[2])
same = [name for name, entry in header.items() if name != "__metadata__" and torch.equal(
    torch.frombuffer(bytearray(data[8 + length:][slice(*entry["data_offsets"])]), dtype=TYPES[entry["dtype"]]).reshape(entry["shape"]), other[name])]
print(json.dumps({"same": sorted(same), "all": sorted(other), "metadata": header.get("__metadata__")}))
