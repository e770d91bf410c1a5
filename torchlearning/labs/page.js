// The host of a lab in a page without a kernel. The state lies in the page behind the lab's still
// picture, which `render` replaces; the labs of one kind are mounted in the order of the page.
// The position of a lab stands in the page's address: #SoftmaxLab=2,1,0;1;0, of a second one #SoftmaxLab.2=…

const REST = 400; // ms without a change until the hand rests: WebKit lets an address change 100 times in 10 s
const POSITION = /^\w+Lab(\.\d+)?=/;

function mount(view, name) {
  const all = [...document.querySelectorAll(`.torchlearning-lab[data-lab="${name}"]`)];
  const el = all.find((one) => one.dataset.mounted === undefined), place = all.indexOf(el);
  const decode = (key, value) =>
    value?.base64 === undefined ? value : new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
  const state = JSON.parse(el.nextElementSibling.textContent, decode);
  const allowed = Object.entries(view.allowed(state._data)), key = `${name}${place ? `.${place + 1}` : ""}=`;
  const listeners = new Set(), tell = () => listeners.forEach((listener) => listener());
  let timer = 0;
  const model = {
    get: (trait) => state[trait],
    set(trait, value) {
      state[trait] = value;
      tell();
      clearTimeout(timer);
      timer = setTimeout(write, REST);
    },
    save_changes() {},
    on: (event, listener) => listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
  };

  function write() {
    const others = location.hash.slice(1).split("&").filter((part) => POSITION.test(part) && !part.startsWith(key));
    const own = allowed.length ? [key + allowed.map(([trait]) => state[trait]).join(";")] : [];
    try {
      window.history.replaceState(window.history.state, "", `#${[...others, ...own].join("&")}`);
    } catch { /* a page in a frame may not change its address: the lab works without */ }
  }
  /** Go where the address says, if that is a place where this lab can be; tell whether it is. */
  function read() {
    const own = plain(location.hash.slice(1)).split("&").find((part) => part.startsWith(key));
    const texts = own?.slice(key.length).split(";") ?? [];
    const values = allowed.map(([trait], i) => (Array.isArray(state[trait]) ? texts[i]?.split(",").map(real)
      : typeof state[trait] === "string" ? texts[i] : real(texts[i])));
    const fits = texts.length === allowed.length && allowed.every(([, those], i) =>
      (typeof those === "function" ? those(values[i]) : those.includes(values[i])));
    if (own === undefined || !fits) return false;
    allowed.forEach(([trait], i) => { state[trait] = values[i]; });
    tell();
    return true;
  }

  el.dataset.mounted = "";
  const sent = read() && performance.getEntriesByType("navigation")[0]?.type === "navigate";
  view.render({ model, el });
  if (sent) addEventListener("load", () => el.scrollIntoView()); // the page was opened to show this
  addEventListener("hashchange", read);
  addEventListener("pageshow", tell); // whatever a browser has put into the sliders meanwhile
}

const real = (text) => (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text) ? Number(text) : NaN);

function plain(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
