// A wall of images. One of them can be reached with Tab, the others from there with the arrow keys.

const walls = new WeakMap(); // one for each place on the page; Streamlit calls again with new data

export default function (component) {
  const root = component.parentElement;
  if (!walls.has(root)) walls.set(root, new Wall(root));
  walls.get(root).update(component);
}

class Wall {
  constructor(root) {
    this.list = document.createElement("div");
    this.list.className = "wall";
    this.list.setAttribute("role", "group");
    this.list.addEventListener("click", (event) => this.pick(event));
    this.list.addEventListener("keydown", (event) => this.move(event));
    root.append(this.list);
  }

  update({ data, setTriggerValue }) {
    this.answer = (index) => setTriggerValue("picked", index);
    const drawn = JSON.stringify(data.tiles);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.list.replaceChildren(...data.tiles.map(tile));
    }
    this.list.setAttribute("aria-label", data.label);
    this.list.style.setProperty("--columns", data.columns);
    this.list.style.setProperty("--narrow", data.narrow);
    this.mark(data.picked);
  }

  mark(index) {
    const tiles = [...this.list.children];
    for (const tile of tiles) {
      const picked = tile.dataset.index === String(index);
      tile.setAttribute("aria-pressed", picked);
      tile.tabIndex = picked ? 0 : -1;
    }
    if (tiles.length && !tiles.some((tile) => tile.tabIndex === 0)) tiles[0].tabIndex = 0;
  }

  pick(event) {
    const tile = event.target.closest("button");
    if (!tile) return;
    this.mark(tile.dataset.index);
    this.answer(Number(tile.dataset.index));
  }

  move(event) {
    const tiles = [...this.list.children];
    const columns = tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    if (!(event.key in steps)) return;
    event.preventDefault();
    tiles[tiles.indexOf(event.target.closest("button")) + steps[event.key]]?.focus();
  }
}

function tile({ index, name, pictures }) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.index = index;
  button.title = name;
  const row = document.createElement("span");
  row.className = "pictures";
  row.append(...pictures.map((picture) => Object.assign(document.createElement("img"), picture)));
  const words = document.createElement("span");
  words.className = "name";
  words.textContent = name;
  words.setAttribute("aria-hidden", "true"); // the pictures have said it
  button.append(row, words);
  return button;
}
