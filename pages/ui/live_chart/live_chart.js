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

export default function ({ data, parentElement }) {
  if (!rows.has(parentElement)) {
    const row = document.createElement("div");
    row.className = "live-charts";
    parentElement.append(row);
    rows.set(parentElement, row);
  }
  const row = rows.get(parentElement);
  row.classList.toggle("one-column", data.column);
  if (row.dataset.subject !== data.subject) {
    row.replaceChildren(); // another run's zoom is not this one's
    row.dataset.subject = data.subject;
  }
  loadPlotly(data.plotly).then((Plotly) => draw(Plotly, row, data.charts));
}

function draw(Plotly, row, charts) {
  const { color, fontFamily } = getComputedStyle(row);
  while (row.children.length < charts.length) row.append(document.createElement("div")); // all, before any is measured
  charts.forEach(({ figure, alt }, place) => {
    const { data, layout } = JSON.parse(figure);
    const box = row.children[place];
    box.setAttribute("role", "figure"); // and no image: it holds buttons
    box.setAttribute("aria-label", alt);
    layout.font = { ...layout.font, color, family: fontFamily };
    layout.autosize = true;
    Plotly.react(box, data, layout, { displayModeBar: false, responsive: true, showTips: false });
  });
}
