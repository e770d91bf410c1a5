import { add, lab, numbers, read_out, slider } from "./base.js";
import { axes, legend, line, marks, pictures } from "./draw.js";

export default lab("Crossover lab", ({ root, data, get, set }) => {
  const { names, alone, batch_sizes, num_inputs, num_classes } = data;
  const measured = numbers(data.measured), modelled = numbers(data.modelled);
  const features = numbers(data.features), lines = numbers(data.lines);
  const [B, D, C] = [batch_sizes.length, num_inputs.length, num_classes.length];
  const place = (device, b, d, c) => ((device * B + b) * D + d) * C + c;

  const controls = add(root, "div", { class: "controls" });
  const sliders = [
    ["batch size", "batch_size", batch_sizes],
    ["features", "num_inputs", num_inputs],
    ["classes", "num_class", num_classes],
  ].map(([label, trait, values]) => slider(controls, {
    label, values, read: () => get(trait), write: (value) => set(trait, value), format: (n) => n.toLocaleString("en"),
  }));
  const say = read_out(root);

  const [left, right] = pictures(root, "wide", "narrow");
  const wide = (grid) => [grid[0] / 2, grid.at(-1) * 2];
  const x = { range: wide(batch_sizes), log: true, label: "batch size" };
  const plane = axes(left, {
    label: `Sizes of a step, and the line from which on ${alone ? "work outweighs the fixed cost" : names[1] + " wins"}`,
    x, y: { range: wide(num_inputs), log: true, label: "features" }, height: 336,
  });
  const border = plane.path("best"), cursor = plane.path("batch");
  const sides = [plane.path("right c0"), plane.path("right c1")];
  const words = alone ? ["mostly fixed cost", "mostly work"] : names.map((name) => `${name} is faster`);
  legend(left, [...words.map((text, i) => [`right c${i}`, i, text]), ["best", -1, "crossover, by the model"], ["batch none", 0, "shown"]]);

  const known = [...measured, ...modelled].filter(Number.isFinite);
  const range = [Math.min(...known) / 1.5, Math.max(...known) * 1.5];
  const ticks = ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"].map((text, i) => [10 ** (i - 6), text])
    .filter(([t]) => range[0] <= t && t <= range[1]);
  const times = axes(right, {
    label: "Time of a step against its batch size, measured and modelled", height: 336,
    x, y: { range, log: true, ticks, room: 66, label: "time of a step" },
  });
  const curves = [0, 1].map((i) => times.path(`line c${i}`)), points = [0, 1].map((i) => times.path(`right c${i}`));
  const shown = times.path("cursor");
  legend(right, names.flatMap((name, i) =>
    [[`line c${i}`, -1, `${name}, model`], ...(alone && i ? [] : [[`right c${i}`, i, `${name}, measured`]])]));

  const time = (t) => (t < 1e-3 ? `${Number((1e6 * t).toPrecision(3))} µs` : `${Number((1e3 * t).toPrecision(3))} ms`);
  const of = (device, b, d, c) => [measured, modelled].map((a) => a[place(device, b, d, c)]).find(Number.isFinite);

  return () => {
    for (const show of sliders) show();
    const b = batch_sizes.indexOf(get("batch_size")), d = num_inputs.indexOf(get("num_inputs")), c = num_classes.indexOf(get("num_class"));
    const dots = [[], []];
    batch_sizes.forEach((size, i) => num_inputs.forEach((count, j) => {
      const [first, second] = [of(0, i, j, c), of(1, i, j, c)];
      const wins = alone ? second > first / 2 : second < first; // the work is more than half; the other is faster
      dots[wins ? 1 : 0].push([plane.X(size), plane.Y(count)]);
    }));
    sides.forEach((side, i) => side.setAttribute("d", marks(dots[i], i, 3.5)));
    const row = Array.from(features, (count, i) => [lines[c * features.length + i], count]);
    const inside = row.filter(([size]) => Number.isFinite(size)).map(([size, count]) => [plane.X(Math.max(size, 1e-3)), plane.Y(count)]);
    border.setAttribute("d", line(inside));
    cursor.setAttribute("d", marks([[plane.X(batch_sizes[b]), plane.Y(num_inputs[d])]], 0, 7));
    for (const i of [0, 1]) {
      const at = (values) => batch_sizes.map((size, k) => [times.X(size), values[place(i, k, d, c)]])
        .filter(([, t]) => Number.isFinite(t)).map(([u, t]) => [u, times.Y(t)]);
      curves[i].setAttribute("d", line(at(modelled)));
      points[i].setAttribute("d", marks(at(measured), i, 3.5));
    }
    shown.setAttribute("d", `M${times.X(batch_sizes[b])} 0V336`);
    const read = [0, 1].map((i) => {
      const [m, t] = [measured, modelled].map((a) => a[place(i, b, d, c)]);
      return `${names[i]} ${Number.isFinite(m) ? `${time(m)} (model ${time(t)})` : `${time(t)} by the model`}`;
    });
    const [first, second] = [of(0, b, d, c), of(1, b, d, c)];
    const verdict = alone ? `fixed cost is ${Math.round(100 * Math.max(0, 1 - second / first))}% of the step`
      : `${names[first < second ? 0 : 1]} is ${Number((Math.max(first, second) / Math.min(first, second)).toPrecision(2))} times as fast`;
    say(`${read.join(", ")}; ${verdict}`);
  };
});
