"use strict";
(async function () {
const $ = (id) => document.getElementById(id);
const settings = JSON.parse($("settings").textContent);
const status = $("status");

// ---- unpacking -----------------------------------------------------------------------------
let body;
try {
  const packed = Uint8Array.from(atob($("stream").textContent.trim()), (c) => c.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  body = new Uint8Array(await new Response(unpacked).arrayBuffer());
} catch (error) {
  status.textContent = "This browser cannot unpack the replay; a current one can.";
  return;
}
const headerLength = new DataView(body.buffer).getUint32(0, true);
const header = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + headerLength)));
const columns = new Map();
let offset = 4 + headerLength;
for (const [name, length] of header.columns) {
  columns.set(name, body.subarray(offset, offset + length));
  offset += length;
}
function numbers(name, count) {
  const bytes = columns.get(name), out = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    let scale = 1, value = 0, byte;
    do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    out[i] = value;
  }
  return out;
}
const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
function running(name, count) {
  const out = numbers(name, count);
  for (let i = 0, sum = 0; i < count; i++) out[i] = sum += signed(out[i]);
  return out;
}
const text = (number) => (number ? header.texts[number - 1] : null);
const E = header.events, P = header.parcels;
const topicOf = numbers("topic", E), time = running("time", E).map((ms) => ms / 1000);
const parcelOf = running("parcel", E);
const parcels = {};
for (const name of ["conditions", "lane", "chute", "sort_code", "population"]) parcels[name] = numbers(name, P);
const READ = { text, whole: signed, thousandths: (v) => signed(v) / 1000, flag: (v) => v === 1 };
const topics = header.topics.map((topic) => {
  const fields = {};
  for (const [name, kind] of topic.fields) {
    const raw = numbers(topic.name + "." + name, topic.count), read = READ[kind];
    fields[name] = (i) => read(raw[i]);
  }
  return { name: topic.name, fields };
});
const rowOf = new Uint32Array(E), met = topics.map(() => 0);
for (let e = 0; e < E; e++) rowOf[e] = met[topicOf[e]]++;
const is = (e, name) => topics[topicOf[e]].name === name;
const get = (e, field) => {
  const read = topics[topicOf[e]].fields[field];
  return read ? read(rowOf[e]) : null;
};
const idOf = (p) => (Array.isArray(header.names) ? header.names[p] : header.names + String(p).padStart(6, "0"));

// ---- what happened to each parcel -----------------------------------------------------------
const first = new Uint32Array(P + 1);
for (let e = 0; e < E; e++) if (parcelOf[e] >= 0) first[parcelOf[e] + 1]++;
for (let p = 0; p < P; p++) first[p + 1] += first[p];
const own = new Uint32Array(first[P]), filled = first.slice();
for (let e = 0; e < E; e++) if (parcelOf[e] >= 0) own[filled[parcelOf[e]]++] = e;
const eventsOf = (p) => own.subarray(first[p], first[p + 1]);

const lane = settings, lastM = (lane.chutes - 1) * lane.spacingM;
const straightM = lane.cameraM + lane.diverterM + lastM, loopM = straightM + lane.returnM;
const endS = settings.endS;
const OPEN = 0, KNOWN = 1, UNSURE = 2;
const begin = new Float64Array(P).fill(Infinity), end = new Float64Array(P).fill(Infinity);
const fate = new Uint8Array(P); // 1 right, 2 wrong, 3 exception
const reached = new Int32Array(P).fill(-1);
const arrivals = [], placings = [], leavings = [];
for (let l = 0; l < lane.lanes; l++) { arrivals.push([]); placings.push([]); leavings.push([]); }
const desk = []; // [time, change of the queue, change of those at work]
const deskQueue = new Map();
for (let e = 0; e < E; e++) {
  const p = parcelOf[e], name = topics[topicOf[e]].name;
  if (p < 0) continue;
  const key = p + "/" + get(e, "lap");
  if (name === "parcel_arrived") arrivals[parcels.lane[p]].push(time[e]);
  else if (name === "parcel_inducted") { begin[p] = time[e]; placings[parcels.lane[p]].push(time[e]); }
  else if (name === "parcel_diverted") {
    end[p] = time[e];
    reached[p] = get(e, "chute");
    fate[p] = reached[p] === parcels.chute[p] ? 1 : 2;
    leavings[parcels.lane[p]].push([time[e], reached[p], fate[p]]);
  } else if (name === "parcel_excepted") {
    end[p] = Math.min(end[p], time[e]);
    fate[p] = 3;
    leavings[parcels.lane[p]].push([time[e], -1, 3]);
  } else if (name === "review_queued") { desk.push([time[e], 1, 0]); deskQueue.set(key, 1); }
  else if (name === "review_started") desk.push([time[e], -1, 1]);
  else if (name === "review_answered") desk.push([time[e], 0, -1]);
  else if (name === "review_refused" && deskQueue.get(key)) desk.push([time[e], -1, 0]);
}
for (const list of [...arrivals, ...placings]) list.sort((a, b) => a - b);
const before = (list, t, key) => { // how many entries are not after t
  let low = 0, high = list.length;
  while (low < high) { const mid = (low + high) >> 1; if (key(list[mid]) <= t) low = mid + 1; else high = mid; }
  return low;
};
const self = (x) => x, head = (x) => x[0];
const eventsUntil = (t) => before(time, t, self);
const deskLevels = [[-1, 0, 0]];
for (const [t, queue, busy] of desk) {
  const last = deskLevels[deskLevels.length - 1];
  deskLevels.push([t, last[1] + queue, last[2] + busy]);
}

