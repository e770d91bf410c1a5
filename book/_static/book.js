// What the theme leaves open: boxes that only a mouse can scroll, and printing.

// What is wider than the page scrolls in a box of its own; the keyboard must reach it too.
// The theme sees to code only.
const BOXES = 'mjx-container[display="true"], .text_html, .pst-scrollable-table-container';

function reach() {
  for (const box of document.querySelectorAll(BOXES)) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

new ResizeObserver(reach).observe(document.querySelector("main")); // formulas come late

// Paper is light, and nobody can unfold what is folded on it.
let restore = () => {};

addEventListener("beforeprint", () => {
  const { theme } = document.documentElement.dataset;
  const folded = [...document.querySelectorAll("article details:not([open])")];
  document.documentElement.dataset.theme = "light";
  for (const box of folded) box.open = true;
  restore = () => {
    document.documentElement.dataset.theme = theme;
    for (const box of folded) box.open = false;
  };
});
addEventListener("afterprint", () => restore());
