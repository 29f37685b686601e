"""Writes rle.json: masks as pycocotools 2.0.11 compresses them. Run: python make.py > rle.json"""

import json

import numpy as np
from pycocotools import mask as coco


def masks():
    random = np.random.default_rng(7)
    yield np.zeros((3, 4))
    yield np.ones((3, 4))
    yield np.eye(5)
    for height, width in [(1, 1), (1, 70), (70, 1), (7, 9), (64, 65)]:
        for share in (0.1, 0.5, 0.95):
            yield random.random((height, width)) < share
    rows, columns = np.mgrid[:400, :300]
    yield np.hypot(rows - 200, columns - 150) < 120
    yield (np.hypot(rows - 380, columns - 290) < 150) & (rows % 50 > 3)


def case(mask):
    bits = np.asfortranarray(mask.astype(np.uint8))
    written = coco.encode(bits)
    packed = np.packbits(mask.astype(bool).reshape(-1), bitorder="little")
    return {
        "size": written["size"],
        "counts": written["counts"].decode(),
        "bits": packed.tobytes().hex(),
        "area": int(coco.area(written)),
        "bbox": coco.toBbox(written).tolist(),
    }


print("[\n" + ",\n".join(json.dumps(case(mask)) for mask in masks()) + "\n]")
