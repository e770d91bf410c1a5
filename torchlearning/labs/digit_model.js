// The linear model of the digit lab: what a picture of 64 counts gets as scores, probabilities and parts.

import { numbers } from "./base.js";

const PIXELS = 64, SCORES = 10;

/** The digits to load: counts and labels, written a letter each. */
export function digits_of(data) {
  const counts = Uint8Array.from(data.images, (letter) => letter.charCodeAt(0) - 65);
  return [...data.labels].map((label, i) => ({ label: Number(label), counts: counts.subarray(i * PIXELS, (i + 1) * PIXELS) }));
}

/** What weights of 65 rows, the bias last, say about counts that are standardised first. */
export function linear(sent, data) {
  const w = numbers(sent.values, Float64Array), mean = numbers(data.mean), std = numbers(data.std);
  const bias = (k) => w[PIXELS * SCORES + k];
  return (counts) => {
    const fed = Array.from(counts, (n, j) => (n - mean[j]) / std[j]);
    const part = (k, j) => w[j * SCORES + k] * fed[j];
    const scores = Array.from({ length: SCORES }, (_, k) => fed.reduce((sum, _, j) => sum + part(k, j), 0) + bias(k));
    const best = scores.indexOf(Math.max(...scores)), e = scores.map((z) => Math.exp(z - scores[best]));
    const sum = e.reduce((a, b) => a + b, 0), p = e.map((v) => v / sum);
    const second = p.reduce((top, v, k) => (k !== best && (top < 0 || v > p[top]) ? k : top), -1);
    return { p, best, second, score: scores[best], bias: bias(best), parts: fed.map((_, j) => part(best, j)) };
  };
}

/** The rows of the digits, those that the model gets wrong first, the most confident of these before the others. */
export function wrong_first(digits, look) {
  const said = digits.map(({ counts, label }, row) => ({ row, label, ...look(counts) }));
  const wrong = said.filter(({ best, label }) => best !== label).sort((a, b) => b.p[b.best] - a.p[a.best]);
  return [...wrong, ...said.filter(({ best, label }) => best === label)];
}
