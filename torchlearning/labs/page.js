// The host of a lab in a page without a kernel. The state lies in the page behind the lab's still
// picture, which `render` replaces; the labs of one kind are mounted in the order of the page.

function mount(view, name) {
  const el = document.querySelector(`.torchlearning-lab[data-lab="${name}"]:not([data-mounted])`);
  const decode = (key, value) =>
    value?.base64 === undefined ? value : new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
  const state = JSON.parse(el.nextElementSibling.textContent, decode);
  const listeners = new Set();
  const model = {
    get: (trait) => state[trait],
    set(trait, value) { state[trait] = value; listeners.forEach((listener) => listener()); },
    save_changes() {},
    on: (event, listener) => listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
  };
  el.dataset.mounted = "";
  view.render({ model, el });
}
