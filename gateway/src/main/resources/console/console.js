// Texts, pictures and masks over the gateway's own HTTP interface. What the page knows of its jobs (their
// text and the cursor it belongs to, always together) is kept in localStorage, so that a reload
// goes on exactly where the stream was.

import * as masks from "/console/masks.js";
import * as pictures from "/console/pictures.js";

const KEPT = "millrace.jobs";
const SHOWN = "millrace.shown";
const KIND = "millrace.kind";
const MOST_JOBS = 30;
const SAVE_EVERY_MS = 250;
const LIVE = new Set(["queued", "running"]);
const $ = (id) => document.getElementById(id);

/** What knows jobs that are not for text. */
const MADE = { image: pictures, segment: masks };
/** Where the time to the first of what is made is shown. */
const FIRST = { text: "first-token", image: "first-preview", segment: "first-mask" };

// ---- what the page knows

let jobs = load();
let shown = localStorage.getItem(SHOWN) ?? "";
let saving = 0;

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((job) => typeof job?.id === "string") : [];
  } catch {
    return [];
  }
}

function save() {
  clearTimeout(saving);
  saving = 0;
  jobs = jobs.slice(0, MOST_JOBS);
  try {
    localStorage.setItem(KEPT, JSON.stringify(jobs));
    localStorage.setItem(SHOWN, shown);
  } catch {
    // No room: forget the oldest jobs' texts; their streams are in the log.
    for (const job of jobs.slice(5)) {
      Object.assign(job, { text: "", cursor: "" });
      if (job.kind === "image") pictures.forget(job);
      if (job.kind === "segment") masks.drop(job);
    }
    try {
      localStorage.setItem(KEPT, JSON.stringify(jobs));
    } catch {
      localStorage.removeItem(KEPT);
    }
  }
}

function saveSoon() {
  saving ||= setTimeout(save, SAVE_EVERY_MS);
}

addEventListener("pagehide", save);

// ---- talking to the gateway

class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem(0, "The gateway does not answer.");
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text || response.statusText;
  try {
    const problem = JSON.parse(text);
    message = problem.detail ?? problem.error?.message ?? message;
  } catch {
    // not JSON: shown as it is
  }
  const wait = response.headers.get("Retry-After");
  throw new Problem(response.status, wait ? `${message} (try again in ${wait} s)` : message);
}

function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).then((response) => response.json());
}

/** Server-sent events, wherever the network cuts them. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = {};
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (event.data) yield { id: event.id, type: event.event, data: JSON.parse(event.data) };
    }
  }
}

// ---- following streams

const following = new Map(); // job id -> what cannot be kept: times of this page

/** Browsers open six connections to a server; the jobs beyond are only looked at now and then. */
const MOST_FOLLOWED = 4;

function tend() {
  for (const job of jobs.filter((each) => LIVE.has(each.state) && !following.has(each.id))) {
    if (job.id === shown || following.size < MOST_FOLLOWED) follow(job);
    else look(job).catch(() => {}); // the next round asks again
  }
}

setInterval(tend, 3000);

async function follow(job) {
  if (following.has(job.id) || !LIVE.has(job.state)) return;
  const times = { asked: job.askedNow ?? 0, first: 0, last: 0, tokens: 0 };
  delete job.askedNow;
  following.set(job.id, times);
  let wait = 500;
  while (LIVE.has(job.state)) {
    try {
      const after = job.cursor ? `?after=${job.cursor}` : "";
      const response = await ask(`/v1/jobs/${job.id}/events${after}`);
      if (response.status === 204) {
        await look(job);
        break;
      }
      for await (const event of events(response)) {
        hear(job, event, times);
        wait = 500;
      }
    } catch (problem) {
      if (problem instanceof Problem && [404, 410].includes(problem.status)) {
        change(job, { state: "unknown", note: problem.message });
        break;
      }
    }
    if (!LIVE.has(job.state)) break;
    say("Reconnecting…");
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(2 * wait, 10_000);
  }
  following.delete(job.id);
  save();
}

