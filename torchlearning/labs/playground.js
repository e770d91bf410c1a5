import { add, lab, numbers, read_out, set_attributes, slider } from "./base.js";
import { legend, pictures } from "./draw.js";
import { challenges, memory, note_step } from "./playground_challenges.js";
import { ceiling, features, fresh_noise, is_packed, many, points_of } from "./playground_data.js";
import { curves, field, record, select } from "./playground_draw.js";
import { drawing } from "./playground_pen.js";
import { evaluate, lowest_loss, training } from "./playground_train.js";

const NAMES = ["data", "num_class", "num_points", "dispersion", "points", "model", "lr", "batch_size", "start", "seed", "shade", "pace"];
const CLOUDS = [["clouds", {}], ["clouds [6, 2]", { num_class: 3, dispersion: 2 }], ["clouds [6, 4]", { num_class: 3, dispersion: 4 }]];
const DATA = [...CLOUDS.map(([name, more]) => [name, { data: "clouds", ...more }]),
  ["row of four", { data: "row" }], ["ring", { data: "ring" }], ["your own", { data: "own" }]];
const POINTS = [12, 60, 300, 1500], BATCHES = [1, 10, 100, 2000], MODELS = ["linear", "squares"], STARTS = ["random", "zero"];
const SHADES = ["regions", "probability"], PACES = ["step", "epoch"];
const RATES = Array.from({ length: 101 }, (_, i) => Number((10 ** (i / 20 - 4)).toPrecision(3)));
const DISPERSIONS = Array.from({ length: 159 }, (_, i) => (i + 2) / 20);
const LIMITS = [10, 13, 16, 20, 25, 32, 40, 60];
const FRESH = 1500, STILL_FOR = 150; // fresh points; ms without a change before the lowest loss is looked for
const kept = new WeakMap(); // what a lab has done, by its data: it outlives a change of the layout

const fixed = (v) => v.toFixed(4), number_in = (low, high) => (v) => v >= low && v <= high;