// A parcel's way is drawn between the moments the log knows, so stops and jams need no rule.
const ways = new Map();
function wayOf(p) {
  if (ways.has(p)) return ways.get(p);
  const way = [], states = [];
  let lap = 1, doubt = false;
  for (const e of eventsOf(p)) {
    const name = topics[topicOf[e]].name, at = time[e];
    if (name === "parcel_inducted") { way.push([at, 0]); states.push([at, OPEN]); }
    else if (name === "parcel_captured") { lap = get(e, "lap"); way.push([at, (lap - 1) * loopM + lane.cameraM]); }
    else if (name === "parcel_recirculated") { way.push([at, (lap - 1) * loopM + straightM]); states.push([at, UNSURE]); }
    else if (name === "parcel_diverted") way.push([at, (lap - 1) * loopM + lane.cameraM + lane.diverterM + get(e, "chute") * lane.spacingM]);
    else if (name === "parcel_excepted") way.push([at, (lap - 1) * loopM + straightM]);
    else if (name === "parcel_read") {
      const known = ["found", "code", "unknown_id"].includes(get(e, "lookup"));
      doubt = !known;
      states.push([at, known ? KNOWN : UNSURE]);
    } else if (name === "review_answered" && doubt && get(e, "sort_code") !== null) states.push([at, KNOWN]);
  }
  way.sort((a, b) => a[0] - b[0]);
  states.sort((a, b) => a[0] - b[0]);
  const found = { way, states };
  if (ways.size > 20000) ways.clear();
  ways.set(p, found);
  return found;
}
function placeOf(p, t) {
  const { way, states } = wayOf(p);
  const i = before(way, t, head);
  if (!i) return null;
  const [t0, s0] = way[i - 1];
  let s = s0 + (t - t0) * lane.speed;
  if (i < way.length) { const [t1, s1] = way[i]; s = t1 > t0 ? s0 + (s1 - s0) * (t - t0) / (t1 - t0) : s1; }
  const k = before(states, t, head);
  return { s: s % loopM, state: k ? states[k - 1][1] : OPEN };
}
const BUCKET_S = 20, buckets = new Map();
for (let p = 0; p < P; p++) {
  if (begin[p] === Infinity) continue;
  const to = Math.min(end[p], endS) + 4;
  for (let b = Math.floor(begin[p] / BUCKET_S); b <= Math.floor(to / BUCKET_S); b++) {
    if (!buckets.has(b)) buckets.set(b, []);
    buckets.get(b).push(p);
  }
}

