"""The first value of every tensor of a file, as PyTorch reads it without running anything of the file's."""
import sys

import torch

state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
print(*(float(value.flatten()[0]) for value in state.values()))
