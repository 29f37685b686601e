// The console's side for pictures: what is asked, what a stream tells of them, and how they look.
// What belongs to a job is kept in it, so that a reload goes on where the stream was.

const MOST_RESIDUALS = 600;
const WIDTH = 600;
const HEIGHT = 120;
const SVG = "http://www.w3.org/2000/svg";
const $ = (id) => document.getElementById(id);

/** What a job for pictures begins with. */
export function fresh() {
  return { pictures: [], previews: 0 };
}

function of(job, number) {
  return (job.pictures[number] ??= {
    image: "", done: false, fraction: 0, residuals: [], sweeps: [], tokenwise: [],
  });
}

/** Takes an event of the job's stream in; whether it was one about pictures. */
export function hear(job, type, data) {
  if (type !== "preview" && type !== "picture") return false;
  const picture = of(job, data.picture);
  picture.image = data.image;
  picture.sweeps = data.sweeps;
  picture.tokenwise = data.tokenwise ?? [];
  if (type === "preview") {
    job.previews += 1;
    picture.fraction = data.fraction;
    picture.residuals = picture.residuals.concat(data.residuals).slice(-MOST_RESIDUALS);
  } else {
    picture.done = true;
    picture.fraction = 1;
  }
  return true;
}

/** Forgets what is large; the stream is in the log. */
export function forget(job) {
  Object.assign(job, fresh());
}

/** The request for what the form says. */
export function request(model) {
  const number = (id) => ($(id).value.trim() === "" ? undefined : Number($(id).value));
  const named = $("class").value;
  return {
    model,
    input: named === "" ? {} : { class: named },
    parameters: {
      n: number("n"),
      seed: number("picture-seed"),
      guidance: named === "" ? undefined : number("guidance"),
      denoise: number("denoise"),
      quality: $("quality").value,
    },
  };
}

/** What the list of jobs calls it. */
export function title(asked) {
  const count = asked.parameters.n ?? 1;
  return `${asked.input.class ?? "anything"}${count > 1 ? ` × ${count}` : ""}`;
}

/** Offers the classes of a model. */
export function offer(model) {
  const before = $("class").value;
  const names = model?.classes ?? [];
  $("class").replaceChildren(
    new Option(names.length ? "anything" : "(no classes)", ""),
    ...names.map((name) => new Option(name, name, false, name === before)),
  );
  if (!names.includes(before) && names.length) $("class").value = names[0];
  $("class").disabled = names.length === 0;
  $("n").max = model?.max_n ?? 1;
  $("guidance").placeholder = model?.default_guidance ?? "";
  $("denoise").placeholder = model?.default_denoise ?? "";
}

/** Shows a job's pictures, how far they are, and what their sweeps did. */
export function draw(job) {
  const known = job.pictures.filter(Boolean);
  images(job);
  $("done").textContent = known.length ? `${Math.round((100 * sum(known.map((one) => one.fraction))) / known.length)} %` : "–";
  $("sweeps").textContent = known.length ? sum(known.flatMap((one) => one.sweeps)) : "–";
  $("previews").textContent = job.previews || "–";
  curve(known);
  blocks(known);
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}

/** An image element per picture, which stays while its picture sharpens. */
function images(job) {
  const shown = $("pictures");
  if (shown.dataset.job !== job.id) {
    shown.dataset.job = job.id;
    shown.replaceChildren();
  }
  job.pictures.forEach((picture, number) => {
    let image = shown.querySelector(`[data-picture="${number}"]`);
    if (!image) {
      image = document.createElement("img");
      image.dataset.picture = number;
      image.alt = `Picture ${number + 1}: ${job.prompt}`;
      shown.append(image);
    }
    const source = `data:image/png;base64,${picture.image}`;
    if (image.src !== source) image.src = source;
    image.dataset.done = picture.done;
    image.dataset.preview = job.previews;
  });
}

/** How far each sweep moved a picture's tokens, on a logarithmic scale. */
function curve(known) {
  const all = known.flatMap((one) => one.residuals).filter((value) => value > 0);
  const top = Math.log10(Math.max(1, ...all));
  const bottom = Math.log10(Math.min(0.01, ...all));
  const y = (value) => HEIGHT * (1 - (Math.log10(Math.max(value, 10 ** bottom)) - bottom) / (top - bottom));
  $("curve").replaceChildren(
    ...known.map((one) => {
      const line = document.createElementNS(SVG, "polyline");
      const step = WIDTH / Math.max(1, one.residuals.length - 1);
      line.setAttribute("points", one.residuals.map((value, i) => `${(i * step).toFixed(1)},${y(value).toFixed(1)}`).join(" "));
      return line;
    }),
  );
}

/** Sweeps of each block, the first one inverted first; of the first picture, as all are alike. */
function blocks(known) {
  const first = known[0];
  const most = Math.max(1, ...(first?.sweeps ?? []));
  $("blocks").replaceChildren(
    ...(first?.sweeps ?? []).map((count, i) => {
      const item = document.createElement("li");
      item.textContent = count;
      item.title = `${count} sweeps in block ${i + 1}`;
      item.style.setProperty("--share", count / most);
      return item;
    }),
  );
  $("tokenwise").hidden = !first?.tokenwise.length;
}