// ---- words ----------------------------------------------------------------------------------
const clockOf = (t) => {
  const whole = Math.max(0, Math.floor(t)), two = (n) => String(n).padStart(2, "0");
  return Math.floor(whole / 3600) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
};
const seconds = (v) => (Math.abs(v) >= 10 ? v.toFixed(0) : v.toFixed(1)) + " s";
const spelled = (word) => String(word).replace(/_/g, " ");
const SAY = {
  parcel_arrived: () => "arrives",
  parcel_inducted: (g) => "is placed on the belt after " + seconds(g("wait_s")),
  parcel_captured: (g) => "passes the camera" + (g("lap") > 1 ? ", lap " + g("lap") : ""),
  parcel_read: (g) => "reader says " + spelled(g("decision")) + " (" + (100 * g("confidence")).toFixed(0) + " %): " + spelled(g("lookup")) + (g("tracking_id") ? ", id " + g("tracking_id") : g("sort_code") ? ", code " + g("sort_code") : ""),
  review_requested: () => "picture goes to the desk",
  review_queued: (g) => "waits at the desk behind " + g("queue_length"),
  review_refused: () => "the desk is full",
  review_started: (g) => "operator " + g("operator") + " takes it after " + seconds(g("wait_s")),
  review_answered: (g) => (g("sort_code") === null ? "operator " + g("operator") + " cannot read it" : "operator " + g("operator") + " keys " + g("sort_code")),
  deadline_missed: (g) => "answer came " + seconds(g("late_s")) + " too late for the diverter",
  parcel_recirculated: (g) => "goes round again: " + spelled(g("reason")),
  parcel_diverted: (g, p) => "leaves into chute " + g("chute") + (g("chute") === parcels.chute[p] ? "" : ", a wrong one; " + parcels.chute[p] + " was right"),
  parcel_excepted: (g) => "goes to the exception station: " + spelled(g("reason")),
};
function sentence(e) {
  const name = topics[topicOf[e]].name, g = (field) => get(e, field);
  if (SAY[name]) return SAY[name](g, parcelOf[e]);
  const rest = Object.keys(topics[topicOf[e]].fields).map((field) => spelled(field) + " " + spelled(g(field)));
  return spelled(name) + (rest.length ? ": " + rest.join(", ") : "");
}
const TROUBLE = new Set(["review_refused", "deadline_missed", "parcel_recirculated", "parcel_excepted", "break_missed"]);
const USUAL = new Set(Object.keys(SAY));
function isTrouble(e) {
  const name = topics[topicOf[e]].name, p = parcelOf[e];
  if (name === "parcel_diverted") return get(e, "chute") !== parcels.chute[p];
  if (name === "review_answered") return get(e, "sort_code") !== text(parcels.sort_code[p]);
  return TROUBLE.has(name) || (!USUAL.has(name) && p < 0);
}
const troubles = [];
for (let e = 0; e < E; e++) if (isTrouble(e)) troubles.push(e);

