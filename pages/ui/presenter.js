// Arrow keys and Esc for a projector, and a small button for those who have no keyboard at hand.

const NEXT = ["ArrowRight", "PageDown"];
const BACK = ["ArrowLeft", "PageUp"];

// Keys that belong to what has the focus: a slider is moved by arrows, a field is typed into.
const owns = (element) => element.closest?.("input, textarea, select, [role=slider], [role=combobox], [contenteditable]");

export default function ({ data, parentElement, setTriggerValue }) {
  const press = (event) => {
    if (event.key === "Escape") setTriggerValue("leave", true);
    else if (owns(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    else if (NEXT.includes(event.key)) setTriggerValue("go", "next");
    else if (BACK.includes(event.key)) setTriggerValue("go", "back");
  };
  const button = document.createElement("button");
  button.textContent = matchMedia("(hover: none)").matches ? data.leave_by_touch : data.leave;
  button.className = "leave-presenter";
  button.style.cssText =
    "position:fixed;right:8px;bottom:3px;opacity:.7;font-size:.7rem;background:none;border:0;color:inherit;cursor:pointer;z-index:99";
  button.onclick = () => setTriggerValue("leave", true);
  parentElement.replaceChildren(button);
  document.addEventListener("keydown", press);
  return () => {
    document.removeEventListener("keydown", press);
    button.remove();
  };
}
