# Writes the checkpoints beside it: the state dict of a small TarFlow as torch.save writes it, as a
# zip archive and in the older format, with the expected values of one tensor in values.txt.
# Written with PyTorch 1.13.
import os
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
P, C, BLOCKS, LAYERS, K, SIDE, CHANNELS = 2, 8, 2, 1, 3, 4, 3
T, D = (SIDE // P) ** 2, CHANNELS * P * P


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = torch.nn.LayerNorm(C)
        self.qkv = torch.nn.Linear(C, 3 * C)
        self.proj = torch.nn.Linear(C, C)


class MLP(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = torch.nn.LayerNorm(C)
        self.main = torch.nn.Sequential(
            torch.nn.Linear(C, 4 * C), torch.nn.GELU(), torch.nn.Linear(4 * C, C)
        )


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.mlp = MLP()


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.pos_embed = torch.nn.Parameter(torch.randn(T, C) * 1e-2)
        self.class_embed = torch.nn.Parameter(torch.randn(K, 1, C) * 1e-2)
        self.register_buffer("attn_mask", torch.tril(torch.ones(T, T)))
        self.proj_in = torch.nn.Linear(D, C)
        self.attn_blocks = torch.nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.proj_out = torch.nn.Linear(C, 2 * D)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("var", torch.ones(T, D))
        self.blocks = torch.nn.ModuleList([Block() for _ in range(BLOCKS)])


torch.manual_seed(1)
state = Model().state_dict()
torch.save(state, os.path.join(HERE, "shapes_model_2_8_2_1_0.05.pth"))
torch.save(
    state, os.path.join(HERE, "old.pth"), _use_new_zipfile_serialization=False
)
with open(os.path.join(HERE, "values.txt"), "w") as out:
    for value in state["blocks.1.attn_blocks.0.attention.proj.weight"].flatten().tolist():
        out.write(f"{value!r}\n")