// ---- drawing --------------------------------------------------------------------------------
const floor = $("floor"), DESK = 34;
let ROW = 118, BIN = 26;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let now = 0, chosen = -1, width = 0, spots = [];
function fit(canvas, height) {
  const ratio = window.devicePixelRatio || 1, wide = canvas.clientWidth;
  if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = height + "px";
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, wide, height);
  return [pen, wide];
}
const LEFT = 84, RIGHT = 70;
function spotOf(l, s) {
  const y = DESK + l * ROW + BIN + 32, run = width - LEFT - RIGHT;
  if (s <= straightM) return [LEFT + run * s / straightM, y];
  return [LEFT + run * (1 - (s - straightM) / lane.returnM), y + 34];
}
function draw() {
  // few lanes get tall rows, many lanes low ones and a floor that scrolls
  ROW = Math.max(118, Math.min(230, (window.innerHeight - 250 - DESK) / lane.lanes));
  BIN = ROW - 92;
  const [pen, wide] = fit(floor, DESK + lane.lanes * ROW + 8);
  width = wide;
  const ink = colour("--ink"), mute = colour("--mute"), line = colour("--line");
  const paint = { open: mute, known: colour("--accent"), unsure: colour("--warn"), right: colour("--good"), wrong: colour("--bad") };
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  const level = deskLevels[before(deskLevels, now, head) - 1];
  pen.fillStyle = ink;
  pen.textAlign = "left";
  pen.fillText("Review desk: " + level[2] + " keying, " + level[1] + " waiting", 8, 16);
  pen.fillStyle = paint.unsure;
  for (let i = 0; i < Math.min(level[1], 60); i++) pen.fillRect(190 + i * 7, 11, 5, 10);
  for (let l = 0; l < lane.lanes; l++) {
    const [x0, y] = spotOf(l, 0), [x1] = spotOf(l, straightM), [xc] = spotOf(l, lane.cameraM);
    pen.strokeStyle = line;
    pen.lineWidth = 12;
    pen.lineCap = "round";
    pen.beginPath(); pen.moveTo(x0, y); pen.lineTo(x1, y); pen.stroke();
    pen.lineWidth = 5;
    pen.beginPath(); pen.moveTo(x1, y); pen.arc(x1, y + 17, 17, -Math.PI / 2, Math.PI / 2); pen.lineTo(x0, y + 34); pen.arc(x0, y + 17, 17, Math.PI / 2, -Math.PI / 2); pen.stroke();
    pen.fillStyle = ink;
    pen.textAlign = "center";
    pen.fillText("▾", xc, y - 15);
    pen.fillStyle = mute;
    pen.fillText("camera", xc, y - 28);
    pen.textAlign = "left";
    pen.fillText("lane " + l, 8, y - 28);
    const waiting = before(arrivals[l], now, self) - before(placings[l], now, self);
    pen.fillStyle = waiting ? ink : mute;
    pen.fillText(waiting + " wait", 8, y);
    pen.fillStyle = paint.open;
    for (let i = 0; i < Math.min(waiting, 36); i++) pen.fillRect(8 + (i % 12) * 5, y + 10 + Math.floor(i / 12) * 5, 3.5, 3.5);
    // chutes: what fell into each so far, wrong ones in their own colour
    const gone = leavings[l].slice(0, before(leavings[l], now, head));
    const right = new Float64Array(lane.chutes), wrong = new Float64Array(lane.chutes);
    let out = 0;
    for (const [, chute, how] of gone) { if (how === 3) out++; else if (how === 1) right[chute]++; else wrong[chute]++; }
    const half = Math.max(1.5, Math.min(9, 0.3 * (x1 - x0) * lane.spacingM / straightM));
    const most = Math.max(12, ...right.map((n, i) => n + wrong[i]));
    for (let c = 0; c < lane.chutes; c++) {
      const [x] = spotOf(l, lane.cameraM + lane.diverterM + c * lane.spacingM);
      const a = BIN * right[c] / most, b = wrong[c] ? Math.max(2, BIN * wrong[c] / most) : 0;
      pen.fillStyle = line; pen.fillRect(x - half, y - 9 - BIN, 2 * half, BIN);
      pen.fillStyle = paint.right; pen.fillRect(x - half, y - 9 - a, 2 * half, a);
      pen.fillStyle = paint.wrong; pen.fillRect(x - half, y - 9 - a - b, 2 * half, b);
    }
    pen.textAlign = "right";
    pen.fillStyle = out ? paint.wrong : mute;
    pen.fillText(out + " out", width - 6, y);
  }
  spots = [];
  for (const p of buckets.get(Math.floor(now / BUCKET_S)) || []) {
    if (begin[p] > now || now > end[p] + 2.5) continue;
    const l = parcels.lane[p];
    if (now > end[p]) { // a flash where it left
      const at = fate[p] === 3 ? straightM : lane.cameraM + lane.diverterM + reached[p] * lane.spacingM;
      const [x, y] = spotOf(l, at);
      pen.globalAlpha = Math.max(0, 1 - (now - end[p]) / 2.5);
      pen.fillStyle = fate[p] === 1 ? paint.right : paint.wrong;
      pen.fillRect(x - 3.5, y - 12 - 4 * (now - end[p]), 7, 7);
      pen.globalAlpha = 1;
      continue;
    }
    const place = placeOf(p, now);
    if (!place) continue;
    const [x, y] = spotOf(l, place.s);
    spots.push([x, y, p]);
    pen.beginPath();
    pen.arc(x, y, 5, 0, 2 * Math.PI);
    if (place.state === OPEN) { pen.fillStyle = colour("--card"); pen.fill(); pen.strokeStyle = mute; pen.lineWidth = 1.6; pen.stroke(); }
    else { pen.fillStyle = place.state === KNOWN ? paint.known : paint.unsure; pen.fill(); }
    if (p === chosen) { pen.beginPath(); pen.arc(x, y, 9, 0, 2 * Math.PI); pen.strokeStyle = ink; pen.lineWidth = 2; pen.stroke(); }
  }
}
function drawDensity() {
  const canvas = $("density"), [pen, wide] = fit(canvas, 34), bins = Math.max(1, Math.floor(wide / 3));
  const sorted = new Float64Array(bins), bad = new Float64Array(bins);
  const bin = (t) => Math.min(bins - 1, Math.floor(t / Math.max(endS, 1e-9) * bins));
  for (const list of leavings) for (const [t] of list) sorted[bin(t)]++;
  for (const e of troubles) bad[bin(time[e])]++;
  const most = Math.max(1, ...sorted), worst = Math.max(1, ...bad);
  pen.fillStyle = colour("--line");
  sorted.forEach((n, i) => pen.fillRect(i * wide / bins, 34 - 22 * n / most, wide / bins - 0.5, 22 * n / most));
  pen.fillStyle = colour("--bad");
  bad.forEach((n, i) => n && pen.fillRect(i * wide / bins, 0, wide / bins - 0.5, 2 + 8 * n / worst));
}

