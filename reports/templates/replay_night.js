"use strict";
// What a night's packed stream holds, ready to be asked.  Joined with replay.js into one script.
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed.trim()), (c) => c.charCodeAt(0));
  const body = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(body).arrayBuffer());
}
function nightOf(body, lane) {
// ---- unpacking -----------------------------------------------------------------------------
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

const lastM = (lane.chutes - 1) * lane.spacingM;
const straightM = lane.cameraM + lane.diverterM + lastM, loopM = straightM + lane.returnM;
const endS = lane.endS;
const OPEN = 0, KNOWN = 1, UNSURE = 2;
const begin = new Float64Array(P).fill(Infinity), end = new Float64Array(P).fill(Infinity);
const fate = new Uint8Array(P); // 1 right, 2 wrong, 3 exception
const reached = new Int32Array(P).fill(-1);
const arrivals = [], placings = [], leavings = [], stops = [], fillings = [];
for (const list of [arrivals, placings, leavings, stops, fillings]) for (let l = 0; l < lane.lanes; l++) list.push([]);
const desk = []; // [time, change of the queue, change of those at work]
const deskQueue = new Map();
for (let e = 0; e < E; e++) {
  const p = parcelOf[e], name = topics[topicOf[e]].name;
  if (name === "belt_stopped") stops[get(e, "lane")].push([time[e], get(e, "until_s"), get(e, "cause")]);
  else if (name === "chute_filled") fillings[get(e, "lane")].push([time[e], get(e, "chute"), true]);
  else if (name === "chute_emptied") fillings[get(e, "lane")].push([time[e], get(e, "chute"), false]);
  if (p < 0) continue;
  const key = p + "/" + get(e, "lap");
  if (name === "parcel_arrived") arrivals[parcels.lane[p]].push(time[e]);
  else if (name === "parcel_inducted") { begin[p] = time[e]; placings[parcels.lane[p]].push(time[e]); }
  else if (name === "parcel_refused") placings[parcels.lane[p]].push(time[e]); // left the queue
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

// Belts run in their own time, which stands while they stand.
for (const list of stops) list.forEach((stop, i) => { stop.push(i ? list[i - 1][3] + list[i - 1][1] - list[i - 1][0] : 0); });
function runOf(l, t) { // running time of the belt of lane l up to t
  const i = before(stops[l], t, head);
  if (!i) return t;
  const [from, until, , lost] = stops[l][i - 1];
  return t - lost - (Math.min(t, until) - from);
}
const stopOf = (l, t) => {
  const i = before(stops[l], t, head);
  return i && t < stops[l][i - 1][1] ? stops[l][i - 1] : null;
};
function fullOf(l, t) { // chutes of lane l that take nothing at t
  const full = new Set();
  for (const [, chute, on] of fillings[l].slice(0, before(fillings[l], t, head))) { if (on) full.add(chute); else full.delete(chute); }
  return full;
}

// A parcel's way is drawn between the moments the log knows.
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
      const known = ["found", "code", "unknown_id", "unknown_code"].includes(get(e, "lookup"));
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
  const l = parcels.lane[p], [from, s0] = way[i - 1], r0 = runOf(l, from), r = runOf(l, t);
  let s = s0 + (r - r0) * lane.speed;
  if (i < way.length) { const [to, s1] = way[i], r1 = runOf(l, to); s = r1 > r0 ? s0 + (s1 - s0) * (r - r0) / (r1 - r0) : s1; }
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
return {
  E, P, time, topicOf, parcelOf, topics, get, text, idOf, parcels, eventsOf, eventsUntil,
  begin, end, fate, reached, arrivals, placings, leavings, deskLevels, placeOf, stopOf, fullOf, buckets,
  before, self, head, straightM, endS, OPEN, KNOWN, BUCKET_S,
};
}
