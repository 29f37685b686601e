// The console's side for masks: which picture is asked about, what a stream tells of the things in
// it, and how they lie over it. What belongs to a job is kept in it, the picture in a size that
// fits the browser's store, so that a reload goes on where the stream was.

const SHOWN_SIDE = 640; // of the picture that is kept
const PAINTED_SIDE = 1024; // of the canvas for masks: they are all painted again for each that comes
const HUES = 137.5; // degrees between the colours of two masks
const $ = (id) => document.getElementById(id);

let chosen = null; // { data, shown, width, height, name }
let lit = -1; // index of the mask that is pointed at

/** What a job for masks begins with. */
export function fresh() {
  return { masks: [], found: [], prompts: 0, picture: chosen.shown, width: chosen.width, height: chosen.height };
}

/** Takes an event of the job's stream in; whether it was a mask. */
export function hear(job, type, data) {
  if (type === "progress") {
    job.found = data.classes ?? [];
    job.prompts = data.prompts ?? 0;
  }
  if (type !== "mask") return false;
  const { index, class: label, prompt, score, bbox, area, segmentation } = data;
  job.masks[index] = { label, prompt, score, bbox, area, counts: segmentation.counts, size: segmentation.size };
  return true;
}

/** Begins anew; the stream tells all masks again. */
export function forget(job) {
  Object.assign(job, { masks: [], found: [], prompts: 0 });
}

/** Forgets what is large. */
export function drop(job) {
  forget(job);
  job.picture = "";
}

/** The request for what the form says. */
export function request(model) {
  if (!chosen) throw new Error("Choose a picture first.");
  const classes = $("classes").value.split(",").map((name) => name.trim()).filter(Boolean);
  const number = (id) => ($(id).value.trim() === "" ? undefined : Number($(id).value));
  return {
    model,
    input: { image: chosen.data, classes: classes.length ? classes : undefined },
    parameters: { max_masks: number("max-masks"), min_score: number("min-score") },
  };
}

/** What the list of jobs calls it. */
export function title(asked) {
  return `${(asked.input.classes ?? ["anything"]).join(", ")} in ${chosen.name}`;
}

/** Says what a model looks for where nothing is named. */
export function offer(model) {
  $("classes").placeholder = model?.classes?.join(", ") || "names with commas between them";
  $("max-masks").placeholder = model?.max_masks ?? "";
  $("max-masks").max = model?.max_masks ?? "";
  $("min-score").placeholder = model?.default_min_score ?? "";
}

// ---- the picture that is asked about

/** Takes a file that was chosen or dropped; decoding it shows whether it is a picture. */
async function take(file) {
  try {
    const data = await new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(file);
    });
    const image = await decoded(data);
    chosen = { data, shown: shrunk(image), width: image.naturalWidth, height: image.naturalHeight, name: file.name };
    $("picked").src = chosen.shown;
    $("picked").hidden = false;
    $("drop-hint").textContent = `${file.name}, ${chosen.width} × ${chosen.height}`;
  } catch {
    chosen = null;
    $("picked").hidden = true;
    $("drop-hint").textContent = `${file.name} is no picture that this browser can show`;
  }
}

async function decoded(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  return image;
}

function shrunk(image) {
  const share = Math.min(1, SHOWN_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(share * image.naturalWidth));
  canvas.height = Math.max(1, Math.round(share * image.naturalHeight));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return share < 1 ? canvas.toDataURL("image/jpeg", 0.85) : canvas.toDataURL("image/png");
}

$("picture-file").addEventListener("change", () => {
  const [file] = $("picture-file").files;
  if (file) take(file);
});

