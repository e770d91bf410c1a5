// The playground's challenges: what to try, and what the page must see to call it done.

import { add } from "./base.js";

const CALM = 50; // steps without a rise before a rate counts as calm

const ALL = [
  ["Draw points of two classes, as many of each, on which the linear model can do no better than guess: "
    + "its lowest loss is that of a coin, log 2, to within 5%.",
  ({ data, model, counts, lowest }) => data === "own" && model === "linear" && counts.length === 2
    && counts[0] === counts[1] && lowest > 0.95 * Math.log(2)],
  ["Find the largest learning rate at which the loss never rises. Batch: all. One try is 50 steps without a rise "
    + "(calm), or a rise (wild); your calmest wild rate and your wildest calm one must lie within 10% of each other.",
  ({ calm, wild }) => calm > 0 && wild > calm && wild <= 1.1 * calm],
  ["Draw three points that have no lowest loss, and then three that have one.",
    ({ three }) => three.none && three.one],
  ["Be right about every one of the points, and about fewer than 95% of fresh ones. (How many points do you need?)",
    ({ accuracy, fresh }) => accuracy === 1 && fresh !== null && fresh < 0.95],
  ["Beat the row of four clouds, at dispersion 2 or more: come within 0.02 of the ceiling on fresh data.",
    ({ data, dispersion, fresh, ceiling }) => data === "row" && dispersion >= 2 && fresh >= ceiling - 0.02],
];

/** What the challenges must know of earlier moments of a lab. */
export function memory() {
  return { done: ALL.map(() => false), calm: 0, wild: Infinity, three: { none: false, one: false }, rate: NaN, streak: 0, loss: Infinity, about: "" };
}

/** Take note of a step with the whole data as its batch. `about` says what was trained on. */
export function note_step(memory, { about, rate, loss, fresh_start }) {
  if (about !== memory.about) Object.assign(memory, { about, calm: 0, wild: Infinity, streak: 0, loss: Infinity });
  if (rate !== memory.rate || fresh_start) Object.assign(memory, { rate, streak: 0, loss: Infinity });
  if (loss > memory.loss * (1 + 1e-12)) {
    memory.wild = Math.min(memory.wild, rate);
    memory.streak = -Infinity; // until another rate or a restart
  } else if (++memory.streak >= CALM) {
    memory.calm = Math.max(memory.calm, rate);
  }
  memory.loss = loss;
}

/** The list under the lab; it returns what ticks the challenges that are met now. */
export function challenges(parent, memory) {
  const box = add(parent, "details", { class: "challenges" });
  const title = add(box, "summary"), list = add(box, "ol");
  const items = ALL.map(([words]) => {
    const item = add(list, "li");
    const mark = add(item, "b");
    item.append(` ${words}`);
    return mark;
  });
  return (state) => {
    const { data, counts, lowest, pending } = state;
    if (data === "own" && !pending && counts.length && counts.reduce((a, b) => a + b) === 3) {
      memory.three[lowest === null ? "none" : "one"] = true;
    }
    ALL.forEach(([, met], i) => {
      memory.done[i] ||= met({ ...state, ...memory });
      items[i].textContent = memory.done[i] ? "✓ Done." : "";
    });
    title.textContent = `Challenges: ${memory.done.filter(Boolean).length} of ${ALL.length} done`;
  };
}
