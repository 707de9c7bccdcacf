// A box on a picture. Its places are [left, top, right, bottom] in parts of the picture, 0 to 1.

const WHOLE = [0, 0, 1, 1];
const SMALLEST = 0.05; // of a side; less is a click, not a box
const KEY_STEP = 0.01;
const KEY_PAUSE = 500; // milliseconds after the last key
const SHOWN_HEIGHT = 280;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const editors = new WeakMap(); // one for each place on the page; Streamlit calls again with new data

export default function (component) {
  const root = component.parentElement;
  if (!editors.has(root)) editors.set(root, new CropBox(root));
  editors.get(root).update(component);
}

class CropBox {
  constructor(root) {
    for (const name of ["hint", "keys", "stage", "shade", "box"]) this[name] = root.querySelector(`.${name}`);
    for (const name of ["img", "button", "output"]) this[name] = root.querySelector(name);
    this.drag = null;
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("pointermove", (event) => this.follow(event));
    this.stage.addEventListener("pointerup", (event) => this.release(event));
    this.stage.addEventListener("pointercancel", () => this.giveUp());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.button.addEventListener("click", () => this.send(WHOLE));
  }

  update({ data, setTriggerValue }) {
    this.labels = data.labels;
    this.answer = (box) => setTriggerValue("box", box);
    this.img.src = data.picture;
    this.stage.style.aspectRatio = `${data.width} / ${data.height}`;
    this.stage.style.width = `${(SHOWN_HEIGHT * data.width) / data.height}px`;
    this.hint.textContent = data.labels.hint;
    this.keys.textContent = data.labels.keys;
    this.button.textContent = data.labels.whole;
    if (!this.drag && !this.timer) this.draw(data.box);
  }

  draw(places) {
    this.places = places;
    const [left, top, right, bottom] = places.map((place) => 100 * place);
    for (const { style } of [this.box, this.shade]) {
      Object.assign(style, {
        left: `${left}%`,
        top: `${top}%`,
        width: `${right - left}%`,
        height: `${bottom - top}%`,
      });
    }
    const whole = same(places, WHOLE);
    this.box.classList.toggle("whole", whole);
    this.button.disabled = whole;
    const percent = { left, top, right, bottom };
    const text = this.labels.place.replace(/{(\w+)}/g, (_, side) => Math.round(percent[side]));
    this.output.textContent = text;
    this.box.setAttribute("aria-label", `${this.labels.box}: ${text}`);
  }

  send(places) {
    clearTimeout(this.timer);
    this.timer = null;
    this.draw(places);
    this.answer(places);
  }

  // Pointers: mouse, finger, pen

  grab(event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.box.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    const from = this.point(event);
    const before = this.places;
    const edges = event.target.dataset.edges?.split(" ").map(Number);
    if (edges) {
      this.drag = { before, place: (to) => resized(before, edges, to) };
    } else if (event.target === this.box && !same(before, WHOLE)) {
      this.drag = { before, place: (to) => moved(before, to[0] - from[0], to[1] - from[1]) };
    } else {
      this.drag = { before, place: (to) => resized([...from, ...from], [2, 3], to) };
    }
  }

  follow(event) {
    if (this.drag && event.isPrimary) this.draw(this.drag.place(this.point(event)));
  }

  release(event) {
    if (!this.drag || !event.isPrimary) return;
    const { before, place } = this.drag;
    const places = place(this.point(event));
    this.drag = null;
    if (large(places) && !same(places, before)) this.send(places);
    else this.draw(before);
  }

  giveUp() {
    if (this.drag) this.draw(this.drag.before);
    this.drag = null;
  }

  point(event) {
    const area = this.stage.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height].map(clamp);
  }

  // Keys: arrows move the box, with Shift they move its right and its lower edge

  key(event) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const [x, y] = KEYS[event.key].map((direction) => KEY_STEP * direction);
    const [, , right, bottom] = this.places;
    const places = event.shiftKey
      ? resized(this.places, [2, 3], [clamp(right + x), clamp(bottom + y)])
      : moved(this.places, x, y);
    if (!large(places)) return;
    this.draw(places);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(this.places), KEY_PAUSE);
  }
}

function clamp(place) {
  return Math.min(1, Math.max(0, place));
}

function moved([left, top, right, bottom], x, y) {
  const across = Math.min(1 - right, Math.max(-left, x));
  const down = Math.min(1 - bottom, Math.max(-top, y));
  return [left + across, top + down, right + across, bottom + down];
}

// The edges with these numbers go to a point [x, y]; pulled past the opposite edge, the two change places.
function resized(places, edges, to) {
  const next = [...places];
  for (const edge of edges) next[edge] = to[edge % 2];
  const [left, top, right, bottom] = next;
  return [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)];
}

function large([left, top, right, bottom]) {
  return right - left >= SMALLEST && bottom - top >= SMALLEST;
}

function same(one, other) {
  return one.every((place, side) => Math.abs(place - other[side]) < 1e-6);
}