async function look(job) {
  const status = await ask(`/v1/jobs/${job.id}`).then((response) => response.json());
  change(job, { state: status.state, note: status.error?.message ?? "" });
}

function hear(job, { id, type, data }, times) {
  job.cursor = id ?? job.cursor;
  if (MADE[job.kind]?.hear(job, type, data)) {
    measure(job, times, 0);
    if (job.id === shown) figures(job);
  }
  switch (type) {
    case "claimed":
      change(job, { state: "running" });
      break;
    case "delta":
      job.text += data.text;
      job.tokens = (job.tokens ?? 0) + data.tokens.length;
      measure(job, times, data.tokens.length);
      if (job.id === shown) append(data.text);
      break;
    case "restarted":
      job.text = "";
      job.tokens = 0;
      MADE[job.kind]?.forget(job);
      if (job.id === shown) show(job);
      break;
    case "completed":
    case "failed":
    case "cancelled":
    case "expired":
      change(job, { state: type, note: data.message ?? "", usage: data.usage });
      break;
  }
  saveSoon();
}

/** Rates are measured from the first token this page sees, so that a replay counts for nothing. */
function measure(job, times, tokens) {
  const now = performance.now();
  if (!times.first) {
    times.first = now;
    if (times.asked) job.firstToken = now - times.asked;
  } else {
    times.tokens += tokens;
  }
  times.last = now;
  const span = times.last - times.first;
  if (span > 200) job.rate = (1000 * times.tokens) / span;
}

function change(job, what) {
  Object.assign(job, what);
  list();
  if (job.id === shown) {
    figures(job);
    complain(job.note ?? "");
  }
  if (!LIVE.has(job.state)) say(`Job ${job.state}`);
  saveSoon();
}

// ---- the page

const output = $("output");
const text = document.createTextNode("");
output.append(text);

function say(message) {
  $("status").textContent = message;
}

function complain(message) {
  $("error").textContent = message;
  $("error").hidden = !message;
}

function append(piece) {
  const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
  text.appendData(piece);
  if (atEnd) output.scrollTop = output.scrollHeight;
}

function show(job) {
  shown = job.id;
  text.data = job.text;
  output.dataset.job = job.id;
  $("asked").textContent = job.prompt;
  $("asked").hidden = false;
  complain(job.note ?? "");
  figures(job);
  list();
  saveSoon();
  tend();
}

function figures(job) {
  const of = job.kind ?? "text";
  for (const part of document.querySelectorAll(".answer [data-kind]")) {
    part.hidden = part.dataset.kind !== of;
  }
  output.dataset.state = job.state;
  output.setAttribute("aria-busy", LIVE.has(job.state));
  $("state").textContent = job.state;
  MADE[of]?.draw(job);
  $(FIRST[of]).textContent = job.firstToken ? `${Math.round(job.firstToken)} ms` : "–";
  $("tokens").textContent = job.tokens ?? "–";
  $("rate").textContent = job.rate ? job.rate.toFixed(job.rate < 100 ? 1 : 0) : "–";
  const { attended_fraction: attended, kv_bytes: kv } = job.usage ?? {};
  $("attended").textContent = attended ? `${(100 * attended).toFixed(attended < 0.1 ? 1 : 0)} %` : "–";
  $("kv").textContent = kv ? `${(kv / 2 ** 20).toFixed(1)} MiB` : "–";
}

setInterval(() => {
  const job = jobs.find((each) => each.id === shown);
  if (job && following.has(job.id)) figures(job);
}, 200);

function list() {
  $("jobs").replaceChildren(...jobs.map(item));
  $("no-jobs").hidden = jobs.length > 0;
}