for (const type of ["dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(type, (event) => {
    event.preventDefault();
    $("drop").dataset.over = type === "dragover";
    if (type === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}

$("sample").addEventListener("click", async () => {
  const number = 1 + Math.floor(Math.random() * Number($("sample").dataset.count));
  const blob = await fetch(`/console/scene-${number}.png`).then((response) => response.blob());
  take(new File([blob], `scene ${number}`, { type: blob.type }));
});

// ---- what a job has

/** Pixels of a mask, row by row, of COCO's compressed run lengths (column by column). */
export function pixels(counts, [height, width]) {
  const runs = [];
  for (let at = 0; at < counts.length; ) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const code = counts.charCodeAt(at++) - 48;
      value |= (code & 31) << shift;
      shift += 5;
      more = (code & 32) !== 0;
      if (!more && code & 16) value |= -1 << shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  const set = new Uint8Array(height * width);
  let place = 0;
  runs.forEach((run, i) => {
    for (const end = place + run; place < end; place++) {
      if (i % 2) set[(place % height) * width + Math.floor(place / height)] = 1;
    }
  });
  return set;
}

/** Height and width of the canvas for pictures of a size. */
function painted([height, width]) {
  const share = Math.min(1, PAINTED_SIDE / Math.max(height, width));
  return [height, width].map((side) => Math.max(1, Math.round(share * side)));
}

const layers = new WeakMap(); // mask -> its pixels on the canvas

function layer(mask) {
  if (!layers.has(mask)) layers.set(mask, reduced(pixels(mask.counts, mask.size), mask.size));
  return layers.get(mask);
}

/** Of several pixels that fall together the first. */
function reduced(set, [fromHeight, fromWidth]) {
  const [height, width] = painted([fromHeight, fromWidth]);
  if (width === fromWidth && height === fromHeight) return set;
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * fromWidth) / width));
  const small = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * fromHeight) / height) * fromWidth;
    for (let x = 0; x < width; x++) small[y * width + x] = set[row + columns[x]];
  }
  return small;
}

function colour(index) {
  const h = (index * HUES) % 360;
  const channel = (n) => {
    const k = (n + h / 60) % 6;
    return Math.round(255 * (1 - 0.85 * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Shows a job's picture, its masks over it, and their names. */
export function draw(job) {
  const scene = $("scene");
  if (scene.dataset.job !== job.id) {
    scene.dataset.job = job.id;
    scene.dataset.masks = "";
    lit = -1;
    $("scene-picture").src = job.picture || "data:,";
    $("scene-picture").alt = job.prompt;
  }
  const known = job.masks.filter(Boolean);
  const shown = `${known.length} ${lit}`;
  if (scene.dataset.masks !== shown) {
    scene.dataset.masks = shown;
    paint(job, known);
    names(known);
  }
  $("found").textContent = job.found.map((each) => `${each.class} ${Math.round(100 * each.score)} %`).join(", ") || "–";
  $("masks").textContent = job.masks.length || "–";
  $("drawn").textContent = job.usage?.prompts ?? (job.prompts || "–");
}

/** All masks in their colours; the one that is pointed at more strongly, with an edge. */
function paint(job, known) {
  const canvas = $("overlay");
  [canvas.height, canvas.width] = painted(known[0]?.size ?? [job.height || 1, job.width || 1]);
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  known.map((mask, i) => [mask, i]).reverse().forEach(([mask, i]) => {
    const set = layer(mask);
    const [red, green, blue] = colour(i);
    const alpha = i === lit ? 200 : lit < 0 ? 120 : 45;
    for (let at = 0; at < set.length; at++) {
      if (!set[at]) continue;
      const x = at % width;
      const edge = x === 0 || x === width - 1 || !set[at - 1] || !set[at + 1] || !set[at - width] || !set[at + width];
      const to = 4 * at;
      image.data[to] = red;
      image.data[to + 1] = green;
      image.data[to + 2] = blue;
      image.data[to + 3] = edge ? 255 : alpha;
    }
  });
  context.putImageData(image, 0, 0);
}

function names(known) {
  $("mask-list").replaceChildren(
    ...known.map((mask, i) => {
      const item = document.createElement("li");
      item.dataset.index = i;
      item.dataset.lit = i === lit;
      item.style.setProperty("--colour", `rgb(${colour(i).join(" ")})`);
      item.textContent = `${mask.label ?? `prompt ${mask.prompt}`} ${Math.round(100 * mask.score)} %`;
      return item;
    }),
  );
}

/** Lights the mask that is pointed at; the smallest where several lie over each other. */
export function point(job, event) {
  const known = job.masks.filter(Boolean);
  const item = event.target.closest?.("#mask-list > li");
  let next = -1;
  if (item) {
    next = Number(item.dataset.index);
  } else if (event.target.id === "overlay" && known.length) {
    const box = $("overlay").getBoundingClientRect();
    const [height, width] = painted(known[0].size);
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    const under = known.map((mask, i) => [mask, i]).filter(([mask]) => layer(mask)[y * width + x]);
    next = under.sort(([a], [b]) => a.area - b.area)[0]?.[1] ?? -1;
  }
  if (next !== lit) {
    lit = next;
    draw(job);
  }
}
