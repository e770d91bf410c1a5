import { add, lab, read_out, set_attributes, slider } from "./base.js";
import { axes, legend, pictures } from "./draw.js";

const f32 = Math.fround; // round to float32, as PyTorch's default dtype does after each operation
const exp = (values) => values.map((v) => f32(Math.exp(v)));
const shares = (e) => e.map((v) => f32(v / f32(f32(e[0] + e[1]) + e[2])));
const range = (low, high, steps) => Array.from({ length: steps + 1 }, (_, i) => +(low + (high - low) * i / steps).toFixed(6));

function words(v) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : "inf";
  const size = Math.abs(v);
  return (v !== 0 && (size < 0.0001 || size >= 100000) ? v.toExponential(2) : v.toFixed(4)).replace("-", "−");
}

export default lab("Softmax lab", ({ root, data, get, set }) => {
  const controls = add(root, "div", { class: "controls" });
  const write = (k) => (value) => set("logits", get("logits").map((z, i) => (i === k ? value : z)));
  const one = (trait, label, values) =>
    slider(controls, { label, values, read: () => get(trait), write: (value) => set(trait, value) });
  const sliders = [
    ...[0, 1, 2].map((k) =>
      slider(controls, { label: `logit ${k}`, values: range(-10, 10, 200), read: () => get("logits")[k], write: write(k) })),
    one("temperature", "temperature T", data.temperatures),
    one("shift", "shift c of all", range(-200, 200, 400)),
  ];
  const say = read_out(root);

  const [left, right] = pictures(root, "narrow", "wide");
  const ax = axes(left, {
    label: "Bars of the hard and the soft answer for each class",
    x: { range: [-0.6, 2.6], ticks: [0, 1, 2].map((k) => [k, `class ${k}`]) },
    y: { range: [0, 1], label: "probability" },
  });
  const bars = [0, 1, 2].map((k) => [ax.path("hard"), ax.path(`soft c${k}`)]);
  legend(left, [["hard", 0, "hard"], ["soft c0", 0, "soft"]]);
  const tables = [
    table(right, "softmax as written, in float32", ["score s", "exp(s)", "share"]),
    table(right, "stable: less the largest score, in float32", ["s − max", "exp(s − max)", "share"]),
  ];

  return () => {
    for (const show of sliders) show();
    const T = f32(get("temperature")), c = f32(get("shift"));
    const s = get("logits").map((z) => f32(f32(f32(z) / T) + c));
    const top = Math.max(...s), lowered = s.map((v) => f32(v - top));
    const naive = shares(exp(s)), stable = shares(exp(lowered)), best = s.indexOf(top);
    bars.forEach(([hard, soft], k) => {
      for (const [bar, at, height] of [[hard, k - 0.36, +(k === best)], [soft, k + 0.02, stable[k]]]) {
        bar.setAttribute("d", `M${ax.X(at)} ${ax.Y(0)}V${ax.Y(height)}H${ax.X(at + 0.34)}V${ax.Y(0)}z`);
      }
    });
    tables[0](s, exp(s), naive);
    tables[1](lowered, exp(lowered), stable);
    const wrong = naive.some((p, k) => !(Math.abs(p - stable[k]) < 1e-4));
    say(`softmax ${stable.map((p) => p.toFixed(4)).join(", ")}; as written `
      + (wrong ? `${naive.map(words).join(", ")}: wrong` : "the same"));
  };
});

/** A table with a row for each class; entries that are no numbers stand out. */
function table(parent, caption, names) {
  const box = add(parent, "table");
  add(box, "caption", {}, caption);
  const head = add(add(box, "thead"), "tr"), body = add(box, "tbody");
  for (const name of ["class", ...names]) add(head, "th", { scope: "col" }, name);
  const rows = [0, 1, 2].map((k) => {
    const row = add(body, "tr");
    add(row, "th", { scope: "row" }, k);
    return names.map(() => add(row, "td"));
  });
  return (...columns) => rows.forEach((cells, k) => cells.forEach((cell, i) => {
    cell.textContent = words(columns[i][k]);
    set_attributes(cell, { class: Number.isFinite(columns[i][k]) ? "" : "bad" });
  }));
}
