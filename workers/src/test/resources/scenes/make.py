"""Writes coco.json: pictures with random objects and detections, and what pycocotools 2.0.11 makes of
them. Run: python make.py > coco.json"""

import contextlib
import io
import json
import sys
import types

import numpy as np

for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.collections", "matplotlib.patches"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["matplotlib.collections"].PatchCollection = object
sys.modules["matplotlib.patches"].Polygon = object

from pycocotools import mask as coco_mask  # noqa: E402
from pycocotools.coco import COCO  # noqa: E402
from pycocotools.cocoeval import COCOeval  # noqa: E402

SIDE = 24
SIZES = {"all": [0, 1e10], "small": [0, 40], "large": [41, 1e10]}


def box(random):
    left, top = random.integers(0, SIDE - 6, 2)
    wide, high = random.integers(3, 12, 2)
    return [int(left), int(top), int(min(SIDE, left + wide)), int(min(SIDE, top + high))]


def mask(corners):
    left, top, right, bottom = corners
    bits = np.zeros((SIDE, SIDE), np.uint8, order="F")
    bits[top:bottom, left:right] = 1
    return coco_mask.encode(bits)


def shifted(corners, random):
    return [int(np.clip(corner + random.integers(-1, 2), 0, SIDE)) for corner in corners]


def picture(random):
    truths = [
        {"box": box(random), "label": int(random.integers(3)), "ignored": bool(random.random() < 0.2)}
        for _ in range(random.integers(0, 6))
    ]
    found = []
    for truth in truths:
        for _ in range(random.integers(0, 4)):
            label = truth["label"] if random.random() < 0.8 else int(random.integers(3))
            found.append({"box": shifted(truth["box"], random), "label": label})
    found += [{"box": box(random), "label": int(random.integers(3))} for _ in range(random.integers(0, 3))]
    for each in found:
        each["score"] = float(random.integers(0, 8) / 8)
    by_label = lambda each: each["label"]  # the order in which classes as one are gone through
    return {"truths": sorted(truths, key=by_label), "found": sorted(found, key=by_label)}


def evaluated(pictures, sizes, by_class):
    images = [{"id": i + 1, "height": SIDE, "width": SIDE} for i in range(len(pictures))]
    annotations, results = [], []
    for i, each in enumerate(pictures):
        for truth in each["truths"]:
            rle = mask(truth["box"])
            annotations.append({
                "id": len(annotations) + 1, "image_id": i + 1, "category_id": truth["label"] + 1,
                "iscrowd": int(truth["ignored"]), "segmentation": rle,
                "area": int(coco_mask.area(rle)), "bbox": coco_mask.toBbox(rle).tolist()})
        for found in each["found"]:
            results.append({
                "image_id": i + 1, "category_id": found["label"] + 1, "segmentation": mask(found["box"]),
                "score": found["score"]})
    truth = COCO()
    truth.dataset = {
        "info": {}, "images": images, "annotations": annotations,
        "categories": [{"id": i + 1, "name": str(i)} for i in range(3)]}
    truth.createIndex()
    evaluation = COCOeval(truth, truth.loadRes(results), "segm")
    evaluation.params.useCats = int(by_class)
    evaluation.params.areaRng = [SIZES[sizes]]
    evaluation.params.areaRngLbl = ["all"]
    evaluation.params.maxDets = [100]
    evaluation.evaluate()
    evaluation.accumulate()
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]

    def mean(values):
        values = values[values > -1]
        return float(values.mean()) if values.size else 0.0

    return {
        "ap": mean(precision), "ap50": mean(precision[0]), "ap75": mean(precision[5]),
        "ar100": mean(recall)}


def case(seed, count):
    random = np.random.default_rng(seed)
    pictures = [picture(random) for _ in range(count)]
    with contextlib.redirect_stdout(io.StringIO()):
        expected = {
            kind: {sizes: evaluated(pictures, sizes, kind == "by_class") for sizes in SIZES}
            for kind in ("agnostic", "by_class")}
    return {"pictures": pictures, "expected": expected}


print("[\n" + ",\n".join(json.dumps(case(seed, count)) for seed, count in ((1, 4), (2, 12), (3, 30))) + "\n]")
