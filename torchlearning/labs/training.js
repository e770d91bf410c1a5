import { add, lab, numbers, read_out, slider } from "./base.js";
import { history, legend, marks, pictures, plane, predict, span } from "./draw.js";

export default lab("Training lab", ({ root, data, get, set }) => {
  const { C, limit, starts, steps, batch_size } = data;
  const X = numbers(data.X), labels = numbers(data.labels, Uint8Array), batches = numbers(data.batches, Uint32Array);
  const weights = numbers(data.weights), losses = numbers(data.losses), accuracies = numbers(data.accuracies);
  const N = labels.length, T = steps.length, size = 3 * (C - 1);
  const [x0, x1] = [0, 1].map((d) => Float32Array.from(labels, (_, i) => X[2 * i + d]));

  const controls = add(root, "div", { class: "controls" });
  const sliders = [["start", starts], ["step", steps]].map(([trait, values]) =>
    slider(controls, { label: trait, values, read: () => get(trait), write: (value) => { pause(); set(trait, value); } }));
  const buttons = add(root, "div", { class: "buttons" });
  add(buttons, "button", { type: "button" }, "Back").addEventListener("click", () => { pause(); go(-1); });
  add(buttons, "button", { type: "button" }, "Step").addEventListener("click", () => { pause(); go(1); });
  const toggle = add(buttons, "button", { type: "button" }, "Play");
  toggle.addEventListener("click", () => (timer ? pause() : play()));
  const say = read_out(root, 2);

  const [left, right] = pictures(root, "wide", "narrow pair");
  const scatter = plane(left, { C, limit, label: "The examples, the batch of this step, and the class that the model chooses in each part of the plane" });
  const lit = Array.from({ length: C }, (_, k) => scatter.path(`batch c${k}`));
  const mark = scatter.legend(["batch", 0, "in the batch", lit]);
  const x = { range: [-0.02 * T, 1.02 * (T - 1)] };
  const y = { range: span(losses), log: true, label: "loss", room: 54 };
  const accuracy = history(right, { label: "Accuracy on all data after each step", x, y: { range: [0, 1.02], label: "accuracy", room: 54 } });
  const loss = history(right, { label: "Loss on all data after each step, on a logarithmic axis", x: { ...x, label: "step" }, y });
  const run = (values, start) => values.subarray(start * T, (start + 1) * T);
  for (const [ax, values] of [[accuracy, accuracies], [loss, losses]]) ax.behind(starts.map((start) => run(values, start)));
  legend(right, [["curve", -1, "this start"], ...(starts.length > 1 ? [["other", -1, "other starts"]] : [])]);

  let timer = 0;
  const go = (by) => set("step", Math.min(Math.max(get("step") + by, 0), T - 1));
  function pause() {
    clearInterval(timer);
    timer = 0;
    toggle.textContent = "Play";
    say.aloud(true);
  }
  function play() {
    if (get("step") === T - 1) set("step", 0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches; // fewer, slower pictures
    timer = setInterval(() => {
      go(calm ? 10 : 1);
      if (get("step") === T - 1 || !root.isConnected) pause();
    }, calm ? 1000 : 60);
    toggle.textContent = "Pause";
    say.aloud(false);
  }

  return () => {
    for (const show of sliders) show();
    const start = get("start"), step = get("step"), at = start * T + step;
    const w = weights.subarray(at * size, (at + 1) * size);
    scatter.show(x0, x1, labels, w);
    const batch = step ? [...batches.subarray((step - 1) * batch_size, step * batch_size)] : [];
    lit.forEach((path, k) => {
      const members = batch.filter((i) => labels[i] === k);
      path.setAttribute("d", marks(members.map((i) => [scatter.X(x0[i]), scatter.Y(x1[i])]), k, 5));
    });
    accuracy.show(run(accuracies, start), step);
    loss.show(run(losses, start), step);
    mark();
    const hits = batch.filter((i) => predict(w, C, x0[i], x1[i]) === labels[i]).length;
    say(`step ${step}, epoch ${Math.ceil(step * batch_size / N)}: accuracy ${accuracies[at].toFixed(4)}, loss ${losses[at].toFixed(4)}; `
      + (step ? `of this step's batch ${hits} of ${batch_size} right` : "no batch yet"));
  };
}, ({ starts, steps }) => ({ start: starts, step: steps }));
