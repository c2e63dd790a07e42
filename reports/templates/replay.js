"use strict";
// The page of a night: draws, plays, answers clicks.  Joined with replay_night.js into one script.
(async function () {
const $ = (id) => document.getElementById(id);
const settings = JSON.parse($("settings").textContent), lane = settings;
const status = $("status");
let body;
try {
  body = await unpacked($("stream").textContent);
} catch (error) {
  status.textContent = "This browser cannot unpack the replay; a current one can.";
  return;
}
const {
  E, P, time, topicOf, parcelOf, topics, get, text, idOf, parcels, eventsOf, eventsUntil,
  begin, end, fate, reached, arrivals, placings, leavings, deskLevels, placeOf, stopOf, fullOf, buckets,
  before, self, head, straightM, endS, OPEN, KNOWN, BUCKET_S,
} = nightOf(body, lane);

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
  parcel_refused: (g) => "is turned away by the induction: " + spelled(g("reason")),
  parcel_doubled: (g) => "is dragged along by " + g("carrier_id") + (g("detected") ? ", which is noticed" : ""),
  parcel_slipped: (g) => (g("chute") < 0 ? "has slipped: the diverter misses it" : "has slipped, and drops into chute " + g("chute")),
  belt_stopped: (g) => "lane " + g("lane") + " stands until " + clockOf(g("until_s")) + ": " + spelled(g("cause")),
  chute_filled: (g) => "chute " + g("chute") + " of lane " + g("lane") + " is full",
  chute_emptied: (g) => "chute " + g("chute") + " of lane " + g("lane") + " is emptied of " + g("parcels") + " parcels",
  exception_handled: (g) => "a person puts it into chute " + g("chute") + " by hand",
  parcel_loaded: (g) => "is on the trailer of route " + g("route") + " that leaves at " + clockOf(g("cut_off_s")) + (g("cut_off_s") > g("promised_s") ? ", a later one than promised" : "") + (g("misloaded") ? "; the wrong route" : ""),
  operator_came: (g) => "operator " + g("operator") + " comes",
  operator_went: (g) => "operator " + g("operator") + " goes home" + (g("overtime_s") > 0 ? " after " + seconds(g("overtime_s")) + " of overtime" : ""),
  break_taken: (g) => "operator " + g("operator") + " has a break" + (g("late_s") >= 1 ? ", " + seconds(g("late_s")) + " late" : ""),
  break_missed: (g) => "operator " + g("operator") + " misses a break",
  parcel_excepted: (g) => "goes to the exception station: " + spelled(g("reason")),
};
function sentence(e) {
  const name = topics[topicOf[e]].name, g = (field) => get(e, field);
  if (SAY[name]) return SAY[name](g, parcelOf[e]);
  const rest = Object.keys(topics[topicOf[e]].fields).map((field) => spelled(field) + " " + spelled(g(field)));
  return spelled(name) + (rest.length ? ": " + rest.join(", ") : "");
}
const TROUBLE = new Set(["review_refused", "deadline_missed", "parcel_recirculated", "parcel_excepted", "parcel_refused", "parcel_doubled", "parcel_slipped", "belt_stopped", "chute_filled", "break_missed"]);
function isTrouble(e) {
  const name = topics[topicOf[e]].name, p = parcelOf[e];
  if (name === "parcel_diverted") return get(e, "chute") !== parcels.chute[p];
  if (name === "review_answered") return get(e, "sort_code") !== text(parcels.sort_code[p]);
  if (name === "parcel_loaded") return get(e, "misloaded") || get(e, "cut_off_s") > get(e, "promised_s");
  if (name === "exception_handled") return get(e, "chute") !== parcels.chute[p];
  return TROUBLE.has(name);
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
    const stop = stopOf(l, now), full = fullOf(l, now);
    if (stop) {
      pen.fillStyle = paint.wrong;
      pen.fillText("stands: " + spelled(stop[2]), LEFT, y + 17);
    }
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
      if (full.has(c)) { pen.fillStyle = paint.wrong; pen.fillText("×", x - 3, y - 15 - BIN); }
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
