// Plotly charts that grow: zoom, hidden curves and hover survive new data. One element holds all charts of a row.

let loading = null;

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI).href;
    script.onload = () => done(window.Plotly);
    script.onerror = () => {
      loading = null;
      failed(new Error("plotly.js did not load"));
    };
    document.head.append(script);
  });
  return loading;
}

const rows = new WeakMap(); // a row of charts for each place on the page
const shown = new WeakMap(); // what a row shows, and the size that it was drawn for

// Plotly itself looks only at the window. A row changes its size without it: when the pane opens or closes, and
// when somebody presents or stops. Drawn again in full: Plotly's own `resize` forgets the height of the figure.
const sizes = new ResizeObserver((changes) => {
  for (const { target: row } of changes) {
    const now = shown.get(row);
    if (!now || !row.clientWidth || now.size === sizeOf(row)) continue;
    clearTimeout(now.timer); // the pane slides: once, at the end
    now.timer = setTimeout(() => draw(row), 100);
  }
});
const NARROW = 455; // pixels, in which three names of curves have no room side by side
const sizeOf = (row) => `${row.clientWidth} ${row.clientHeight}`;

export default function ({ data, parentElement }) {
  if (!rows.has(parentElement)) {
    const row = document.createElement("div");
    row.className = "live-charts";
    parentElement.append(row);
    rows.set(parentElement, row);
    sizes.observe(row);
  }
  const row = rows.get(parentElement);
  row.classList.toggle("one-column", data.column);
  if (row.dataset.subject !== data.subject) {
    row.replaceChildren(); // another run's zoom is not this one's
    row.dataset.subject = data.subject;
  }
  loadPlotly(data.plotly).then((Plotly) => {
    clearTimeout(shown.get(row)?.timer);
    shown.set(row, { Plotly, charts: data.charts, sizes: data.sizes });
    draw(row);
  });
}

// As `presenter.enlarge` does for the other charts.
function enlarge(data, layout, { text, title }) {
  const small = layout.legend?.font?.size < (layout.font.size ?? 12); // to have room beside the title
  layout.font.size = text;
  layout.title.font = { ...layout.title.font, size: title };
  for (const name in layout) {
    if (!/^[xy]axis/.test(name)) continue;
    const { title, tickfont } = layout[name];
    Object.assign(layout[name], { automargin: true, ticklabelstandoff: 5 });
    tickfont.size = Math.max(tickfont.size, text);
    title.font.size = Math.round(1.2 * text); // as Plotly itself does
    title.standoff = 2; // below the numbers, not at its usual place among them
  }
  const fixed = layout.margin.autoexpand === false; // then Plotly makes no room for the name of the axis
  if (fixed) layout.margin.b += text;
  if (layout.legend?.y < 0) {
    layout.legend.y *= 1.5; // below the name of the axis
    layout.height += 2 * text;
  }
  if (layout.legend?.font) layout.legend.font.size *= text / 12;
  if (small) {
    layout.margin.t += fixed ? text : 2 * text;
    layout.height += 2 * text;
  }
  for (const trace of data.filter(({ type }) => type === "parcoords")) {
    for (const part of ["labelfont", "tickfont", "rangefont"]) trace[part] = { size: text };
    layout.margin.t += 2 * text; // for the names of its axes, which rise
    layout.height += 2 * text;
  }
  for (const note of layout.annotations ?? []) note.font = { ...note.font, size: text };
}

function draw(row) {
  const { Plotly, charts, sizes: letters } = shown.get(row); // sizes: of letters, while somebody presents
  const { color, fontFamily } = getComputedStyle(row);
  while (row.children.length < charts.length) row.append(document.createElement("div")); // all, before any is measured
  charts.forEach(({ figure, alt }, place) => {
    const { data, layout } = JSON.parse(figure);
    const box = row.children[place];
    box.setAttribute("role", "figure"); // and no image: it holds buttons
    box.setAttribute("aria-label", alt);
    layout.font = { ...layout.font, color, family: fontFamily };
    layout.autosize = true;
    if (letters) enlarge(data, layout, letters);
    const narrow = letters ? (NARROW * letters.text) / 12 : NARROW;
    if (box.clientWidth < narrow && layout.meta?.more_above_when_narrow) {
      const more = layout.meta.more_above_when_narrow + 3 * (letters?.text ?? 0); // for its legend
      layout.margin.t += more;
      layout.height += more;
    }
    Plotly.react(box, data, layout, { displayModeBar: false, showTips: false });
  });
  shown.get(row).size = sizeOf(row);
}
