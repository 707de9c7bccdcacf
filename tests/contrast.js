// Texts of a page whose contrast to what lies behind them is below 4.5 : 1 (WCAG 2.1, 1.4.3), with their ratio.
// Left out: what is disabled or hidden, and text on the coloured shapes of a chart.
() => {
  const channels = (text) => {
    const found = text.match(/[\d.]+/g)?.map(Number);
    if (!found) return null;
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return [...found.slice(0, 3).map((value) => value * scale), found[3] ?? 1];
  };
  const over = (front, back) => [...[0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])), 1];
  const luminance = (color) => {
    const [red, green, blue] = color
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const parents = function* (element) {
    for (let parent = element; parent; parent = parent.parentElement) yield parent;
  };
  const app = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
  const behind = (element, box) => {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const layers = [];
    for (const parent of parents(element)) {
      const area = parent.getBoundingClientRect();
      if (x < area.left || x > area.right || y < area.top || y > area.bottom) continue; // it hangs out of it
      const color = channels(getComputedStyle(parent).backgroundColor);
      if (color?.[3]) layers.push(color);
      if (color?.[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), channels(app));
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [text, element] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
    const [box, style] = [element.getBoundingClientRect(), getComputedStyle(element)];
    if (!text || element.closest("style, script, noscript, [disabled], [aria-disabled=true], [aria-hidden=true]"))
      continue;
    if (box.width < 2 || !box.height || style.visibility !== "visible" || style.clipPath !== "none") continue;
    if (element.classList.contains("bartext-inside") || element.closest(".heatmaplayer, .hm")) continue;
    const opacity = [...parents(element)].reduce((so_far, one) => so_far * getComputedStyle(one).opacity, 1);
    const drawn = element.closest("svg");
    const color = channels(drawn ? style.fill : style.color);
    if (!color || opacity < 0.05) continue;
    color[3] *= opacity * (drawn ? style.fillOpacity : 1);
    const back = behind(element, box);
    const [light, dark] = [luminance(over(color, back)), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
};
