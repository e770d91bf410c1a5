// The data of the playground: the lecture's clouds, others made of the same noise, and points drawn by hand.

import { generator } from "./playground_train.js";

export const GRID = 10, EDGE = 10, MOST = 2000; // drawn points: steps of 1 / GRID from −EDGE to EDGE, so many at most
const ACROSS = 2 * EDGE * GRID + 1, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SPACING = 6, RADIUS = 8;
export const ROW = [0, 1, 2, 0]; // the classes of the row of four clouds
export const many = (count) => `${count} point${count === 1 ? "" : "s"}`;

/** The classes of the clouds along the diagonal. */
const along = (kind, C) => (kind === "row" ? ROW : Array.from({ length: C }, (_, k) => k));
const centre = (j, count) => SPACING * (j - (count - 1) / 2);

/**
 * N points of a kind of data: the first of each class's noise, stretched by the dispersion. `noise` holds
 * 1,500 pairs of standard normal numbers; drawn points come as text instead.
 */
export function points_of({ data: kind, num_class: C, num_points: N, dispersion, points }, noise) {
  if (kind === "own") return unpack(points, C);
  const clouds = kind === "ring" ? [0, 1] : along(kind, C), each = N / clouds.length, room = noise.length / 2 / clouds.length;
  const x = new Float64Array(N), y = new Float64Array(N), labels = new Uint8Array(N);
  for (let i = 0; i < N; i++) {
    const j = Math.floor(i / each), at = 2 * (j * room + i % each), middle = kind === "ring" ? 0 : centre(j, clouds.length);
    const angle = 2 * Math.PI * (i % each) / each, out = kind === "ring" && j ? RADIUS : 0;
    x[i] = middle + out * Math.cos(angle) + dispersion * noise[at];
    y[i] = middle + out * Math.sin(angle) + dispersion * noise[at + 1];
    labels[i] = clouds[j];
  }
  return { x, y, labels };
}

/** Standard normal numbers by Box and Muller, for data that the model has not seen. */
export function fresh_noise(count, seed) {
  const next = generator(seed), unit = () => next() / 2147483647;
  const noise = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const size = Math.sqrt(-2 * Math.log(unit())), angle = 2 * Math.PI * unit();
    noise[i] = size * Math.cos(angle);
    noise[i + 1] = size * Math.sin(angle);
  }
  return noise;
}

/** What the model is fed: x0, x1, perhaps x0²/10, x1²/10 and x0 x1/10, and 1 for the bias. */
export function features({ x, y }, kind) {
  const D = kind === "squares" ? 6 : 3, X = new Float64Array(x.length * D);
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i], y[i]], row = D === 3 ? [u, v, 1] : [u, v, u * u / 10, v * v / 10, u * v / 10, 1];
    X.set(row, i * D);
  }
  return X;
}

/** The best accuracy that any rule has on average on new data, or null for drawn points. */
export function ceiling({ data: kind, num_class: C, dispersion: s }) {
  if (kind === "own") return null;
  const steps = 4000, far = RADIUS + SPACING * C + 9 * s, low = kind === "ring" ? 0 : -far;
  const densities = kind === "ring" ? ring_densities(s) : cloud_densities(along(kind, C), s);
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += Math.max(...densities(low + (far - low) * (i + 0.5) / steps));
  return sum * (far - low) / steps;
}

/** Each class's part of the density along the diagonal, which is all that tells the clouds apart. */
function cloud_densities(classes, s) {
  return (t) => {
    const of = [0, 0, 0, 0];
    classes.forEach((k, j) => {
      const z = (t - Math.SQRT2 * centre(j, classes.length)) / s;
      of[k] += Math.exp(-z * z / 2) / (s * Math.sqrt(2 * Math.PI) * classes.length);
    });
    return of;
  };
}

/** The two classes' parts of the density of the distance r from the middle. */
function ring_densities(s) {
  const turns = Array.from({ length: 128 }, (_, i) => Math.cos(Math.PI * (i + 0.5) / 128) - 1);
  return (r) => {
    const gauss = (d) => r / (s * s) * Math.exp(-d * d / (2 * s * s)) / 2;
    const bessel = turns.reduce((sum, c) => sum + Math.exp(r * RADIUS / (s * s) * c), 0) / 128;
    return [gauss(r), gauss(r - RADIUS) * bessel];
  };
}

// Drawn points as text, three letters each, that an address can hold --------------------------------

export const snap = (v) => Math.round(Math.min(Math.max(v, -EDGE), EDGE) * GRID);

/** Three letters for a point on the grid, its coordinates as whole numbers of steps. */
export function pack(i, j, k) {
  const code = ((i + EDGE * GRID) * ACROSS + j + EDGE * GRID) * 4 + k;
  return DIGITS[code >> 12] + DIGITS[(code >> 6) & 63] + DIGITS[code & 63];
}

/** The points of a text, perhaps those of the first C classes only. */
export function unpack(text, C = 4) {
  const letters = (text.match(/.../g) ?? []).filter((three) => (DIGITS.indexOf(three[2]) & 3) < C).join("");
  const N = letters.length / 3, x = new Float64Array(N), y = new Float64Array(N), labels = new Uint8Array(N);
  for (let i = 0; i < N; i++) {
    const code = [0, 1, 2].reduce((sum, d) => 64 * sum + DIGITS.indexOf(letters[3 * i + d]), 0), place = code >> 2;
    x[i] = (Math.floor(place / ACROSS) - EDGE * GRID) / GRID;
    y[i] = (place % ACROSS - EDGE * GRID) / GRID;
    labels[i] = code & 3;
  }
  return { x, y, labels };
}

/** Tell whether a text is one that `pack` can have written. */
export function is_packed(text) {
  if (typeof text !== "string" || text.length % 3 || text.length > 3 * MOST || !/^[\w-]*$/.test(text)) return false;
  return unpack(text).x.every((v) => v <= EDGE);
}
