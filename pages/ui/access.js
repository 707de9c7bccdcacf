// What screen readers and keyboards need of the whole document.

const HIDDEN = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap";

export default function ({ data }) {
  document.documentElement.lang = data.lang;
  const region = document.getElementById("said") ?? begin();
  giveFocus(region, ...data.focus);
  const fresh = data.said.filter(([time]) => time > Number(region.dataset.heard));
  if (!fresh.length) return;
  region.dataset.heard = fresh.at(-1)[0];
  region.textContent = fresh.map(([, text]) => text).join(" ");
}

// Once in a document. The region is the body's: what is new in it is read only where it was there before.
function begin() {
  const region = document.createElement("div");
  Object.assign(region, { id: "said", role: "status", style: HIDDEN });
  Object.assign(region.dataset, { heard: 0, focused: 0 });
  document.addEventListener("keydown", enterPopover, true);
  return document.body.appendChild(region);
}

// Until the person does something else: a button that is drawn anew in its place loses the focus to nobody,
// on a busy machine seconds later. Who still watched after another key gave it to the wrong button.
function giveFocus(region, time, keys) {
  if (time <= Number(region.dataset.focused)) return;
  region.dataset.focused = time;
  const button = (key) => document.querySelector(`.st-key-${key} button:enabled`);
  const give = () => keys.map(button).find(Boolean)?.focus();
  const watcher = new MutationObserver(() => document.activeElement === document.body && give());
  watcher.observe(document.body, { attributeFilter: ["disabled"], childList: true, subtree: true });
  const timer = setTimeout(give, 100);
  const leave = () => (watcher.disconnect(), clearTimeout(timer));
  for (const input of ["keydown", "pointerdown"]) addEventListener(input, leave, { capture: true, once: true });
}

// What a button opens lies far away in the document. Esc leads back by itself.
function enterPopover({ key, target }) {
  const button = target.closest?.("[data-testid=stPopoverButton]");
  if (!button || !["Enter", " "].includes(key) || button.ariaExpanded === "true") return;
  const watcher = new MutationObserver(() => {
    const body = document.querySelector("[data-testid=stPopoverBody]");
    if (!body) return;
    watcher.disconnect();
    body.tabIndex = -1;
    body.focus();
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => watcher.disconnect(), 10_000);
}
