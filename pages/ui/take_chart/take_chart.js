// A chart of Plotly as a picture, as it is seen: its zoom, its hidden curves, the page's ground and ink.

const SCALE = 2; // of a PNG, for paper
const LEAST_MARGIN = 26; // pixels above a plot in which the buttons have room
const LEGEND_ROW = 19; // pixels
const FONT = "sans-serif"; // a picture cannot bring the page's own along

let asked = null; // the newest labels, and where plotly.js is
let isAwaited = false;

const watcher = new MutationObserver(() => {
  if (isAwaited) return;
  isAwaited = true;
  requestAnimationFrame(addButtons);
});

export default function ({ data }) {
  asked = data;
  document.querySelectorAll(".take-chart").forEach((buttons) => buttons.remove()); // in another language
  watcher.observe(document.body, { childList: true, subtree: true });
  addButtons();
}

function addButtons() {
  isAwaited = false;
  for (const chart of document.querySelectorAll(".js-plotly-plot")) {
    const place = chart.closest(".stPlotlyChart") ?? chart;
    if (!drawn(chart)?._size || place.querySelector(":scope > .take-chart")) continue;
    const buttons = document.createElement("span");
    buttons.className = "take-chart";
    buttons.classList.toggle("below", drawn(chart)._size.t < LEAST_MARGIN);
    buttons.style.setProperty("--take-ground", groundOf(chart));
    for (const format of ["PNG", "SVG"]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: format, title: asked.labels[format] });
      button.setAttribute("aria-label", [asked.labels[format], nameOf(chart)].filter(Boolean).join(": "));
      button.onclick = () => take(chart, format.toLowerCase(), button);
      buttons.append(button);
    }
    place.append(buttons);
  }
}

async function take(chart, format, button) {
  button.disabled = true;
  try {
    if (!window.Plotly) await import(new URL(asked.plotly, document.baseURI).href);
    const { width, height } = chart.querySelector(".svg-container").getBoundingClientRect();
    const [figure, more] = withNames(asSeen(chart));
    const size = { width: Math.round(width), height: Math.round(height + more) };
    const picture = await window.Plotly.toImage(figure, { format, ...size, scale: format === "png" ? SCALE : 1 });
    const link = document.createElement("a");
    link.href = format === "svg" ? URL.createObjectURL(described(picture, chart)) : picture;
    link.download = `${fileName(chart)}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    console.error(error);
    button.title = asked.labels.failed;
    button.textContent = "!";
  } finally {
    button.disabled = false;
  }
}

// The figure with the colours that the page's style gives to its texts, which a picture does not have.
function asSeen(chart) {
  const ink = getComputedStyle(chart).color;
  const inked = (font) => ({ ...font, color: ink, family: FONT });
  const titled = (title) => ({ ...(typeof title === "string" ? { text: title } : title), font: inked(title?.font) });
  const ground = groundOf(chart);
  const layout = { ...structuredClone(chart.layout), autosize: false, paper_bgcolor: ground };
  layout.font = inked(layout.font);
  layout.title = titled(layout.title);
  for (const name of Object.keys(drawn(chart)).filter((name) => /^[xy]axis\d*$/.test(name))) {
    const axis = layout[name] ?? {};
    layout[name] = { ...axis, tickfont: inked(axis.tickfont), title: titled(axis.title) };
  }
  layout.annotations = layout.annotations?.map((note) => ({ ...note, font: inked(note.font) }));
  const written = chart.querySelector(".textpoint text");
  const isInked = written && getComputedStyle(written).fill === ink;
  const data = chart.data.map((trace) => ({
    ...trace,
    outsidetextfont: inked(trace.outsidetextfont),
    textfont: isInked ? inked(trace.textfont) : trace.textfont,
  }));
  return { data, layout, config: { staticPlot: true } };
}

// A table on the page may say whose curve is whose: the picture has a legend below instead. And how much higher it is.
function withNames(figure) {
  if (!figure.layout.meta?.names_beside) return [figure, 0];
  const more = LEGEND_ROW * figure.data.filter((trace) => trace.showlegend !== false).length + 8;
  const { margin, font } = figure.layout;
  const legend = { x: 0, xanchor: "left", y: 0, yanchor: "bottom", yref: "container", font };
  return [{ ...figure, layout: { ...figure.layout, showlegend: true, legend, margin: { ...margin, b: margin.b + more } } }, more];
}

function groundOf(element) {
  for (let node = element; node; node = node.parentElement) {
    const color = getComputedStyle(node).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(color)) return color;
  }
  return "white";
}

// Not documented: the layout with what plotly.js has worked out, its margins in `_size`. Without it charts get no buttons.
const drawn = (chart) => chart._fullLayout;

const titleOf = (chart) => (drawn(chart).title?.text ?? "").replace(/<[^>]*>/g, "");

// Its title, or else the first words that are read aloud in its place.
const nameOf = (chart) => titleOf(chart) || aloud(chart)?.split(/[.:] /)[0];

const aloud = (chart) => chart.closest("[aria-label]")?.getAttribute("aria-label");

// With what is read aloud of the chart, for those who open the picture without seeing it.
function described(picture, chart) {
  const svg = new DOMParser().parseFromString(decodeURIComponent(picture.slice(picture.indexOf(",") + 1)), "image/svg+xml");
  const title = svg.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = aloud(chart) ?? titleOf(chart);
  svg.documentElement.prepend(title);
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

// compare-test-accuracy-by-epoch-a1b2c3d4: the page, the chart (or the part of the page), the runs.
function fileName(chart) {
  const query = new URLSearchParams(location.search);
  const page = location.pathname.split("/").filter(Boolean).pop() ?? "train";
  const parts = [page, chart.layout.meta?.file || query.get("section"), query.get("run"), query.get("other")];
  const name = parts.filter(Boolean).join("-").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return name.replace(/^-|-$/g, "").slice(0, 100);
}
