import { add, lab, numbers, read_out, slider } from "./base.js";
import { history, legend, line, pictures, plane, span } from "./draw.js";

export default lab("Dispersion lab", ({ root, data, get, set }) => {
  const { C, mean, limit, dispersions, rates, epochs, ceilings, cuts } = data;
  const z = numbers(data.z), labels = numbers(data.labels, Uint8Array), weights = numbers(data.weights);
  const losses = numbers(data.losses), accuracies = numbers(data.accuracies);
  const N = labels.length, E = epochs.length, size = 3 * (C - 1);

  const controls = add(root, "div", { class: "controls" });
  const sliders = [
    ["dispersion", "dispersion", dispersions],
    ["learning rate", "lr", rates],
    ["epoch", "epoch", epochs],
  ].map(([label, trait, values]) =>
    slider(controls, { label, values, read: () => get(trait), write: (value) => set(trait, value) }));
  const say = read_out(root);

  const [left, right] = pictures(root, "wide", "narrow pair");
  const scatter = plane(left, { C, limit, label: "The examples, and the class that the model chooses in each part of the plane" });
  for (const t of cuts) { // where the mean of the two features is t
    const ends = scatter.y.map((v) => [scatter.X(2 * t - v), scatter.Y(v)]);
    scatter.path("best", { d: line(ends) });
  }
  const mark = scatter.legend(["best", -1, "best possible border"]);

  const x = { range: [-0.02 * E, 1.02 * (E - 1)] };
  const accuracy = history(right, { label: "Accuracy after each epoch", x, y: { range: [0, 1.02], label: "accuracy", room: 54 } });
  const ceiling = accuracy.path("best");
  const loss = history(right, {
    label: "Loss after each epoch, on a logarithmic axis",
    x: { ...x, label: "epoch" },
    y: { range: span(losses), log: true, label: "loss", room: 54 },
  });
  legend(right, [["curve", -1, "this rate"], ...(rates.length > 1 ? [["other", -1, "other rates"]] : []), ["best", -1, "ceiling"]]);

  return () => {
    for (const show of sliders) show();
    const s = dispersions.indexOf(get("dispersion")), r = rates.indexOf(get("lr")), epoch = get("epoch");
    const at = (s * rates.length + r) * E + epoch;
    const curves = (values) => rates.map((_, i) => values.subarray((s * rates.length + i) * E, (s * rates.length + i + 1) * E));
    const feature = (d) => Float32Array.from(labels, (k, i) => mean * (k - (C - 1) / 2) + dispersions[s] * z[2 * i + d]);
    scatter.show(feature(0), feature(1), labels, weights.subarray(at * size, (at + 1) * size));
    loss.fit(span(losses.subarray(s * rates.length * E, (s + 1) * rates.length * E)));
    for (const [ax, values] of [[accuracy, accuracies], [loss, losses]]) {
      ax.behind(curves(values));
      ax.show(curves(values)[r], epoch);
    }
    ceiling.setAttribute("d", line([0, E - 1].map((e) => [accuracy.X(e), accuracy.Y(ceilings[s])])));
    mark();
    say(`accuracy ${accuracies[at].toFixed(4)} (${Math.round(accuracies[at] * N)} of ${N} right), `
      + `loss ${losses[at].toFixed(4)}, ceiling ${ceilings[s].toFixed(4)}`);
  };
}, ({ dispersions, rates, epochs }) => ({ dispersion: dispersions, lr: rates, epoch: epochs }));
