import { add, choice, lab, numbers, read_out, slider } from "./base.js";
import { axes, legend, line, marks, pictures } from "./draw.js";

const LECTURE = [10, 2, 3]; // its batch size, features, classes

export default lab("Crossover lab", ({ root, data, get, set }) => {
  const { gpus, prices, batch_sizes, num_inputs, num_classes, fixed, lecture } = data;
  const [measured, work, features, lines] = ["measured", "work", "features", "lines"].map((name) => numbers(data[name]));
  const [B, D, C] = [batch_sizes.length, num_inputs.length, num_classes.length];
  const at = (values, device, b, d, c) => values[((device * B + b) * D + d) * C + c];

  const controls = add(root, "div", { class: "controls four" });
  const count = (n) => n.toLocaleString("en");
  const inputs = [
    ["batch", "batch_size", batch_sizes, count],
    ["features", "num_inputs", num_inputs, count],
    ["classes", "num_class", num_classes, count],
    ["launch", "launch_price", prices, (price) => `${price} µs`],
  ].map(([label, trait, values, format]) => slider(controls, {
    label, values, format, read: () => get(trait), write: (value) => set(trait, value),
  }));
  inputs.push(choice(root, {
    label: "GPU", names: gpus, read: () => gpus.indexOf(get("gpu")), write: (i) => set("gpu", gpus[i]),
  }));
  const say = read_out(root, 3);

  const [right, left] = pictures(root, "wide", "narrow flat");
  const wide = (grid) => [grid[0] / 2, grid.at(-1) * 2];
  const x = { range: wide(batch_sizes), log: true, label: "batch size" };
  const plane = axes(left, {
    label: "Sizes of a step by the faster device, and the line from which on the GPU wins",
    x, y: { range: wide(num_inputs), log: true, label: "features" },
  });
  const border = plane.path("best"), sides = [plane.path("right c0"), plane.path("right c1")], cursor = plane.path("batch");
  const sides_legend = legend(left, [
    ["right c0", 0, "CPU is faster", [sides[0]]], ["right c1", 1, "GPU is faster", [sides[1]]],
    ["best", -1, "crossover", [border]], ["batch none", 0, "shown"],
  ]);

  const known = [...measured, ...Array.from(work.slice(0, B * D * C), (t) => t + fixed[0]), fixed.at(-1), lecture]
    .filter((t) => Number.isFinite(t) && t > 0);
  const range = [Math.min(...known) / 1.5, Math.max(...known) * 1.5];
  const ticks = ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"].map((text, i) => [10 ** (i - 6), text])
    .filter(([t]) => range[0] <= t && t <= range[1]);
  const times = axes(right, {
    label: "Time of a step against its batch size on CPU and GPU",
    x, y: { range, log: true, ticks, room: 78, label: "time of a step" },
  });
  const curves = [times.path("line c0"), times.path("line c1")], points = [times.path("right c0"), times.path("right c1")];
  const theirs = times.path("right c2"), shown = times.path("cursor");
  const times_legend = legend(right, [
    ["line c0", -1, "CPU, model"], ["right c0", 0, "CPU, measured"], ["line c1", -1, "GPU, predicted"],
    ...(measured.subarray(B * D * C).some(Number.isFinite) ? [["right c1", 1, "GPU, measured", [points[1]]]] : []),
    ["right c2", 2, "the lecture’s GPU", [theirs]],
  ]);

  // What is fixed and what is work adds up on a CPU, and the longer of the two counts in a queue.
  const time = (t) => (t < 1e-3 ? `${Number((1e6 * t).toPrecision(3))} µs` : `${Number((1e3 * t).toPrecision(3))} ms`);

  return () => {
    for (const show of inputs) show();
    const [b, d, c] = [batch_sizes.indexOf(get("batch_size")), num_inputs.indexOf(get("num_inputs")), num_classes.indexOf(get("num_class"))];
    const [g, p] = [gpus.indexOf(get("gpu")), prices.indexOf(get("launch_price"))];
    const launching = fixed[1 + p];
    const cpu = (i, j) => fixed[0] + at(work, 0, i, j, c); // one after the other
    const gpu = (i, j) => Math.max(launching, at(work, 1 + g, i, j, c)); // a queue: at the same time

    const dots = [[], []];
    batch_sizes.forEach((size, i) => num_inputs.forEach((n, j) => {
      dots[gpu(i, j) < cpu(i, j) ? 1 : 0].push([plane.X(size), plane.Y(n)]);
    }));
    sides.forEach((side, i) => side.setAttribute("d", marks(dots[i], i, 3.5)));
    const first = ((g * prices.length + p) * C + c) * features.length;
    const row = Array.from(features, (n, i) => [lines[first + i], n]).filter(([size]) => Number.isFinite(size));
    border.setAttribute("d", line(row.map(([size, n]) => [plane.X(Math.max(size, 1e-3)), plane.Y(n)])));
    cursor.setAttribute("d", marks([[plane.X(batch_sizes[b]), plane.Y(num_inputs[d])]], 0, 7));
    sides_legend();

    [cpu, gpu].forEach((seconds, i) => {
      curves[i].setAttribute("d", line(batch_sizes.map((size, k) => [times.X(size), times.Y(seconds(k, d))])));
      const found = batch_sizes.map((size, k) => [size, at(measured, i, k, d, c)]).filter(([, t]) => Number.isFinite(t));
      points[i].setAttribute("d", marks(found.map(([size, t]) => [times.X(size), times.Y(t)]), i, 3.5));
    });
    const is_theirs = lecture !== null && num_inputs[d] === LECTURE[1] && num_classes[c] === LECTURE[2];
    theirs.setAttribute("d", is_theirs ? marks([[times.X(LECTURE[0]), times.Y(lecture)]], 2, 4.5) : "");
    times_legend();
    shown.setAttribute("d", line([[times.X(batch_sizes[b]), times.top], [times.X(batch_sizes[b]), times.bottom]]));

    const [t, u, m] = [cpu(b, d), gpu(b, d), at(measured, 0, b, d, c)], r = at(measured, 1, b, d, c);
    const [also, too] = [m, r].map((found) => (Number.isFinite(found) ? ` (measured ${time(found)})` : ""));
    say(`CPU: fixed ${time(fixed[0])} + work ${time(at(work, 0, b, d, c))} = ${time(t)}${also}. `
      + `GPU: the longer of launches ${time(launching)} and work ${time(at(work, 1 + g, b, d, c))}${too}. `
      + `By the models the ${u < t ? "GPU" : "CPU"} is ${Number((Math.max(t, u) / Math.min(t, u)).toPrecision(2))} times as fast.`);
  };
}, (data) => ({
  batch_size: data.batch_sizes, num_inputs: data.num_inputs, num_class: data.num_classes,
  launch_price: data.prices, gpu: data.gpus,
}));