function item(job) {
  const line = document.createElement("li");
  line.dataset.job = job.id;
  line.dataset.state = job.state;
  line.setAttribute("aria-current", job.id === shown);
  line.append(
    button("open", job.prompt.slice(0, 80), () => show(job)),
    Object.assign(document.createElement("span"), { className: "pill", textContent: job.state }),
  );
  if (LIVE.has(job.state)) line.append(button("cancel", "Cancel", () => cancel(job)));
  return line;
}

function button(kind, label, act) {
  const made = Object.assign(document.createElement("button"), {
    type: "button",
    className: kind,
    textContent: label,
  });
  made.addEventListener("click", act);
  return made;
}

async function cancel(job) {
  try {
    const end = await post(`/v1/jobs/${job.id}/cancel`);
    change(job, { state: end.state });
  } catch (problem) {
    complain(problem.message);
  }
}

function number(id) {
  const value = $(id).value.trim();
  return value === "" ? undefined : Number(value);
}

function textRequest(model) {
  return {
    model,
    input: { prompt: $("prompt").value },
    parameters: {
      max_tokens: number("max-tokens"),
      temperature: number("temperature"),
      seed: number("seed"),
    },
  };
}

async function submit() {
  const model = $("model").value;
  const askedNow = performance.now();
  complain("");
  $("send").disabled = true;
  try {
    const asked = MADE[kind]?.request(model) ?? textRequest(model);
    const prompt = MADE[kind]?.title(asked) ?? asked.input.prompt;
    // what the form says may change before the answer comes
    const job = { model, kind, prompt, state: "queued", text: "", cursor: "", askedNow, ...MADE[kind]?.fresh() };
    job.id = (await post("/v1/jobs", asked)).id;
    jobs.unshift(job);
    show(job);
    save();
    say("Sent");
  } catch (problem) {
    complain(problem.message);
  } finally {
    $("send").disabled = false;
  }
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!$("send").disabled) submit();
});

$("prompt").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});

let served = [];
let kind = localStorage.getItem(KIND) in FIRST ? localStorage.getItem(KIND) : "text";

/** Shows what can be asked of models of a kind. */
function choose(chosen) {
  kind = chosen;
  localStorage.setItem(KIND, kind);
  for (const tab of document.querySelectorAll(".tabs button")) {
    tab.setAttribute("aria-selected", tab.dataset.kind === kind);
  }
  for (const part of document.querySelectorAll("#composer .asked")) {
    part.hidden = part.dataset.kind !== kind;
  }
  const own = served.filter((model) => model.kind === kind);
  const before = $("model").value;
  $("model").replaceChildren(
    ...own.map((model) => new Option(label(model), model.id, false, model.id === before)),
  );
  if (!own.length) $("model").append(new Option("waiting for a worker…", ""));
  $("model").disabled = !own.length;
  $("send").disabled = !own.length;
  offer();
}

function offer() {
  MADE[kind]?.offer(served.find((model) => model.id === $("model").value));
}

for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => {
    choose(tab.dataset.kind);
    models();
  });
}

$("model").addEventListener("change", offer);

for (const type of ["pointermove", "pointerleave"]) {
  document.querySelector(".answer").addEventListener(type, (event) => {
    const job = jobs.find((each) => each.id === shown);
    if (job?.kind === "segment") masks.point(job, event);
  });
}

async function models() {
  try {
    const { data } = await ask("/v1/models").then((response) => response.json());
    const isNew = data.length !== served.length;
    served = data;
    if (isNew) choose(kind);
    say(served.some((model) => model.kind === kind) ? "Ready" : "No model is served yet");
  } catch (problem) {
    say(problem.message);
  }
  if (!served.some((model) => model.kind === kind)) setTimeout(models, 1500);
}

function label(model) {
  if (model.workers === 0) return `${model.id} (no worker)`;
  return `${model.id} (${model.workers} worker${model.workers === 1 ? "" : "s"})`;
}

list();
const last = jobs.find((job) => job.id === shown) ?? jobs[0];
if (last) show(last);
tend();
choose(kind);
models();
