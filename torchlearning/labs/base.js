// What the labs share: build and redraw, controls, axes, marks, regions. No lab knows of another,
// and none knows whether a kernel stands behind its model.

/** The front end of a lab: `build` makes the controls and pictures, and returns what redraws them. */
export function lab(name, build) {
  function render({ model, el }) {
    let data, draw;
    const get = (trait) => model.get(trait);
    const set = (trait, value) => { model.set(trait, value); model.save_changes(); };
    function update() {
      if (data === undefined || get("_data") !== data) {
        data = get("_data");
        const root = document.createElement("div");
        set_attributes(root, { class: "lab", role: "group", "aria-label": name });
        add(root, "p", { class: "name", "aria-hidden": true }, name);
        draw = build({ root, data, get, set });
        el.replaceChildren(root);
      }
      draw();
    }
    el.classList.add("torchlearning-lab");
    update();
    model.on("change", update);
    return () => model.off("change", update);
  }
  return { render };
}

/** Append an element to `parent`: HTML, or SVG inside an <svg>. */
export function add(parent, name, attributes = {}, text = "") {
  const space = name === "svg" ? "http://www.w3.org/2000/svg" : parent.namespaceURI;
  const node = document.createElementNS(space, name);
  set_attributes(node, attributes);
  node.textContent = text;
  parent.append(node);
  return node;
}

export function set_attributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** The numbers that Python sent as bytes. */
export function numbers(bytes, Type = Float32Array) {
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

// Controls: each returns a function that shows the value as it is now. ---------------------------

const KEYS = { "data-lm-suppress-shortcuts": true }; // keeps JupyterLab from taking the arrow keys

/** A slider along the ascending `values`. `read` tells the value, `write` is told the new one. */
export function slider(parent, { label, values, read, write, format = (v) => String(v).replace("-", "−") }) {
  const box = add(parent, "label", { class: "slider" });
  add(box, "span", {}, label);
  const shown = add(box, "b", { "aria-hidden": true });
  const input = add(box, "input", { type: "range", min: 0, max: values.length - 1, step: 1, "aria-label": label, ...KEYS });
  input.addEventListener("input", () => write(values[input.value]));
  return () => {
    const value = read();
    input.value = nearest(values, value);
    shown.textContent = format(value);
    input.setAttribute("aria-valuetext", format(value));
  };
}

function nearest(values, value) {
  let best = 0;
  values.forEach((v, i) => { if (Math.abs(v - value) < Math.abs(values[best] - value)) best = i; });
  return best;
}

/** A choice of one among a few, as radio buttons. */
export function choice(parent, { label, names, read, write }) {
  const box = add(parent, "fieldset", { class: "choice" });
  add(box, "legend", {}, label);
  const group = `choice-${Math.random()}`; // radio buttons of one group share a name
  const inputs = names.map((name, i) => {
    const option = add(box, "label");
    const input = add(option, "input", { type: "radio", name: group, ...KEYS });
    input.addEventListener("change", () => write(i));
    option.append(name);
    return input;
  });
  return () => { inputs[read()].checked = true; };
}

/** A line that screen readers speak when it changes. */
export function read_out(parent) {
  const line = add(parent, "p", { class: "read-out", role: "status" });
  const say = (text) => { if (line.textContent !== text) line.textContent = text; };
  say.aloud = (on) => line.setAttribute("aria-live", on ? "polite" : "off");
  return say;
}
