import { add, lab, read_out, set_attributes, slider } from "./base.js";
import { axes, bar, legend, pictures } from "./draw.js";

const CLASSES = [0, 1, 2];
const f32 = Math.fround; // round to float32, as PyTorch's default dtype does after each operation
const exp = (values) => values.map((v) => f32(Math.exp(v)));
const shares = (e) => e.map((v) => f32(v / f32(f32(e[0] + e[1]) + e[2])));
const range = (low, high, steps) => Array.from({ length: steps + 1 }, (_, i) => +(low + (high - low) * i / steps).toFixed(6));

function words(v) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : "inf";
  const size = Math.abs(v);
  return (v !== 0 && (size < 0.0001 || size >= 100000) ? v.toExponential(2) : v.toFixed(4)).replace("-", "−");
}

/** Two bars a class, before a grey one for the hard answer; what is not a number is a dashed empty one. */
function bars(parent) {
  const ax = axes(parent, {
    label: "For each class: a wide grey bar behind, the hard answer; an outlined bar, the formula as written; a bar in full colour, the stable form",
    x: { range: [-0.5, 2.5], ticks: CLASSES.map((k) => [k, String(k)]), label: "class" },
    y: { range: [0, 1.12], label: "probability", ticks: [0, 0.5, 1].map((v) => [v, String(v)]) },
  });
  const hard = CLASSES.map(() => ax.path("hard"));
  const kinds = [["written", -0.4], ["soft", 0.02]].map(([kind, from]) =>
    CLASSES.map((k) => [ax.path(`${kind} c${k}`), add(ax.inside, "text", { x: ax.X(k + from + 0.19), "text-anchor": "middle" }), k + from]));
  const nothing = CLASSES.map(() => ax.path("nothing"));
  const show = legend(parent, [
    ["hard", 1, "hard", hard], ["written", 1, "as written", kinds[0].map(([path]) => path)], ["soft", 1, "stable"],
    ["nothing", 1, "no number", nothing],
  ]);
  return (best, ...answers) => {
    CLASSES.forEach((k) => {
      hard[k].setAttribute("d", k === best ? bar(ax, k - 0.44, k + 0.44, 1) : "");
      nothing[k].setAttribute("d", Number.isNaN(answers[0][k]) ? bar(ax, k - 0.4, k - 0.02, 1) : "");
    });
    answers.forEach((answer, i) => answer.forEach((p, k) => {
      const [path, text, from] = kinds[i][k];
      path.setAttribute("d", Number.isNaN(p) ? "" : bar(ax, from, from + 0.38, p));
      set_attributes(text, { y: ax.Y(Number.isNaN(p) ? 0 : p) - 4 * ax.u, class: Number.isNaN(p) ? "bad" : "" });
      text.textContent = Number.isNaN(p) ? "nan" : p === 0 ? "0" : p.toFixed(2);
    }));
    CLASSES.forEach((k) => { // one word over both bars where they agree
      const [one, other] = kinds.map((all) => all[k][1]), agree = one.textContent === other.textContent;
      other.setAttribute("x", ax.X(agree ? k : k + 0.21));
      if (agree) one.textContent = "";
    });
    show();
  };
}

export default lab("Softmax lab", ({ root, data, get, set }) => {
  const controls = add(root, "div", { class: "controls" });
  const write = (k) => (value) => set("logits", get("logits").map((z, i) => (i === k ? value : z)));
  const one = (trait, label, values) =>
    slider(controls, { label, values, read: () => get(trait), write: (value) => set(trait, value) });
  const sliders = [
    ...CLASSES.map((k) =>
      slider(controls, { label: `logit ${k}`, values: range(-10, 10, 200), read: () => get("logits")[k], write: write(k) })),
    one("temperature", "temperature T", data.temperatures),
    one("shift", "shift c of all", range(-200, 200, 400)),
  ];
  const say = read_out(root);
  const [left, right] = pictures(root, "narrow", "narrow");
  const draw = bars(left);
  const fill = table(right, [
    ["as written, float32", ["score s", "exp(s)", "share"]],
    ["stable, float32", ["s − max", "exp(s − max)", "share"]],
  ]);

  return () => {
    for (const show of sliders) show();
    const T = f32(get("temperature")), c = f32(get("shift"));
    const s = get("logits").map((z) => f32(f32(f32(z) / T) + c));
    const top = Math.max(...s), lowered = s.map((v) => f32(v - top));
    const naive = shares(exp(s)), stable = shares(exp(lowered));
    draw(s.indexOf(top), naive, stable);
    fill(s, exp(s), naive, lowered, exp(lowered), stable);
    const wrong = naive.some((p, k) => !(Math.abs(p - stable[k]) < 1e-4));
    say(`softmax ${stable.map((p) => p.toFixed(4)).join(", ")}; as written `
      + (wrong ? `${naive.map(words).join(", ")}: wrong` : "the same"));
  };
}, ({ temperatures }) => ({
  logits: (z) => z.length === 3 && z.every((v) => Math.abs(v) <= 10),
  temperature: (T) => temperatures[0] <= T && T <= temperatures.at(-1),
  shift: (c) => Math.abs(c) <= 200,
}));

/** A table with a column for each class; entries that are no numbers stand out. */
function table(parent, groups) {
  const box = add(parent, "table");
  const head = add(add(box, "thead"), "tr");
  for (const name of ["class", ...CLASSES]) add(head, "th", { scope: "col" }, name);
  const rows = groups.flatMap(([group, names]) => {
    const part = add(box, "tbody");
    add(add(part, "tr"), "th", { scope: "rowgroup", colspan: 4, class: "group" }, group);
    return names.map((name) => {
      const row = add(part, "tr");
      add(row, "th", { scope: "row" }, name);
      return CLASSES.map(() => add(row, "td"));
    });
  });
  return (...columns) => rows.forEach((cells, i) => cells.forEach((cell, k) => {
    cell.textContent = words(columns[i][k]);
    set_attributes(cell, { class: Number.isFinite(columns[i][k]) ? "" : "bad" });
  }));
}