// ---- log and story --------------------------------------------------------------------------
const node = (tag, words, name) => {
  const made = document.createElement(tag);
  if (words !== undefined) made.textContent = words;
  if (name) made.className = name;
  return made;
};
let logged = "";
function writeLog() {
  const only = $("trouble").checked;
  const upTo = only ? before(troubles, now, (e) => time[e]) : eventsUntil(now);
  const mark = only + "/" + upTo;
  if (mark === logged) return;
  logged = mark;
  const rows = [];
  for (let i = upTo - 1; i >= Math.max(0, upTo - 60); i--) {
    const e = only ? troubles[i] : i, row = node("li", undefined, isTrouble(e) ? "bad" : "");
    row.append(node("time", clockOf(time[e])), node("span", (parcelOf[e] >= 0 ? idOf(parcelOf[e]) + " " : "") + sentence(e)));
    if (parcelOf[e] >= 0) row.addEventListener("click", () => choose(parcelOf[e]));
    rows.push(row);
  }
  $("log").replaceChildren(...rows);
}
function choose(p) {
  chosen = p;
  const story = $("story"), id = idOf(p), facts = node("dl");
  const fact = (name, words) => facts.append(node("dt", name), node("dd", words));
  fact("lane", String(parcels.lane[p]));
  fact("code", text(parcels.sort_code[p]));
  fact("right chute", String(parcels.chute[p]));
  fact("damage", text(parcels.conditions[p]) || "none");
  const steps = node("ol");
  for (const e of eventsOf(p)) {
    const row = node("li", clockOf(time[e]) + "  " + sentence(e));
    row.dataset.at = time[e];
    steps.append(row);
  }
  const parts = [node("strong", id), facts];
  if (settings.pictures[id]) {
    const picture = node("img");
    picture.src = settings.pictures[id];
    picture.alt = "What the camera saw of " + id + " on its first pass";
    parts.push(picture);
  }
  const more = node("p", "Pictures and answers: ", "note");
  more.append(node("code", "labgap show " + settings.run + " " + id));
  story.replaceChildren(...parts, steps, more);
  story.dataset.parcel = id;
  markPast();
  draw();
}
function markPast() {
  for (const row of $("story").querySelectorAll("li")) row.classList.toggle("past", Number(row.dataset.at) <= now);
}

// ---- time -----------------------------------------------------------------------------------
const scrub = $("scrub"), play = $("play");
scrub.max = String(endS);
let playing = false, stamp = 0;
function show() {
  $("clock").textContent = clockOf(now);
  scrub.value = String(now);
  scrub.setAttribute("aria-valuetext", clockOf(now));
  draw();
  writeLog();
  markPast();
}
function frame(at) {
  if (!playing) return;
  now = Math.min(endS, now + Math.min(0.25, (at - stamp) / 1000) * Number($("speed").value));
  stamp = at;
  if (now >= endS) setPlaying(false);
  show();
  requestAnimationFrame(frame);
}
function setPlaying(on) {
  playing = on;
  play.textContent = on ? "Pause" : "Play";
  play.setAttribute("aria-pressed", String(on));
  if (on) {
    if (now >= endS) now = 0;
    stamp = performance.now();
    requestAnimationFrame(frame);
  }
}
function seek(t) { now = Math.min(endS, Math.max(0, t)); show(); }
play.addEventListener("click", () => setPlaying(!playing));
scrub.addEventListener("input", () => seek(Number(scrub.value)));
$("trouble").addEventListener("change", writeLog);
$("find").addEventListener("change", () => {
  const wanted = $("find").value.trim().toUpperCase();
  for (let p = 0; p < P; p++) if (idOf(p) === wanted) {
    status.textContent = "";
    if (eventsOf(p).length) seek(begin[p] === Infinity ? time[eventsOf(p)[0]] : begin[p]);
    choose(p);
    return;
  }
  status.textContent = "No parcel here has that id.";
});
floor.addEventListener("click", (event) => {
  const box = floor.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  let best = -1, near = 14 * 14;
  for (const [sx, sy, p] of spots) {
    const far = (sx - x) ** 2 + (sy - y) ** 2;
    if (far < near) { near = far; best = p; }
  }
  if (best >= 0) choose(best);
});
document.addEventListener("keydown", (event) => {
  if (/^(INPUT|SELECT|BUTTON|TEXTAREA)$/.test(event.target.tagName)) return;
  const step = { ArrowLeft: -10, ArrowRight: 10, PageUp: -300, PageDown: 300 }[event.key];
  if (event.key === " ") { event.preventDefault(); setPlaying(!playing); }
  else if (step && event.target.id !== "log") { event.preventDefault(); seek(now + step); }
});
window.addEventListener("resize", () => { drawDensity(); draw(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawDensity(); draw(); });
drawDensity();
seek(Math.min(30, endS));
status.textContent = "";
document.body.dataset.ready = "yes";
})();
