// The arithmetic of the playground: softmax regression by mini-batch SGD in float64, held to torch by
// tests/test_playground.py. Features X lie row by row, the bias's column of ones last; weights are (D, C).

const MODULUS = 2147483647; // 2³¹ − 1

/** Park and Miller's generator (C++ calls it minstd_rand): whole numbers below 2³¹ − 1. seeded.py has it too. */
export function generator(state) {
  return () => (state = (48271 * state) % MODULUS);
}

/** Put the rows into a random order. */
export function shuffle(order, next) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = next() % (i + 1), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

/** Weights to begin with: zeros, or close to standard normal, twelve uniform numbers added and 6 taken off. */
export function first_weights(size, random, seed) {
  const next = generator((16807 * (seed + 1)) % MODULUS);
  return Float64Array.from({ length: size }, () => {
    let sum = 0;
    for (let i = 0; random && i < 12; i++) sum += next();
    return random ? sum / MODULUS - 6 : 0;
  });
}

let chosen = 0; // the class with the largest logit in the row that softmax_row has seen last

/** Put the probabilities of row i into p; return log(sum of exp) less the logit of class k. */
function softmax_row(p, X, i, w, D, C, k) {
  let top = -Infinity, sum = 0;
  for (let c = 0; c < C; c++) {
    let z = 0;
    for (let d = 0; d < D; d++) z += X[i * D + d] * w[d * C + c];
    p[c] = z;
    if (z > top) { top = z; chosen = c; }
  }
  const own = p[k];
  for (let c = 0; c < C; c++) sum += p[c] = Math.exp(p[c] - top);
  for (let c = 0; c < C; c++) p[c] /= sum;
  return Math.log(sum) + top - own;
}

const probabilities = new Float64Array(8), slopes = new Float64Array(64); // room for each step's, made once

/** One step: w less rate times the gradient of the mean cross-entropy of rows order[from], …, order[to − 1]. */
export function descend(w, X, labels, C, order, from, to, rate) {
  const D = w.length / C, p = probabilities, gradient = slopes.fill(0, 0, w.length);
  for (let at = from; at < to; at++) {
    const i = order[at];
    softmax_row(p, X, i, w, D, C, 0);
    p[labels[i]] -= 1;
    for (let d = 0; d < D; d++) for (let c = 0; c < C; c++) gradient[d * C + c] += X[i * D + d] * p[c];
  }
  for (let j = 0; j < w.length; j++) w[j] -= rate * (gradient[j] / (to - from));
}

/** The mean cross-entropy and the part of the rows whose class has the largest logit. */
export function evaluate(w, X, labels, C) {
  const D = w.length / C, p = new Float64Array(C);
  let loss = 0, hits = 0;
  for (let i = 0; i < labels.length; i++) {
    const k = labels[i];
    loss += softmax_row(p, X, i, w, D, C, k);
    if (chosen === k) hits++;
  }
  return { loss: loss / labels.length, accuracy: hits / labels.length, hits };
}

/** A training run: weights, how far it has come, and the batch of the last step. */
export function training(size, { random, seed }) {
  const next = generator(seed + 1);
  let order = new Uint32Array(0), at = 0;
  const run = { w: first_weights(size, random, seed), steps: 0, epochs: 0, batch: order, step, epoch, reorder };
  /** Begin a new epoch: the rows are others now. */
  function reorder() {
    order = new Uint32Array(0);
    at = 0;
    run.batch = order;
  }
  function step(X, labels, C, rate, batch_size) {
    if (order.length !== labels.length) [order, at] = [Uint32Array.from(labels, (_, i) => i), 0];
    if (at === 0) shuffle(order, next);
    const to = Math.min(at + batch_size, order.length);
    descend(run.w, X, labels, C, order, at, to, rate);
    run.batch = order.subarray(at, to);
    at = to === order.length ? 0 : to;
    run.steps++;
    if (at === 0) run.epochs++;
  }
  /** The rest of this epoch. */
  function epoch(...given) {
    do step(...given); while (at);
  }
  return run;
}