export default lab("Playground", ({ root, data: sent, get, set }) => {
  if (!kept.has(sent)) kept.set(sent, { noise: numbers(sent.noise), fresh: fresh_noise(2 * FRESH, 7), memory: memory(), weights: null, playing: false });
  const me = kept.get(sent), small = get("small");
  const now = () => Object.fromEntries(NAMES.map((name) => [name, get(name)]));
  const classes = ({ data, num_class }) => ({ row: 3, ring: 2 }[data] ?? num_class);
  root.classList.add("playground", small ? "small" : "whole");

  // Controls
  const picks = add(root, "div", { class: "picks" }), controls = add(root, "div", { class: "controls" });
  const pick = (label, trait, values, names = values) => select(picks, { label, names, read: () => values.indexOf(get(trait)), write: (i) => set(trait, values[i]) });
  const pick_data = select(picks, {
    label: "data", names: DATA.map(([name]) => name),
    read: () => Math.max(...DATA.map(([, traits], i) => (Object.entries(traits).every(([name, value]) => get(name) === value) ? i : -1))),
    write: (i) => Object.entries(DATA[i][1]).forEach(([name, value]) => set(name, value)),
  });
  const pick_classes = small ? () => {} : select(picks, { label: "classes", names: [2, 3, 4], read: () => classes(now()) - 2, write: (i) => set("num_class", i + 2) });
  const pick_points = small ? () => {} : pick("points", "num_points", POINTS);
  const shows = small ? [] : [pick("batch", "batch_size", BATCHES, ["1", "10", "100", "all"]), pick("features", "model", MODELS, ["x₀, x₁", "+ squares"]),
    pick("start", "start", STARTS), pick("shading", "shade", SHADES, ["regions", "shades"]), pick("play by", "pace", PACES, ["steps", "epochs"])];
  const stretch = slider(controls, { label: "dispersion", values: DISPERSIONS, read: () => get("dispersion"), write: (v) => set("dispersion", v) });
  const rate = slider(controls, { label: "learning rate", values: RATES, read: () => get("lr"), write: (v) => set("lr", v) });
  const tools = small ? null : add(root, "div", { class: "tools" });
  const buttons = add(root, "div", { class: "buttons" });
  const button = (name, act) => { const node = add(buttons, "button", { type: "button" }, name); node.addEventListener("click", act); return node; };
  const toggle = button("Play", () => (me.playing ? pause() : play()));
  if (!small) for (const [name, whole] of [["Step", false], ["Epoch", true]]) button(name, () => { pause(); go(whole); show(); hand_over(); });
  button("Restart", () => { restart(); show(); hand_over(); });
  const seed = small ? null : button("", () => set("seed", (get("seed") + 1) % 10000));
  const say = read_out(root);
  const [left, right] = pictures(root, "wide", "narrow pair");
  const plot = curves(right);
  if (!small) legend(right, [["curve", -1, "these points"], ["line c1", -1, "fresh data"], ["best", -1, "lowest loss, ceiling"]]);
  let plane, plane_is = "";
  const pen = tools && drawing(tools, { get, set, redraw: () => draw(), plane: () => plane, say });
  const tick = small ? () => {} : challenges(root, me.memory);
  if (!small) add(root, "p", { class: "held" }, "This page trains by itself, in float64. A test runs it beside PyTorch with random points and settings: the weights agree to nine digits.");

  // The run
  function restart() {
    const settings = now(), C = classes(settings), D = settings.model === "squares" ? 6 : 3;
    me.run = training(D * C, { random: settings.start === "random", seed: settings.seed });
    me.history = record();
    me.began = true;
    look();
  }
  /** Measure the model on the points and on fresh ones, for the curves. */
  function look() {
    const { run, C, cloud, X, freshly } = me;
    if (!cloud.labels.length) { me.last = null; return; }
    const { loss, accuracy } = evaluate(run.w, X, cloud.labels, C);
    const fresh = freshly ? evaluate(run.w, freshly.X, freshly.labels, C).accuracy : null;
    me.last = { steps: run.steps, loss, accuracy, fresh };
    me.history.push(me.last);
  }
  function go(whole) {
    const { run, X, C, cloud: { labels } } = me, size = get("batch_size");
    if (!labels.length) return;
    run[whole ? "epoch" : "step"](X, labels, C, get("lr"), size);
    look();
    if (size >= labels.length) note_step(me.memory, { about: me.about, rate: get("lr"), loss: me.last.loss, fresh_start: me.began });
    me.began = false;
  }
  function play() {
    me.playing = true;
    let shown = -Infinity;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches; // fewer, slower pictures
    toggle.textContent = "Pause";
    say.aloud(false);
    const frame = (time) => {
      if (!me.playing || !root.isConnected) return;
      requestAnimationFrame(frame);
      if (calm && time - shown < 1000) return;
      shown = time;
      for (let i = 0; i < (calm ? 10 : 1); i++) go(get("pace") === "epoch");
      show();
    };
    requestAnimationFrame(frame);
  }
  function pause() {
    if (!me.playing) return;
    me.playing = false;
    toggle.textContent = "Play";
    say.aloud(true);
    show();
    hand_over();
  }
  /** Let Python have the weights when they come to rest. */
  function hand_over() {
    me.weights = { shape: [me.run.w.length / me.C, me.C], values: new DataView(Float64Array.from(me.run.w).buffer) };
    set("weights", me.weights);
  }
  /** Take the weights that Python has set, if they are others than those handed over. */
  function take() {
    const given = get("weights");
    if (given === me.weights || !given) return;
    me.weights = given;
    const values = numbers(given.values, Float64Array);
    if (values.length !== me.run.w.length) return;
    me.playing = false;
    toggle.textContent = "Play";
    me.run.w.set(values);
    me.run.batch = [];
    me.run.steps++;
    look();
  }

  // What is shown
  function prepare() {
    const settings = now(), C = classes(settings), { data, num_class, num_points, dispersion, points, model, start, seed } = settings;
    const about = JSON.stringify([data, C, model, data === "own" ? points : [num_class, num_points, dispersion]]);
    const shape = JSON.stringify([data, C, model, start, seed]);
    if (about !== me.about) {
      me.about = about;
      me.C = C;
      me.cloud = points_of(settings, me.noise);
      me.X = features(me.cloud, model);
      me.freshly = data === "own" ? null : points_of({ ...settings, num_points: FRESH }, me.fresh);
      if (me.freshly) me.freshly.X = features(me.freshly, model);
      me.ceiling = ceiling(settings);
      me.counts = [...new Set(me.cloud.labels)].map((k) => me.cloud.labels.filter((other) => other === k).length);
      me.pending = true;
      if (me.run && shape === me.shape) { me.run.reorder(); look(); }
    }
    if (shape !== me.shape) { me.shape = shape; restart(); }
    if (me.pending) {
      clearTimeout(me.timer);
      me.timer = setTimeout(() => { me.lowest = lowest_loss(me.X, me.cloud.labels, model === "squares" ? 6 : 3); me.pending = false; show(); }, STILL_FOR);
    }
    const far = data === "own" ? 10 : Math.max(...me.cloud.x.map(Math.abs), ...me.cloud.y.map(Math.abs)), limit = LIMITS.find((most) => most >= far) ?? far;
    if (plane_is !== `${limit} ${C} ${data}`) {
      left.replaceChildren();
      plane = field(left, { label: "The points, the batch of this step, and the class that the model chooses in each part of the plane", limit: data === "own" ? 10.5 : limit });
      if (!small) plane.legend(C);
      pen?.attach(data === "own");
      plane_is = `${limit} ${C} ${data}`;
    }
  }
  function words() {
    const { last, run, lowest, pending, cloud, playing } = me;
    if (!last) return "No points yet: pick a class, then click or drag in the picture. By keyboard: arrow keys and Enter.";
    const limit = pending ? "" : lowest === null ? " (separable: no lowest loss)" : ` (lowest ${fixed(lowest)})`;
    const fresh = last.fresh === null ? "" : `, on fresh data ${fixed(last.fresh)} (ceiling ${fixed(me.ceiling)})`;
    return `step ${run.steps}, epoch ${run.epochs}: loss ${fixed(last.loss)}${limit}; accuracy ${fixed(last.accuracy)} on ${many(cloud.labels.length)}${fresh}`;
  }
  function show() {
    const C = me.C, { run, cloud, last } = me, limits = { lowest: me.pending ? null : me.lowest, ceiling: me.ceiling };
    plane.show(cloud, cloud.labels.length ? run.w : null, C, get("shade"), run.batch, me.playing);
    pen?.show();
    plot(me.history.kept, last, limits);
    tick({ ...now(), ...me, accuracy: last?.accuracy ?? 0, fresh: last?.fresh ?? null });
    root.setAttribute("aria-busy", me.pending);
    say(words());
  }
  function draw() {
    prepare();
    take();
    const { data } = now();
    for (const each of [pick_data, ...shows, stretch, rate]) each();
    if (seed) set_attributes(seed, { "aria-label": `Another seed; now ${get("seed")}` });
    if (seed) seed.textContent = `Seed ${get("seed")}`;
    pick_classes(data === "clouds" || data === "own");
    pick_points(data !== "own");
    root.classList.toggle("own", data === "own");
    show();
  }
  const themes = new MutationObserver(() => (root.isConnected ? show() : themes.disconnect()));
  for (const node of [document.documentElement, document.body]) themes.observe(node, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
  if (me.playing) setTimeout(play); // the layout has changed meanwhile
  return draw;
}, () => ({
  data: ["clouds", "row", "ring", "own"], num_class: [2, 3, 4], num_points: POINTS, dispersion: number_in(0.1, 8), points: is_packed,
  model: MODELS, lr: number_in(1e-4, 10), batch_size: BATCHES, start: STARTS, seed: (v) => Number.isInteger(v) && number_in(0, 9999)(v),
  shade: SHADES, pace: PACES,
}));