// The lowest loss, by Newton's method as in torchlearning/newton.py ------------------------------

/** Columns that span what those of X span, orthogonal and of mean square 1: the constant, then the others. */
function basis(X, N, D) {
  const columns = [];
  for (let d = D - 1; d >= 0; d--) {
    const v = Float64Array.from({ length: N }, (_, i) => X[i * D + d]), size = Math.sqrt(mean_product(v, v));
    for (const q of [...columns, ...columns]) { // twice is enough
      const along = mean_product(v, q);
      for (let i = 0; i < N; i++) v[i] -= along * q[i];
    }
    const left = Math.sqrt(mean_product(v, v));
    if (left > 1e-9 * size) columns.push(v.map((value) => value / left));
  }
  return Float64Array.from({ length: N * columns.length }, (_, j) => columns[j % columns.length][Math.floor(j / columns.length)]);
}

function mean_product(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
}

/** The lowest mean cross-entropy of any weights, or null: classes that can be told apart have none. */
export function lowest_loss(X, labels, D) {
  const present = [...new Set(labels)].sort(), C = present.length, N = labels.length;
  if (C < 2) return null;
  const y = Uint8Array.from(labels, (k) => present.indexOf(k)), Q = basis(X, N, D), K = Q.length / N;
  let v = new Float64Array(K * C), now = evaluate(v, Q, y, C);
  for (let round = 0; round < 25 && now.hits < N; round++) {
    const found = newton_step(v, Q, y, C, N, K);
    if (found === null) return null;
    const { step, slope } = found, old = now.loss, from = v;
    let scale = 1;
    do {
      v = from.map((value, j) => value + scale * step[j]);
      now = evaluate(v, Q, y, C);
      scale /= 2;
    } while (!(now.loss <= old + 1e-14) && scale > 1e-12);
    if (slope < 1e-9 && step.every((value) => Math.abs(value) < 1e-8)) return now.loss;
  }
  return null;
}

/** Minus inverse Hessian times gradient, class 0 staying where it is, and the size of the gradient. */
function newton_step(v, Q, y, C, N, K) {
  const R = C - 1, n = K * R, H = new Float64Array(n * n), g = new Float64Array(n), p = new Float64Array(C);
  for (let i = 0; i < N; i++) {
    softmax_row(p, Q, i, v, K, C, 0);
    for (let a = 0; a < n; a++) {
      const qa = Q[i * K + Math.floor(a / R)], ca = a % R + 1;
      g[a] += qa * (p[ca] - (y[i] === ca ? 1 : 0)) / N;
      for (let b = 0; b <= a; b++) {
        const cb = b % R + 1;
        H[a * n + b] += qa * Q[i * K + Math.floor(b / R)] * p[ca] * ((ca === cb ? 1 : 0) - p[cb]) / N;
      }
    }
  }
  const down = cholesky_solve(H, g, n);
  if (down === null) return null;
  const step = Float64Array.from(v, (_, j) => (j % C ? -down[Math.floor(j / C) * R + j % C - 1] : 0));
  return { step, slope: Math.hypot(...g) };
}

/** Solve H x = g, H positive definite and given by its lower half; null if it is not, to rounding. */
function cholesky_solve(H, g, n) {
  const x = Float64Array.from(g);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let rest = H[a * n + b];
      for (let c = 0; c < b; c++) rest -= H[a * n + c] * H[b * n + c];
      if (a === b && !(rest > 0)) return null;
      H[a * n + b] = a === b ? Math.sqrt(rest) : rest / H[b * n + b];
    }
    for (let b = 0; b < a; b++) x[a] -= H[a * n + b] * x[b];
    x[a] /= H[a * n + a];
  }
  for (let a = n - 1; a >= 0; a--) {
    for (let b = a + 1; b < n; b++) x[a] -= H[b * n + a] * x[b];
    x[a] /= H[a * n + a];
  }
  return x;
}
